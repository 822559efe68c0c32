"""The pictures of the manual about consent, lists that leave, lost ones, and 災害時提供モード."""

# ruff: noqa: INP001, S101 - a script beside make_pictures.py; an assert tells a type
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.consents import ConsentKind, ConsentState
from kurume_bousai.domain.hand_outs import CopyEventKind, HandOutPaper
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.recipients import Handler, SupportPartner
from kurume_bousai.domain.second_person import Confirmation
from kurume_bousai.services.disclosure.emergency import EmergencyOrder, EmergencyService
from kurume_bousai.services.fictional.city import DEMO_PROTECTED_OPERATOR
from kurume_bousai.services.hand_outs.service import HandOutDraft

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDialog

    from kurume_bousai.ui.headless import Studio
    from kurume_bousai.ui.reports.papers_page import PapersPage

Shot = Callable[["Studio"], None]
_DISTRICT: Final = DistrictId("津福")
_PURPOSE: Final = "平常時の見守りと、災害のときの避難支援のため"
_PARTNERS: Final = (
    (Body.DISTRICT_ORGANIZATION, "架空のまちづくり振興会", "架空 会長", True),
    (Body.WELFARE_COMMISSIONER, "架空の民生委員児童委員協議会", "架空 一郎", True),
    (Body.FIRE_SERVICE, "架空の消防本部", "架空 署長", False),
    (Body.NEIGHBORHOOD_ASSOCIATION, "架空の自治会", "", True),
)


# ------------------------------------------------------------------ props


def _partner(studio: Studio, body: Body) -> SupportPartner:
    """One recipient of the fictional master, which is filled when it is first asked for."""
    service = studio.desktop.services.recipients
    known = {one.body: one for one in service.all()}
    for kind, name, responsible, is_local in _PARTNERS:
        if kind in known:
            continue
        agreed = date(2026, 4, 1) if responsible else None
        made = replace(
            service.blank(kind), name=name, responsible=responsible, agreed_on=agreed,
            district_id=_DISTRICT if is_local else None,
            neighborhood="南自治会" if kind is Body.NEIGHBORHOOD_ASSOCIATION else "",
            storage_place="事務室の金庫",
            handlers=(Handler("架空 花子", agreed),) if agreed else (),
        )  # fmt: skip
        known[kind] = service.save(made).value
    return known[body]


def _hand(studio: Studio, body: Body, copies: int, paper: HandOutPaper = HandOutPaper.ROSTER) -> list[str]:
    """Hand copies out as a clerk and the one beside them would."""
    from kurume_bousai import app

    services = studio.desktop.services
    draft = HandOutDraft(_partner(studio, body).partner_id, _PURPOSE, copies, paper)
    order = services.hand_outs.order(draft).value
    second = Confirmation(DEMO_PROTECTED_OPERATOR.name, app.DEMO_PASSPHRASE)
    printed = services.hand_outs.print_copies(order.order_id, second)
    studio.desktop.changes.tell(printed.changes)
    return [one.copy_number for one in printed.value]


def _listed(studio: Studio, copy_number: str) -> RosterMember:
    found = studio.desktop.services.copies.open(copy_number).people
    return next(one.now for one in found if one.now is not None)


def _papers(studio: Studio) -> PapersPage:
    from kurume_bousai.ui.reports.papers_page import PapersPage

    page = studio.show_page("papers")
    assert isinstance(page, PapersPage)
    return page


def _open_dialog() -> QDialog:
    from PySide6.QtWidgets import QApplication, QDialog

    found = [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()]
    if not found:
        raise LookupError("no dialog is open")
    active = QApplication.activeModalWidget()
    return active if isinstance(active, QDialog) else found[-1]


def _grab(studio: Studio, name: str) -> None:
    """Photograph the dialog that stands open and close it."""
    studio.settle()
    dialog = _open_dialog()
    studio.grab(dialog, name)
    dialog.done(0)
    studio.settle()


# ------------------------------------------------------------------ what is photographed


