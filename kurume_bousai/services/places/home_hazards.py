"""動いた家の危険: what the hazard layers say of homes that have just been placed, moved or taken away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from kurume_bousai.domain.hazard_readings import StoredReading
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.layers import LayerId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.services.places.hazard_update import (
    HazardLocatorMaker,
    flood_rank_of,
    read_locator,
    stored_readings,
)
from kurume_bousai.services.ports.layers import HazardLocator
from kurume_bousai.services.ports.sessions import ReadSession
from kurume_bousai.services.progress import Progress, no_progress

_READING = "浸水などを読み取っています"
_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class ReadHomes:
    """読み取った家: the people with the rank of their place, and the readings to keep of each."""

    members: tuple[RosterMember, ...] = field(repr=False)
    readings: Mapping[MemberId, Sequence[StoredReading]] = field(repr=False)
    has_layers: bool = False


class HomeHazards:
    """動いた家の危険の読み取り. Keeps its locator as long as the layers are the same; for any thread."""

    def __init__(self, make_locator: HazardLocatorMaker) -> None:
        self._make_locator = make_locator
        self._kept: tuple[tuple[LayerId, ...], HazardLocator] | None = None
        self._lock = Lock()

    def read(
        self, session: ReadSession, members: Sequence[RosterMember], progress: Progress = no_progress
    ) -> ReadHomes:
        """Read the layers at the homes of ``members``, all of whom were just placed or lost their place.

        Without any hazard layer nothing is known of the new place: the rank is empty, never "outside".
        """
        readings: dict[MemberId, Sequence[StoredReading]] = {member.member_id: () for member in members}
        placed = [(member, member.home) for member in members if member.home is not None]
        locator = self._locator(session) if placed else None
        if locator is None:
            return ReadHomes(tuple(members), readings)
        ranks: dict[MemberId, int | None] = {}
        for start in range(0, len(placed), _AT_ONCE):
            progress(start, len(placed), _READING)
            part = placed[start : start + _AT_ONCE]
            found = locator.readings([home for _member, home in part])
            for (member, home), of_home in zip(part, found, strict=True):
                ranks[member.member_id] = flood_rank_of(of_home)
                readings[member.member_id] = stored_readings(home, of_home)
        progress(len(placed), len(placed), _READING)
        ranked = tuple(
            replace(member, flood_rank=ranks[member.member_id]) if member.member_id in ranks else member
            for member in members
        )
        return ReadHomes(ranked, readings, has_layers=True)

    def _locator(self, session: ReadSession) -> HazardLocator | None:
        layer_ids = tuple(layer.layer_id for layer in session.layers.all() if layer.is_hazard)
        if not layer_ids:
            return None
        with self._lock:
            if self._kept is None or self._kept[0] != layer_ids:
                self._kept = (layer_ids, read_locator(session, self._make_locator))
            return self._kept[1]
