"""What a recipient gets on paper: its columns, its copy, the handling words; and no law that was not read."""

from __future__ import annotations

import io

import openpyxl
import pypdf
import pytest

from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.consents import SharingMode
from kurume_bousai.domain.roster_columns import DEFAULT_RULES
from kurume_bousai.reports.maker import ReportMaker
from kurume_bousai.services.papers.ports import CopyMark, ReportContent, ReportFormat
from tests.fixtures import hand_out_papers as made
from tests.fixtures import papers
from tests.helpers.golden import check_golden

MAKER = ReportMaker()
CASES: list[tuple[str, ReportContent, CopyMark | None]] = [
    ("partner_roster", made.roster(), papers.COPY),
    ("partner_roster_city", made.roster(Body.CITY, SharingMode.EMERGENCY), papers.COPY),
    ("partner_difference", made.changes(), papers.COPY),
    ("receipt", made.receipt(), None),
    ("loss", made.loss(), None),
]
by_case = pytest.mark.parametrize(("name", "content", "copy"), CASES, ids=[case[0] for case in CASES])


def pages(content: ReportContent, copy: CopyMark | None) -> list[str]:
    pdf = MAKER.render(content, papers.STAMP, ReportFormat.PDF, copy).content
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


@by_case
def test_the_text_of_the_pdf_is_the_kept_one(
    name: str, content: ReportContent, copy: CopyMark | None
) -> None:
    check_golden(f"{name}_pdf.txt", "\f\n".join(pages(content, copy)) + "\n")


@by_case
def test_every_page_has_its_marks_and_says_nothing_of_a_deadline_of_the_law(
    name: str, content: ReportContent, copy: CopyMark | None
) -> None:
    found = pages(content, copy)
    for number, text in enumerate(found, start=1):
        assert f"{number} / {len(found)}" in text
        assert "監査記録 7f3a-19c2" in text
        if copy is not None:
            assert "取扱注意" in text
            assert "番号 R-0001" in text
            assert "使用期限: 令和9年11月21日" in text
            assert "ほかの人に話さないでください" in text
    whole = "".join(found)
    for never in ("30日", "3日以内", "5日以内", "68条", "第49条の12", "第49条の13", "罰"):
        assert never not in whole


@pytest.mark.parametrize("body", [body for body in Body if body in DEFAULT_RULES and body is not Body.CITY])
def test_no_illness_stands_on_paper_outside_the_city(body: Body) -> None:
    text = "".join(pages(made.roster(body), papers.COPY))
    for secret in ("架空の難病", "要介護4", "1級"):
        assert secret not in text
    assert "架空 太郎" in text


def test_those_to_be_struck_out_stand_by_number_alone() -> None:
    text = "".join(pages(made.changes(), papers.COPY))
    assert "HYPERLINK" not in text  # the one who is struck out
    assert "0942-00-0001" in text
    assert "0942-00-0009" in text


def test_a_list_that_left_in_an_emergency_says_so() -> None:
    text = "".join(pages(made.roster(mode=SharingMode.EMERGENCY), papers.COPY))
    assert "第49条の11第3項" in text
    assert "第49条の11第2項" in "".join(pages(made.roster(), papers.COPY))


def test_a_formula_in_a_name_is_text_in_the_workbook() -> None:
    book = MAKER.render(made.roster(), papers.STAMP, ReportFormat.XLSX, papers.COPY).content
    cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(book)) for row in sheet for cell in row]
    assert [cell.data_type for cell in cells if cell.value == papers.EVIL] == ["s"]
