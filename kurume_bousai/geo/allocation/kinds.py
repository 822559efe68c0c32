"""Parties counted by kind, so that the people-phases can be asked again with any site changed.

``class_model`` groups by the sites allowed; here what a site allows may change, so a kind is what a party is:
size, needs, categories, band, and which sites lie within its reach.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kurume_bousai.domain.members import AdmissionCategory
from kurume_bousai.domain.placement import (
    PHASE_BANDS,
    PHASE_OFF_LIST,
    PHASE_POWER,
    PlacementOptions,
    PlacementParty,
    PlacementSite,
    standing_reason,
    units_of,
)
from kurume_bousai.geo.allocation.highs import INF
from kurume_bousai.geo.allocation.instance import NEEDS, BoolArray, FloatArray, Instance, IntArray

CATEGORIES = tuple(AdmissionCategory)


@dataclass(frozen=True, slots=True)
class Kinds:
    """種類, k of them.

    ``reach_ok`` (k, m); ``example`` a party of each kind, in their order; ``of`` (n,) the kind of each party.
    """

    of: IntArray
    size: IntArray
    count: IntArray
    needs: BoolArray
    group: IntArray
    reach_ok: BoolArray
    example: tuple[PlacementParty, ...]

    @property
    def number(self) -> int:
        """Number of kinds."""
        return len(self.size)


@dataclass(frozen=True, slots=True)
class PeopleGoal:
    """One phase that counts people left out; ``weight`` (k,) people of one party of each kind, or 0."""

    name: str
    weight: IntArray


def kinds_of(parties: Sequence[PlacementParty], instance: Instance) -> Kinds:
    """Count the parties of ``instance`` by kind."""
    taken = np.array([[c in p.categories for c in CATEGORIES] for p in parties], bool)
    key = np.hstack(
        [
            instance.size.astype(">u8").view(np.uint8).reshape(len(parties), 8),
            instance.group.astype(np.uint8)[:, None],
            np.packbits(instance.needs, axis=1),
            np.packbits(taken.reshape(len(parties), len(CATEGORIES)), axis=1),
            np.packbits(instance.reach_ok, axis=1),
        ]
    )
    packed = np.ascontiguousarray(key).view(f"V{key.shape[1]}").ravel()
    _, first, of, count = np.unique(packed, return_index=True, return_inverse=True, return_counts=True)
    return Kinds(
        of=of.astype(np.int64),
        size=instance.size[first],
        count=count.astype(np.int64),
        needs=instance.needs[first],
        group=instance.group[first],
        reach_ok=instance.reach_ok[first],
        example=tuple(parties[i] for i in first.tolist()),
    )


def people_goals(kinds: Kinds) -> list[PeopleGoal]:
    """The phases of RULEBOOK §4 that count people left out, in order; those without parties are skipped."""
    listed = kinds.group > 0
    power = kinds.needs[:, [need.value for need in NEEDS].index("power")]
    masks = [(PHASE_POWER, power & listed)]
    masks += [(name, kinds.group == band) for band, name in enumerate(PHASE_BANDS, start=1)]
    masks.append((PHASE_OFF_LIST, ~listed))
    return [PeopleGoal(name, np.where(mask, kinds.size, 0)) for name, mask in masks if mask.any()]


def allowed_at(kinds: Kinds, site: PlacementSite, number: int, options: PlacementOptions) -> BoolArray:
    """Kinds that may come to the site (column ``number`` of ``reach_ok``), the others apart, shape (k,)."""
    kept: dict[object, bool] = {}
    result = np.zeros(kinds.number, bool)
    for k, party in enumerate(kinds.example):
        asks = (party.needs, party.categories)
        if asks not in kept:
            kept[asks] = standing_reason(site, party, options) is None
        result[k] = kept[asks]
    allowed: BoolArray = result & kinds.reach_ok[:, number] & (kinds.size <= (site.capacity or 0))
    return allowed


def limits_at(site: PlacementSite, options: PlacementOptions) -> FloatArray:
    """People, then parties per need, that the site can take; infinite where it has no limit of its own."""
    places = (site.capacity or 0) if site.is_open else 0
    units = [units_of(site, need, options) for need in NEEDS]
    return np.array([float(places), *(INF if limit is None else float(limit) for limit in units)])