def consent(studio: Studio) -> None:
    """同意の欄 with an explanation before the answer; then the copies out after a withdrawal."""
    from kurume_bousai.ui.registry.consent_windows import CopiesOutWindow
    from kurume_bousai.ui.registry.edit_dialog import PersonDialog
    from kurume_bousai.ui.registry.roster_page import RosterPage

    studio.window.set_district(str(_DISTRICT))
    page = studio.show_page("roster")
    assert isinstance(page, RosterPage)
    page.table.selectRow(0)
    studio.settle()
    page.edit_person()
    studio.settle()
    dialog = _open_dialog()
    assert isinstance(dialog, PersonDialog)
    editor = dialog.form.consents[ConsentKind.ROSTER]
    editor.state.set_value(ConsentState.GIVEN)
    editor.explained.line.setText("R8.10.10")
    editor.explained_by.setText("架空 職員")
    editor.decided.line.setText("R8.11.1")
    editor.state.chosen.emit(ConsentState.GIVEN)
    dialog.show_editor(editor.bodies)
    studio.settle()
    dialog.show_editor(editor.bodies)
    _grab(studio, "consent_form")
    (number,) = _hand(studio, Body.DISTRICT_ORGANIZATION, 1)
    member = _listed(studio, number)
    services = studio.desktop.services
    no = replace(
        member.consent(ConsentKind.ROSTER), state=ConsentState.WITHDRAWN, decided_on=services.copies.today
    )
    result = services.consents.answer(member.member_id, no)
    CopiesOutWindow(studio.desktop, result.value.call_back, studio.window).open()
    studio.desktop.finish(result)
    _grab(studio, "copies_out")
    studio.window.set_district("")


def partners(studio: Studio) -> None:
    """渡す先の台帳."""
    _partner(studio, Body.FIRE_SERVICE)
    page = _papers(studio)
    page.reload()
    studio.settle()
    page.open_partners()
    _grab(studio, "partners")


def hand_out(studio: Studio) -> None:
    """名簿を渡す: the question, and what the second person reads."""
    from kurume_bousai.ui.reports.hand_out_dialog import HandOutDialog

    partner = _partner(studio, Body.WELFARE_COMMISSIONER)
    page = _papers(studio)
    page.reload()
    studio.settle()
    page.open_hand_out()
    studio.settle()
    dialog = _open_dialog()
    assert isinstance(dialog, HandOutDialog)
    dialog.partner.setCurrentIndex(dialog.partner.findData(partner.partner_id))
    dialog.purpose.setText(_PURPOSE)
    studio.settle()
    studio.grab(dialog, "hand_out")
    dialog.check()
    _grab(studio, "hand_out_second")


def ledger(studio: Studio) -> None:
    """提供台帳, a change of 責任者, and a lost copy with everybody on it."""
    from kurume_bousai.ui.reports.copies_panel import ALL
    from kurume_bousai.ui.reports.copy_window import CopyWindow
    from kurume_bousai.ui.reports.holder_dialog import HolderDialog

    services = studio.desktop.services
    first, second = _hand(studio, Body.WELFARE_COMMISSIONER, 2)
    studio.desktop.finish(services.copies.record([first], CopyEventKind.RECEIVED, services.copies.today))
    page = _papers(studio)
    HolderDialog(studio.desktop, _partner(studio, Body.WELFARE_COMMISSIONER), studio.window).open()
    _grab(studio, "holder_change")
    studio.desktop.finish(services.copies.record([second], CopyEventKind.LOST, services.copies.today))
    page.show_copies(ALL)
    studio.settle()
    studio.window.messages.clear()
    studio.settle()
    studio.grab(studio.window, "ledger")
    CopyWindow(studio.desktop, second, studio.window).open()
    _grab(studio, "lost_copy")


def emergency(studio: Studio) -> None:
    """災害時提供モード: what is asked, then the band while it is on."""
    from kurume_bousai.ui.emergency.emergency_dialog import open_emergency

    dialog = open_emergency(studio.desktop, studio.window)
    studio.settle()
    dialog.start_button.click()
    dialog.form.event_name.setText("架空の令和8年7月豪雨")
    dialog.form.reason.setText("浸水で孤立した家の安否確認と救助のため")
    dialog.form.districts.set_on([str(_DISTRICT)])
    dialog.form.bodies.set_values({Body.FIRE_SERVICE})
    _grab(studio, "emergency_form")
    service = EmergencyService(studio.desktop.database, studio.desktop.clock)
    order = EmergencyOrder(
        event="架空の令和8年7月豪雨", reason="浸水で孤立した家の安否確認と救助のため",
        bodies=frozenset({Body.FIRE_SERVICE}), districts=frozenset({_DISTRICT}),
        until=service.now() + timedelta(hours=24),
    )  # fmt: skip
    begun = service.switch_on(order)
    studio.desktop.changes.tell(begun.changes)
    _hand(studio, Body.FIRE_SERVICE, 1, HandOutPaper.EMERGENCY)
    open_emergency(studio.desktop, studio.window)
    _grab(studio, "emergency")
    studio.desktop.changes.tell(service.switch_off(begun.value.emergency_id).changes)
    studio.settle()


SHOTS: Final[dict[str, Shot]] = {
    "consent_form": consent,
    "partners": partners,
    "hand_out": hand_out,
    "ledger": ledger,
    "emergency": emergency,
}
