"""What the fake city keeps, and who may see whom of it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.activities import ActivityEntry, ActivityId
from kurume_bousai.domain.care_facilities import CareFacility
from kurume_bousai.domain.districts import ActivityFigure, DistrictOutline, SchoolDistrict
from kurume_bousai.domain.emergency import EmergencyId, EmergencyMode
from kurume_bousai.domain.gazetteer import (
    GazetteerPoint,
    GazetteerSource,
    GazetteerSourceId,
    HomePlace,
)
from kurume_bousai.domain.hand_outs import CopyContents, CopyEvent, HandOutOrder, OrderId
from kurume_bousai.domain.hazard_readings import StoredReading
from kurume_bousai.domain.home_places import HomeUndecided
from kurume_bousai.domain.ids import (
    BackgroundId,
    DistrictId,
    ImportId,
    MemberId,
    OperationId,
    OperatorId,
    SiteId,
    SupporterId,
)
from kurume_bousai.domain.layers import LayerFeature, LayerId, MapLayer
from kurume_bousai.domain.mapping_profiles import MappingProfile, MappingProfileId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.operations import FrozenPerson, Operation
from kurume_bousai.domain.plans import (
    IndividualEvacuationPlan,
)
from kurume_bousai.domain.reception import ReceptionEntry
from kurume_bousai.domain.recipients import PartnerId
from kurume_bousai.domain.scenarios import SavedScenario, ScenarioId
from kurume_bousai.domain.screening import Screening
from kurume_bousai.domain.shelters import DesignatedShelter, EmergencyEvacuationSite, WelfareShelter
from kurume_bousai.domain.supporters import Supporter
from kurume_bousai.domain.task_layers import TaskBoard, TaskStep
from kurume_bousai.domain.tile_packs import TilePack, TilePackId
from kurume_bousai.domain.yearly_update import YearlyRecord, YearlyUpdate
from kurume_bousai.services.ports.backgrounds import Background
from kurume_bousai.services.ports.hand_outs import CopyNote, PartnerVersion
from kurume_bousai.services.ports.imports import ImportRecord
from kurume_bousai.services.ports.ledger import LedgerEntry
from kurume_bousai.services.ports.matching import MemberMerge, PairDecision, SourceStatement
from kurume_bousai.services.ports.members import MemberVersion

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@dataclass
class CityState:
    """Everything the file holds. Values are frozen, so a copy of the containers is a whole copy."""

    members: dict[MemberId, RosterMember] = field(default_factory=dict)
    versions: dict[MemberId, tuple[MemberVersion, ...]] = field(default_factory=dict)
    next_number: int = 1
    next_hidden_number: int = 900_001
    plans: dict[MemberId, IndividualEvacuationPlan] = field(default_factory=dict)
    supporters: dict[SupporterId, Supporter] = field(default_factory=dict)
    welfare: dict[SiteId, WelfareShelter] = field(default_factory=dict)
    designated: dict[SiteId, DesignatedShelter] = field(default_factory=dict)
    emergency: dict[SiteId, EmergencyEvacuationSite] = field(default_factory=dict)
    care: dict[str, CareFacility] = field(default_factory=dict)
    districts: dict[DistrictId, SchoolDistrict] = field(default_factory=dict)
    outlines: tuple[DistrictOutline, ...] = ()
    activities: dict[tuple[str, int], ActivityFigure] = field(default_factory=dict)
    backgrounds: dict[BackgroundId, Background] = field(default_factory=dict)
    operations: dict[OperationId, Operation] = field(default_factory=dict)
    frozen_people: dict[OperationId, tuple[FrozenPerson, ...]] = field(default_factory=dict)
    frozen_sites: dict[OperationId, tuple[WelfareShelter, ...]] = field(default_factory=dict)
    imports: dict[ImportId, ImportRecord] = field(default_factory=dict)
    scenarios: dict[ScenarioId, SavedScenario] = field(default_factory=dict)
    mapping_profiles: dict[MappingProfileId, MappingProfile] = field(default_factory=dict)
    screenings: tuple[Screening, ...] = ()
    receptions: tuple[ReceptionEntry, ...] = ()
    ledger: tuple[LedgerEntry, ...] = ()
    copy_people: dict[str, tuple[tuple[MemberId, int | None, bool], ...]] = field(default_factory=dict)
    copy_notes: dict[str, CopyNote] = field(default_factory=dict)
    copy_contents: dict[str, CopyContents] = field(default_factory=dict)
    copy_events: tuple[CopyEvent, ...] = ()
    orders: dict[OrderId, HandOutOrder] = field(default_factory=dict)
    partners: dict[PartnerId, tuple[PartnerVersion, ...]] = field(default_factory=dict)
    emergencies: dict[EmergencyId, EmergencyMode] = field(default_factory=dict)
    emergency_copies: tuple[tuple[str, EmergencyId], ...] = ()
    yearly_updates: tuple[YearlyUpdate, ...] = ()
    yearly_records: tuple[YearlyRecord, ...] = ()
    activity_entries: dict[ActivityId, ActivityEntry] = field(default_factory=dict)
    gazetteer_sources: dict[GazetteerSourceId, GazetteerSource] = field(default_factory=dict)
    gazetteer_points: dict[GazetteerSourceId, tuple[GazetteerPoint, ...]] = field(default_factory=dict)
    home_places: dict[MemberId, HomePlace] = field(default_factory=dict)
    home_undecided: dict[MemberId, HomeUndecided] = field(default_factory=dict)
    audit: tuple[tuple[str, str, tuple[str, ...], dict[str, Any]], ...] = ()
    facts: dict[str, str] = field(default_factory=dict)
    statements: tuple[SourceStatement, ...] = ()
    decisions: dict[tuple[str, str], PairDecision] = field(default_factory=dict)
    merges: dict[str, MemberMerge] = field(default_factory=dict)
    task_board: TaskBoard = field(default_factory=TaskBoard)
    task_steps: tuple[tuple[OperatorId, TaskStep, bool], ...] = ()  # whose, what, whether taken back
    tile_packs: dict[TilePackId, TilePack] = field(default_factory=dict)
    layers: dict[LayerId, tuple[MapLayer, tuple[LayerFeature, ...]]] = field(default_factory=dict)
    member_readings: dict[MemberId, tuple[StoredReading, ...]] = field(default_factory=dict)
    site_readings: dict[SiteId, tuple[StoredReading, ...]] = field(default_factory=dict)

    def copy(self) -> CityState:
        """Copy the containers; the frozen values are shared."""
        copied = dataclasses.replace(self)
        for item in dataclasses.fields(self):
            value = getattr(self, item.name)
            if isinstance(value, dict):
                setattr(copied, item.name, dict(value))
        return copied


def may_see(access: Access, member: RosterMember) -> bool:
    """RULEBOOK §1 in one place of the fake."""
    if member.has_protected_address and not access.sees_protected:
        return False
    allowed = access.visible_districts
    return allowed is None or (member.district_id is not None and member.district_id in allowed)
