"""The facts that the rules ask about are found wherever they stand."""

from __future__ import annotations

from pathlib import Path

from tests.architecture.source import facts

TEXT = """
import a.b, c as d
from e.f import g
from . import h
from .i import j
class K(a.b.L):
    @property
    def m(self, n, *o, p=1, **q):
        import r
        try:
            print(n)
        except ValueError:
            c.sleep(1)
        except:
            qt.qWait(2)
async def s(): pass
def t():
    assert t
@u
def v(): pass
def w(): lambda x: [print(y) for y in x]
"""


def test_every_kind_of_fact_is_found_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text(TEXT, "utf-8")
    found = facts(path)
    assert sorted(found.imports) == [(2, "a.b"), (2, "c"), (3, "e.f"), (9, "r")]
    assert sorted(found.members) == [(3, "e.f.g"), (5, "i.j")]
    assert sorted(name for _, name in found.functions) == ["m", "s", "t", "v", "w"]
    assert found.classes == [(6, "K")]
    assert sorted(name for _, name in found.arguments) == ["n", "o", "p", "q", "self", "x"]
    assert sorted(found.prints) == [11, 21]
    assert sorted(found.sleeps) == [13, 15]
    assert found.bare_excepts == [14]
    assert found.plain == [(17, "t", True), (21, "w", False)]
    assert found.outer == [(17, "t"), (20, "v"), (21, "w")]
