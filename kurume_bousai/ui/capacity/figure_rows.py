"""表の行: sites and 校区 of an answer as rows of words and figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kurume_bousai.domain.capacity import StaffShift
from kurume_bousai.domain.capacity_answer import (
    UNKNOWN_DISTRICT,
    CapacityAnswer,
    DistrictCapacity,
    SiteCapacity,
)
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.ui.capacity.reading import (
    CapacityPlaces,
    flows_by_site,
    site_reason,
    site_state,
)
from kurume_bousai.ui.figure_table import Cell, Column, Row
from kurume_bousai.ui.kit.painters import State

_WAYS_SHOWN: Final = 4

SITE_COLUMNS: Final = (
    Column("施設", stretches=True, at_least=150),
    Column("床面積から", is_figure=True, drop=3),
    Column("1人の㎡", is_figure=True, drop=5),
    Column("使えない", is_figure=True, drop=4),
    Column("職員の上限", is_figure=True, drop=2),
    Column("使える人数", is_figure=True),
    Column("入れる人", is_figure=True),
    Column("空き", is_figure=True),
    Column("理由・未確認", stretches=True, at_least=140, drop=1),
)
DISTRICT_COLUMNS: Final = (
    Column("校区", at_least=110),
    Column("行く人", is_figure=True),
    Column("入れる", is_figure=True),
    Column("入れない", is_figure=True),
    Column("行き先", stretches=True, at_least=160, drop=1),
)


def district_word(district_id: DistrictId) -> str:
    """「津福校区」; people without one stay 校区不明."""
    return district_id if district_id == UNKNOWN_DISTRICT else f"{district_id}校区"


def site_rows(answer: CapacityAnswer, places: CapacityPlaces) -> list[Row]:
    """Every site with what makes its usable places, and why it is not used."""
    counts_staff = answer.conditions.staff is not StaffShift.NONE
    return [_site_row(site, places, counts_staff=counts_staff) for site in answer.by_site]


def _site_row(site: SiteCapacity, places: CapacityPlaces, *, counts_staff: bool) -> Row:
    is_out = site.refusal is not None
    state = site_state(site, places)
    free = "—" if is_out else "不明" if site.floor is None else "満員" if site.free == 0 else f"{site.free:,}"
    name = f"{site.name}(電源優先)" if site.is_power_first else site.name
    return site.site_id, (
        Cell(name, is_quiet=is_out),
        Cell("不明" if site.floor is None else f"{site.floor:,}", is_quiet=is_out),
        Cell(f"{site.rate_m2.normalize():f}", is_quiet=is_out),
        Cell(f"{site.blocked:,}" if site.blocked else "—", is_quiet=is_out),
        Cell(_staff_limit(site, counts_staff=counts_staff), is_quiet=is_out),
        Cell("不明" if site.floor is None else f"{site.usable:,}", is_quiet=is_out),
        Cell(f"{site.placed:,}", is_quiet=is_out),
        Cell(free, state, is_quiet=is_out),
        Cell(site_reason(site, places), is_quiet=True),
    )


def _staff_limit(site: SiteCapacity, *, counts_staff: bool) -> str:
    if not counts_staff:
        return "—"
    return "未確認" if site.staff_limit is None else f"{site.staff_limit:,}"


def district_rows(answer: CapacityAnswer, places: CapacityPlaces) -> list[Row]:
    """Every 校区 with where its people go."""
    ways: dict[DistrictId, str] = _ways(answer, places)
    return [_district_row(row, ways) for row in answer.by_district]


def _district_row(row: DistrictCapacity, ways: Mapping[DistrictId, str]) -> Row:
    state = State.SHORT if row.unplaced else State.OK if row.people else None
    return row.district_id, (
        Cell(district_word(row.district_id)),
        Cell(f"{row.people:,}"),
        Cell(f"{row.placed:,}"),
        Cell(f"{row.unplaced:,}", state),
        Cell(ways.get(row.district_id, ""), is_quiet=True),
    )


def _ways(answer: CapacityAnswer, places: CapacityPlaces) -> dict[DistrictId, str]:
    said: dict[DistrictId, str] = {}
    for district_id in {flow.district_id for flow in answer.flows}:
        flows = [flow for flow in answer.flows if flow.district_id == district_id]
        ways = flows_by_site(flows)
        first = "、".join(
            f"{places.short_name(site_id)} {people:,}" for site_id, people in ways[:_WAYS_SHOWN]
        )
        rest = len(ways) - _WAYS_SHOWN
        said[district_id] = f"{first}、ほか {rest}施設" if rest > 0 else first
    return said
