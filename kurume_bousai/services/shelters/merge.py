"""Putting what a row says over what is stored of a 福祉避難所. What it does not say is never lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

from kurume_bousai.domain.errors import RowProblem
from kurume_bousai.domain.hazards import Fitness
from kurume_bousai.domain.shelters import Room, WelfareShelter
from kurume_bousai.domain.site_figures import known_figures, without_outdated_sources
from kurume_bousai.domain.site_record import SiteFigure, StockItem
from kurume_bousai.services.shelters.site_file import ParsedSite

K = TypeVar("K")
V = TypeVar("V")

#: Where a figure stands in the list of sites, for the sentence about a figure that becomes unknown.
_COLUMNS: Final = {
    SiteFigure.DESIGNATION: "指定・協定",
    SiteFigure.ROOMS: "室と面積",
    SiteFigure.BLOCKED: "使えない人数",
    SiteFigure.STAFF: "職員昼・職員夜",
    SiteFigure.ACCEPTS: "受入対象",
    SiteFigure.NEEDS: "必要な支援",
    SiteFigure.POWER: "発電kW・発電時間",
    SiteFigure.FITNESS: "適否",
}
_CLEARED: Final = "登録済みの値が、この行で不明になります(空欄と0は不明です)。確かめてください。"
#: Answers that are no news where nobody had answered.
_UNANSWERED: Final = (None, Fitness.UNCONFIRMED)


def merged_site(base: WelfareShelter, site: ParsedSite) -> WelfareShelter:
    """Return the stored site (or a blank one) with what the row says."""
    values = {name: _merged(site, name, getattr(base, name), stated) for name, stated in site.values.items()}
    record = {
        name: _merged(site, name, getattr(base.record, name), stated) for name, stated in site.record.items()
    }
    kept = replace(base.record, contacts=replace(base.record.contacts, **site.contacts), **record)
    after = replace(base, name=site.name, point=site.point or base.point, record=kept, **values)
    return without_outdated_sources(base, after)


def cleared_figures(row: int, before: WelfareShelter, after: WelfareShelter) -> Iterator[RowProblem]:
    """Tell the figures that were known and become unknown: an empty cell says so, often by mistake."""
    gone = set(known_figures(before)) - set(known_figures(after)) - {SiteFigure.BLOCKED}
    for figure in (one for one in SiteFigure if one in gone):
        yield RowProblem(row, _COLUMNS[figure], "", "value_cleared", _CLEARED)


def _merged(site: ParsedSite, name: str, kept: Any, stated: Any) -> Any:  # noqa: ANN401 - of the field's type
    """Return the stated value, or the stored one with the stated parts put over it."""
    if name not in site.merged:
        return stated
    if name == "rooms":
        return _rooms(kept, stated)
    return _stock(kept, stated) if name == "stock" else _mapping(kept, stated)


def _mapping(kept: Mapping[K, V], stated: Mapping[K, V]) -> dict[K, V]:
    """Put the stated answers over the kept ones, key by key."""
    news = {key: value for key, value in stated.items() if key in kept or value not in _UNANSWERED}
    return {**kept, **news}


def _rooms(kept: Sequence[Room], stated: Sequence[Room]) -> tuple[Room, ...]:
    """A room whose floor could not be read keeps the floor it had."""
    floors = {room.name: room.floor_m2 for room in kept}
    return tuple(
        replace(room, floor_m2=floors.get(room.name)) if room.floor_m2 is None else room for room in stated
    )


def _stock(kept: Sequence[StockItem], stated: Sequence[StockItem]) -> tuple[StockItem, ...]:
    named = {item.name for item in stated}
    return (*stated, *(item for item in kept if item.name not in named))
