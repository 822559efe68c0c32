"""訓練中の操作: declared once for menus, keys and the printed list; they serve the session that runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.labels import label as word_of
from kurume_bousai.ui.actions import Action, ActionRegistry

GROUP: Final = "図上訓練の最中"
_TOOLS: Final = (
    (FeatureKind.ASSEMBLY_POINT, "Alt+1"),
    (FeatureKind.DANGER, "Alt+2"),
    (FeatureKind.BLOCKED_ROAD, "Alt+3"),
    (FeatureKind.ROUTE, "Alt+4"),
    (FeatureKind.REGION, "Alt+5"),
    (FeatureKind.NOTE, "Alt+6"),
)


class RunningSession(Protocol):
    """訓練中の画面 as the keys see it."""

    def choose(self, name: str) -> None:
        """Do what the menu 「ほか」 names: fit, balance, projector, seats, print, pause, finish."""

    def decide_now(self) -> None:
        """決める with what the chips say."""

    def next_task(self) -> None:
        """次の問いへ."""

    def add_minutes(self) -> None:
        """5分のばす."""

    def open_injects(self) -> None:
        """Open the menu of 状況カード."""

    def next_table(self) -> None:
        """次の班へ."""

    def mark_done(self) -> None:
        """この班は「できた」."""

    def undo(self) -> None:
        """ひとつ戻す."""

    def take(self, kind: FeatureKind) -> None:
        """Take a drawing tool."""


class SessionActions:
    """訓練中の操作. ``serve(view)`` when a session takes the window, ``release()`` when it leaves."""

    def __init__(self, registry: ActionRegistry) -> None:
        self._view: RunningSession | None = None
        self._undo_elsewhere: Callable[[], object] | None = None
        for action_id, text, key, icon, act in self._acts():
            when = self._may_undo if action_id == "undo" else self.is_running
            registry.add(Action(f"session.{action_id}", text, key, icon, GROUP, act, when))
        registry.note(GROUP, "名前を見せる(押しているあいだだけ)", "ボタンの上でスペースを押し続ける")
        registry.note(GROUP, "一覧で人を選ぶ", "↑ ↓")
        registry.note(GROUP, "札を閉じて一覧へ戻る", "Esc")

    def serve(self, view: RunningSession) -> None:
        """Let the keys act on a session."""
        self._view = view

    def release(self) -> None:
        """No session runs any more."""
        self._view = None

    def lend_undo(self, undo: Callable[[], object] | None) -> None:
        """Let ひとつ戻す act on another screen while no session runs; None = no more."""
        self._undo_elsewhere = undo

    def is_running(self) -> bool:
        """Whether a session has the window."""
        return self._view is not None

    def _acts(self) -> list[tuple[str, str, str, str, Callable[[], None]]]:
        do = self._do

        def choose(name: str) -> Callable[[], None]:
            return do(lambda view: view.choose(name))

        acts = [
            ("decide", "選んだ人を決める", "Ctrl+Return", "check", do(lambda view: view.decide_now())),
            ("next", "次の問いへ", "F2", "skip-next", do(lambda view: view.next_task())),
            ("more", "5分のばす", "F3", "plus", do(lambda view: view.add_minutes())),
            ("inject", "状況を出す", "F4", "bullhorn-outline", do(lambda view: view.open_injects())),
            ("fit", "入りきれますか", "F5", "scale-balance", choose("fit")),
            ("balance", "決めた行先の容量を見る", "F6", "table", choose("balance")),
            ("projector", "投影の画面を出す・しまう", "F7", "projector", choose("projector")),
            ("table", "次の班へ", "F9", "arrow-right", do(lambda view: view.next_table())),
            ("done", "この班は「できた」", "Ctrl+D", "check-all", do(lambda view: view.mark_done())),
            ("seats", "この班にいる人を変える", "Ctrl+E", "account-group", choose("seats")),
            ("undo", "ひとつ戻す", "Ctrl+Z", "undo", self._undo),
            ("print", "訓練の報告を書き出す", "Ctrl+P", "printer-outline", choose("print")),
            ("pause", "いったん閉じる", "", "pause", choose("pause")),
            ("finish", "訓練を終える", "", "flag-checkered", choose("finish")),
        ]
        for kind, key in _TOOLS:
            text = f"「{word_of(kind)}」をかく"
            acts.append((f"draw_{kind.value}", text, key, "pencil-outline", do(_taking(kind))))
        return acts

    def _may_undo(self) -> bool:
        return self.is_running() or self._undo_elsewhere is not None

    def _undo(self) -> None:
        if self._view is not None:
            self._view.undo()
        elif self._undo_elsewhere is not None:
            self._undo_elsewhere()

    def _do(self, act: Callable[[RunningSession], object]) -> Callable[[], None]:
        def run() -> None:
            if self._view is not None:
                act(self._view)

        return run


def _taking(kind: FeatureKind) -> Callable[[RunningSession], object]:
    def take(view: RunningSession) -> None:
        view.take(kind)

    return take
