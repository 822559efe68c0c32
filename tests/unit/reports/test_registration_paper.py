"""登録率の報告: bars in order, the map on the last page, formulas for every share, nobody's handful told."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date

import pypdf
import pytest

from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.rates import Rate, city_rate
from kurume_bousai.reports.contexts import make_paper
from kurume_bousai.reports.maker import ReportMaker
from kurume_bousai.reports.paper import ShareBars, Table
from kurume_bousai.services.papers.ports import ReportFormat
from kurume_bousai.services.papers.registration import RegistrationReport, ShareRow
from kurume_bousai.services.ports.rates import YearFigure
from tests.fixtures import papers
from tests.fixtures.map_papers import content as city
from tests.helpers.recompute import stored

NAMES = [one.district_id for one in city(with_layers=False).districts]


def report(
    pairs: list[tuple[int, int | None]], districts: tuple[SchoolDistrict, ...] = ()
) -> RegistrationReport:
    """The first 校区 with these numbers, the others large."""
    numbers = [*pairs, *((30 + place, 90) for place in range(len(NAMES) - len(pairs)))]
    rows = tuple(ShareRow(name, *one) for name, one in zip(NAMES, numbers, strict=True))
    rates = city_rate(Rate(row.part, row.whole) for row in rows)
    years = (YearFigure(2025, DistrictId(""), 242, 1000, date(2026, 3, 31), "資料"),)
    counted_on = (date(2026, 10, 1),)
    return RegistrationReport(
        rows, (rows,), rates, is_from_list=False, stated_on=counted_on, years=years, target_percent="50.0",
        districts=districts,
    )  # fmt: skip


def bars_of(content: RegistrationReport) -> ShareBars:
    paper = make_paper(content, papers.STAMP, None)
    return next(one for one in paper.blocks if isinstance(one, ShareBars))


def test_the_highest_share_stands_first_and_what_is_not_told_last() -> None:
    bars = bars_of(report([(3, 40), (4, 50), (80, 90), (20, None)])).bars
    assert bars[0].words == "久留米市 全体"
    assert bars[0].is_whole
    assert (bars[1].words, bars[1].told) == (NAMES[2], "88.9%")
    shares = [bar.percent for bar in bars[1:] if bar.percent is not None]
    assert shares == sorted(shares, reverse=True)
    assert [(bar.words, bar.told) for bar in bars[-3:]] == [
        (NAMES[0], "少人数"),
        (NAMES[1], "少人数"),
        (NAMES[3], "—"),
    ]


def test_a_handful_of_people_is_told_in_no_form() -> None:
    content = report([(3, 41), (2, 52)])
    for form in (ReportFormat.HTML, ReportFormat.CSV, ReportFormat.JSON):
        text = ReportMaker().render(content, papers.STAMP, form).content.decode("utf-8-sig")
        for share in ("7.3", "3.8"):
            assert share not in text
        assert "少人数" in text


def test_every_share_of_the_workbook_is_a_formula_and_the_sums_agree() -> None:
    content = report([(3, 41), (2, 52), (20, None)])
    values = stored(ReportMaker().render(content, papers.STAMP, ReportFormat.XLSX).content)
    shares = {
        cell: value for (sheet, cell), value in values.items() if sheet == "校区ごと" and cell[0] == "D"
    }
    assert len(shares) == len(NAMES) + 2  # the line of those kept back, and the total
    assert list(shares.values())[-1] == content.city.percent
    assert [value for value in shares.values() if value == "—"] == ["—"] * 3
    assert [value for (sheet, cell), value in values.items() if sheet == "点検" and cell[0] == "D"][-1] == (
        "すべて合っています"
    )
    assert values["年度ごと", "D5"] == "24.2"


def test_kumamotos_indicator_stands_beside_with_its_rule_and_that_its_source_is_unsure() -> None:
    told = json.loads(ReportMaker().render(report([]), papers.STAMP, ReportFormat.JSON).content)
    facts = next(one for one in told["blocks"] if "熊本市" in one.get("heading", ""))
    assert facts["items"]["熊本市の数"] == "24.2% から 50.0% へ"
    assert "÷" in facts["items"]["割り算"]
    assert "要確認" in facts["items"]["出典"]


def test_a_typed_number_that_is_too_small_is_counted_and_told() -> None:
    content = report([(50, 40)])
    paper = make_paper(content, papers.STAMP, None)
    table = next(one for one in paper.blocks if isinstance(one, Table) and one.key == "districts")
    assert table.total is not None
    assert (table.total[1], table.total[2]) == (content.city.part, content.city.whole)
    told = ReportMaker().render(content, papers.STAMP, ReportFormat.CSV).content.decode("utf-8-sig")
    assert "登録者が対象者より多い校区が1あります" in told


def test_numbers_that_do_not_reconcile_make_no_paper() -> None:
    content = report([])
    wrong = replace(content, city=replace(content.city, part=content.city.part + 1))
    with pytest.raises(KnownProblem) as caught:
        make_paper(wrong, papers.STAMP, None)
    assert caught.value.code == "not_reconciled"


def test_without_a_denominator_there_is_no_chart() -> None:
    content = report([(5, None)] * len(NAMES))
    assert content.city.whole is None
    assert not any(isinstance(one, ShareBars) for one in make_paper(content, papers.STAMP, None).blocks)


def test_the_map_is_the_last_page_and_the_pages_are_numbered_through() -> None:
    content = report([(3, 41), (2, 52)], districts=city(with_layers=False).districts)
    made = ReportMaker().render(content, papers.STAMP, ReportFormat.PDF)
    pages = [
        page.extract_text().replace("\n", "") for page in pypdf.PdfReader(io.BytesIO(made.content)).pages
    ]
    assert made.pages == len(pages)
    assert "校区ごとの登録率" in pages[-1]
    assert "1:200,000" in pages[-1]
    assert "少人数のため塗っていません" in pages[-1]
    for number, page in enumerate(pages, 1):
        assert f"{number} / {len(pages)}" in page
