"""施設を直す: every field of the record comes back as it was, and what changed says who said so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from kurume_bousai.domain.city_settings import CitySettings
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import Fitness, HazardScenario
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.shelters import (
    UNLIMITED,
    Ownership,
    Room,
    Verification,
    WelfareShelter,
    YesNoUnknown,
)
from kurume_bousai.domain.site_record import (
    Equipment,
    EquipmentFact,
    FacilityRecord,
    FigureSource,
    SiteContacts,
    SiteFigure,
    StockItem,
)
from kurume_bousai.services.shelters.questions import QuestionKind, open_questions
from kurume_bousai.ui.kit import tokens
from kurume_bousai.ui.shelters.site_form import SiteForm
from kurume_bousai.ui.shelters.site_values import read_number, read_stock, write_amount, write_number

TODAY, APRIL = date(2026, 11, 21), date(2026, 4, 1)
SITE = WelfareShelter(
    SiteId("x"), "架空 ひばり園", "ひばり園", Ownership.WELFARE_FACILITY, None,
    address="久留米市架空町9999-12", phone="0942-00-0001", designation=YesNoUnknown.NO,
    agreement=YesNoUnknown.YES, rooms=(Room("ホール", Decimal(96)), Room("研修室", Decimal("60.5"))),
    declared_capacity=39, blocked_places=2, accepts=frozenset({AdmissionCategory.ELDERLY}),
    need_capacity={Need.POWER: 3, Need.WHEELCHAIR: UNLIMITED, Need.STRETCHER: 0, Need.CARE: None},
    power_kw=5.5, staff_by_day=4, fitness={HazardScenario.FLOOD_L2: Fitness.UNFIT}, opens_at_level=4,
    opening_order=7, verified_on=APRIL, source="架空の一覧", verification=Verification.CONFIRMED,
    rate_m2=Decimal("3.5"), figure_sources={SiteFigure.ROOMS: FigureSource("図面", date(2025, 4, 1))},
    record=FacilityRecord(
        SiteContacts("架空 太郎", "0942-00-0002", "0942-00-0003"), date(2024, 4, 1), date(2023, 4, 1),
        {Equipment.BATH: EquipmentFact(is_there=True, confirmed_on=APRIL, note="特殊浴槽")},
        (StockItem("毛布", Decimal(30), "枚", APRIL), StockItem("水")),
    ),
)  # fmt: skip


@pytest.fixture
def form(dressed: QApplication, qtbot: QtBot) -> SiteForm:
    made = SiteForm(SITE, lambda _before, _after: None, today=lambda: TODAY)
    qtbot.addWidget(made)
    return made


def heading(form: SiteForm, title: str) -> str:
    form.understand()
    return next(fold.head.accessibleName() for fold in form.folds if fold.section.title == title)


def test_nothing_touched_nothing_changed(form: SiteForm) -> None:
    assert form.typed() == SITE


def test_a_changed_figure_asks_who_said_so(form: SiteForm) -> None:
    ask = form.room_section.asks[SiteFigure.ROOMS]
    form.understand()
    assert ask._fields.isHidden()
    form.rooms.lines[0][1].setText("120")
    form.understand()
    assert not ask._fields.isHidden()
    assert form.room_section.asks[SiteFigure.BLOCKED]._fields.isHidden()
    ask.source.setText("施設長に電話")
    ask.day.line.setText("Ｒ８．１１．２０")
    typed = form.typed()
    assert typed.source_of(SiteFigure.ROOMS) == FigureSource("施設長に電話", date(2026, 11, 20))
    assert typed.source_of(SiteFigure.STAFF) == FigureSource("架空の一覧", APRIL)


def test_a_changed_figure_that_nobody_vouches_for_is_asked_again_later(form: SiteForm) -> None:
    form.by_day.setText("9")
    typed = form.typed()
    assert typed.source_of(SiteFigure.STAFF) == FigureSource()
    undated = [one for one in open_questions(typed, TODAY) if one.kind is QuestionKind.UNDATED]
    assert undated[0].figures == (SiteFigure.STAFF,)


def test_a_new_day_for_the_whole_site_stands_for_what_changed(form: SiteForm) -> None:
    form.rooms.lines[0][1].setText("120")
    form.checks.verified_on.line.setText("R8.11.20")
    typed = form.typed()
    assert typed.source_of(SiteFigure.ROOMS) == FigureSource("架空の一覧", date(2026, 11, 20))


def test_a_figure_can_be_confirmed_without_a_change(form: SiteForm) -> None:
    ask = form.staff.asks[SiteFigure.STAFF]
    ask._ask_and_go()
    ask.day.set_value(TODAY)
    assert form.typed().figure_sources[SiteFigure.STAFF] == FigureSource("", TODAY)
    ask.day.set_value(date(2026, 11, 22))
    with pytest.raises(KnownProblem) as caught:
        form.typed()
    assert caught.value.where == "職員を確かめた日"


def test_the_rate_of_the_site(form: SiteForm) -> None:
    assert "45人" not in heading(form, "室と床面積")
    form.room_section.rate.set_value("")
    form.room_section.show_places()
    assert form.room_section.places.text() == "床面積による人数 39人"
    assert form.typed().rate_m2 is None
    form.room_section.rate.set_value("2")
    assert form.typed().rate_m2 == Decimal(2)
    assert "78人" in heading(form, "室と床面積")


def test_admission_and_units_by_one_press(form: SiteForm) -> None:
    form.accepting.chips[AdmissionCategory.MENTAL].click()
    assert form.accepting.value() == frozenset({AdmissionCategory.ELDERLY, AdmissionCategory.MENTAL})
    for words, stored in (("制限なし", UNLIMITED), ("なし", 0), ("不明", None)):
        chips = form.needs[Need.CARE].words.findChildren(QPushButton)
        press = next(one for one in chips if one.text() == words)
        press.click()
        assert form.typed().need_capacity[Need.CARE] == stored
    form.needs[Need.CARE].setText("５組")
    assert form.typed().need_capacity[Need.CARE] == 5
    assert form.needs[Need.CARE].words.value() is None


def test_equipment_and_stock_take_the_day_they_were_changed(form: SiteForm) -> None:
    form.equipment.chips[Equipment.RAMP].set_value("absent")
    form.equipment.chips[Equipment.BATH].set_value("unknown")
    form.stock.lines[1][1].setText("１２０Ｌ")
    form.stock._add_and_go()
    form.stock.lines[2][0].setText("おむつ")
    record = form.typed().record
    assert dict(record.equipment) == {Equipment.RAMP: EquipmentFact(is_there=False, confirmed_on=TODAY)}
    assert record.stock == (
        StockItem("毛布", Decimal(30), "枚", APRIL), StockItem("水", Decimal(120), "L", TODAY),
        StockItem("おむつ", None, "", TODAY),
    )  # fmt: skip


def test_a_message_opens_the_section_it_is_about(form: SiteForm) -> None:
    form.show()
    form.power.kw.setText("強い")
    form.submit()
    opened = [fold.section.title for fold in form.folds if fold.is_open]
    assert opened == ["非常用の電源"]
    assert "発電の出力" in form.problem.text_shown()
    assert heading(form, "非常用の電源").endswith("読めない値があります")
    form.agreed.agreement_on.line.setText("きのう")
    form.power.kw.setText("")
    form.submit()
    assert "協定日" in form.problem.text_shown()


def test_everything_by_the_keyboard(form: SiteForm, qtbot: QtBot) -> None:
    form.show()
    qtbot.waitUntil(form.folds[0].head.hasFocus)
    QTest.keyClick(form.folds[0].head, Qt.Key.Key_Space)
    assert form.folds[0].is_open
    QTest.keyClick(form.folds[0].head, Qt.Key.Key_Tab)
    assert form.name.hasFocus()
    QTest.keyClick(form.name, Qt.Key.Key_Return)
    assert form.basics.short_name.hasFocus()
    reached, seen = form.basics.short_name, set[object]()
    form.toggle_all()
    while reached not in seen:
        seen.add(reached)
        QTest.keyClick(reached, Qt.Key.Key_Tab)
        reached = QApplication.focusWidget()  # type: ignore[assignment]
    for wanted in (form.keep, form.checks.note, form.needs[Need.INFANT].line, form.stock.lines[0][1]):
        assert wanted in seen


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_it_fits_a_laptop_and_is_no_longer_than_what_it_holds(
    dressed: QApplication, qtbot: QtBot, scale: float
) -> None:
    tokens.set_scale(scale)
    made = SiteForm(SITE, lambda _before, _after: None, today=lambda: TODAY)
    qtbot.addWidget(made)
    made.resize(1326, 620)
    made.show()
    assert made.minimumSizeHint().width() <= 1326
    assert made.minimumSizeHint().height() <= 620
    inner = made.fields.widget()
    assert inner is not None
    assert inner.height() >= sum(fold.sizeHint().height() for fold in made.folds)
    made.toggle_all()
    qtbot.waitUntil(lambda: inner.height() > 1500)
    assert inner.height() == inner.heightForWidth(inner.width())


def test_a_person_in_charge_is_never_in_a_representation() -> None:
    assert "太郎" not in repr(SITE)
    assert "0942-00-0002" not in repr(SITE)


def test_typed_numbers_and_stock() -> None:
    assert read_number("５．５ｋＷ", "x") == 5.5
    assert read_number("72時間", "x") == 72.0
    assert read_number("", "x") is None
    assert write_number(5.5) == "5.5"
    assert read_stock([("毛布", "1,200枚"), ("", ""), ("水", "")]) == (
        StockItem("毛布", Decimal(1200), "枚"), StockItem("水"),
    )  # fmt: skip
    assert write_amount(Decimal("1.50"), "t") == "1.5t"
    for lines in ([("", "30枚")], [("毛布", "たくさん")], [("毛布", "-3枚")]):
        with pytest.raises(KnownProblem):
            read_stock(lines)
    for text in ("-1", "強い", "nan", "1e9"):
        with pytest.raises(KnownProblem):
            read_number(text, "x")


def test_a_site_that_is_all_unknown_stays_so(dressed: QApplication, qtbot: QtBot) -> None:
    blank = WelfareShelter(SiteId("b"), "架空苑", "架空苑", Ownership.PUBLIC, None)
    made = SiteForm(blank, lambda _before, _after: None, today=lambda: TODAY)
    qtbot.addWidget(made)
    assert made.typed() == blank
    assert "誰も入れません" in heading(made, "室と床面積")
    assert made.typed() == replace(blank)


def test_the_rate_of_the_city_is_the_first_choice(dressed: QApplication, qtbot: QtBot) -> None:
    own = replace(SITE, rate_m2=None)
    settings = CitySettings(rate_m2=Decimal(2), places_per_staff=8)
    made = SiteForm(own, lambda _before, _after: None, today=lambda: TODAY, settings=settings)
    qtbot.addWidget(made)
    words = [one.text() for one in made.room_section.rate.findChildren(QPushButton)]
    assert words == ["市の基準(2㎡)", "4㎡", "3.5㎡"]
    assert made.room_section.places.text() == "床面積による人数 78人"
    assert made.typed() == own
