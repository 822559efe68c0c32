"""The papers as people get them: PDF text, workbook cells, CSV, HTML, JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import openpyxl
import pypdf
import pytest
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.reports.conditions import conditions_rows
from kurume_bousai.reports.glyphs import missing_glyphs
from kurume_bousai.reports.maker import ReportMaker
from kurume_bousai.reports.paper import Column, Table, sum_faults
from kurume_bousai.reports.pdf import breakable
from kurume_bousai.reports.sheets import key_lines, recovery_sheet, shortcut_sheet
from kurume_bousai.services.capacity.report_contents import site_rates
from kurume_bousai.services.papers.ports import CopyMark, ReportContent, ReportFormat
from tests.fixtures import papers
from tests.helpers.golden import check_golden

MAKER = ReportMaker()
CASES: list[tuple[str, ReportContent, CopyMark | None]] = [
    ("capacity", papers.capacity(), None),
    ("summary", papers.summary(), None),
    ("districts", papers.by_district(), None),
    ("plans", papers.plans(), None),
    ("exercise", papers.exercise(), None),
    ("roster", papers.roster(), papers.COPY),
    ("sheet", papers.sheet(), papers.COPY),
]
by_case = pytest.mark.parametrize(("name", "content", "copy"), CASES, ids=[case[0] for case in CASES])


def pdf_pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def make(content: ReportContent, form: ReportFormat, copy: CopyMark | None = None) -> bytes:
    return MAKER.render(content, papers.STAMP, form, copy).content


@by_case
def test_the_text_of_the_pdf_is_the_kept_one(
    name: str, content: ReportContent, copy: CopyMark | None
) -> None:
    text = "\f\n".join(pdf_pages(make(content, ReportFormat.PDF, copy)))
    check_golden(f"{name}_pdf.txt", text + "\n")


@by_case
def test_the_cells_of_the_workbook_are_the_kept_ones(
    name: str, content: ReportContent, copy: CopyMark | None
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(make(content, ReportFormat.XLSX, copy)))
    lines = []
    for sheet in book.worksheets:
        lines.append(f"# {sheet.title}")
        for row in sheet.iter_rows():
            lines += [
                f"{cell.coordinate}\t{cell.data_type}\t{cell.value}" for cell in row if cell.value is not None
            ]
    check_golden(f"{name}_xlsx.txt", "\n".join(lines) + "\n")


@by_case
def test_every_page_has_its_number_its_maker_and_its_marks(
    name: str, content: ReportContent, copy: CopyMark | None
) -> None:
    pages = pdf_pages(make(content, ReportFormat.PDF, copy))
    for number, text in enumerate(pages, start=1):
        assert f"{number} / {len(pages)}" in text
        assert "操作者 架空" in text
        assert "監査記録 7f3a-19c2" in text
        assert "架空" in text
        if copy is not None:
            assert "取扱注意" in text
            assert "写し 1/3(番号 R-0001)" in text
            assert "使用期限: 令和9年11月21日" in text
            assert "渡す先: 架空校区コミュニティ組織" in text


@by_case
def test_only_our_font_is_in_the_pdf_and_it_is_embedded(
    name: str, content: ReportContent, copy: CopyMark | None
) -> None:
    reader = pypdf.PdfReader(io.BytesIO(make(content, ReportFormat.PDF, copy)))
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            assert "IPAexGothic" in font["/BaseFont"]
            assert "/FontFile2" in font["/DescendantFonts"][0]["/FontDescriptor"]


@by_case
def test_every_sum_of_the_workbook_gives_the_number_stored_with_it(
    name: str, content: ReportContent, copy: CopyMark | None
) -> None:
    """The other formulas are computed by LibreOffice: test_workbook_recomputed."""
    made = make(content, ReportFormat.XLSX, copy)
    formulas = openpyxl.load_workbook(io.BytesIO(made))
    values = openpyxl.load_workbook(io.BytesIO(made), data_only=True)
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" and IS_SUM.fullmatch(str(cell.value)):
                    stored = values[sheet.title]
                    assert evaluate_sum(stored, str(cell.value)) == stored[cell.coordinate].value


IS_SUM = re.compile(r"=SUM\(([A-Z]+\d+:[A-Z]+\d+)\)")


def evaluate_sum(sheet: Worksheet, formula: str) -> int:
    match = IS_SUM.fullmatch(formula)
    assert match, f"not a sum: {formula}"
    left, top, right, bottom = range_boundaries(match.group(1))
    cells = sheet.iter_rows(min_row=top, max_row=bottom, min_col=left, max_col=right, values_only=True)
    return sum(int(value) for row in cells for value in row if isinstance(value, int | float))


def test_the_totals_of_the_capacity_workbook_are_those_of_the_answer() -> None:
    report = papers.capacity()
    made = make(report, ReportFormat.XLSX)
    book, values = (openpyxl.load_workbook(io.BytesIO(made), data_only=kept) for kept in (False, True))
    sites, kept = book["施設ごと(人分)"], values["施設ごと(人分)"]
    last = sites.max_row
    assert evaluate_sum(kept, str(sites.cell(last, 7).value)) == report.usable_places
    assert evaluate_sum(kept, str(sites.cell(last, 8).value)) == report.placed_people
    assert evaluate_sum(kept, str(sites.cell(last, 9).value)) == report.free_places
    districts, kept = book["校区ごと(人)"], values["校区ごと(人)"]
    assert evaluate_sum(kept, str(districts.cell(districts.max_row, 4).value)) == report.unplaced_people


def test_page_one_of_the_capacity_paper_answers_with_the_sum_and_the_conditions() -> None:
    first = pdf_pages(make(papers.capacity(), ReportFormat.PDF))[0]
    assert "入れない人 17人" in first
    assert "行く人 97人 = 入れる人 80人 + 入れない人 17人" in first
    assert "支援措置対象者は含みません" in first
    assert "安全であることを意味しません" in first
    assert "令和8年11月21日" in first
    report = papers.capacity()
    for word, words in conditions_rows(papers.CONDITIONS, {}, site_rates(report)):
        assert word in first
        assert words.replace(" ", "") in first.replace(" ", "").replace("\n", "")


@pytest.mark.parametrize("form", list(ReportFormat))
def test_small_counts_of_a_district_are_in_no_form_of_the_paper(form: ReportFormat) -> None:
    report = papers.capacity()
    made = make(report, form)
    if form is ReportFormat.JSON:
        tables = {block.get("heading"): block for block in json.loads(made)["blocks"]}
        assert tables["校区ごと(人)"]["rows"][0] == ["津福", 40, "非表示", "5人未満"]
    elif form is ReportFormat.CSV:
        rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"))))
        assert ["津福", "40", "非表示", "5人未満"] in rows
    elif form is ReportFormat.XLSX:
        sheet = openpyxl.load_workbook(io.BytesIO(made))["校区ごと(人)"]
        assert [cell.value for cell in sheet[5]] == ["津福", 40, "非表示", "5人未満"]


@by_case
def test_nothing_in_a_name_is_a_formula_or_a_link(
    name: str, content: ReportContent, copy: CopyMark | None
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(make(content, ReportFormat.XLSX, copy)))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.hyperlink is None
                if cell.data_type == "f":
                    assert re.match(r"=(SUM|IF|MAX|INT|'|\d)", str(cell.value))
                    assert "HYPERLINK" not in str(cell.value)


@by_case
def test_no_text_cell_of_the_csv_begins_like_a_formula(
    name: str, content: ReportContent, copy: CopyMark | None
) -> None:
    text = make(content, ReportFormat.CSV, copy).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text)):
        for cell in row:
            assert not cell.startswith(("=", "+", "-", "@", "\t")) or cell.lstrip("-").isdecimal()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


@by_case
def test_the_html_loads_nothing_and_runs_nothing(
    name: str, content: ReportContent, copy: CopyMark | None
) -> None:
    reader = _Reader()
    reader.feed(make(content, ReportFormat.HTML, copy).decode())
    assert not reader.tags & {"script", "img", "iframe", "a", "link", "object", "form"}
    assert not reader.attributes & {"src", "href", "style"}
    assert not [name for name in reader.attributes if name.startswith("on")]


def test_the_exercise_paper_keeps_the_others_under_five_to_itself() -> None:
    report = replace(papers.exercise(), others=3, people_counted=8)
    text = "".join(pdf_pages(make(report, ReportFormat.PDF)))
    assert "ほかに 5人未満" in text
    assert "ほかに 3人" not in text
    assert "行く人 30人" not in text


def test_five_hundred_characters_wrap_and_none_is_lost() -> None:
    text = "".join(pdf_pages(make(papers.roster(), ReportFormat.PDF, papers.COPY)))
    assert text.count("あ") >= 250
    assert text.count("x") >= 250


def test_characters_the_font_lacks_are_told_and_not_dropped() -> None:
    paper = MAKER.render(papers.roster(), papers.STAMP, ReportFormat.PDF, papers.COPY)
    assert len(paper.notices) == 1
    assert "U+E000" in paper.notices[0]
    assert "U+E0100" in paper.notices[0]
    assert missing_glyphs(["髙橋﨑山 ① ㈱ ～ abc\n"]) == ()


def test_a_paper_whose_total_differs_from_its_rows_is_not_made() -> None:
    report = papers.capacity()
    wrong = replace(report, unplaced_people=18)
    for form in ReportFormat:
        with pytest.raises(KnownProblem) as caught:
            make(wrong, form)
        assert caught.value.code == "not_reconciled"


def test_a_headline_that_differs_from_its_parts_makes_no_paper() -> None:
    for wrong in (
        replace(papers.capacity(), demand_people=98),
        replace(papers.capacity(), usable_places=91),
        replace(papers.capacity(), free_places=9),
        replace(papers.capacity(), floor_places=1460),
    ):
        with pytest.raises(KnownProblem, match="not_reconciled"):
            make(wrong, ReportFormat.JSON)


def test_a_table_names_the_column_that_does_not_add_up() -> None:
    columns = (Column("名前"), Column("数", is_count=True, adds_up=True))
    assert sum_faults(Table("表", columns, (("a", 1), ("b", 2)), total=("計", 4))) == ["数"]
    assert sum_faults(Table("表", columns, (("a", 1), ("b", 2)), total=("計", 3))) == []


def test_named_content_without_a_copy_is_a_defect() -> None:
    with pytest.raises(ValueError, match="numbered copy"):
        make(papers.roster(), ReportFormat.PDF)


def test_a_long_run_of_letters_gets_places_to_turn() -> None:
    assert breakable("x" * 30).count("\u200b") == 2
    assert breakable("架空ホーム") == "架空ホーム"


def test_the_sheets_for_the_wall_and_the_safe() -> None:
    shortcuts = pdf_pages(shortcut_sheet([("どこでも", "名前をかくす", "F12"), ("名簿", "さがす", "Ctrl+F")]))
    assert len(shortcuts) == 1
    assert "F12" in shortcuts[0]
    recovery = pdf_pages(recovery_sheet("ABCD-EFGH-JKMN-PQRS-TVWX-YZ01-2345", "架空の市"))
    assert len(recovery) == 1
    assert all(group in recovery[0] for group in ("ABCD", "2345"))


def test_a_key_is_read_in_groups_of_four() -> None:
    assert key_lines("ABCDEFGHIJ") == [["ABCD", "EFGH", "IJ"]]
    assert key_lines("AAAA-BBBB-CCCC-DDDD-EEEE") == [["AAAA", "BBBB", "CCCC", "DDDD"], ["EEEE"]]
