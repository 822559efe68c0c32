"""Rivals in a process of their own, with a limit of time.

OR-Tools brings its own HiGHS, which cannot live in one process with highspy: the second of them does not
load.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from typing import Any


def told_by(target: Callable[..., None], arguments: Sequence[Any], limit_s: float) -> Iterator[Any]:
    """Everything that ``target(send, *arguments)`` sends within the seconds, which begin with its first word.

    The first word is only "ready" and is not given on. The process is ended afterwards.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    worker = context.Process(target=_speak, args=(target, sender, tuple(arguments)), daemon=True)
    worker.start()
    sender.close()
    try:
        receiver.recv()
        ends = time.perf_counter() + limit_s
        while receiver.poll(max(0.0, ends - time.perf_counter())):
            yield receiver.recv()
    except EOFError:
        return
    finally:
        worker.kill()
        worker.join()


def _speak(target: Callable[..., None], sender: Connection, arguments: tuple[Any, ...]) -> None:
    target(sender.send, *arguments)
    sender.close()
