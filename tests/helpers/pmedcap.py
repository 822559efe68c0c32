"""OR-Library capacitated p-median files (``../shared/data/pmedcap``) as questions of ``--open p``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kurume_bousai.domain.placement import (
    CostUnit,
    DistanceKind,
    PlacementOptions,
    PlacementParty,
    PlacementSite,
    PlanePoint,
)

NUMBERS = range(1, 11)


@dataclass(frozen=True, slots=True)
class Median:
    """One file: every point is a party of its demand and a site of Q places; p sites may open."""

    optimum: int
    opened: int
    parties: tuple[PlacementParty, ...]
    sites: tuple[PlacementSite, ...]

    def options(self, time_limit_s: float = 60.0) -> PlacementOptions:
        return PlacementOptions(
            cost=CostUnit.PARTY,
            distance=DistanceKind.FLOOR,
            open_at_most=self.opened,
            time_limit_s=time_limit_s,
        )


def read_median(shared_data: Path, number: int) -> Median:
    path = shared_data / "pmedcap" / f"pmedcap1_{number:02d}.txt"
    rows = [line.split() for line in path.read_text(encoding="ascii").splitlines() if line.strip()]
    count, opened, places = (int(word) for word in rows[1])
    points = [(row[0], PlanePoint(float(row[1]), float(row[2])), int(row[3])) for row in rows[2 : 2 + count]]
    return Median(
        optimum=int(rows[0][1]),
        opened=opened,
        parties=tuple(PlacementParty(name, point, demand) for name, point, demand in points),
        sites=tuple(PlacementSite(name, point, places) for name, point, _ in points),
    )
