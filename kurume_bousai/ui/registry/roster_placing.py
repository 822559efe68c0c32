"""名簿の位置: the worklist's button with its count, and how the chosen person's home was decided."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.services.places.home_placing import HomeView
from kurume_bousai.services.ports.members import MemberFilter
from kurume_bousai.services.roster.register import PersonFile
from kurume_bousai.ui.actions import Action
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.layouts import clear_icon
from kurume_bousai.ui.kit.widgets import button, set_icon
from kurume_bousai.ui.registry.detail import DetailPanel
from kurume_bousai.ui.registry.words import number_words

_PLACING: Final = "住所から位置を決める"
_SIGN: Final = "map-marker-question-outline"
_MOST_COUNTED: Final = 1000


class RosterPlacing(QObject):
    """名簿の位置: belongs to 名簿, beside its list and its record.

    ``wanted(member id)`` when 「住所から位置を決める」 is to be opened, "" for the whole list.
    """

    wanted = Signal(str)

    def __init__(self, desktop: Desktop, detail: DetailPanel, group: str, scope: str) -> None:
        super().__init__(detail)
        self._desktop = desktop
        self._detail = detail
        self._count = 0
        self.button = button(_PLACING, "plain", _SIGN, self.open)
        detail.place_wanted.connect(self.open_chosen)
        if desktop.database.access.has(Right.SEE_PEOPLE) and desktop.database.access.has(Right.EDIT_PEOPLE):
            desktop.actions.add(
                Action("roster.placing", _PLACING, "Ctrl+G", _SIGN, group, self.open, scope=scope)
            )
            desktop.actions.note(group, "位置を決める窓で、選んだ位置に決める", "Ctrl+Enter")
            desktop.actions.note(group, "位置を決める窓で、一覧から候補に移る", "Enter")
            desktop.actions.note(group, "位置を決める窓の地図で、置く所を決める", "矢印、スペース")

    def open(self) -> None:
        """住所から位置を決める, for the whole list."""
        self.wanted.emit("")

    def open_chosen(self) -> None:
        """地図で位置を直す: the chosen person."""
        if self._detail.member is not None:
            self.wanted.emit(self._detail.member.member_id)

    def say_counts(self, counts: Mapping[MemberFilter, int], *, compact: bool) -> None:
        """Say on the button how many people have no place; without a count as many as before."""
        self._count = counts.get(MemberFilter.UNPLACED, self._count)
        words = f"位置が決まっていない人 {self._count:,}人" if self._count else _PLACING
        # In the compact row only, and never so long that the window grows wider than its screen.
        short = f"位置なし {self._count}" if 0 < self._count < _MOST_COUNTED else "位置なし"
        self.button.setText(short if compact else words)
        if compact:
            clear_icon(self.button)
        else:
            set_icon(self.button, _SIGN)
        self.button.setAccessibleName(f"{_PLACING} {words}" if self._count else _PLACING)

    def read(self, person: PersonFile | None) -> None:
        """Read how the home of the person shown was decided."""
        if person is None:
            return
        placing, member = self._desktop.services.home_placing, person.member
        self._desktop.runner.read(
            partial(placing.of, member), partial(self._on_read, member), key="roster-place"
        )

    def _on_read(self, member: RosterMember, view: HomeView) -> None:
        if member is self._detail.member:
            self._detail.set_place(view)


def saved_words(member: RosterMember, *, is_new: bool) -> str:
    """What is said of a record that was saved; that it has no place (any more) is said with it.

    A 支援措置対象者 has a number of another range, so whoever sets the flag is told the new one.
    """
    if member.has_protected_address:
        return f"記録を保存しました。支援措置対象者なので、番号は {number_words(member.number)} です。"
    if member.home is not None:
        return "名簿に登録しました。" if is_new else "記録を新しい版として保存しました。"
    if is_new:
        return "名簿に登録しました。地図の位置は「住所から位置を決める」で決めます。"
    return "記録を新しい版として保存しました。地図の位置は「住所から位置を決める」で決めます。"
