from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks import __main__ as runner

GOOD = "def run():\n    return {'ours_s': 0.5, 'other': '相手', 'other_s': 2.0, 'ratio': 4.0, 'n': 3}\n"
SPEAKING = "def run():\n    print('a word on the way')\n    return " + GOOD.split("return ")[1]
BROKEN = "def run():\n    raise RuntimeError('broken')\n"
THIN = "def run():\n    return {'ours_s': 0.5}\n"


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of tiny benchmarks, found by the runner's own subprocesses."""
    package = tmp_path / "tinybench"
    package.mkdir()
    for name, text in {"good": GOOD, "speaking": SPEAKING, "broken": BROKEN, "thin": THIN}.items():
        (package / f"bench_{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(runner, "FOLDERS", {"tinybench": package})
    yield package
    for name in [name for name in sys.modules if name.startswith("tinybench")]:
        del sys.modules[name]


def test_the_json_has_one_entry_per_benchmark(bench: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert runner.main(["good", "speaking", "--json"]) == runner.EXIT_DONE
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["good", "speaking"]
    for result in found.values():
        assert {"ours_s", "other", "other_s", "ratio", "n"} <= set(result)
    assert found["good"]["ratio"] == 4.0


@pytest.mark.parametrize("name", ["broken", "thin"])
def test_a_failing_benchmark_is_told_and_the_others_are_kept(
    name: str, bench: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert runner.main([name, "good", "--json"]) == runner.EXIT_FAILED
    said = capsys.readouterr()
    found = json.loads(said.out)
    assert set(found[name]) == {"error"}
    assert found["good"]["n"] == 3
    assert f"{name} は測れませんでした。" in said.err


def test_an_unknown_name_is_refused_with_those_that_are(
    bench: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert runner.main(["nothing"]) == runner.EXIT_USAGE
    assert "broken、good、speaking、thin" in capsys.readouterr().err


def test_a_person_gets_a_table(bench: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert runner.main(["good"]) == runner.EXIT_DONE
    table = capsys.readouterr().out
    assert "500.0 ミリ秒" in table
    assert "2.00 秒" in table
    assert "相手" in table


def test_a_missed_target_is_said_and_is_no_failure() -> None:
    result = {"ours_s": 1.0, "other": "相手", "other_s": 1.0, "ratio": 1.0, "n": 1}
    assert "届きませんでした" in runner.table({"x": result | {"target": "2倍", "met": False}})
    assert "届きました" in runner.table({"x": result | {"target": "2倍", "met": True}})


def test_every_benchmark_of_ours_is_found() -> None:
    assert {"growth", "import", "list", "map", "single", "smooth", "solver", "start"} <= set(runner.names())
