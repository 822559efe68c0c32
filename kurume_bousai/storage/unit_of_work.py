"""One transaction and its repositories.

A repository's module, with the tables and the part of the domain that it stands on, is loaded when one is
first asked for: the list needs three of them, and a person waits for the list at every start.
"""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from kurume_bousai.storage.audit_store import AuditStore
from kurume_bousai.storage.members import Members
from kurume_bousai.storage.repository import Home
from kurume_bousai.storage.rows.records import FactRecord

if TYPE_CHECKING:
    from kurume_bousai.storage.eligibility import Eligibility
    from kurume_bousai.storage.emergencies import Emergencies
    from kurume_bousai.storage.gazetteer import Gazetteer
    from kurume_bousai.storage.hand_outs import HandOuts
    from kurume_bousai.storage.layers import Layers
    from kurume_bousai.storage.mailings import Mailings
    from kurume_bousai.storage.mapping_profiles import MappingProfiles
    from kurume_bousai.storage.matching import Matching
    from kurume_bousai.storage.operations import Operations
    from kurume_bousai.storage.places import Backgrounds, Districts, Shelters
    from kurume_bousai.storage.plans import Plans, Supporters
    from kurume_bousai.storage.quality import Quality
    from kurume_bousai.storage.reception import Receptions
    from kurume_bousai.storage.recipients import Partners
    from kurume_bousai.storage.records import Imports, Ledger
    from kurume_bousai.storage.registration_years import RegistrationYears
    from kurume_bousai.storage.retention import Retention
    from kurume_bousai.storage.scenarios import Scenarios
    from kurume_bousai.storage.screenings import Screenings
    from kurume_bousai.storage.task_layers import TaskLayers
    from kurume_bousai.storage.tile_packs import TilePacks
    from kurume_bousai.storage.yearly import Activities, YearlyUpdates


