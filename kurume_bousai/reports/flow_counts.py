"""流れの少ない数を伏せる: which 校区 → 施設 counts may stand on a paper (RULEBOOK §1, small counts).

A reader knows the people placed of every 校区 whose row is not withheld, and of every site. Counts under 5
are never named: they stand together as 「そのほかの施設」 of their 校区, and where that sum would itself be
under 5 the smallest named count joins it. A 校区 whose own row is withheld names no site at all.

What is left unnamed must not follow from the rest. For each small count the search looks for a *switch*: two
校区 and two sites whose unnamed counts can move by one (＋1 −1 −1 ＋1) so that every sum and every named
count stays as it is. A count with a switch has a second possible value. A 校区 with a count that has none
names no site either; where that does not help, more 校区 fall silent, and at the end no flow is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kurume_bousai.reports.small_counts import SMALLEST_SHOWN


@dataclass(frozen=True, slots=True)
class NamedFlows:
    """行き先: sites that may be named with their people, most first; ``others`` = the people elsewhere."""

    named: tuple[tuple[str, int], ...]
    others: int


@dataclass(slots=True)
class _Cover:
    """What is named so far. ``folded``: per 校区 the large count that joined the others."""

    counts: Mapping[str, Mapping[str, int]]
    sites: tuple[str, ...]
    silent: set[str]
    named: dict[str, dict[str, int]] = field(default_factory=dict)
    folded: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for district, row in self.counts.items():
            large = {site: count for site, count in row.items() if count >= SMALLEST_SHOWN}
            if 0 < self._small_people(district) < SMALLEST_SHOWN and large:
                smallest = min(large, key=lambda site: (large[site], site))
                del large[smallest]
                self.folded[district] = smallest
            self.named[district] = large

    def told(self) -> list[str]:
        """Return the 校区 with a small count that has no switch."""
        return [
            district
            for district, row in self.counts.items()
            if any(
                0 < count < SMALLEST_SHOWN and not self._has_switch(district, site)
                for site, count in row.items()
            )
        ]

    def _has_switch(self, district: str, site: str) -> bool:
        others = [other for other in self.counts if other != district]
        for beside in self.sites:
            if beside == site:
                continue
            if self._moves(district, site, beside) and any(self._moves(d, beside, site) for d in others):
                return True
            if self._moves(district, beside, site) and any(self._moves(d, site, beside) for d in others):
                return True
        return False

    def _moves(self, district: str, more: str, less: str) -> bool:
        """Return whether one person more at ``more`` and one fewer at ``less`` leaves the page as it is."""
        row = self.counts[district]
        up, down = row.get(more, 0) + 1, row.get(less, 0) - 1
        if district in self.silent:
            return down >= 0
        named = self.named[district]
        if more in named or less in named or down < 0:
            return False
        folded = self.folded.get(district)
        if folded == more:  # it stays the smallest large count, and somebody stays at the small ones
            next_larger = min(((count, site) for site, count in named.items()), default=None)
            is_smallest = next_larger is None or (up, more) < next_larger
            return is_smallest and self._small_people(district) > 1
        if folded == less:
            return down >= SMALLEST_SHOWN and up < SMALLEST_SHOWN > self._small_people(district) + 1
        return up < SMALLEST_SHOWN

    def _small_people(self, district: str) -> int:
        return sum(count for count in self.counts[district].values() if count < SMALLEST_SHOWN)


def nameable_flows(
    flows: Iterable[tuple[str, str, int]], withheld_rows: Iterable[str]
) -> dict[str, NamedFlows]:
    """Return per 校区 what may be named; a 校区 that must name no site is absent.

    ``flows``: (校区, site, people). ``withheld_rows``: 校区 whose placed people are withheld on the paper.
    """
    counts: dict[str, dict[str, int]] = {}
    for district, site, people in flows:
        row = counts.setdefault(district, {})
        row[site] = row.get(site, 0) + people
    sites = tuple(sorted({site for row in counts.values() for site in row}))
    cover = _Cover(counts, sites, {district for district in withheld_rows if district in counts})
    while told := cover.told():
        speaking = [district for district in counts if district not in cover.silent]
        if not speaking:
            break
        mine = [district for district in told if district in speaking]
        # A silent 校区 that is still told needs company: the one with the fewest people follows it.
        cover.silent |= set(mine) or {min(speaking, key=lambda name: (sum(counts[name].values()), name))}
    return {
        district: NamedFlows(
            tuple(sorted(named.items(), key=lambda item: (-item[1], item[0]))),
            sum(counts[district].values()) - sum(named.values()),
        )
        for district, named in cover.named.items()
        if district not in cover.silent
    }
