"""いまの受入: the same board while people come, and what is written about a site."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from kurume_bousai.domain.care_facilities import CareFacility
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.reception import ReceptionKind
from kurume_bousai.domain.shelters import OpeningState, YesNoUnknown
from kurume_bousai.services.capacity.plan_board import BoardSite, BoardSubject
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.ui.figure_table import Cell
from kurume_bousai.ui.form_dialog import ConfirmDialog
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.messages import MessageBar
from kurume_bousai.ui.shelters.board_rows import head_line, row_age, state_of, tile_words
from kurume_bousai.ui.shelters.board_view import Density
from kurume_bousai.ui.shelters.candidates_dialog import CandidatesDialog
from kurume_bousai.ui.shelters.ledger_dialog import LedgerDialog
from kurume_bousai.ui.shelters.reception_dialogs import CountDialog, MoveDialog
from kurume_bousai.ui.shelters.shelters_page import SheltersPage
from kurume_bousai.ui.shelters.site_card import CardAction
from tests.fixtures.city_windows import own_city
from tests.helpers.city_screens import Screens

__all__ = ["own_city"]

D = TypeVar("D", bound=QDialog)


def reception(screens: Screens) -> SheltersPage:
    """The board of いまの受入."""
    page = screens.shelters()
    page.tools.subject.set_value(BoardSubject.RECEPTION)
    page.tools.subject.chosen.emit(BoardSubject.RECEPTION)
    screens.wait(lambda: page.question.startswith("いま"))
    return page


def row_of(page: SheltersPage, site_id: str) -> BoardSite:
    return next(row for row in page.stack.board.rows() if row.site.site_id == site_id)


def shown(kind: type[D]) -> D:
    found = [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]
    assert found
    return found[-1]


def take(screens: Screens, page: SheltersPage, action: CardAction, site_id: str) -> None:
    page.site_actions.take(action, site_id)
    screens.wait(lambda: True)


def said(bar: MessageBar) -> str:
    return " ".join(message.text for message in bar.messages())


def agree(screens: Screens) -> None:
    """Press what the question offers."""
    shown(ConfirmDialog)._do()
    screens.wait(lambda: True)


def test_the_list_shows_the_same_sites_by_keyboard(screens: Screens) -> None:
    page = screens.shelters()
    page.stack.setFocus()
    QTest.keyClick(page.stack.board, Qt.Key.Key_Right)
    chosen = page.stack.site_id()
    page.tools.density.set_value(Density.LIST)
    page.stack.set_density(Density.LIST)
    assert page.first_focus() is page.stack.list
    assert page.stack.site_id() == chosen
    assert [key for key, _cells in page.stack.list.rows()] == [
        str(row.site.site_id) for row in page.stack.board.rows()
    ]
    QTest.keyClick(page.stack.list, Qt.Key.Key_Return)
    assert page.card.isVisible()
    assert page.card.row is not None
    assert page.card.row.site.site_id == chosen


def test_a_site_opens_is_counted_and_may_not_close_while_people_are_there(screens: Screens) -> None:
    page = reception(screens)
    assert page._board is not None
    assert head_line(page._board).opened == 0
    site_id = str(page.stack.board.rows()[3].site.site_id)
    assert state_of(row_of(page, site_id)) is None
    assert tile_words(row_of(page, site_id)).word == "未開設"

    take(screens, page, CardAction.OPEN, site_id)
    agree(screens)
    screens.wait(lambda: row_of(page, site_id).site.state is OpeningState.OPEN)
    assert head_line(page._board).opened == 1
    assert state_of(row_of(page, site_id)) is State.UNKNOWN, "nobody has said yet who is there"
    assert tile_words(row_of(page, site_id)).word == "報告なし"
    assert head_line(page._board).free == 0

    take(screens, page, CardAction.COUNT, site_id)
    dialog = shown(CountDialog)
    dialog.people.setText("９００")
    dialog.staff.setText("3")
    dialog.works["水"].set_value(YesNoUnknown.NO)
    dialog._keep()
    screens.wait(lambda: row_of(page, site_id).assigned == 900)
    row = row_of(page, site_id)
    assert state_of(row) is State.SHORT
    assert row.balance == (row.usable or 0) - 900
    assert row.occupancy is not None
    assert row.occupancy.report is not None
    assert (row.occupancy.report.staff, row.occupancy.report.water) == (3, YesNoUnknown.NO)
    assert page.stack.board.rows()[0].site.site_id == site_id, "不足 comes first"
    at = row.occupancy.counted_at
    assert at is not None
    assert row_age(row, at + timedelta(hours=3, minutes=5)) == "3時間前"
    assert row_age(row_of(page, str(page.stack.board.rows()[9].site.site_id)), at) == "報告なし"

    take(screens, page, CardAction.CLOSE, site_id)
    agree(screens)
    assert row_of(page, site_id).site.state is OpeningState.OPEN
    assert "900人" in said(page._desktop.messages)


def test_a_party_is_written_by_number_and_taken_back(screens: Screens, database: CityDatabase) -> None:
    with database.reading() as session:
        member = session.members.in_district(database.access, None)[0]
    page = reception(screens)
    site_id = str(page.stack.board.rows()[0].site.site_id)
    take(screens, page, CardAction.MOVE, site_id)
    dialog = shown(MoveDialog)
    dialog.number.setText("999999")
    dialog._keep()
    screens.wait(lambda: bool(dialog.messages.messages()))
    assert "名簿にいません" in said(dialog.messages)
    dialog.number.setText(f"{member.number}")
    dialog.kind.set_value(ReceptionKind.ADMITTED)
    dialog._keep()
    screens.wait(lambda: row_of(page, site_id).assigned == member.party_size)

    take(screens, page, CardAction.LEDGER, site_id)
    ledger = shown(LedgerDialog)
    screens.wait(lambda: bool(ledger.table.rows()))
    cells: tuple[Cell, ...] = ledger.table.rows()[0][1]
    assert (cells[1].text, cells[2].text) == ("入所", f"{member.number}")
    assert all(member.name not in cell.text for _key, cells in ledger.table.rows() for cell in cells)
    ledger.table.setCurrentIndex(ledger.table.model().index(0, 0))
    ledger.take_back.click()
    agree(screens)
    screens.wait(lambda: row_of(page, site_id).assigned == 0)
    assert [row[1][1].text for row in ledger.table.rows()] == ["訂正", "入所(訂正ずみ)"]
    assert not ledger.take_back.isEnabled() or ledger.table.key() is not None


def test_an_empty_report_is_not_written(screens: Screens) -> None:
    page = reception(screens)
    take(screens, page, CardAction.COUNT, str(page.stack.board.rows()[0].site.site_id))
    dialog = shown(CountDialog)
    with pytest.raises(KnownProblem) as told:
        dialog.drafts()
    assert told.value.code == "reception_empty"
    dialog._keep()
    assert dialog.isVisible()
    assert dialog.messages.messages()


def test_a_candidate_joins_the_list_with_everything_unknown(screens: Screens, database: CityDatabase) -> None:
    facility = CareFacility("4090/通所介護", "4090", "架空 ためし荘", "通所介護", capacity=30)
    with database.writing() as session:
        session.shelters.save_care_facilities(database.access, [facility])
    page = screens.shelters()
    page._on_candidates()
    dialog = shown(CandidatesDialog)
    screens.wait(lambda: bool(dialog.table.rows()))
    dialog.table.setCurrentIndex(dialog.table.model().index(0, 0))
    dialog.adopt.click()
    agree(screens)
    screens.wait(lambda: any(row.site.name == "架空 ためし荘" for row in page.stack.board.rows()))
    row = row_of(page, "4090")
    assert state_of(row) is State.UNKNOWN
    assert row.usable is None
    assert not dialog.adopt.isEnabled()
