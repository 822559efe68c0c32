"""決めごとの札の土台: rules of the city that are read, chosen anew, and kept as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import button

K = TypeVar("K")


class KeepsRules(Protocol[K]):
    """Whoever reads and keeps one set of rules; refuses where another changed them meanwhile."""

    @property
    def may_change(self) -> bool:
        """Whether the operator may keep other rules."""

    def read(self) -> K:
        """The rules as they stand."""

    def save(self, before: K, after: K, /) -> Outcome[K]:
        """Keep ``after``; raises ``changed_meanwhile`` where ``before`` no longer stands."""


class KeptCard(QWidget, Generic[K]):
    """決めごとの札. A subclass has the fields; it calls ``begin`` when they are there.

    ``task``: the key of its reading. ``saving`` and ``saved``: what is said meanwhile and afterwards.
    """

    task = ""
    saving = ""
    saved = ""

    def __init__(
        self, desktop: Desktop, service: KeepsRules[K], kept: K, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._service = service
        self._kept = kept
        self._was_read = self._is_busy = False
        self.words = Para("")
        self.words.hide()
        self.save_button = button("保存", "main", icon="content-save-outline", on_click=self.save)
        self.back_button = button("元に戻す", on_click=self._show_kept)

    # ------------------------------------------------------------------ what a card is made of
    def chosen(self) -> K:
        """The rules as they stand in the fields; ``KnownProblem`` where they contradict each other."""
        raise NotImplementedError

    def is_changed(self) -> bool:
        """Whether the fields differ from what is kept."""
        return self.chosen() != self._kept

    def show_rules(self, kept: K) -> None:
        """Put rules into the fields."""
        raise NotImplementedError

    def fields(self) -> Sequence[QWidget]:
        """What can be used by whoever may change the rules."""
        raise NotImplementedError

    def keeping(self, before: K, after: K) -> Callable[[], Outcome[K]]:
        """What keeps ``after``, for the writer lane; raises where something is still to be typed."""
        return partial(self._service.save, before, after)

    # ------------------------------------------------------------------ what it does
    def begin(self) -> None:
        """Follow the city's settings; the first reading is asked for by the page."""
        self._desktop.changes.follow(frozenset({Topic.CITY_SETTINGS}), self.reload)
        self._arm()

    def reload(self) -> None:
        """Read what stands; what was chosen and not saved is left."""
        self._desktop.runner.read(self._service.read, self._on_read, on_fail=self._on_failed, key=self.task)

    def save(self) -> None:
        """Keep what is chosen, on the writer lane."""
        try:
            work = self.keeping(self._kept, self.chosen())
        except KnownProblem as problem:
            self._on_failed(problem)
            return
        self._is_busy = True
        self._arm()
        self._desktop.runner.write(
            work,
            self._on_saved,
            on_fail=self._on_failed,
            title=self.saving,
        )

    # ------------------------------------------------------------------ inside
    def _on_read(self, kept: K) -> None:
        is_choosing = self._was_read and self.is_changed()
        self._kept, self._was_read = kept, True
        if not is_choosing:
            self._show_kept()
        self._arm()

    def _on_saved(self, outcome: Outcome[K]) -> None:
        self._is_busy = False
        self._kept = outcome.value
        self._desktop.finish(outcome, self.saved)
        self._arm()

    def _on_failed(self, error: BaseException) -> bool:
        self._is_busy = False
        self._arm()
        if not isinstance(error, KnownProblem):
            return False
        self.words.set_text(f"{error.message}{error.advice}")
        self.words.show()
        if error.code == "changed_meanwhile":
            self.reload()
        return True

    def _show_kept(self) -> None:
        self.show_rules(self._kept)
        self._arm()

    def _arm(self, _value: Any = None) -> None:  # noqa: ANN401 - whatever a field tells of itself
        changed = self.is_changed()
        may = self._service.may_change and self._was_read and not self._is_busy
        if changed and not self._is_busy:
            self.words.hide()
        for one in self.fields():
            one.setEnabled(may)
        for one in (self.save_button, self.back_button):
            one.setEnabled(changed and may)
