"""テーマの地図: what leaves adds up, tells of no handful of people, and is shaded as it is told."""

from __future__ import annotations

import io

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.capacity_answer import UNKNOWN_DISTRICT
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.map_papers import PaperSize, ThemeMeasure
from kurume_bousai.reports.maps.theme import write_theme
from kurume_bousai.reports.maps.theme_table import KEPT_BACK, PublicTable, is_known, kept_back, public_table
from kurume_bousai.reports.small_counts import SMALLEST_SHOWN
from kurume_bousai.services.papers.theme_ports import ThemeContent, ThemeOrder, ThemeRow
from tests.fixtures.map_papers import STAMP, content

CITY = content(with_layers=False)
NAMES = [district.district_id for district in CITY.districts]


def theme(
    rows: list[tuple[int, int | None]],
    kin: list[list[tuple[int, int | None]]] | None = None,
    measure: ThemeMeasure = ThemeMeasure.PLANS,
) -> ThemeContent:
    ids = [*NAMES[: len(rows) - 1], UNKNOWN_DISTRICT]

    def made(values: list[tuple[int, int | None]]) -> tuple[ThemeRow, ...]:
        return tuple(ThemeRow(DistrictId(name), *one) for name, one in zip(ids, values, strict=True))

    others = tuple(made(one) for one in kin) if kin is not None else ()
    return ThemeContent(measure, made(rows), others, CITY.districts, (), None)


pairs = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda one: (one[0], one[0] + one[1]))


@given(st.lists(st.tuples(pairs, pairs, pairs), min_size=6, max_size=20))
def test_what_is_shown_and_what_is_kept_back_add_up(rows: list[tuple[tuple[int, int], ...]]) -> None:
    contents = [
        theme([row[one] for row in rows], [[row[two] for row in rows] for two in range(3) if two != one])
        for one in range(3)
    ]
    try:
        tables = [public_table(one) for one in contents]
    except KnownProblem:  # too few people to hide behind
        return
    for table in tables:
        _adds_up(table)
    # What one paper keeps back no other of the three tells.
    hidden = [[row.part is KEPT_BACK for row in table.rows] for table in tables]
    assert hidden[0] == hidden[1] == hidden[2]


def _adds_up(table: PublicTable) -> None:
    shown = [row for row in table.rows if isinstance(row.part, int) and isinstance(row.whole, int)]
    lines = [*shown, *([table.kept_back] if table.kept_back else [])]
    for line in lines:
        assert isinstance(line.part, int)
        assert isinstance(line.whole, int)
        for count in (line.part, line.whole - line.part, line.whole):
            assert not 0 < count < SMALLEST_SHOWN
    assert table.total.part == sum(line.part for line in lines if isinstance(line.part, int))
    assert table.total.whole == sum(line.whole for line in lines if isinstance(line.whole, int))
    assert sum(row.part is KEPT_BACK for row in table.rows) != 1


@given(st.lists(pairs, min_size=4, max_size=20))
def test_no_row_is_ever_kept_back_alone(values: list[tuple[int, int]]) -> None:
    rows = [ThemeRow(DistrictId(str(index)), *one) for index, one in enumerate(values)]
    try:
        hidden = kept_back([rows])
    except KnownProblem:
        return
    assert len(hidden) != 1
    for index, row in enumerate(rows):
        if any(0 < count < SMALLEST_SHOWN for count in (row.part, row.rest)):
            assert index in hidden


def test_a_row_without_a_whole_is_told_as_unknown_and_left_out_of_the_total() -> None:
    table = public_table(theme([(20, 60), (30, None), (9, 0), (0, 0)], kin=[[(20, 60)] * 4]))
    assert [row.rate is None for row in table.rows] == [False, True, True, True]
    assert (table.total.part, table.total.whole, table.unknown) == (20, 60, 2)
    assert not is_known(ThemeRow(DistrictId("x"), 50, 0))


def test_a_typed_whole_that_is_too_small_counts_as_on_the_screens() -> None:
    table = public_table(theme([(20, 60), (50, 40), (0, 0)], kin=[[(20, 60)] * 3]))
    assert (table.total.part, table.total.whole) == (70, 100)
    assert table.rows[1].rate is not None
    assert table.rows[1].rate.percent == "125.0"


def test_the_capacity_figures_are_hidden_as_on_their_own_papers() -> None:
    rows = [(2, 40), (30, 90), (25, 80), (12, 60), (0, 0)]
    table = public_table(theme(list(rows), measure=ThemeMeasure.UNPLACED))
    assert not table.is_by_rows
    assert table.rows[0].part != 2
    assert table.total.part == 69


@pytest.mark.parametrize("paper", list(PaperSize))
def test_the_page_has_map_table_rule_and_source_on_every_paper(paper: PaperSize) -> None:
    rows: list[tuple[int, int | None]] = [(10 + index % 30, 60) for index in range(len(NAMES))]
    rows += [(6, 20)]
    out = io.BytesIO()
    made = write_theme(theme(rows, kin=[rows, rows]), ThemeOrder(ThemeMeasure.PLANS, paper), STAMP, out)
    reader = pypdf.PdfReader(out)
    text = reader.pages[0].extract_text().replace("\n", "")
    assert made.pages == len(reader.pages) == 1
    for said in (
        "校区ごとのプラン作成率",
        "架空",
        "計",
        "校区がわからない人",
        "÷",
        "A-0001-TEST",
        f"1:{made.scales[0]:,}",
    ):
        assert said in text
    assert all(str(name) in text for name in NAMES)


def test_nothing_is_made_where_everybody_would_be_told() -> None:
    with pytest.raises(KnownProblem) as problem:
        public_table(theme([(1, 2), (0, 0)], kin=[[(1, 2), (0, 0)]]))
    assert problem.value.code == "too_few_people"
