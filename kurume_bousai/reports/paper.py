"""書類の中身: one model of a paper that the PDF, the workbook, CSV, HTML and JSON are all made from.

A block is an answer, a list of facts, notes or a table. A table says which columns add up, so that the
workbook recomputes every total and a paper whose totals differ from their rows cannot be made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from kurume_bousai.domain.dates import format_wareki, in_japan


@dataclass(frozen=True, slots=True)
class Withheld:
    """伏せた数: the words shown instead of a number (RULEBOOK §1, small counts)."""

    words: str


@dataclass(frozen=True, slots=True)
class Ref:
    """セルの場所: column of the table with ``key``.

    ``row`` counts from 0 in the body; None = every row above the total, the withheld one included.
    ``last`` makes a range ``row``…``last``. ``is_total`` = the row of totals.
    """

    key: str
    column: int
    row: int | None = None
    last: int | None = None
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """計算式: the value every form shows, and how a workbook computes it again from other cells."""

    value: int | str
    parts: tuple[str | Ref, ...] = field(repr=False)


Plain = str | int | Decimal | None | Withheld
Cell = Plain | Formula


@dataclass(frozen=True, slots=True)
class Column:
    """列. ``share`` is its part of the width; ``is_count`` columns hold numbers, right-aligned."""

    heading: str
    share: float = 1.0
    is_count: bool = False
    adds_up: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """表. ``total`` has one cell per column; a column that adds up must equal the sum of its rows there.

    ``withheld`` carries, per column, the sum of the cells that are withheld, so that what is shown and
    what is withheld make the total. ``basis`` is the rule and rate that stand beside the numbers.
    ``roomy`` rows leave room to write by hand. ``key`` names the table for formulas. ``is_detail`` tables
    stand where there is room to compute: in the workbook and in JSON, not on paper.
    """

    heading: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...] = field(repr=False)
    total: tuple[Cell, ...] | None = None
    withheld: tuple[Cell, ...] | None = None
    basis: str = ""
    empty: str = "ありません。"
    roomy: bool = False
    key: str = ""
    is_detail: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """帯: people or parties who fit and who do not; ``is_left_only``: only the second is counted here."""

    words: str
    inside: int
    outside: int
    is_left_only: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """帯グラフ for black and white: grey = 入れる, hatched = 入れない, each with its number."""

    heading: str
    bars: tuple[Bar, ...]
    unit: str
    basis: str = ""

    def as_table(self) -> Table:
        """Return the same numbers as a table, for forms without drawing."""
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (bar.words, None if bar.is_left_only else bar.inside, bar.outside) for bar in self.bars
        )
        return Table(
            heading=self.heading,
            columns=(
                Column("", 2.6),
                Column(f"入れる({self.unit})", 1, is_count=True),
                Column(f"入れない({self.unit})", 1, is_count=True),
            ),
            rows=rows,
            basis=self.basis,
        )


@dataclass(frozen=True, slots=True)
class ShareBar:
    """割合の棒: ``percent`` 0–100 with one decimal, None = not known or not told; ``told`` ends the row."""

    words: str
    percent: Decimal | None
    told: str
    is_whole: bool = False  # the city's own bar, drawn dark


@dataclass(frozen=True, slots=True)
class ShareBars:
    """割合の棒グラフ for black and white: grey bars, hatched where there is no share, a dashed target.

    Every number stands in a table of the same paper, so forms without drawing leave the bars out.
    """

    heading: str
    bars: tuple[ShareBar, ...]
    basis: str = ""
    target: Decimal | None = None  # percent


@dataclass(frozen=True, slots=True)
class Facts:
    """条件・事実: pairs of a word and its value."""

    heading: str
    items: tuple[tuple[str, str], ...] = field(repr=False)  # a named paper tells its recipient


@dataclass(frozen=True, slots=True)
class Answer:
    """答え: the headline in large type and the sums under it."""

    headline: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notes:
    """注記: sentences."""

    heading: str
    lines: tuple[str, ...] = field(repr=False)


Part = Answer | Facts | Notes | Table | Bars | ShareBars


@dataclass(frozen=True, slots=True)
class Section:
    """章: begins a new page, or a sheet of its own in a workbook."""

    title: str
    blocks: tuple[Part, ...]


Block = Part | Section


@dataclass(frozen=True, slots=True)
class Paper:
    """書類. ``marks`` stand at the top of every page (架空, 取扱注意 …); ``footer`` at its foot.

    ``is_one_page``: drawn smaller until everything stands on one page. ``figures``: the totals by name, for
    programs that read the JSON. ``pages_after``: pages drawn by others that follow, counted in page x/y.
    """

    kind: str
    title: str
    subtitle: str
    marks: tuple[str, ...] = field(repr=False)
    blocks: tuple[Block, ...] = field(repr=False)
    footer: tuple[str, ...] = ()
    made_at: datetime | None = None
    landscape: bool = False
    is_one_page: bool = False
    figures: tuple[tuple[str, int | str], ...] = ()
    pages_after: int = 0


def parts_of(paper: Paper) -> Iterator[Part]:
    """Yield every part, those of sections too, in order."""
    for block in paper.blocks:
        if isinstance(block, Section):
            yield from block.blocks
        else:
            yield block


def tables_of(paper: Paper) -> list[Table]:
    """Return the tables in their order."""
    return [part for part in parts_of(paper) if isinstance(part, Table)]


def without_details(paper: Paper) -> Paper:
    """Return the paper as it is read on paper: tables that only compute are left out."""

    def is_shown(block: Block) -> bool:
        return not (isinstance(block, Table) and block.is_detail)

    return replace(paper, blocks=tuple(block for block in paper.blocks if is_shown(block)))


def without_drawings(paper: Paper) -> Paper:
    """Return the paper for a form that cannot draw: bars of shares only repeat what its tables say."""
    return replace(paper, blocks=tuple(one for one in paper.blocks if not isinstance(one, ShareBars)))


def texts_of(paper: Paper) -> list[str]:
    """Return every text that will be printed, for a look at the characters in them."""
    texts = [paper.title, paper.subtitle, *paper.marks, *paper.footer]
    texts += [block.title for block in paper.blocks if isinstance(block, Section)]
    for part in parts_of(paper):
        texts += _texts_of_part(part)
    return texts


def _texts_of_part(part: Part) -> list[str]:
    if isinstance(part, Answer):
        return [part.headline, *part.lines]
    if isinstance(part, Notes):
        return [part.heading, *part.lines]
    if isinstance(part, Facts):
        return [part.heading, *(text for item in part.items for text in item)]
    if isinstance(part, Bars):
        return [part.heading, part.basis, *(bar.words for bar in part.bars)]
    if isinstance(part, ShareBars):
        return [part.heading, part.basis, *(text for bar in part.bars for text in (bar.words, bar.told))]
    rows = [*part.rows, *(row for row in (part.withheld, part.total) if row is not None)]
    return [
        part.heading,
        part.basis,
        part.empty,
        *(column.heading for column in part.columns),
        *(cell_text(cell) for row in rows for cell in row),
    ]


def plain(cell: Cell) -> Plain:
    """Return what a cell shows: the value of a formula, anything else as it is."""
    return cell.value if isinstance(cell, Formula) else cell


def count_of(cell: Cell) -> int:
    """Return the whole number in a cell; 0 for words, nothing and what is withheld."""
    value = plain(cell)
    return value if isinstance(value, int) else 0


def sum_faults(table: Table) -> list[str]:
    """Return the headings of columns whose total is not the sum of the rows; empty = it reconciles."""
    if table.total is None:
        return []
    faults = []
    for index, column in enumerate(table.columns):
        total = plain(table.total[index])
        if not column.adds_up or not isinstance(total, int):
            continue
        rows = [*table.rows, *([table.withheld] if table.withheld is not None else [])]
        if sum(count_of(row[index]) for row in rows) != total:
            faults.append(column.heading)
    return faults


def cell_text(cell: Cell) -> str:
    """Return a cell as people read it: 1,460, −13 with a real minus sign, — for nothing known."""
    value = plain(cell)
    if value is None:
        return "—"
    if isinstance(value, Withheld):
        return value.words
    if isinstance(value, int):
        return f"{value:,}".replace("-", "−")
    return decimal_text(value) if isinstance(value, Decimal) else value


def decimal_text(value: Decimal) -> str:
    """Return 「3.5」 or 「1,460」: no zeros at the end."""
    whole = value == value.to_integral_value()
    return f"{int(value):,}" if whole else f"{value.normalize():,f}"


def people(count: int) -> str:
    """Return 「1,460人」."""
    return f"{count:,}人"


def day_text(day: date | None) -> str:
    """Return 「令和8年11月21日」, or 「日付なし」."""
    return format_wareki(day) if day is not None else "日付なし"


def moment_text(moment: datetime) -> str:
    """Return 「令和8年11月21日 10:42」, in the time of Japan whatever the computer's clock is set to."""
    local = in_japan(moment)
    return f"{format_wareki(local.date())} {local:%H:%M}"


def clock_text(moment: datetime) -> str:
    """Return 「10:42:07」 in the time of Japan."""
    return f"{in_japan(moment):%H:%M:%S}"


def joined(words: Sequence[str]) -> str:
    """Return words with 「、」 between; — for none."""
    return "、".join(words) if words else "—"
