"""書類の中身: one model of a paper that the PDF, the workbook, CSV, HTML and JSON are all made from.

A block is an answer, a list of facts, notes or a table. A table says which columns add up, so that the
workbook recomputes every total and a paper whose totals differ from their rows cannot be made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from kurume_bousai.domain.dates import format_wareki, in_japan


@dataclass(frozen=True, slots=True)
class Withheld:
    """伏せた数: the words shown instead of a number (RULEBOOK §1, small counts)."""

    words: str


Cell = str | int | None | Withheld


@dataclass(frozen=True, slots=True)
class Column:
    """列. ``share`` is its part of the width; ``is_count`` columns hold whole numbers, right-aligned."""

    heading: str
    share: float = 1.0
    is_count: bool = False
    adds_up: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """表. ``total`` has one cell per column; a column that adds up must equal the sum of its rows there.

    ``withheld`` carries, per column, the sum of the cells that are withheld, so that what is shown and
    what is withheld make the total. ``basis`` is the rule and rate that stand beside the numbers.
    ``roomy`` rows leave room to write by hand.
    """

    heading: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...] = field(repr=False)
    total: tuple[Cell, ...] | None = None
    withheld: tuple[Cell, ...] | None = None
    basis: str = ""
    empty: str = "ありません。"
    roomy: bool = False


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


Block = Answer | Facts | Notes | Table


@dataclass(frozen=True, slots=True)
class Paper:
    """書類. ``marks`` stand at the top of every page (架空, 取扱注意 …); ``footer`` at its foot."""

    kind: str
    title: str
    subtitle: str
    marks: tuple[str, ...] = field(repr=False)
    blocks: tuple[Block, ...] = field(repr=False)
    footer: tuple[str, ...] = ()
    made_at: datetime | None = None
    landscape: bool = False


def tables_of(paper: Paper) -> list[Table]:
    """Return the tables in their order."""
    return [block for block in paper.blocks if isinstance(block, Table)]


def texts_of(paper: Paper) -> list[str]:
    """Return every text that will be printed, for a look at the characters in them."""
    texts = [paper.title, paper.subtitle, *paper.marks, *paper.footer]
    for block in paper.blocks:
        texts += _texts_of_block(block)
    return texts


def _texts_of_block(block: Block) -> list[str]:
    if isinstance(block, Answer):
        return [block.headline, *block.lines]
    if isinstance(block, Notes):
        return [block.heading, *block.lines]
    if isinstance(block, Facts):
        return [block.heading, *(text for item in block.items for text in item)]
    rows = [*block.rows, *(row for row in (block.withheld, block.total) if row is not None)]
    return [
        block.heading,
        block.basis,
        block.empty,
        *(column.heading for column in block.columns),
        *(cell_text(cell) for row in rows for cell in row),
    ]


def sum_faults(table: Table) -> list[str]:
    """Return the headings of columns whose total is not the sum of the rows; empty = it reconciles."""
    if table.total is None:
        return []
    faults = []
    for index, column in enumerate(table.columns):
        total = table.total[index]
        if not column.adds_up or not isinstance(total, int):
            continue
        rows = [*table.rows, *([table.withheld] if table.withheld is not None else [])]
        if sum(cell for row in rows if isinstance(cell := row[index], int)) != total:
            faults.append(column.heading)
    return faults


def cell_text(cell: Cell) -> str:
    """Return a cell as people read it: 1,460, −13 with a real minus sign, — for nothing known."""
    if cell is None:
        return "—"
    if isinstance(cell, Withheld):
        return cell.words
    if isinstance(cell, int):
        return f"{cell:,}".replace("-", "−")
    return cell


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
