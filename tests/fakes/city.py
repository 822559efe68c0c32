"""An in-memory city database behind the ports: the same rules of sight as the real one, all or nothing.

``FakeCity`` is a ``CityDatabase``. ``writing()`` works on a copy that replaces the kept state only when
the block ends well. Every read of people leaves out 支援措置対象者 unless the viewer has the flag, and 校区
the viewer may not see.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.ids import (
    DistrictId,
)
from kurume_bousai.services.ports.keeping import Operator
from tests.fakes.gazetteer import FakeGazetteer
from tests.fakes.hand_outs import FakeHandOuts, FakePartners
from tests.fakes.layers import FakeLayers
from tests.fakes.letters import NoLetters
from tests.fakes.mapping_profiles import FakeMappingProfiles
from tests.fakes.matching import FakeMatching
from tests.fakes.office import FakeActivities, FakeEmergencies, FakeQuality, FakeYearlyUpdates
from tests.fakes.people import FakeMembers, FakePlans, FakeSupporters
from tests.fakes.places import FakeBackgrounds, FakeDistricts, FakeShelters
from tests.fakes.reception import FakeReceptions, FakeScenarios, FakeScreenings
from tests.fakes.records import FakeAuditor, FakeImports, FakeLedger, FakeOperations
from tests.fakes.retention import FakeRetention
from tests.fakes.state import NOW, CityState
from tests.fakes.task_layers import FakeTaskLayers
from tests.fakes.tile_packs import FakeTilePacks


@dataclass
class FixedClock:
    """A clock that stands still until a test moves it."""

    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


class FakeSession:
    """読み書きの場 over one state."""

    def __init__(self, state: CityState) -> None:
        self.state = state
        self.members = FakeMembers(state)
        self.plans = FakePlans(state)
        self.supporters = FakeSupporters(state)
        self.shelters = FakeShelters(state)
        self.districts = FakeDistricts(state)
        self.backgrounds = FakeBackgrounds(state)
        self.layers = FakeLayers(state)
        self.task_layers = FakeTaskLayers(state)
        self.tile_packs = FakeTilePacks(state)
        self.operations = FakeOperations(state)
        self.scenarios = FakeScenarios(state)
        self.screenings = FakeScreenings(state)
        self.reception = FakeReceptions(state)
        self.gazetteer = FakeGazetteer(state)
        self.ledger = FakeLedger(state)
        self.partners = FakePartners(state)
        self.hand_outs = FakeHandOuts(state)
        self.imports = FakeImports(state)
        self.mapping_profiles = FakeMappingProfiles(state)
        self.matching = FakeMatching(state)
        self.emergencies = FakeEmergencies(state)
        self.quality = FakeQuality(state)
        self.yearly_updates = FakeYearlyUpdates(state)
        self.activities = FakeActivities(state)
        self.audit = FakeAuditor(state)
        absent = NoLetters()
        self.eligibility = absent.eligibility
        self.mailings = absent.mailings
        self.registration_years = absent.registration_years
        self.retention = FakeRetention(state)

    def fact(self, key: str) -> str | None:
        return self.state.facts.get(key)

    def set_fact(self, key: str, value: str) -> None:
        self.state.facts[key] = value


class FakeCity:
    """市のデータベース in memory, opened for one operator. ``seen_by`` opens the same file for another."""

    def __init__(self, access: Access, state: CityState | None = None) -> None:
        self.access = access
        self._kept = [state or CityState()]

    @property
    def state(self) -> CityState:
        """What is kept now."""
        return self._kept[0]

    def seen_by(self, access: Access) -> FakeCity:
        """The same file opened by another operator."""
        other = FakeCity(access)
        other._kept = self._kept
        return other

    @contextmanager
    def reading(self) -> Iterator[FakeSession]:
        yield FakeSession(self.state.copy())

    @contextmanager
    def writing(self) -> Iterator[FakeSession]:
        session = FakeSession(self.state.copy())
        yield session
        self._kept[0] = session.state

    def operators(self) -> list[Operator]:
        """The one who opened the file."""
        one = self.access
        return [Operator(one.operator_id, one.name, one.roles, one.districts, one.handles_protected)]

    def close(self) -> None:
        """Nothing to close."""


class BoxLocator:
    """校区の判定 by boxes: west, south, east, north per 校区."""

    def __init__(self, boxes: Mapping[DistrictId, tuple[float, float, float, float]]) -> None:
        self._boxes = boxes

    def locate(self, point: LonLat) -> tuple[DistrictId | None, str, float]:
        for district_id, (west, south, east, north) in self._boxes.items():
            if west <= point.lon <= east and south <= point.lat <= north:
                return district_id, "polygon", 0.0
        return None, "unknown", 0.0
