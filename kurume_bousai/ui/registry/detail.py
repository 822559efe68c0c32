"""一人の記録: 348 px of cards; 本人, 必要な支援 and 支援者 open, the others one line with their answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.names import to_hiragana
from kurume_bousai.services.matching.sources import FieldSource
from kurume_bousai.services.places.home_placing import HomeView
from kurume_bousai.services.ports.members import MemberVersion
from kurume_bousai.services.roster.register import PersonFile
from kurume_bousai.ui.kit.layouts import join, put_by
from kurume_bousai.ui.kit.widgets import (
    Para,
    VScroll,
    button,
    card,
    fix,
    hbox,
    holder,
    icon_label,
    label,
    plate,
    vbox,
)
from kurume_bousai.ui.privacy import HIDDEN_TEXT, Privacy
from kurume_bousai.ui.registry.detail_cards import HistoryList, NeedsList, SupporterList
from kurume_bousai.ui.registry.detail_facts import (
    consent_card,
    family_card,
    house_card,
    name_words,
    person_facts,
    plan_card,
    screening_card,
    statutory_words,
)
from kurume_bousai.ui.registry.detail_more import (
    body_card,
    care_card,
    reasons_card,
    source_facts,
    telling_card,
)
from kurume_bousai.ui.registry.fold_card import FactList, FoldCard

WIDTH: Final = 348


class DetailPanel(QWidget):
    """一人の記録.

    Signals: ``edit_wanted()``, ``remove_wanted()``, ``history_wanted()`` when 履歴 is opened,
    ``restore_wanted(version)``, ``compare_wanted()`` to see the versions side by side,
    ``screen_wanted()``, ``place_wanted()`` to set the home on the map, ``supporters_wanted()``,
    ``sources_wanted()`` when 提供元の記載 is opened.
    """

    edit_wanted = Signal()
    remove_wanted = Signal()
    history_wanted = Signal()
    restore_wanted = Signal(int)
    compare_wanted = Signal()
    screen_wanted = Signal()
    place_wanted = Signal()
    supporters_wanted = Signal()
    sources_wanted = Signal()

    def __init__(
        self, privacy: Privacy, *, may_edit: bool, may_screen: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._privacy = privacy
        self.may_edit = may_edit
        self._person: PersonFile | None = None
        self._today: date | None = None
        self._kana = Para("", "small", line=1.2)
        self._name = Para("", "lead", line=1.2)
        self._shown_name = Para("", "small", line=1.35)
        self._protected = plate("支援措置対象者")
        self._facts = FactList()
        self.needs = NeedsList()
        self.supporters = SupporterList()
        self.supporters_button = button(
            "支援者をつなぐ・外す", "tool", "link", self.supporters_wanted.emit,
            name="支援者をつなぐ・外す Ctrl+T",
        )  # fmt: skip
        self.supporters_button.setVisible(may_edit)
        self._house, self._plan, self._family, self._consent = (FactList() for _ in range(4))
        self._reasons, self._care, self._telling, self._body = (FactList() for _ in range(4))
        self.statutory = Para("", "small", line=1.35)
        self._view: HomeView | None = None
        self.place_button = button(
            "地図で位置を直す", "tool", "map-marker-outline", on_click=self.place_wanted.emit
        )
        self.place_button.setVisible(may_edit)
        self.house = FoldCard(
            "家・危険", holder(vbox(self._house, hbox(self.place_button, None), gap=0.5)), joins_late=True
        )
        self.plan = FoldCard("計画", self._plan, joins_late=True)
        self.reasons = FoldCard("事由の記録", self._reasons, joins_late=True)
        self.care = FoldCard("配慮・医療機器", self._care, joins_late=True)
        self.telling = FoldCard("伝え方・知らせ方", self._telling, joins_late=True)
        self.body = FoldCard("医療・持出品", self._body, joins_late=True)
        self.family = FoldCard("家族・連絡先", self._family, joins_late=True)
        self.consent = FoldCard("同意と提供", self._consent, joins_late=True)
        self._screening = FactList()
        self._screen = button(
            "記録する", "plain", on_click=self.screen_wanted.emit, name="ふりわけを記録する"
        )
        self._screen.setVisible(may_screen)
        self.screening = FoldCard(
            "ふりわけ", holder(vbox(self._screening, hbox(self._screen, None))), joins_late=True
        )
        self._sources = FactList()
        self.sources = FoldCard("提供元の記載", self._sources, joins_late=True)
        self._said: Sequence[FieldSource] | None = None
        self._versions = HistoryList(may_restore=may_edit)
        self._remove = button("名簿から消除する", "plain", on_click=self.remove_wanted.emit)
        self._remove.setVisible(may_edit)
        compare = button(
            "ならべて見る", "plain", "compare", self.compare_wanted.emit, name="履歴をならべて見る"
        )
        self.history = FoldCard(
            "履歴",
            holder(vbox(self._versions, hbox(compare, None), hbox(self._remove, None))),
            joins_late=True,
        )
        self._edit = button(
            "直す", "plain", "pencil-outline", self.edit_wanted.emit, name="この人を直す Enter"
        )
        self._edit.setVisible(may_edit)
        self._empty = Para("一覧から人を選ぶと、ここに記録が出ます。", "quiet")
        self._build()
        self.history.opened.connect(lambda is_open: self.history_wanted.emit() if is_open else None)
        self.sources.opened.connect(lambda is_open: self.sources_wanted.emit() if is_open else None)
        self._versions.restore_wanted.connect(self.restore_wanted)
        privacy.changed.connect(self._refresh)  # a method: Qt lets go of it with the widget
        self._refresh()

    def _build(self) -> None:
        top = hbox(label("本人", "heading"), icon_label("lock-outline", size=16), self._protected, None)
        top.addWidget(self._edit)
        self._cards = holder(
            vbox(
                card(top, self._kana, self._name, self._shown_name, self._facts, self.statutory, gap=0.25),
                card(self.needs, title="必要な支援", gap=0.5),
                card(self.supporters, hbox(self.supporters_button, None), title="支援者", gap=0.5),
                self.house, self.plan, self.screening, self.reasons, self.care, self.telling, self.family,
                self.body, self.consent, self.sources, self.history, None,
                gap=0.5,
            )
        )  # fmt: skip
        self._inside = vbox(self._empty, gap=0)
        put_by(self._cards, self)  # a hundred parts; they join when the first person is shown
        self._scroll = VScroll(holder(self._inside))
        self.setLayout(vbox(self._scroll))
        fix(self, fixed_width=WIDTH)
        self.setAccessibleName("選んだ人の記録")

    @property
    def member(self) -> RosterMember | None:
        """Whom it shows."""
        return None if self._person is None else self._person.member

    @property
    def person(self) -> PersonFile | None:
        """The whole record shown."""
        return self._person

    def set_person(self, person: PersonFile | None, today: date | None = None) -> None:
        """Show a person, or nobody."""
        is_same = (
            person is not None
            and self._person is not None
            and person.member.member_id == self._person.member.member_id
        )
        if not is_same or person != self._person:
            self._view = None
        self._person = person
        self._said = None
        self._today = today or self._today
        self._refresh()
        if not is_same:
            self._scroll.verticalScrollBar().setValue(0)
        if person is not None and self.history.is_open:
            self._versions.set_waiting()
            self.history_wanted.emit()
        if person is not None and self.sources.is_open:
            self.sources_wanted.emit()

    def set_sources(self, sources: Sequence[FieldSource]) -> None:
        """Fill 提供元の記載."""
        self._said = sources
        self._refresh()

    def set_place(self, view: HomeView) -> None:
        """Say how the place of the home was decided, by whom and when."""
        self._view = view
        self._refresh()

    def set_history(self, versions: Sequence[MemberVersion]) -> None:
        """Fill 履歴."""
        self._versions.set_versions(versions)

    def _refresh(self) -> None:
        person = self._person
        if person is not None:
            join(self._cards, self._inside, self)
        self._cards.setVisible(person is not None)
        self._empty.setVisible(person is None)
        if person is None or self._today is None:
            return
        member, hidden, shown = person.member, self._privacy.hidden, self._privacy.shown
        self._kana.setVisible(bool(member.kana) and not hidden)
        # An unseen label is still read aloud: the text itself goes.
        self._kana.set_text("" if hidden else to_hiragana(member.kana))
        self._name.set_text(HIDDEN_TEXT if hidden else member.name)
        self._protected.setVisible(member.has_protected_address)
        shown_name = name_words(member)
        self._shown_name.set_text(HIDDEN_TEXT if hidden and shown_name else shown_name)
        self._shown_name.setVisible(bool(shown_name))
        self.statutory.set_text(statutory_words(member))
        self._facts.set_facts(person_facts(member, self._today, hidden=hidden, shown=shown))
        self.needs.set_member(member)
        planned = 0 if person.plan is None else len(person.plan.supporter_ids)
        self.supporters.set_supporters(person.supporters, planned - len(person.supporters), hidden=hidden)
        for fold, facts, words in (
            (self.house, self._house, house_card(member, self._view, person.hazards, person.hazard_sources)),
            (self.plan, self._plan, plan_card(person)),
            (self.screening, self._screening, screening_card(member)),
            (self.reasons, self._reasons, reasons_card(member)),
            (self.care, self._care, care_card(member)),
            (self.telling, self._telling, telling_card(member)),
            (self.body, self._body, body_card(member, shown)),
            (self.family, self._family, family_card(member, shown, person.relatives)),
            (self.consent, self._consent, consent_card(member, shown)),
        ):
            fold.set_answer(words.answer)
            facts.set_facts(words.facts)
        said = [("記載", "読んでいます")] if self._said is None else source_facts(self._said, shown)
        self._sources.set_facts(said)
        self.sources.set_answer(member.source)
        self.history.set_answer(f"{member.version}版")
