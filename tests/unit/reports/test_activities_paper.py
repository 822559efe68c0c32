"""The table of activities equals the city's R2–R6 table cell for cell, and goes on from there."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime

import openpyxl
import pypdf
import pytest

from kurume_bousai import bundled
from kurume_bousai.domain.activities import (
    INDICATORS,
    ActivityEntry,
    ActivityId,
    ActivityKind,
    activity_table,
    coverage_of,
)
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.emergency import EmergencyEnd, EmergencyEnding, EmergencyId, EmergencyMode
from kurume_bousai.domain.fiscal_years import fiscal_year_letter
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.yearly_update import YearlyRecord, YearlyStep, YearlyUpdate, progress_of, usual_due
from kurume_bousai.exchange.seed_files import SeedFiles
from kurume_bousai.reports.maker import ReportMaker
from kurume_bousai.services.papers.ports import ReportFormat
from kurume_bousai.services.ports.office_papers import (
    ActivitiesReport,
    EmergencyCopyLine,
    EmergencyReport,
    OfficePaper,
    YearlySheet,
)
from tests.fixtures import papers
from tests.helpers.golden import check_golden

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
FACTS = SeedFiles().read()
DISTRICTS = tuple(district.district_id for district in FACTS.districts)
YEARS = ("R2", "R3", "R4", "R5", "R6")


def entry(number: str, kind: ActivityKind, day: date, district: str, people: int | None) -> ActivityEntry:
    return ActivityEntry(ActivityId(number), kind, day, DistrictId(district), people)


def activities() -> ActivitiesReport:
    entries = (
        entry("1", ActivityKind.TABLETOP, date(2025, 10, 4), "津福", 41),
        entry("2", ActivityKind.TABLETOP, date(2026, 6, 6), "津福", 38),
        entry("3", ActivityKind.TABLETOP, date(2026, 9, 5), "荘島", None),
        entry("4", ActivityKind.EXPLANATION, date(2026, 5, 9), "日吉", 22),
        entry("5", ActivityKind.PLAN_LECTURE, date(2026, 7, 11), "津福", 15),
    )
    return ActivitiesReport(
        table=activity_table(FACTS.activities, entries, 2026),
        coverage=coverage_of(DISTRICTS, entries, 2026, TODAY),
        entries=entries,
        fiscal_year=2026,
        as_of=TODAY,
        sources=("第2期くるめ支え合うプラン資料編 1-3(2)",),
    )


def yearly() -> YearlySheet:
    update = YearlyUpdate(2026, NOW, "架空", usual_due(2026))
    records = [
        YearlyRecord(place, 2026, name, YearlyStep.NOTICE, date(2026, 5, 20), NOW, "架空")
        for place, name in enumerate(DISTRICTS)
    ]
    records.append(
        YearlyRecord(99, 2026, DISTRICTS[0], YearlyStep.INQUIRY, date(2026, 7, 1), NOW, "架空", "2部を渡した")
    )
    return YearlySheet(progress_of(update, DISTRICTS, records), TODAY)


def emergency() -> EmergencyReport:
    mode = EmergencyMode(
        EmergencyId("1"), "架空の令和8年7月豪雨", None, frozenset({DistrictId("津福")}),
        frozenset({Body.FIRE_SERVICE, Body.POLICE}), frozenset(), "孤立した家の安否確認のため",
        NOW, "架空", NOW, ended_by="架空", end_note="雨がやんだ",
    )  # fmt: skip
    line = EmergencyCopyLine(
        "2026-0001", "名簿", "架空の消防本部", "安否確認", NOW, "架空", 120, date(2026, 12, 1), None
    )
    return EmergencyReport(mode, EmergencyEnding(EmergencyEnd.BY_HAND, NOW), (), (line,), TODAY)


def make(content: OfficePaper, form: ReportFormat) -> bytes:
    return ReportMaker().render(content, papers.STAMP, form).content


def printed() -> dict[tuple[str, str], str]:
    """The city's own table as the seed keeps it: indicator and 年度 → what is printed there."""
    text = (bundled.db_folder() / "seed" / "activities.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(text))
    return {(row["indicator"], row["fiscal_year"]): row["value"] or "-" for row in rows}


def test_every_cell_of_r2_to_r6_is_the_citys_own() -> None:
    city = printed()
    assert len(city) == len(INDICATORS) * len(YEARS)
    book = openpyxl.load_workbook(io.BytesIO(make(activities(), ReportFormat.XLSX)))
    sheet = next(one for one in book.worksheets if any(cell.value == "R2" for row in one for cell in row))
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    start = next(place for place, row in enumerate(rows) if "R2" in row)
    heading = rows[start]
    for row, indicator in zip(rows[start + 1 :], INDICATORS.values(), strict=False):
        for year in YEARS:
            shown = row[heading.index(year)]
            assert str(shown) == city[indicator, year], (indicator, year)


def test_the_same_cells_stand_in_the_pdf_row_by_row() -> None:
    pages = pypdf.PdfReader(io.BytesIO(make(activities(), ReportFormat.PDF))).pages
    text = " ".join(page.extract_text() for page in pages).split()
    city = printed()
    for indicator in INDICATORS.values():
        wanted = [
            f"{int(value):,}" if (value := city[indicator, year]).isdecimal() else value for year in YEARS
        ]
        places = [place for place in range(len(text)) if text[place : place + len(YEARS)] == wanted]
        assert places, indicator


def test_it_goes_on_from_there() -> None:
    found = json.loads(make(activities(), ReportFormat.JSON))["figures"]
    assert found["tabletop.times.R7"] == 1
    assert found["tabletop.times.R8"] == 2
    assert found["tabletop.people.R8"] == 38
    assert found["tabletop.districts.R8"] == 2
    assert found["explanation.times.R7"] == "記録なし"
    assert found["plan_lecture.times.R2"] == "-"
    assert fiscal_year_letter(2026) == "R8"


def test_the_46_add_up_and_say_who_is_overdue() -> None:
    blocks = json.loads(make(activities(), ReportFormat.JSON))["blocks"]
    (table,) = [block for block in blocks if block.get("key") == "activity_districts"]
    assert len(table["rows"]) == 46
    (answer,) = [block for block in blocks if block["kind"] == "answer"]
    assert "2 / 46" in answer["headline"]
    assert "44" in answer["lines"][0]
    notes = next(block for block in blocks if block["kind"] == "notes")
    assert any("人数のわからない回が1回" in line for line in notes["lines"])


@pytest.mark.parametrize(
    ("name", "content"), [("activities", activities()), ("yearly", yearly()), ("emergency", emergency())]
)
def test_the_text_of_the_pdf_is_the_kept_one(name: str, content: OfficePaper) -> None:
    pages = pypdf.PdfReader(io.BytesIO(make(content, ReportFormat.PDF))).pages
    check_golden(f"{name}_pdf.txt", "\f\n".join(page.extract_text() for page in pages) + "\n")


@pytest.mark.parametrize("form", list(ReportFormat))
@pytest.mark.parametrize("content", [activities(), yearly(), emergency()])
def test_every_form_can_be_made(content: OfficePaper, form: ReportFormat) -> None:
    assert make(content, form)
