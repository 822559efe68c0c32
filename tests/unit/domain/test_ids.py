"""Fresh identifiers: never the same twice, on any thread, in any child."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from kurume_bousai.domain.ids import new_id


def test_none_comes_twice_whoever_asks() -> None:
    with ThreadPoolExecutor(4) as threads:
        found = [
            one for part in threads.map(lambda _: [new_id() for _ in range(2_000)], range(4)) for one in part
        ]
    assert len(set(found)) == 8_000
    assert all(re.fullmatch(r"[0-9a-f]{32}", one) for one in found)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # the child does nothing but draw
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_child_draws_its_own() -> None:
    new_id()  # some are waiting now
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:
        os.write(writer, "".join(new_id() for _ in range(3)).encode())
        os._exit(0)
    os.waitpid(child, 0)
    told = os.read(reader, 96).decode()
    os.close(reader)
    os.close(writer)
    assert not {told[at : at + 32] for at in (0, 32, 64)} & {new_id() for _ in range(600)}
