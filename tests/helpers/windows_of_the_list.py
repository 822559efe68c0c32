"""Every window of the list's work on the fictional city, each in the state in which it has most to press."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, cast

from PySide6.QtWidgets import QDialog, QWidget

from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.consents import ConsentKind
from kurume_bousai.domain.dates import parse_date
from kurume_bousai.domain.hand_outs import CopyEventKind
from kurume_bousai.domain.ids import DistrictId, MemberId, new_id
from kurume_bousai.domain.matching import PairVerdict
from kurume_bousai.domain.recipients import Handler, SupportPartner
from kurume_bousai.domain.second_person import Confirmation
from kurume_bousai.services.hand_outs.service import HandOutDraft
from kurume_bousai.services.letters.plan import MailingOrder
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.services.roster.retention import RetentionService
from kurume_bousai.services.roster_import.headings import ColumnChoice
from kurume_bousai.ui.activities.activities_dialog import ActivitiesDialog
from kurume_bousai.ui.emergency.emergency_dialog import EmergencyDialog
from kurume_bousai.ui.form_dialog import ConfirmDialog
from kurume_bousai.ui.geocode.placing_dialog import PlacingDialog
from kurume_bousai.ui.letters.criteria_dialog import CriteriaDialog
from kurume_bousai.ui.letters.eligibility_dialog import EligibilityDialog
from kurume_bousai.ui.letters.envelope_dialog import EnvelopeDialog
from kurume_bousai.ui.letters.letter_file_dialog import LetterFileDialog
from kurume_bousai.ui.letters.mailing_dialog import MailingDialog
from kurume_bousai.ui.letters.open_letters_dialog import OpenLettersDialog
from kurume_bousai.ui.letters.reply_dialog import ReplyDialog
from kurume_bousai.ui.office_cards import open_quality_with_places
from kurume_bousai.ui.preferences.body_rules_dialog import BodyRulesDialog
from kurume_bousai.ui.preferences.operator_dialogs import OperatorDialog, PassphraseDialog
from kurume_bousai.ui.preferences.retention_card import ExpiryDialog
from kurume_bousai.ui.printing import PreviewDialog, Sheet
from kurume_bousai.ui.rates.rates_dialog import RatesDialog
from kurume_bousai.ui.registry.consent_windows import ConsentHistoryWindow, CopiesOutWindow
from kurume_bousai.ui.registry.duplicates import DuplicatesDialog
from kurume_bousai.ui.registry.history import HistoryDialog
from kurume_bousai.ui.registry.import_page import ImportPage
from kurume_bousai.ui.registry.person_form_family import SomebodyDialog
from kurume_bousai.ui.registry.remove_dialog import RemoveDialog, RestoreDialog
from kurume_bousai.ui.registry.roster_narrowing import NarrowDialog
from kurume_bousai.ui.registry.roster_page import RosterPage
from kurume_bousai.ui.registry.screening_dialog import ScreeningDialog
from kurume_bousai.ui.registry.supporters_dialog import SupportersDialog
from kurume_bousai.ui.reports.copy_event_dialog import CopyEventDialog
from kurume_bousai.ui.reports.copy_window import CopyWindow
from kurume_bousai.ui.reports.hand_out_dialog import SAVE, HandOutDialog
from kurume_bousai.ui.reports.holder_dialog import HolderDialog
from kurume_bousai.ui.reports.named_dialog import NamedRosterDialog
from kurume_bousai.ui.reports.partners_window import PartnersWindow
from kurume_bousai.ui.reports.person_dialog import NamedPersonMapDialog
from kurume_bousai.ui.reports.save_window import SaveReportDialog
from kurume_bousai.ui.yearly.yearly_dialog import YearlyDialog
from tests.fixtures.demo_city import PASSPHRASE, PROTECTED_OPERATOR
from tests.helpers.desk import Desk
from tests.helpers.office_desktop import small_pdf

DISTRICT = DistrictId("津福")
PURPOSE = "平常時の見守りと、災害のときの避難支援のため"


@dataclass
class Kept:
    """What the windows show: made once."""

    partner: SupportPartner
    copies: list[str]
    mailing: int
    folder: Path
    shown: dict[str, QWidget] = field(default_factory=dict)


def prepare(desk: Desk, folder: Path) -> Kept:
    """Recipients, two copies of which one is lost, letters that are out and that are not, a file to read."""
    services = desk.desktop.services
    make_twin(desk)
    partner = make_partner(desk)
    order = services.hand_outs.order(HandOutDraft(partner.partner_id, PURPOSE, 2)).value
    second = Confirmation(PROTECTED_OPERATOR, PASSPHRASE)
    papers = services.hand_outs.print_copies(order.order_id, second).value
    copies = [paper.copy_number for paper in papers]
    services.copies.record(copies[:1], CopyEventKind.LOST, services.copies.today)
    letters = services.letters
    letters.eligibility().run()
    mailing = letters.mailings().create(MailingOrder("登録の案内", parse_date("2099-01-01"))).value.number
    letters.mailings().print_pages(mailing, 1, 1)
    with (folder / "介護.csv").open("w", encoding="cp932", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["ID", "姓", "名", "フリガナ", "生年月日", "住所", "校区", "登録状態"])
        for number in range(12):
            day = f"S{5 + number}.{number + 1}.{number + 1}" if number else "昭和75年1月1日"
            writer.writerow(
                [f"K{number:04d}", "架空", f"春{number}子", "カクウ ハルコ", day,
                 f"久留米市架空町{9100 + number}-12", "津福", "申込済"]
            )  # fmt: skip
    return Kept(partner, copies, mailing, folder)


def make_twin(desk: Desk) -> None:
    """Somebody who may be on the list twice."""
    database = desk.desktop.database
    with database.writing() as session:
        known = session.members.in_district(database.access, DISTRICT)[0]
        twin = replace(known, member_id=MemberId(new_id()), number=0, source="別の課", source_key="X-1")
        session.members.add_many(database.access, [twin], source="別の課")


def make_partner(desk: Desk) -> SupportPartner:
    service = desk.desktop.services.recipients
    agreed = date(2026, 4, 1)
    made = replace(
        service.blank(Body.WELFARE_COMMISSIONER), name="架空の民生委員児童委員協議会",
        responsible="架空 一郎", agreed_on=agreed, district_id=DISTRICT, storage_place="事務室の金庫",
        handlers=(Handler("架空 花子", agreed),),
    )  # fmt: skip
    return service.save(made).value


def page(desk: Desk, page_id: str) -> QWidget:
    """A screen of the window, filled."""
    made = desk.desktop.window.show_page(page_id)
    desk.settle()
    return cast("QWidget", made)


def roster(desk: Desk) -> RosterPage:
    made = cast("RosterPage", page(desk, "roster"))
    desk.until(lambda: made.table.roster.rowCount() > 0)
    if not made.table.chosen:
        made.table.selectRow(0)
        desk.settle()
        desk.until(lambda: made.detail.member is not None)
    return made


def person(desk: Desk) -> Any:  # noqa: ANN401 - whoever stands first
    return roster(desk).detail.member


def _form(desk: Desk, *, is_new: bool) -> QWidget:
    made = roster(desk)
    made.add_person() if is_new else made.edit_person()
    wait_for_form(desk, made)
    return cast("QWidget", made._dialog)


def wait_for_form(desk: Desk, made: RosterPage) -> None:
    """The form of a person comes a moment after it was asked for."""
    desk.until(lambda: made._dialog is not None and made._dialog.isVisible())
    desk.settle()


def _opened(desk: Desk, dialog: QDialog) -> QDialog:
    dialog.open()
    desk.settle()
    return dialog


def _dialog(make: Callable[[Desk, Kept], QDialog]) -> Callable[[Desk, Kept], QWidget]:
    return lambda desk, kept: _opened(desk, make(desk, kept))


def _hand_out(desk: Desk, kept: Kept, step: int = 0) -> QDialog:
    made = HandOutDialog(desk.desktop, desk.desktop.services.recipients.all(), desk.desktop.window)
    made.partner.setCurrentIndex(1)
    made.purpose.setText(PURPOSE)
    made.way.set_value(SAVE)
    made._on_way(SAVE)
    if step == 1:
        made.password.line.setText("きじと橋と川と青い空")
        made.check()
    if step == 2:
        made._numbers = tuple(kept.copies)
        made._say_done("2部を印刷しました。")
    return made


def _partners(desk: Desk, *, is_form: bool) -> QDialog:
    made = PartnersWindow(desk.desktop, [str(DISTRICT)], desk.desktop.window)
    desk.settle()
    made.table.selectRow(0)
    if is_form:
        made.change()
    return made


def _mailing(desk: Desk, kept: Kept, step: str) -> QDialog:
    made = MailingDialog(desk.desktop, desk.desktop.window)
    made.open()
    desk.settle()
    if step == "one":
        made._open(kept.mailing)
    elif step != "list":
        made.show_step(made._form)
    if step == "people":
        made.reply_by.set_value(date(2099, 1, 1))
        made.plan()
    return made


def _criteria(desk: Desk, *, is_form: bool) -> QDialog:
    made = CriteriaDialog(desk.desktop, desk.desktop.services.letters.eligibility(), desk.desktop.window)
    desk.settle()
    if is_form:
        made._to_add()
    return made


def _yearly(desk: Desk, step: str) -> QDialog:
    made = YearlyDialog(desk.desktop, desk.desktop.window)
    desk.settle()
    if made.start_button.isVisibleTo(made):
        made.confirm_start()
        made.findChildren(ConfirmDialog)[-1]._do()
        desk.settle()
    made.table.setCurrentIndex(made.table.model().index(0, 0))
    if step == "record":
        made._open_record()
    if step == "due":
        made._open_due()
    return made


def _activities(desk: Desk, *, is_form: bool) -> QDialog:
    made = ActivitiesDialog(desk.desktop, desk.desktop.window)
    desk.settle()
    if is_form:
        made._open_new()
    return made


def _emergency(desk: Desk, *, is_form: bool) -> QDialog:
    made = EmergencyDialog(desk.desktop, desk.desktop.window)
    desk.settle()
    if is_form:
        made.start_button.click()
    return made


def _expiry(desk: Desk) -> QDialog:
    service = RetentionService(desk.desktop.database, desk.desktop.clock)
    return ExpiryDialog(desk.desktop, service, service.preview(), desk.desktop.window)


def _duplicates(desk: Desk, *, is_merge: bool) -> QDialog:
    made = DuplicatesDialog(desk.desktop, desk.desktop.window)
    desk.settle()
    if is_merge:
        made.pair.decided.emit(PairVerdict.SAME)
    return made


def _save_report(desk: Desk) -> QDialog:
    return SaveReportDialog(desk.desktop, "活動の実績", "活動", lambda _p: None, desk.desktop.window)  # type: ignore[arg-type, return-value]


def _preview(desk: Desk) -> QDialog:
    sheets = [Sheet("写し 1", small_pdf(3)), Sheet("写し 2", small_pdf(1))]
    return PreviewDialog(
        "この紙を印刷しますか", sheets, desk.desktop.runner, is_named=True, parent=desk.desktop.window
    )


def _letters_status(desk: Desk, kept: Kept) -> Any:  # noqa: ANN401 - as the service gives it
    return desk.desktop.services.letters.mailings().status(kept.mailing)


def _copy(desk: Desk, number: str) -> Any:  # noqa: ANN401 - as the service gives it
    return next(one for one in desk.desktop.services.copies.ledger().copies if one.copy_number == number)


def _import(desk: Desk, kept: Kept, steps: int) -> QWidget:
    importing = roster(desk).open_import()
    desk.settle()
    if steps and importing._session is None:
        importing.file.path.setText(str(kept.folder / "介護.csv"))
        importing.file.source.setCurrentText("架空市の介護")
        importing.file.extent.set_value(False)
    for _step in range(steps - importing.bar.step()):
        if importing.bar.step() == 1:
            _point(importing)
        importing.go_on()
        desk.settle()
    assert importing.bar.step() == steps, [one.text for one in desk.desktop.messages.messages()]
    return importing


def _point(importing: ImportPage) -> None:
    headings = importing.columns._headings
    assert headings is not None
    for column in headings.columns:
        if column.name == "氏名":
            importing.columns._set_choice("氏名", ColumnChoice("姓", "名"))


def _column(desk: Desk, kept: Kept) -> QWidget:
    importing = cast("ImportPage", _import(desk, kept, 1))
    importing.columns.ask("氏名")
    assert importing.columns.dialog is not None
    return importing.columns.dialog


def _papers(desk: Desk, kept: Kept) -> QWidget:
    made: Any = page(desk, "papers")
    made.show_copies("out")
    desk.settle()
    made.copies.table.selectRow(0)
    return cast("QWidget", made)


WINDOWS: dict[str, Callable[[Desk, Kept], QWidget]] = {
    "list": lambda desk, _kept: roster(desk),
    "person new": lambda desk, _kept: _form(desk, is_new=True),
    "person": lambda desk, _kept: _form(desk, is_new=False),
    "remove": _dialog(lambda desk, _k: RemoveDialog(person(desk), desk.desktop.privacy, desk.window)),
    "restore": _dialog(lambda desk, _k: RestoreDialog(2, desk.window)),
    "history": _dialog(
        lambda desk, _k: HistoryDialog(
            desk.desktop, roster(desk).service, person(desk), may_restore=True, parent=desk.window
        )
    ),
    "narrow": _dialog(
        lambda desk, _k: NarrowDialog(desk.desktop, roster(desk).service, MemberQuery(), desk.window)
    ),
    "somebody": _dialog(
        lambda desk, _k: SomebodyDialog(
            desk.desktop, roster(desk).service, person(desk).member_id, desk.window
        )
    ),
    "supporters": _dialog(
        lambda desk, _k: SupportersDialog(desk.desktop, person(desk).member_id, desk.window)
    ),
    "screening": _dialog(lambda desk, _k: ScreeningDialog(desk.desktop, person(desk), desk.window)),
    "consent history": _dialog(
        lambda desk, _k: ConsentHistoryWindow(
            ConsentKind.ROSTER,
            desk.desktop.services.consents.history(person(desk).member_id, ConsentKind.ROSTER),
            hidden=False,
            parent=desk.window,
        )
    ),
    "copies out": _dialog(
        lambda desk, kept: CopiesOutWindow(desk.desktop, [_copy(desk, n) for n in kept.copies], desk.window)
    ),
    "papers": _papers,
    "hand-out": _dialog(_hand_out),
    "hand-out second": _dialog(lambda desk, kept: _hand_out(desk, kept, 1)),
    "hand-out done": _dialog(lambda desk, kept: _hand_out(desk, kept, 2)),
    "recipients": _dialog(lambda desk, _k: _partners(desk, is_form=False)),
    "recipient form": _dialog(lambda desk, _k: _partners(desk, is_form=True)),
    "holder": _dialog(lambda desk, kept: HolderDialog(desk.desktop, kept.partner, desk.window)),
    "body rules": _dialog(
        lambda desk, _k: BodyRulesDialog(desk.desktop, desk.desktop.services.recipients, desk.window)
    ),
    "copy returned": _dialog(
        lambda desk, kept: CopyEventDialog(
            desk.desktop, [_copy(desk, kept.copies[1])], CopyEventKind.RETURNED, desk.window
        )
    ),
    "copy lost": _dialog(
        lambda desk, kept: CopyEventDialog(
            desk.desktop, [_copy(desk, kept.copies[1])], CopyEventKind.LOST, desk.window
        )
    ),
    "lost copy": _dialog(lambda desk, kept: CopyWindow(desk.desktop, kept.copies[0], desk.window)),
    "named list": _dialog(lambda desk, _k: NamedRosterDialog(desk.desktop, [str(DISTRICT)], desk.window)),
    "person map": _dialog(lambda desk, _k: NamedPersonMapDialog(desk.desktop, [str(DISTRICT)], desk.window)),
    "save report": _dialog(lambda desk, _k: _save_report(desk)),
    "preview": _dialog(lambda desk, _k: _preview(desk)),
    "emergency": _dialog(lambda desk, _k: _emergency(desk, is_form=False)),
    "emergency form": _dialog(lambda desk, _k: _emergency(desk, is_form=True)),
    "quality": lambda desk, _k: open_quality_with_places(desk.desktop, desk.window),
    "placing": _dialog(lambda desk, _k: PlacingDialog(desk.desktop, desk.window)),
    "duplicates": _dialog(lambda desk, _k: _duplicates(desk, is_merge=False)),
    "merge": _dialog(lambda desk, _k: _duplicates(desk, is_merge=True)),
    "eligibility": _dialog(lambda desk, _k: EligibilityDialog(desk.desktop, desk.window)),
    "criteria": _dialog(lambda desk, _k: _criteria(desk, is_form=False)),
    "criterion": _dialog(lambda desk, _k: _criteria(desk, is_form=True)),
    "mailings": _dialog(lambda desk, kept: _mailing(desk, kept, "list")),
    "mailing new": _dialog(lambda desk, kept: _mailing(desk, kept, "form")),
    "mailing people": _dialog(lambda desk, kept: _mailing(desk, kept, "people")),
    "mailing": _dialog(lambda desk, kept: _mailing(desk, kept, "one")),
    "envelopes": _dialog(
        lambda desk, kept: EnvelopeDialog(desk.desktop, _letters_status(desk, kept), desk.window)
    ),
    "letter file": _dialog(
        lambda desk, kept: LetterFileDialog(desk.desktop, _letters_status(desk, kept), (1, 1), desk.window)
    ),
    "open letters": _dialog(lambda desk, kept: OpenLettersDialog(desk.desktop, kept.mailing, desk.window)),
    "reply": _dialog(lambda desk, _k: ReplyDialog(desk.desktop, desk.window)),
    "rates": _dialog(lambda desk, _k: RatesDialog(desk.desktop, desk.window)),
    "yearly": _dialog(lambda desk, _k: _yearly(desk, "list")),
    "yearly record": _dialog(lambda desk, _k: _yearly(desk, "record")),
    "yearly due": _dialog(lambda desk, _k: _yearly(desk, "due")),
    "activities": _dialog(lambda desk, _k: _activities(desk, is_form=False)),
    "activity": _dialog(lambda desk, _k: _activities(desk, is_form=True)),
    "operator": _dialog(lambda desk, _k: OperatorDialog(desk.desktop, [str(DISTRICT)], None, desk.window)),
    "passphrase": _dialog(lambda desk, _k: PassphraseDialog(desk.desktop, desk.window)),
    "expiry": _dialog(lambda desk, _k: _expiry(desk)),
    "settings": lambda desk, _k: page(desk, "preferences"),
    "import file": lambda desk, kept: _import(desk, kept, 0),
    "import columns": lambda desk, kept: _import(desk, kept, 1),
    "import column": _column,
    "import check": lambda desk, kept: _import(desk, kept, 2),
    "import judge": lambda desk, kept: _import(desk, kept, 3),
    "import confirm": lambda desk, kept: _import(desk, kept, 4),
}