class Session:
    """一つの取引. Implements ``ReadSession`` and, where ``is_writing``, ``WriteSession``.

    It belongs to the thread that opened it.
    """

    def __init__(self, database: Home, connection: Connection, *, is_writing: bool) -> None:
        self.database = database
        self._connection = connection
        self._thread = threading.get_ident()
        self.is_writing = is_writing

    @property
    def connection(self) -> Connection:
        """The connection of the transaction; asking for it from another thread is a defect of ours."""
        if threading.get_ident() != self._thread:
            raise RuntimeError("a session stays in the thread that opened it")
        return self._connection

    @property
    def device(self) -> str:
        """The letter of this device's chain."""
        return self.database.device

    @property
    def device_id(self) -> str:
        """How this device signs log entries; different on every machine and after every restore."""
        return self.database.device_id

    @cached_property
    def members(self) -> Members:
        """名簿."""
        return Members(self)

    @cached_property
    def plans(self) -> Plans:
        """災害時マイプラン."""
        from kurume_bousai.storage.plans import Plans

        return Plans(self)

    @cached_property
    def supporters(self) -> Supporters:
        """支援者."""
        from kurume_bousai.storage.plans import Supporters

        return Supporters(self)

    @cached_property
    def shelters(self) -> Shelters:
        """福祉避難所・指定避難所・指定緊急避難場所."""
        from kurume_bousai.storage.places import Shelters

        return Shelters(self)

    @cached_property
    def districts(self) -> Districts:
        """校区."""
        from kurume_bousai.storage.places import Districts

        return Districts(self)

    @cached_property
    def backgrounds(self) -> Backgrounds:
        """背景図."""
        from kurume_bousai.storage.places import Backgrounds

        return Backgrounds(self)

    @cached_property
    def layers(self) -> Layers:
        """地図の層."""
        from kurume_bousai.storage.layers import Layers

        return Layers(self)

    @cached_property
    def task_layers(self) -> TaskLayers:
        """作業の層."""
        from kurume_bousai.storage.task_layers import TaskLayers

        return TaskLayers(self)

    @cached_property
    def tile_packs(self) -> TilePacks:
        """タイルの背景の登録."""
        from kurume_bousai.storage.tile_packs import TilePacks

        return TilePacks(self)

    @cached_property
    def operations(self) -> Operations:
        """運用."""
        from kurume_bousai.storage.operations import Operations

        return Operations(self)

    @cached_property
    def scenarios(self) -> Scenarios:
        """保存した条件."""
        from kurume_bousai.storage.scenarios import Scenarios

        return Scenarios(self)

    @cached_property
    def mapping_profiles(self) -> MappingProfiles:
        """保存した列の対応."""
        from kurume_bousai.storage.mapping_profiles import MappingProfiles

        return MappingProfiles(self)

    @cached_property
    def screenings(self) -> Screenings:
        """スクリーニングの記録."""
        from kurume_bousai.storage.screenings import Screenings

        return Screenings(self)

    @cached_property
    def reception(self) -> Receptions:
        """受け入れの台帳."""
        from kurume_bousai.storage.reception import Receptions

        return Receptions(self)

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """住所辞書."""
        from kurume_bousai.storage.gazetteer import Gazetteer

        return Gazetteer(self)

    @cached_property
    def eligibility(self) -> Eligibility:
        """対象者の要件と判定."""
        from kurume_bousai.storage.eligibility import Eligibility

        return Eligibility(self)

    @cached_property
    def mailings(self) -> Mailings:
        """案内送付と返送."""
        from kurume_bousai.storage.mailings import Mailings

        return Mailings(self)

    @cached_property
    def registration_years(self) -> RegistrationYears:
        """年度の登録者数と対象者数."""
        from kurume_bousai.storage.registration_years import RegistrationYears

        return RegistrationYears(self)

    @cached_property
    def ledger(self) -> Ledger:
        """提供台帳."""
        from kurume_bousai.storage.records import Ledger

        return Ledger(self)

    @cached_property
    def partners(self) -> Partners:
        """渡す先の台帳."""
        from kurume_bousai.storage.recipients import Partners

        return Partners(self)

    @cached_property
    def hand_outs(self) -> HandOuts:
        """申し出と写し."""
        from kurume_bousai.storage.hand_outs import HandOuts

        return HandOuts(self)

    @cached_property
    def imports(self) -> Imports:
        """取込の記録."""
        from kurume_bousai.storage.records import Imports

        return Imports(self)

    @cached_property
    def matching(self) -> Matching:
        """照合."""
        from kurume_bousai.storage.matching import Matching

        return Matching(self)

    @cached_property
    def emergencies(self) -> Emergencies:
        """災害時提供モード."""
        from kurume_bousai.storage.emergencies import Emergencies

        return Emergencies(self)

    @cached_property
    def quality(self) -> Quality:
        """名簿の点検."""
        from kurume_bousai.storage.quality import Quality

        return Quality(self)

    @cached_property
    def yearly_updates(self) -> YearlyUpdates:
        """年に一度の更新."""
        from kurume_bousai.storage.yearly import YearlyUpdates

        return YearlyUpdates(self)

    @cached_property
    def activities(self) -> Activities:
        """活動の記録."""
        from kurume_bousai.storage.yearly import Activities

        return Activities(self)

    @cached_property
    def audit(self) -> AuditStore:
        """監査記録."""
        return AuditStore(self)

    @cached_property
    def retention(self) -> Retention:
        """名簿の保存期限."""
        from kurume_bousai.storage.retention import Retention

        return Retention(self)

    def fact(self, key: str) -> str | None:
        """A single kept fact of the file."""
        return self.connection.scalar(select(FactRecord.value).where(FactRecord.key == key))

    def set_fact(self, key: str, value: str) -> None:
        """Keep a single fact of the file."""
        self.audit.require_writing()
        self.audit.upsert(FactRecord.metadata.tables["facts"], [{"key": key, "value": value}])
