"""名簿: どの人をさがしますか. Search, filters, the list, the record beside it, and the map when asked for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QWidget

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.dates import in_japan
from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.members import MemberRow, RosterMember
from kurume_bousai.services.drafts import PERSON_FORM, KeptDrafts
from kurume_bousai.services.ports.drafts import Draft
from kurume_bousai.services.ports.members import MemberFilter, MemberQuery
from kurume_bousai.services.roster.register import FoundPeople, PersonFile, RosterService
from kurume_bousai.ui.actions import Action
from kurume_bousai.ui.desktop import Desktop
from kurume_bousai.ui.kit.layouts import grid, set_shown
from kurume_bousai.ui.kit.turns import next_turn
from kurume_bousai.ui.kit.widgets import Para, SearchField, button, card, hbox, holder, label, vbox
from kurume_bousai.ui.page import Page
from kurume_bousai.ui.registry.detail import DetailPanel
from kurume_bousai.ui.registry.filters import FilterBar
from kurume_bousai.ui.registry.no_right import no_right_card, nobody_found
from kurume_bousai.ui.registry.roster_acts import RosterActs
from kurume_bousai.ui.registry.roster_map import RosterMap, name_map_button
from kurume_bousai.ui.registry.roster_model import COMPACT_DROPS, MAP_DROPS
from kurume_bousai.ui.registry.roster_narrowing import RosterNarrowing
from kurume_bousai.ui.registry.roster_placing import RosterPlacing, saved_words
from kurume_bousai.ui.registry.roster_table import RosterTable

if TYPE_CHECKING:
    from kurume_bousai.ui.registry.edit_dialog import PersonDialog
    from kurume_bousai.ui.registry.import_page import ImportPage
    from kurume_bousai.ui.registry.person_form import PersonForm

GROUP: Final = "名簿"
SCOPE: Final = "roster"
#: One reading of the list at a time.
_ROWS: Final = "roster-rows"
_TOPICS: Final = frozenset(
    {Topic.MEMBERS, Topic.CONSENTS, Topic.PLANS, Topic.SUPPORTERS, Topic.DISTRICTS, Topic.IMPORTS}
)


class RosterPage(Page):
    """名簿. Roles without ``SEE_PEOPLE`` see a page that says so; the import opens in its place."""

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__("どの人をさがしますか", parent)
        self._desktop = desktop
        access = desktop.database.access
        self.service = RosterService(desktop.database, desktop.clock)
        self._drafts = KeptDrafts(desktop.database)
        self._sees = access.has(Right.SEE_PEOPLE)
        self._edits = self._sees and access.has(Right.EDIT_PEOPLE)
        self._imports = access.has(Right.IMPORT_PEOPLE)
        self._district = ""
        self._is_old = True  # nothing read yet, or changed while another screen was shown
        self._draft_asked = False
        self._dialog: PersonDialog | None = None
        self._import: ImportPage | None = None
        self._found: FoundPeople | None = None
        self._draft: Draft | None = None
        self.search = SearchField("氏名・かな・住所・電話・番号でさがす　Ctrl+F", name="さがす")
        self.filters = FilterBar()
        self.table = RosterTable(desktop.privacy)
        may_screen = desktop.database.access.has(Right.SCREEN_PEOPLE)
        self.detail = DetailPanel(desktop.privacy, may_edit=self._edits, may_screen=may_screen)
        self.placing = RosterPlacing(desktop, self.detail, GROUP, SCOPE)
        self.acts = RosterActs(desktop, self.service, self.detail, self._finish, self)
        self.narrowing = RosterNarrowing(desktop, self.service, self.filters, self)
        self.map = RosterMap(desktop)
        self.count = label("", "quiet")
        self._build()
        self._connect()
        self._declare_actions()

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        self._map_button = button("地図で見る", "plain", "map-outline", checkable=True)
        if self._edits:
            self.add_action_button(self.placing.button)
            self.set_main_action(button("登録する", "main", "plus", self.add_person, name="登録する Ctrl+N"))
        if self._sees:
            self.add_action_button(self._map_button)
        if self._imports:
            self.add_action_button(button("取り込む", "plain", "file-import-outline", self.open_import))
        # No stack of widgets: it would dress everything here, and the window dresses it again.
        self._ordinary = self._list_side() if self._sees else no_right_card()
        # The list scrolls by itself: a scrolling body would grow with every wrapped line inside.
        self._outer.addWidget(self._ordinary, 1)
        self._arrange()

    def _list_side(self) -> QWidget:
        self._draft_words = Para("", line=1.35)
        self._draft_card = card(
            hbox(
                (self._draft_words, 1),
                button("続ける", "tool", on_click=self._continue_draft, name="書きかけを続ける"),
                button("捨てる", "tool", on_click=self._drop_draft, name="書きかけを捨てる"),
            )
        )
        self._draft_card.hide()
        self._nobody = nobody_found(self.show_everybody)
        self._nobody.hide()
        self.search.leads_to(self.table)
        found = vbox((self._nobody, 1), (self.table, 1))
        self._columns = hbox((found, 5), (self.map, 4), self.detail, gap=1.5)
        self.map.hide()
        self._search_row = hbox((self.search, 1), self.filters.compact_button, self.count, gap=1.5)
        return holder(vbox(self._draft_card, self._search_row, self.filters, (self._columns, 1), gap=1))

    def _connect(self) -> None:
        desktop = self._desktop
        self.search.searched.connect(lambda _text: self.reload())
        self.filters.chosen.connect(lambda _kind: self.reload())
        self.table.person_chosen.connect(self.map.choose)
        self.table.person_rested.connect(lambda _id: self._open_chosen())
        self.table.edit_wanted.connect(self.edit_person)
        self.table.left.connect(self.focus_search)
        self.map.person_chosen.connect(self._on_chosen_on_map)
        self._map_button.toggled.connect(self._on_map_toggled)
        self.detail.edit_wanted.connect(self.edit_person)
        self.detail.history_wanted.connect(self._read_history)
        self.narrowing.changed.connect(self.reload)
        desktop.changes.follow(_TOPICS, self._on_changed)

    def _declare_actions(self) -> None:
        actions = self._desktop.actions
        if self._edits:
            actions.add(
                Action(
                    "roster.add", "新しい人を登録する", "Ctrl+N", "plus", GROUP, self.add_person, scope=SCOPE
                )
            )
        if self._sees:
            actions.add(
                Action(
                    "roster.map",
                    "地図を出す・しまう",
                    "Ctrl+M",
                    "map-outline",
                    GROUP,
                    self._map_button.toggle,
                    scope=SCOPE,
                )
            )
            actions.note(GROUP, "一覧を上下に移る", "↑、↓")
            actions.note(GROUP, "選んだ人を直す", "Enter")
            actions.note(GROUP, "一覧からさがす欄に戻る", "Esc")
            narrow, acts = self.narrowing.open, self.acts
            for name, words, keys, icon, act in (
                ("narrow", "自治会・民生委員でしぼる", "Ctrl+J", "filter-outline", narrow),
                ("history", "選んだ人の履歴をならべて見る", "Ctrl+R", "compare", acts.compare),
                ("supporters", "選んだ人の支援者をつなぐ・外す", "Ctrl+T", "link", acts.supporters),
            ):
                actions.add(Action(f"roster.{name}", words, keys, icon, GROUP, act, scope=SCOPE))
        actions.host(self, SCOPE)

    # -- being a screen ------------------------------------------------------------------------

    def entered(self) -> None:
        """Read the list when it is shown and old."""
        if self._is_old:
            self.reload()
        if self._edits and not self._draft_asked:
            self._draft_asked = True
            self._desktop.runner.read(lambda: self._drafts.load(PERSON_FORM), self._offer_draft)

    def first_focus(self) -> QWidget | None:
        """The search field; the import's own when it is open."""
        if self._import is not None:
            return self._import.first_focus()
        return self.search if self._sees else self.main_action

    def focus_search(self) -> bool:
        """Ctrl+F."""
        if not self._sees or self._import is not None:
            return False
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()
        return True

    def show_filter(self, kind: MemberFilter) -> None:
        """Show the people of one filter: a count on another screen opens those behind it."""
        if not self._sees:
            return
        if self._import is not None:
            self.close_import()
        self.search.clear()
        self.filters.set_value(kind)
        self.reload()

    def show_everybody(self) -> None:
        """Take off what was typed and every filter."""
        self.narrowing.drop()
        self.show_filter(MemberFilter.ALL)
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def district_changed(self, district_id: str) -> None:
        """People of another 校区."""
        self._district = district_id
        self._is_old = True
        if self.isVisible():
            self.reload()

    def layout_changed(self, *, is_compact: bool) -> None:
        """Fewer columns and one filter button."""
        if self._import is not None:
            self._import.set_compact(compact=is_compact)
        self._arrange()

    def _arrange(self) -> None:
        if not self._sees:
            return
        with_map = self._map_button.isChecked()
        name_map_button(self._map_button, is_compact=self.is_compact)
        set_shown(self.filters, is_shown=not self.is_compact)
        self.filters.compact_button.setVisible(self.is_compact)
        self.map.setVisible(with_map)
        set_shown(self.detail, is_shown=not (with_map and self.is_compact))
        if with_map:
            self.table.drop_columns(MAP_DROPS)
        else:
            self.table.drop_columns(COMPACT_DROPS if self.is_compact else frozenset())
        self.placing.say_counts({}, compact=self.is_compact)
        self._say_count()

    def _apply_margins(self) -> None:
        if getattr(self, "_import", None) is not None:
            grid(self._outer, (0, 0, 0, 0), 0)
        else:
            super()._apply_margins()

    # -- reading -------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read rows and counts on a reader's thread; a newer search drops an older one.

        As long as nothing has been found yet, the first screenful comes ahead of the rest.
        """
        if not self._sees:
            return
        self._is_old = False
        if self._found is not None:
            self._read_everybody()
            return
        self._say_count()
        first = partial(self.service.first, self._query())
        self._desktop.runner.read(first, self._on_first, on_fail=self._on_not_read, key=_ROWS)

    def _query(self) -> MemberQuery:
        district = DistrictId(self._district) if self._district else None
        query = MemberQuery(self.search.text().strip(), self.filters.value(), district)
        return self.narrowing.narrowed(query)

    def _on_first(self, rows: list[MemberRow]) -> None:
        self.table.show_rows(rows)
        # The painting comes before the rest is read.
        QTimer.singleShot(0, self, self._read_everybody)

    def _read_everybody(self) -> None:
        find = partial(self.service.find, self._query())
        self._desktop.runner.read(find, self._on_found, on_fail=self._on_not_read, key=_ROWS)

    def _on_not_read(self, _error: BaseException) -> bool:
        """Read again when the screen is next shown; the runner tells the person."""
        self._is_old = True
        if self._found is None:
            self._show_count("読めませんでした")
        return False

    def _on_found(self, found: FoundPeople) -> None:
        self._found = found
        self.table.show_rows(found.rows)
        self.filters.set_counts(found.counts)
        self.placing.say_counts(found.counts, compact=self.is_compact)
        self._nobody.setVisible(not found.rows)
        self.table.setVisible(bool(found.rows))
        self._say_count()
        if not self.map.isHidden():
            self.map.show_rows(found.rows, self._district)
        if self.detail.member is not None:
            self._open_chosen()

    def _say_count(self) -> None:
        found = self._found
        if found is None:
            self._show_count("読んでいます" if not self._is_old else "")
            return
        rows = len(found.rows)
        whole = f"{found.total:,}人のうち {rows:,}人"
        self._show_count(f"{rows:,}人" if self.is_compact else whole, whole)

    def _show_count(self, words: str, spoken: str = "") -> None:
        self.count.setText(words)
        self.count.setAccessibleName(spoken or words)

    def _on_changed(self) -> None:
        self._is_old = True
        if self.isVisible():
            self.reload()

    def _open_chosen(self) -> None:
        member_id = self.table.chosen
        if not member_id:
            self._desktop.runner.read(lambda: None, self._on_opened, key="roster-person")
            return
        self._desktop.runner.read(
            partial(self.service.open, MemberId(member_id)), self._on_opened, key="roster-person"
        )

    def _on_opened(self, person: PersonFile | None) -> None:
        if person is not None and person.member.member_id != self.table.chosen:
            return
        self.detail.set_person(person, self.service.today)
        self.placing.read(person)

    def _read_history(self) -> None:
        member = self.detail.member
        if member is not None:
            self._desktop.runner.read(
                partial(self.service.history, member.member_id), self.detail.set_history, key="roster-history"
            )

    # -- map -----------------------------------------------------------------------------------

    def _on_map_toggled(self, _shown: bool) -> None:
        shown = self._map_button.isChecked()
        if shown:
            self.map.open()
            self.map.choose(self.table.chosen)
            self.map.show_rows(self.table.roster.rows, self._district)
        self._arrange()

    def _on_chosen_on_map(self, member_id: str) -> None:
        self.table.choose(member_id)

    # -- changing ------------------------------------------------------------------------------

    def add_person(self) -> None:
        """登録する: a new person."""
        if self._edits and self._import is None:
            self._open_in_turns(self.service.blank(), None)

    def edit_person(self) -> None:
        """直す: the chosen person, read anew."""
        member_id = self.table.chosen
        if not self._edits or not member_id:
            return
        self._desktop.runner.read(
            partial(self.service.open, MemberId(member_id)), self._on_read_to_edit, key="roster-edit"
        )

    def _on_read_to_edit(self, person: PersonFile | None) -> None:
        if person is None:
            self._desktop.messages.notice("この人はもう名簿にありません。", advice="一覧を読み直しました。")
            self.reload()
            return
        self._open_in_turns(person.member, person.member)

    def _open_in_turns(self, member: RosterMember, before: RosterMember | None) -> None:
        from kurume_bousai.ui.registry.edit_dialog import form_in_turns

        opens = partial(self._open_dialog, member, before, None)
        form_in_turns(self, self.service, member, self._district_names(), opens)

    def _district_names(self) -> list[str]:
        districts = self._desktop.window.header.district
        return [str(districts.itemData(place)) for place in range(1, districts.count())]

    def _open_dialog(
        self,
        member: RosterMember,
        before: RosterMember | None,
        draft: Draft | None = None,
        form: PersonForm | None = None,
    ) -> None:
        from kurume_bousai.ui.registry.edit_dialog import PersonDialog  # not before it is needed: start-up

        if self._dialog is not None:
            return
        names = self._district_names()
        self._dialog = PersonDialog(
            self._desktop, self.service, self._drafts, member, before, names, self.window(), form=form
        )
        if draft is not None:
            self._dialog.take_draft(draft)
        self._dialog.saved.connect(self._on_saved)
        self._dialog.finished.connect(self._on_dialog_closed)
        self._dialog.open()

    def _on_saved(self, outcome: Outcome[RosterMember], is_new: bool) -> None:
        self.table.remember(outcome.value.member_id)
        self._finish(outcome.changes, saved_words(outcome.value, is_new=is_new))

    def _on_dialog_closed(self, _result: int) -> None:
        if self._dialog is not None:
            if self._dialog.has_draft:
                self._draft_card.hide()
            self._dialog.deleteLater()
            self._dialog = None
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _finish(self, changes: frozenset[Topic], words: str) -> None:
        self._desktop.finish(Outcome(None, changes), words)

    # -- drafts --------------------------------------------------------------------------------

    def _offer_draft(self, draft: Draft | None) -> None:
        self._draft = draft
        if draft is None:
            return
        at = in_japan(draft.kept_at)
        self._draft_words.set_text(
            f"保存していない書きかけが残っています（{at.month}月{at.day}日 {at:%H:%M}）。"
        )
        self._draft_card.show()

    def _continue_draft(self) -> None:
        draft = self._draft
        if draft is None:
            return
        member_id = draft.fields.get("member_id", "")
        if draft.fields.get("is_new") == "1":
            self._draft_card.hide()
            self._open_dialog(self.service.blank(), None, draft)
            return
        self._desktop.runner.read(
            partial(self.service.open, MemberId(member_id)),
            lambda person: self._on_draft_person(person, draft),
        )

    def _on_draft_person(self, person: PersonFile | None, draft: Draft) -> None:
        self._draft_card.hide()
        if person is None:
            self._desktop.messages.notice("書きかけの人は、もう名簿にありません。")
            self._drop_draft()
            return
        self._open_dialog(person.member, person.member, draft)

    def _drop_draft(self) -> None:
        self._draft_card.hide()
        self._desktop.runner.write(lambda: self._drafts.forget(PERSON_FORM))

    # -- import --------------------------------------------------------------------------------

    def open_import(self) -> ImportPage:
        """取り込む: the five steps in the place of the list."""
        from kurume_bousai.ui.registry.import_page import ImportPage

        if self._import is None:
            self._import = ImportPage(self._desktop)
            self._import.set_compact(compact=self.is_compact)
            self._import.closed.connect(self.close_import)
            self._ordinary.hide()
            self._outer.addWidget(self._import, 1)
            self._show_top(is_shown=False)
            next_turn(self._import, partial(self._enter_import, self._import))
        return self._import

    def _enter_import(self, page: ImportPage) -> None:
        # To dress five steps is a turn's work of its own.
        page.show()
        page.entered()
        if (focus := page.first_focus()) is not None:
            focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_import(self) -> None:
        """Back to the list."""
        page = self._import
        if page is None or page.is_busy:
            return  # what is being written must still be able to say so
        self._import = None
        self._outer.removeWidget(page)
        page.hide()
        page.deleteLater()
        self._ordinary.show()
        self._show_top(is_shown=True)
        self.reload()
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_top(self, *, is_shown: bool) -> None:
        for place in range(self._top.count()):
            item = self._top.itemAt(place)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.setVisible(is_shown)
        self._apply_margins()
