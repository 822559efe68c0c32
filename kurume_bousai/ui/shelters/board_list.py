"""施設の一覧: the same sites as rows, for those who would rather read than look."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from kurume_bousai.domain.members import Need
from kurume_bousai.domain.shelters import YesNoUnknown
from kurume_bousai.labels import label as word_of
from kurume_bousai.labels import need_sign
from kurume_bousai.services.capacity.plan_board import BoardSite
from kurume_bousai.ui.figure_table import Cell, Column, FigureTable, Row
from kurume_bousai.ui.kit.painters import State
from kurume_bousai.ui.shelters.board_rows import is_unheard, need_words, row_age, state_of, tile_words

_COLUMNS: Final = (
    Column("施設", stretches=True, at_least=170),
    Column("人数", is_figure=True),
    Column("使える人数", is_figure=True),
    Column("過不足", is_figure=True),
    Column("足りない支援", at_least=96, drop=1),
    Column("指定・協定", at_least=96, drop=3),
    Column("確認", at_least=84, drop=2),
)


class BoardList(FigureTable):
    """施設の一覧. ``opened(site_id)`` and ``moved(site_id)`` as the board's."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(_COLUMNS, name="福祉避難所の一覧。矢印で動き、Enterでくわしく見ます。")
        self._now = now

    def site_id(self) -> str:
        """Id of the row in force, empty before the first."""
        key = self.key()
        return "" if key is None else str(key)

    def show_sites(self, rows: Sequence[BoardSite]) -> None:
        """Show these sites in this order."""
        now = self._now()
        self.set_rows([_row(row, now) for row in rows])


def _row(row: BoardSite, now: datetime) -> Row:
    state, site = state_of(row), row.site
    name = f"{site.name}(電源優先)" if site.is_power_first else site.name
    usable = "不明" if row.usable is None else f"{row.usable:,}"
    short = [one.need for one in need_words(row) if one.is_short]
    return str(site.site_id), (
        Cell(name, is_quiet=state is None),
        Cell("—" if is_unheard(row) else f"{row.assigned:,}"),
        Cell(usable, is_quiet=row.usable is None),
        Cell(_balance(row, state), state, spoken=tile_words(row).full),
        Cell("", sign="".join(need_sign(need) for need in short), spoken=_spoken(short)),
        Cell(_standing(row), is_quiet=True),
        Cell(row_age(row, now), is_quiet=True),
    )


def _balance(row: BoardSite, state: State | None) -> str:
    words = tile_words(row)
    if state in (None, State.UNKNOWN) or not words.number:
        return words.word
    return f"{words.word} {words.number}" if state is State.SHORT else words.number


def _spoken(short: Sequence[Need]) -> str:
    return "、".join(word_of(need) for need in short) or "なし"


def _standing(row: BoardSite) -> str:
    """「指定・協定」 with what is settled; a site that is neither is told so."""
    site = row.site
    settled = [
        words
        for words, fact in (("指定", site.designation), ("協定", site.agreement))
        if fact is YesNoUnknown.YES
    ]
    if settled:
        return "・".join(settled)
    unknown = YesNoUnknown.UNKNOWN in {site.designation, site.agreement}
    return "未確認" if unknown else "なし"
