"""Ports of the whole database: one reading, one writing."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from kurume_bousai.domain.access import Access
from kurume_bousai.services.ports.backgrounds import BackgroundRepository
from kurume_bousai.services.ports.city import DistrictRepository, ShelterRepository
from kurume_bousai.services.ports.gazetteer import GazetteerRepository
from kurume_bousai.services.ports.hand_outs import HandOutSession
from kurume_bousai.services.ports.imports import ImportRepository
from kurume_bousai.services.ports.layers import LayerRepository
from kurume_bousai.services.ports.ledger import Auditor, LedgerRepository
from kurume_bousai.services.ports.letters import LetterSession
from kurume_bousai.services.ports.mapping_profiles import MappingSession
from kurume_bousai.services.ports.matching import MatchingSession
from kurume_bousai.services.ports.members import (
    MemberRepository,
    PlanRepository,
    SupporterRepository,
)
from kurume_bousai.services.ports.office import OfficeSession
from kurume_bousai.services.ports.operations import OperationRepository
from kurume_bousai.services.ports.reception import ReceptionRepository, ScreeningRepository
from kurume_bousai.services.ports.retention import RetentionRepository
from kurume_bousai.services.ports.scenarios import ScenarioRepository
from kurume_bousai.services.ports.task_layers import TaskLayerRepository
from kurume_bousai.services.ports.tiles import TilePackRepository


class ReadSession(MatchingSession, MappingSession, HandOutSession, LetterSession, OfficeSession, Protocol):
    """読み出し: a consistent view of the file."""

    @property
    def members(self) -> MemberRepository: ...
    @property
    def plans(self) -> PlanRepository: ...
    @property
    def supporters(self) -> SupporterRepository: ...
    @property
    def shelters(self) -> ShelterRepository: ...
    @property
    def districts(self) -> DistrictRepository: ...
    @property
    def backgrounds(self) -> BackgroundRepository: ...
    @property
    def layers(self) -> LayerRepository: ...
    @property
    def tile_packs(self) -> TilePackRepository: ...
    @property
    def task_layers(self) -> TaskLayerRepository: ...
    @property
    def operations(self) -> OperationRepository: ...
    @property
    def scenarios(self) -> ScenarioRepository: ...
    @property
    def screenings(self) -> ScreeningRepository: ...
    @property
    def reception(self) -> ReceptionRepository: ...
    @property
    def gazetteer(self) -> GazetteerRepository: ...
    @property
    def ledger(self) -> LedgerRepository: ...
    @property
    def imports(self) -> ImportRepository: ...
    @property
    def audit(self) -> Auditor: ...
    @property
    def retention(self) -> RetentionRepository: ...
    def fact(self, key: str) -> str | None:
        """A single kept fact of the file: "is_fictional", "seed", "eligible_from_list" …"""


class WriteSession(ReadSession, Protocol):
    """書き込み: all or nothing.

    Leaving the context commits with ``synchronous=FULL``; an exception rolls back.
    """

    def set_fact(self, key: str, value: str) -> None: ...


class CityDatabase(Protocol):
    """市のデータベース, opened for one operator."""

    @property
    def access(self) -> Access: ...
    def reading(self) -> AbstractContextManager[ReadSession]: ...
    def writing(self) -> AbstractContextManager[WriteSession]: ...
    def close(self) -> None: ...
