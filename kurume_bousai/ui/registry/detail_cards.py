"""必要な支援, 支援者 and 履歴: the cards of the detail that are more than facts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.dates import format_wareki_short, in_japan
from kurume_bousai.domain.members import AdmissionCategory, Need, RosterMember
from kurume_bousai.domain.supporters import Supporter
from kurume_bousai.labels import label as word_of
from kurume_bousai.labels import need_sign
from kurume_bousai.services.ports.members import MemberVersion
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.kit.widgets import (
    NeedMark,
    Para,
    StateMark,
    button,
    flow,
    hbox,
    holder,
    label,
    vbox,
)
from kurume_bousai.ui.registry.fold_card import FactList
from kurume_bousai.ui.registry.history_words import changed_captions
from kurume_bousai.ui.registry.words import supporter_number

_VERSIONS_SHOWN = 30


class NeedsList(QWidget):
    """必要な支援: sign and word of each; all six are made once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marks: dict[Need, QWidget] = {}
        self._hours = label("", "body")
        for need in Need:
            parts = [NeedMark(need_sign(need), word_of(need), 24), label(word_of(need))]
            if need is Need.POWER:
                parts.append(self._hours)
            self._marks[need] = holder(hbox(*parts, gap=0.5))
        self._none = label("必要な支援は登録されていません", "quiet")
        self._categories = FactList()
        self._flow = flow([*self._marks.values(), self._none], line_gap=0.5)
        self.setLayout(vbox(self._flow, self._categories, gap=0.5))

    def set_member(self, member: RosterMember) -> None:
        """Show one person's."""
        for need, mark in self._marks.items():
            mark.setVisible(need in member.needs)
        hours = member.power_hours
        self._hours.setText("" if hours is None else f"（電池 {hours:g}時間）")
        self._hours.setVisible(hours is not None)
        self._none.setVisible(not member.needs)
        kinds = [word_of(kind) for kind in AdmissionCategory if kind in member.categories]
        self._categories.set_facts([("受入対象", "、".join(kinds))])
        self._flow.updateGeometry()


class SupporterList(QWidget):
    """支援者: in the plan's order; S01 … while names are hidden."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = StateMark(State.SHORT, 18)
        self._nobody = Para("支援者がいません", line=1.35)
        self._none = holder(hbox(self._mark, (self._nobody, 1), gap=0.75))
        self._facts = FactList()
        self.setLayout(vbox(self._none, self._facts, gap=0.5))

    def set_supporters(self, supporters: Sequence[Supporter], unseen: int, *, hidden: bool) -> None:
        """``unseen``: supporters of the plan whom this operator may not know."""
        nobody = not supporters and not unseen
        self._none.setVisible(nobody)
        facts = [
            (f"{place + 1}番め", _supporter_words(supporter, place, hidden=hidden))
            for place, supporter in enumerate(supporters)
        ]
        if unseen:
            facts.append(("ほか", f"{unseen}人（支援者の同意がまだないため、名前は出ません）"))
        self._facts.set_facts(facts)

    def words(self) -> list[str]:
        """What is shown, for tests and screen readers."""
        return [value for _caption, value in self._facts.facts()]


def _supporter_words(supporter: Supporter, place: int, *, hidden: bool) -> str:
    name = supporter_number(place) if hidden else supporter.name
    parts = [name, supporter.relation]
    if not hidden:
        parts.append(supporter.phone)
    if supporter.consent is not ConsentState.GIVEN:
        parts.append(f"同意 {word_of(supporter.consent)}")
    return "　".join(part for part in parts if part)


class HistoryList(QWidget):
    """履歴: the saved versions, newest first, each with what it changed. ``restore_wanted(version)``."""

    restore_wanted = Signal(int)

    def __init__(self, *, may_restore: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._may_restore = may_restore
        self._rows: list[QWidget] = []
        self._layout = vbox(gap=0.75)
        self.setLayout(self._layout)

    def set_versions(self, versions: Sequence[MemberVersion]) -> None:
        """Show the versions of one person, newest first."""
        self._clear()
        shown = list(versions[: _VERSIONS_SHOWN + 1])
        for position, (newer, older) in enumerate(pairwise([*shown, None])):
            if position < _VERSIONS_SHOWN and newer is not None:
                self._add(newer, older, is_present=position == 0)
        if len(versions) > _VERSIONS_SHOWN:
            self._add_widget(label(f"古い版があと{len(versions) - _VERSIONS_SHOWN}件あります", "small"))

    def set_waiting(self) -> None:
        """Say that it is being read."""
        self._clear()
        self._add_widget(label("読んでいます", "small"))

    def _add(self, newer: MemberVersion, older: MemberVersion | None, *, is_present: bool) -> None:
        at = in_japan(newer.saved_at)
        when = f"第{newer.version}版　{format_wareki_short(at.date())} {at:%H:%M}"
        words = Para(f"{when}　{newer.operator}\n{_changed_words(newer, older)}", "small", line=1.35)
        row = hbox((words, 1), gap=1)
        if not is_present and self._may_restore and newer.member.removed_on is None:
            back = button(
                "この版に戻す",
                "flat",
                on_click=lambda: self.restore_wanted.emit(newer.version),
                name=f"第{newer.version}版に戻す",
            )
            row.addWidget(back, 0, Qt.AlignmentFlag.AlignTop)
        self._add_widget(holder(row))

    def _add_widget(self, made: QWidget) -> None:
        self._layout.addWidget(made)
        self._rows.append(made)

    def _clear(self) -> None:
        for row in self._rows:
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []


def _changed_words(newer: MemberVersion, older: MemberVersion | None) -> str:
    if older is None:
        return f"名簿に載りました（{newer.source}）" if newer.source else "名簿に載りました"
    fields = "、".join(changed_captions(older.member, newer.member))
    return f"{newer.source}: {fields or '変わった項目はありません'}"
