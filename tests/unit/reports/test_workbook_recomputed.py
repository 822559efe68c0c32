"""The workbooks computed anew: every formula gives the value stored with it and the totals of the JSON."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest

from kurume_bousai.reports.capacity_checks import AGREES
from kurume_bousai.reports.maker import ReportMaker
from kurume_bousai.services.papers.ports import ReportContent, ReportFormat
from tests.fixtures import papers
from tests.helpers.recompute import formula_cells, recomputed, stored
from tests.unit.reports.test_registration_paper import report

CASES: list[tuple[str, ReportContent]] = [
    ("capacity", papers.capacity()),
    ("capacity_large", papers.large_capacity()),
    ("summary", papers.summary()),
    ("districts", papers.large_by_district()),
    ("plans", papers.plans()),
    ("exercise", papers.exercise()),
    ("registration", report([(3, 41), (2, 52), (20, None)])),
]
by_case = pytest.mark.parametrize(("name", "content"), CASES, ids=[name for name, _ in CASES])


def make(content: ReportContent, form: ReportFormat) -> bytes:
    return ReportMaker().render(content, papers.STAMP, form).content


@pytest.mark.slow
@by_case
def test_libreoffice_computes_the_stored_values_and_the_totals_of_the_json(
    name: str, content: ReportContent, tmp_path: Path
) -> None:
    book, told = make(content, ReportFormat.XLSX), json.loads(make(content, ReportFormat.JSON))
    again, kept = recomputed(book, tmp_path), stored(book)
    assert len(kept) > 0
    assert {key: (kept[key], again[key]) for key in kept if kept[key] != again[key]} == {}
    sheets = openpyxl.load_workbook(io.BytesIO(book))
    for table in (block for block in told["blocks"] if block.get("total")):
        sheet = sheets[table["heading"].replace(":", " ")]
        for column, total in enumerate(table["total"], start=1):
            cell = sheet.cell(sheet.max_row, column)
            if cell.data_type == "f":
                assert again[sheet.title, cell.coordinate] == total


@by_case
def test_the_checks_of_the_workbook_agree(name: str, content: ReportContent) -> None:
    values = stored(make(content, ReportFormat.XLSX))
    verdicts = [value for (sheet, cell), value in values.items() if sheet == "点検" and cell.startswith("D")]
    if name in ("summary", "exercise"):
        assert verdicts == []
        return
    assert set(verdicts[:-1]) == {AGREES}
    assert verdicts[-1] == "すべて合っています"


@pytest.mark.slow
def test_a_number_that_was_changed_is_found_by_the_checks(tmp_path: Path) -> None:
    """Somebody types another number of people into the workbook: the sheet of checks says so."""
    book = openpyxl.load_workbook(io.BytesIO(make(papers.capacity(), ReportFormat.XLSX)))
    sites = book["施設ごと(人分)"]
    assert sites["H5"].value == 40
    sites["H5"] = 39
    changed = io.BytesIO()
    book.save(changed)
    values = recomputed(changed.getvalue(), tmp_path)
    verdicts = {cell: value for (sheet, cell), value in values.items() if sheet == "点検"}
    assert "合いません" in verdicts.values()
    assert "合わない所があります" in verdicts.values()


def test_usable_places_are_computed_from_floor_blocked_places_and_staff() -> None:
    cells = formula_cells(make(papers.capacity(), ReportFormat.XLSX))
    usable = cells["施設ごと(人分)", "G5"]
    assert all(word in usable for word in ("MAX(0,MIN(", "C5", "D5", "E5", "F5"))
    assert "室ごとの人数" in cells["施設ごと(人分)", "C5"]
    assert cells["室ごとの人数", "E5"] == "=INT('室ごとの人数'!C5/'室ごとの人数'!D5)"
