"""盤の並びと言葉: the state of a tile, the order of the board, what its head line sums."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from kurume_bousai.domain.dates import in_japan
from kurume_bousai.domain.decided import NeedBalance
from kurume_bousai.domain.members import Need
from kurume_bousai.domain.shelters import OpeningState, Unlimited
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.capacity.plan_board import BoardSite, BoardSubject, SiteBoard
from kurume_bousai.ui.kit.painters import State

_FEW_SHARE, _FEW_PLACES = 10, 2
#: 不足 → 不明 → わずか → あり → not to be opened.
_RANKS: Final = {State.SHORT: 0, State.UNKNOWN: 1, State.FEW: 2, State.OK: 3, None: 4}
_SHORT_NAME: Final = 10
_UNHEARD: Final = "報告なし"


class Sorting(StrEnum):
    """並び."""

    WORST = "worst"
    NAME = "name"
    OPENING = "opening"


SORTING_WORDS: Final = {
    Sorting.WORST: "不足が先",
    Sorting.NAME: "名前の順",
    Sorting.OPENING: "開ける順",
}


def state_of(row: BoardSite) -> State | None:
    """State of a site; None = it is not open (閉鎖; for いまの受入 also 未開設), so nothing is asked of it.

    A site where people are is never passed over, whatever its state says.
    """
    if not _is_asked(row):
        return None
    if row.balance is None or row.usable is None or is_unheard(row):
        return State.UNKNOWN
    if row.balance < 0:
        return State.SHORT
    return State.FEW if row.balance <= max(_FEW_PLACES, row.usable // _FEW_SHARE) else State.OK


def is_unheard(row: BoardSite) -> bool:
    """Tell whether nobody has said yet who is there now: that is no 0."""
    if row.subject is BoardSubject.PLANS:
        return False
    there = row.occupancy
    return there is None or (there.counted_people is None and not there.received_people)


def _is_asked(row: BoardSite) -> bool:
    if row.subject is BoardSubject.RECEPTION:
        return row.site.state is OpeningState.OPEN or row.assigned > 0
    return row.site.state is not OpeningState.CLOSED


def sorted_rows(board: SiteBoard, sorting: Sorting = Sorting.WORST) -> list[BoardSite]:
    """Return the sites in the order of the board; the fewest places first within a state."""
    if sorting is Sorting.NAME:
        return sorted(board.sites, key=lambda row: (row.site.name, row.site.site_id))
    if sorting is Sorting.OPENING:
        return list(board.sites)
    return sorted(
        board.sites,
        key=lambda row: (_RANKS[state_of(row)], row.balance or 0, row.site.name, row.site.site_id),
    )


@dataclass(frozen=True, slots=True)
class TileWords:
    """札の言葉: 「不足 16」「/ 80人」, with one sentence for a screen reader."""

    name: str
    word: str
    number: str
    beside: str
    full: str


def tile_words(row: BoardSite) -> TileWords:
    """Write a tile."""
    site = row.site
    name = site.short_name or site.name
    shown = name if len(name) <= _SHORT_NAME else f"{name[: _SHORT_NAME - 1]}…"
    state = state_of(row)
    who = "行く人" if row.subject is BoardSubject.PLANS else "いる人"
    if state is None:
        word = word_of(site.state)
        beside = f"{who} {row.assigned}人" if row.assigned else ""
        return TileWords(shown, word, "", beside, f"{site.name} {word} {who} {row.assigned}人")
    if is_unheard(row):
        usable = "?" if row.usable is None else f"{row.usable}人"
        return TileWords(
            shown, _UNHEARD, "", f"/ {usable}", f"{site.name} 人数の報告なし 使える人数 {usable}"
        )
    if state is State.UNKNOWN or row.balance is None:
        beside = f"{who} {row.assigned}人"
        return TileWords(shown, "不明", "", beside, f"{site.name} 使える人数が不明 {beside}")
    beside = f"/ {row.usable}人"
    word, number = ("不足", -row.balance) if row.balance < 0 else ("空き", row.balance)
    full = f"{site.name} {word} {number}人分 {who} {row.assigned}人 使える人数 {row.usable}人"
    if row.balance == 0:
        return TileWords(
            shown, "満員", "", beside, f"{site.name} 満員 {who} {row.assigned}人 使える人数 {row.usable}人"
        )
    return TileWords(shown, word, f"{number:,}", beside, full)


@dataclass(frozen=True, slots=True)
class HeadLine:
    """盤の見出し: sums of the 37; free places and shortages of different sites are never netted.

    ``opened``: sites that are open now; None where the board is about plans.
    """

    sites: int
    opened: int | None
    with_room: int
    free: int
    short: int
    short_sites: int
    unknown: int
    undecided: int


def head_line(board: SiteBoard) -> HeadLine:
    """Sum the 37; the power-first site stands beside them."""
    rows = [(state_of(row), row.balance or 0) for row in board.the_37]
    free = [balance for state, balance in rows if state in {State.OK, State.FEW} and balance > 0]
    short = [-balance for state, balance in rows if state is State.SHORT]
    return HeadLine(
        sites=len(rows),
        opened=_opened(board),
        with_room=len(free),
        free=sum(free),
        short=sum(short),
        short_sites=len(short),
        unknown=sum(state is State.UNKNOWN for state, _balance in rows),
        undecided=board.undecided_people,
    )


def _opened(board: SiteBoard) -> int | None:
    if board.subject is BoardSubject.PLANS:
        return None
    return sum(row.site.state is OpeningState.OPEN for row in board.the_37)


@dataclass(frozen=True, slots=True)
class NeedWords:
    """支援の印の横: units left, how many are short, or 「?」 / 「可」."""

    need: Need
    text: str
    is_short: bool


def need_words(row: BoardSite) -> list[NeedWords]:
    """Every need, the short ones first: they must not be the ones that do not fit."""
    found = [_need(need, row.decided.by_need.get(need)) for need in Need]
    return sorted(found, key=lambda one: not one.is_short)


def _need(need: Need, balance: NeedBalance | None) -> NeedWords:
    if balance is None or balance.capacity is None:
        assigned = balance.assigned if balance is not None else 0
        return NeedWords(need, f"{assigned}" if assigned else "?", is_short=assigned > 0)
    if isinstance(balance.capacity, Unlimited):
        return NeedWords(need, "可", is_short=False)
    left = balance.balance or 0
    return NeedWords(need, f"{abs(left)}", is_short=left < 0)


def row_age(row: BoardSite, now: datetime) -> str:
    """How old the figures of a tile are: the last report of who is there, else the record of the site."""
    if row.subject is BoardSubject.PLANS:
        return age_words(row.site.verified_on, in_japan(now).date())
    there = row.occupancy
    if there is None or is_unheard(row):
        return _UNHEARD
    return age_of(there.counted_at or there.newest_at, now)


def age_of(at: datetime | None, now: datetime) -> str:
    """「3時間前」: how old something told is; empty where nothing was told."""
    if at is None:
        return ""
    minutes = max(0, int((now - at).total_seconds() // 60))
    if minutes < 60:
        return f"{minutes}分前"
    hours = minutes // 60
    return f"{hours}時間前" if hours < 48 else f"{hours // 24}日前"


def age_words(verified_on: date | None, today: date) -> str:
    """「3か月前に確認」: how old the figures of a site are."""
    if verified_on is None:
        return "未確認"
    months = (today.year - verified_on.year) * 12 + today.month - verified_on.month
    if today.day < verified_on.day:
        months -= 1
    if months <= 0:
        return "1か月以内"
    return f"{months}か月前" if months < 24 else f"{months // 12}年前"
