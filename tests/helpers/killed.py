"""A process to be killed at any instant, forked from one that has loaded the program once.

Starting Python anew for every kill would cost a hundred times what the kill itself does, and nothing that is
asked about falls into that time. Where processes cannot be forked each is started anew.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, SpawnContext

FORKED = "forkserver" in multiprocessing.get_all_start_methods()
#: What the process that is forked has loaded beforehand.
LOADED = ["tests.helpers.act_child", "tests.helpers.session_child"]

#: Tells one line; it returns when the line is out of the child's hands.
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Child:
    """A process and what it says."""

    process: BaseProcess
    ear: Connection

    def hear(self, lines: int) -> list[str]:
        """Wait for so many lines."""
        return [self.ear.recv_bytes().decode() for _ in range(lines)]

    def kill(self, later_ms: float = 0.0) -> list[str]:
        """Kill it after so long; what it had still said whole is returned."""
        self.process.join(later_ms / 1000)
        assert self.process.is_alive(), "the child ended by itself"
        self.process.kill()
        said = list(self._rest())
        self.process.join()
        return said

    def _rest(self) -> Iterator[str]:
        while True:
            try:
                yield self.ear.recv_bytes().decode()
            except (EOFError, OSError):  # the end, or a line that was cut in two
                return


@contextmanager
def child(work: Callable[..., None], *arguments: object) -> Iterator[Child]:
    """Run ``work(say, *arguments)`` of a module in a process of its own until the block ends."""
    method: ForkServerContext | SpawnContext = (
        multiprocessing.get_context("forkserver") if FORKED else multiprocessing.get_context("spawn")
    )
    method.set_forkserver_preload(LOADED)
    ear, mouth = method.Pipe(duplex=False)
    process = method.Process(target=_run, args=(mouth, work, arguments), daemon=True)
    process.start()
    mouth.close()
    try:
        yield Child(process, ear)
    finally:
        process.kill()
        process.join()
        process.close()
        ear.close()


def _run(mouth: Connection, work: Callable[..., None], arguments: tuple[object, ...]) -> None:
    work(lambda line: mouth.send_bytes(line.encode()), *arguments)
