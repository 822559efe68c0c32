"""Work off the Qt thread: one writer, two readers, a small pool; results come back as signals.

Only frozen values may cross. The callables know nothing of Qt.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import itertools
import logging
import os
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from kurume_bousai.domain.errors import Cancelled, KnownProblem
from kurume_bousai.ui.threads import require_qt_thread

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")
PROGRESS_EVERY_S: Final = 0.1

# Said True when it has shown the failure itself; otherwise bar or dialog do.
OnFail = Callable[[BaseException], bool | None]


class Lane(StrEnum):
    """仕事の列: where a task runs."""

    WRITE = "write"
    READ = "read"
    COMPUTE = "compute"


_WORKERS: Final = {
    Lane.WRITE: 1,
    Lane.READ: 2,
    Lane.COMPUTE: max(1, min(4, (os.cpu_count() or 2) - 1)),
}


@dataclass(frozen=True, slots=True)
class Step:
    """進みぐあい: `done` of `total` (0 = unknown) and what is being done; `left_s` None while unknown."""

    done: int
    total: int
    text: str
    left_s: float | None

    @property
    def ratio(self) -> float | None:
        """Share done, 0 to 1; None while the total is unknown."""
        return min(1.0, self.done / self.total) if self.total > 0 else None


class Progress:
    """進みぐあいの知らせ方: what a callable gets as `progress`. May be used on any thread."""

    def __init__(self, report: Callable[[Step], None]) -> None:
        self._report = report
        self._cancelled = threading.Event()
        self._interrupts: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._began_at = time.monotonic()
        self._said_at = 0.0

    @property
    def cancelled(self) -> bool:
        """Whether the person pressed 中止."""
        return self._cancelled.is_set()

    def raise_if_cancelled(self) -> None:
        """Raise Cancelled when the person pressed 中止; nothing half-done may stay."""
        if self._cancelled.is_set():
            raise Cancelled

    def step(self, done: int, total: int, text: str = "") -> None:
        """Say how far the work is; at most ten times a second reach the screen, the last one always."""
        now = time.monotonic()
        if now - self._said_at < PROGRESS_EVERY_S and done < total:
            return
        self._said_at = now
        self._report(Step(done, total, text, self._left_s(done, total, now)))

    def when_cancelled(self, interrupt: Callable[[], None]) -> None:
        """Register what stops a blocking call (a query, a solver); called on the Qt thread by 中止."""
        with self._lock:
            self._interrupts.append(interrupt)
            late = self._cancelled.is_set()
        if late:
            interrupt()

    def cancel(self) -> None:
        """Ask the work to stop."""
        with self._lock:
            self._cancelled.set()
            interrupts = tuple(self._interrupts)
        for interrupt in interrupts:
            interrupt()

    def _left_s(self, done: int, total: int, now: float) -> float | None:
        spent = now - self._began_at
        if done <= 0 or total <= 0 or spent < 1.0:
            return None
        return spent * max(0, total - done) / done


@dataclass(eq=False, slots=True)
class Task:
    """仕事: one piece of work on its way; `title` is what the status bar shows, empty = not shown."""

    number: int
    lane: Lane
    title: str
    key: Hashable | None
    progress: Progress
    on_done: Callable[[Any], object] | None = field(repr=False)
    on_fail: OnFail | None = field(repr=False)
    on_cancel: Callable[[], object] | None = field(repr=False)
    future: Future[None] | None = field(default=None, repr=False)
    is_stale: bool = False

    def cancel(self) -> None:
        """Stop it: a waiting one never starts, a running one at its next look at `progress`."""
        self.progress.cancel()


@dataclass(frozen=True, slots=True)
class _End:
    task: Task
    value: object = field(default=None, repr=False)
    error: BaseException | None = field(default=None, repr=False)


class TaskRunner(QObject):
    """仕事を回す人: runs callables off the Qt thread and brings results, progress and failures back.

    Signals (all on the Qt thread): `started(Task)`, `progressed(Task, Step)`, `ended(Task)`;
    `problem(KnownProblem)` for the message bar; `crashed(BaseException)` for the crash dialog.
    """

    started = Signal(object)
    progressed = Signal(object, object)
    ended = Signal(object)
    problem = Signal(object)
    crashed = Signal(object)

    _arrived = Signal(object)
    _stepped = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pools = {
            lane: ThreadPoolExecutor(count, thread_name_prefix=f"bousai-{lane.value}")
            for lane, count in _WORKERS.items()
        }
        self._numbers = itertools.count(1)
        self._tasks: dict[int, Task] = {}
        self._latest: dict[Hashable, Task] = {}
        self._untold: dict[int, BaseException] = {}
        self._is_closed = False
        queued = Qt.ConnectionType.QueuedConnection
        self._arrived.connect(self._on_arrived, queued)
        self._stepped.connect(self._on_stepped, queued)

    def read(
        self,
        work: Callable[..., _T],
        on_done: Callable[[_T], object] | None = None,
        *,
        on_fail: OnFail | None = None,
        on_cancel: Callable[[], object] | None = None,
        key: Hashable | None = None,
        title: str = "",
    ) -> Task:
        """Run a query on a reader thread; a newer one with the same `key` drops this one's result."""
        return self._submit(Lane.READ, work, on_done, on_fail, on_cancel, key, title)

    def write(
        self,
        work: Callable[..., _T],
        on_done: Callable[[_T], object] | None = None,
        *,
        on_fail: OnFail | None = None,
        on_cancel: Callable[[], object] | None = None,
        title: str = "",
    ) -> Task:
        """Run a change on the one writer thread, in the order of the calls; never dropped as stale."""
        return self._submit(Lane.WRITE, work, on_done, on_fail, on_cancel, None, title)

    def compute(
        self,
        work: Callable[..., _T],
        on_done: Callable[[_T], object] | None = None,
        *,
        on_fail: OnFail | None = None,
        on_cancel: Callable[[], object] | None = None,
        key: Hashable | None = None,
        title: str = "",
    ) -> Task:
        """Run geometry, solving or a report in the pool; `key` as for `read`."""
        return self._submit(Lane.COMPUTE, work, on_done, on_fail, on_cancel, key, title)

    def running(self) -> tuple[Task, ...]:
        """Tasks not yet ended, oldest first."""
        return tuple(self._tasks.values())

    def titled(self) -> tuple[Task, ...]:
        """Tasks the status bar shows, oldest first."""
        return tuple(task for task in self._tasks.values() if task.title and not task.is_stale)

    def cancel_titled(self) -> None:
        """Ask the work that the status bar shows to stop; what a person has just decided is still written."""
        for task in self.titled():
            task.cancel()

    def close(self) -> tuple[BaseException, ...]:
        """Stop reading and computing, let acknowledged writes end, and join every thread.

        No callback runs any more afterwards. Returns the failures of writes that nobody has been told
        of, so that the program can say them before it ends. Safe to call twice.
        """
        require_qt_thread("TaskRunner.close")
        if self._is_closed:
            return ()
        self._is_closed = True
        for task in self.running():
            if task.lane is not Lane.WRITE:
                task.cancel()
        for lane, pool in self._pools.items():
            pool.shutdown(wait=True, cancel_futures=lane is not Lane.WRITE)
        self._tasks.clear()
        self._latest.clear()
        return tuple(self._untold.values())

    def _submit(
        self,
        lane: Lane,
        work: Callable[..., Any],
        on_done: Callable[[Any], object] | None,
        on_fail: OnFail | None,
        on_cancel: Callable[[], object] | None,
        key: Hashable | None,
        title: str,
    ) -> Task:
        require_qt_thread(f"TaskRunner.{lane.value}")
        if self._is_closed:
            raise RuntimeError("the task runner is closed")
        number = next(self._numbers)
        progress = Progress(lambda step: self._emit_step(number, step))
        task = Task(number, lane, title, key, progress, on_done, on_fail, on_cancel)
        self._supersede(task)
        self._tasks[number] = task
        self.started.emit(task)
        task.future = self._pools[lane].submit(self._run, task, work)
        return task

    def _supersede(self, task: Task) -> None:
        if task.key is None:
            return
        older = self._latest.get(task.key)
        if older is not None:
            older.is_stale = True
            older.cancel()
        self._latest[task.key] = task

    def _run(self, task: Task, work: Callable[..., Any]) -> None:
        """Run on a worker thread; whatever happens becomes one `_End`."""
        try:
            task.progress.raise_if_cancelled()
            value = work(progress=task.progress) if _wants_progress(work) else work()
            end = _End(task, value=value)
        except BaseException as error:  # noqa: BLE001 - every failure must reach the Qt thread
            end = _End(task, error=error)
            if task.lane is Lane.WRITE and not task.progress.cancelled:
                self._untold[task.number] = error
        # At shutdown the C++ side may be gone before the last result: nobody waits for it then.
        with contextlib.suppress(RuntimeError):
            self._arrived.emit(end)

    def _emit_step(self, number: int, step: Step) -> None:
        with contextlib.suppress(RuntimeError):
            self._stepped.emit(number, step)

    def _on_stepped(self, number: int, step: Step) -> None:
        task = self._tasks.get(number)
        if task is not None and not task.is_stale:
            self.progressed.emit(task, step)

    def _on_arrived(self, end: _End) -> None:
        task = end.task
        if self._tasks.pop(task.number, None) is None:
            return
        if task.key is not None and self._latest.get(task.key) is task:
            del self._latest[task.key]
        self._untold.pop(task.number, None)
        self.ended.emit(task)
        if end.error is not None and task.progress.cancelled:
            # An interrupted query fails in the driver's own words; only the kind of failure is kept.
            _LOG.debug("task %d stopped by %s", task.number, type(end.error).__name__)
        if task.is_stale:
            return
        if end.error is None:
            _call(task.on_done, end.value)
        elif task.progress.cancelled:
            _call(task.on_cancel)
        else:
            self._fail(task, end.error)

    def _fail(self, task: Task, error: BaseException) -> None:
        if _call(task.on_fail, error) is True:
            return
        if isinstance(error, KnownProblem):
            self.problem.emit(error)
        else:
            self.crashed.emit(error)


def _call(callback: Callable[..., Any] | None, *values: object) -> object:
    """Call a callback unless the widget it belongs to is gone."""
    if callback is None:
        return None
    owner = _owner(callback)
    if isinstance(owner, QObject) and not shiboken6.isValid(owner):
        return None
    return callback(*values)


def _owner(callback: Callable[..., Any]) -> object:
    """What a method is bound to, or the ``self`` that a lambda written inside a method holds."""
    if isinstance(callback, functools.partial):
        return _owner(callback.func)
    if inspect.isfunction(callback):
        return inspect.getclosurevars(callback).nonlocals.get("self")
    return getattr(callback, "__self__", None)


def _wants_progress(work: Callable[..., Any]) -> bool:
    try:
        return "progress" in inspect.signature(work).parameters
    except (TypeError, ValueError):  # some builtins have no signature
        return False
