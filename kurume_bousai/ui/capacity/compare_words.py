"""くらべた結果の言葉: two answers row by row, the difference with its sign and its word, nothing netted."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from kurume_bousai.domain.capacity_answer import CapacityAnswer, NeedCapacity, SiteCapacity
from kurume_bousai.domain.capacity_compare import Comparison, DistrictPair, NeedPair, SitePair
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.placement import PlacementStatus
from kurume_bousai.domain.shelters import Unlimited
from kurume_bousai.labels import label as word_of
from kurume_bousai.labels import need_sign
from kurume_bousai.ui.capacity.choices import percent
from kurume_bousai.ui.capacity.figure_rows import district_word
from kurume_bousai.ui.figure_table import Cell, Column, Row
from kurume_bousai.ui.kit.painters import State

LEFT, RIGHT = "左", "右"
SAME: Final = "同じ"

TOTAL_COLUMNS: Final = (
    Column("合計", stretches=True, at_least=160),
    Column(LEFT, is_figure=True, at_least=90),
    Column(RIGHT, is_figure=True, at_least=90),
    Column("右は左より", is_figure=True, at_least=120),
)
NEED_COLUMNS: Final = (
    Column("必要な支援(組)", stretches=True, at_least=160),
    Column("左 入れない", is_figure=True),
    Column("右 入れない", is_figure=True),
    Column("右は左より", is_figure=True, at_least=120),
    Column("左の枠", is_figure=True, drop=2),
    Column("右の枠", is_figure=True, drop=1),
)
SITE_COLUMNS: Final = (
    Column("施設", stretches=True, at_least=150),
    Column("左 入れる", is_figure=True),
    Column("右 入れる", is_figure=True),
    Column("右は左より", is_figure=True, at_least=120),
    Column("左 空き", is_figure=True, drop=2),
    Column("右 空き", is_figure=True, drop=1),
)
DISTRICT_COLUMNS: Final = (
    Column("校区", stretches=True, at_least=120),
    Column("左 入れない", is_figure=True),
    Column("右 入れない", is_figure=True),
    Column("右は左より", is_figure=True, at_least=120),
    Column("左 行く人", is_figure=True, drop=2),
    Column("右 行く人", is_figure=True, drop=1),
)
LADDER_COLUMNS: Final = (
    Column("開く割合", stretches=True, at_least=90),
    Column("使う施設", is_figure=True),
    Column("使える人数", is_figure=True),
    Column("行く人", is_figure=True, drop=9),
    Column("入れる人", is_figure=True, drop=7),
    Column("入れない人", is_figure=True),
    *(Column(f"{need_sign(need)}(組)", is_figure=True, drop=1 + place) for place, need in enumerate(Need)),
    Column("確かさ", at_least=80, drop=8),
)

LADDER_WORDS: Final = "左の条件で、開く割合だけをかえた答えです。電・椅などの欄は、入れない組の数です。"

#: The totals shown, with their unit.
_TOTALS: Final = {
    "unplaced_people": ("入れない人", "人"),
    "demand_people": ("行く人", "人"),
    "placed_people": ("入れる人", "人"),
    "usable_places": ("使える人数", "人分"),
    "free_places": ("空き", "人分"),
    "open_sites": ("使う施設", "施設"),
}


def difference_words(difference: int, unit: str) -> str:
    """「48人 少ない」, 「12人 多い」, 「同じ」: the word says what a sign would."""
    if difference == 0:
        return SAME
    return f"{abs(difference):,}{unit} {'多い' if difference > 0 else '少ない'}"


def headline(comparison: Comparison) -> str:
    """The one sentence above the tables."""
    left, right = comparison.a.unplaced_people, comparison.b.unplaced_people
    if left == right:
        return f"入れない人は、左も右も {left:,}人で同じです。"
    word = "多くなります" if right > left else "少なくなります"
    return f"入れない人は、左 {left:,}人、右 {right:,}人。右のほうが {abs(right - left):,}人 {word}。"


def total_rows(comparison: Comparison) -> list[Row]:
    """Totals; people left out and free places are rows of their own."""
    pairs = {pair.name: pair for pair in comparison.totals}
    rows: list[Row] = []
    for name, (word, unit) in _TOTALS.items():
        pair = pairs[name]
        is_left_out = name == "unplaced_people"
        rows.append(
            (
                name,
                (
                    Cell(word),
                    Cell(f"{pair.a:,}", _left_out(pair.a) if is_left_out else None),
                    Cell(f"{pair.b:,}", _left_out(pair.b) if is_left_out else None),
                    Cell(difference_words(pair.difference, unit)),
                ),
            )
        )
    return rows


def need_rows(comparison: Comparison) -> list[Row]:
    """By need, in parties; units of the sites in use beside them."""
    return [_need_row(pair) for pair in comparison.by_need]


def _need_row(pair: NeedPair) -> Row:
    return pair.need, (
        Cell(word_of(pair.need), sign=need_sign(pair.need)),
        Cell(f"{pair.a.unplaced:,}", _left_out(pair.a.unplaced)),
        Cell(f"{pair.b.unplaced:,}", _left_out(pair.b.unplaced)),
        Cell(difference_words(pair.unplaced_difference, "組")),
        Cell(_units(pair.a), is_quiet=True),
        Cell(_units(pair.b), is_quiet=True),
    )


def _units(row: NeedCapacity) -> str:
    return "制限なし" if isinstance(row.capacity, Unlimited) else f"{row.capacity:,}"


def site_rows(comparison: Comparison) -> list[Row]:
    """By site: who goes there; free places stand beside, netted with nothing."""
    return [_site_row(pair) for pair in comparison.by_site]


def _site_row(pair: SitePair) -> Row:
    return pair.site_id, (
        Cell(pair.name),
        Cell(_placed(pair.a), is_quiet=_is_out(pair.a)),
        Cell(_placed(pair.b), is_quiet=_is_out(pair.b)),
        Cell(difference_words(pair.placed_difference, "人")),
        Cell(_free(pair.a), is_quiet=True),
        Cell(_free(pair.b), is_quiet=True),
    )


def _is_out(site: SiteCapacity | None) -> bool:
    return site is None or site.refusal is not None


def _placed(site: SiteCapacity | None) -> str:
    return "使わない" if site is None or site.refusal is not None else f"{site.placed:,}"


def _free(site: SiteCapacity | None) -> str:
    if site is None or site.refusal is not None:
        return "—"
    return "不明" if site.floor is None else f"{site.free:,}"


def district_rows(comparison: Comparison) -> list[Row]:
    """By 校区, in people."""
    return [_district_row(pair) for pair in comparison.by_district]


def _district_row(pair: DistrictPair) -> Row:
    left = pair.a.unplaced if pair.a else 0
    right = pair.b.unplaced if pair.b else 0
    return pair.district_id, (
        Cell(district_word(pair.district_id)),
        Cell(f"{left:,}", _left_out(left)),
        Cell(f"{right:,}", _left_out(right)),
        Cell(difference_words(pair.unplaced_difference, "人")),
        Cell(f"{pair.a.people:,}" if pair.a else "—", is_quiet=True),
        Cell(f"{pair.b.people:,}" if pair.b else "—", is_quiet=True),
    )


def ladder_rows(rates: Sequence[Decimal], answers: Sequence[CapacityAnswer]) -> list[Row]:
    """100, 60, 40 and 20 % of the sites, one below the other."""
    return [_ladder_row(rate, answer) for rate, answer in zip(rates, answers, strict=False)]


def _ladder_row(rate: Decimal, answer: CapacityAnswer) -> Row:
    is_proven = answer.status is not PlacementStatus.TIME_LIMIT
    left = answer.unplaced_people
    needs = [answer.by_need[need].unplaced for need in Need]
    return rate, (
        Cell(percent(rate)),
        Cell(f"{len(answer.opened)}"),
        Cell(f"{answer.usable_places:,}"),
        Cell(f"{answer.demand_people:,}"),
        Cell(f"{answer.placed_people:,}"),
        Cell(f"{left:,}", _left_out(left)),
        *(Cell(f"{number:,}", _left_out(number)) for number in needs),
        Cell("確かめた" if is_proven else "時間切れ", is_quiet=True),
    )


def _left_out(number: int) -> State:
    return State.SHORT if number else State.OK
