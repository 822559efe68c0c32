"""Every table, gathered for migrations and tests."""

from __future__ import annotations

from kurume_bousai.storage.base import Row
from kurume_bousai.storage.rows_gazetteer import (
    GazetteerPointRecord,
    GazetteerSourceRecord,
    HomePlaceRecord,
    HomeUndecidedRecord,
)
from kurume_bousai.storage.rows_layers import (
    LayerFeatureRecord,
    LayerRecord,
    MemberHazardRecord,
    SiteHazardRecord,
)
from kurume_bousai.storage.rows_people import (
    MemberRecord,
    MemberVersionRecord,
    PlanRecord,
    PlanSupporterRecord,
    SupporterRecord,
)
from kurume_bousai.storage.rows_places import (
    ActivityRecord,
    BackgroundRecord,
    CareFacilityRecord,
    DesignatedShelterRecord,
    DistrictRecord,
    EmergencySiteRecord,
    OutlineRecord,
    WelfareShelterRecord,
)
from kurume_bousai.storage.rows_reception import ReceptionRecord, ScenarioRecord, ScreeningRecord
from kurume_bousai.storage.rows_records import (
    AuditHeadRecord,
    AuditPayloadRecord,
    AuditRecord,
    DeviceRecord,
    FactRecord,
    FrozenPersonRecord,
    FrozenSiteRecord,
    ImportBatchRecord,
    LedgerPersonRecord,
    LedgerRecord,
    LogRecord,
    OperationRecord,
    OperatorRecord,
)
from kurume_bousai.storage.rows_task_layers import TaskFeatureRecord, TaskLayerRecord, TaskStepRecord
from kurume_bousai.storage.rows_tiles import TilePackRecord

metadata = Row.metadata

__all__ = [
    "ActivityRecord",
    "AuditHeadRecord",
    "AuditPayloadRecord",
    "AuditRecord",
    "BackgroundRecord",
    "CareFacilityRecord",
    "DesignatedShelterRecord",
    "DeviceRecord",
    "DistrictRecord",
    "EmergencySiteRecord",
    "FactRecord",
    "FrozenPersonRecord",
    "FrozenSiteRecord",
    "GazetteerPointRecord",
    "GazetteerSourceRecord",
    "HomePlaceRecord",
    "HomeUndecidedRecord",
    "ImportBatchRecord",
    "LayerFeatureRecord",
    "LayerRecord",
    "LedgerPersonRecord",
    "LedgerRecord",
    "LogRecord",
    "MemberHazardRecord",
    "MemberRecord",
    "MemberVersionRecord",
    "OperationRecord",
    "OperatorRecord",
    "OutlineRecord",
    "PlanRecord",
    "PlanSupporterRecord",
    "ReceptionRecord",
    "Row",
    "ScenarioRecord",
    "ScreeningRecord",
    "SiteHazardRecord",
    "SupporterRecord",
    "TaskFeatureRecord",
    "TaskLayerRecord",
    "TaskStepRecord",
    "TilePackRecord",
    "WelfareShelterRecord",
    "metadata",
]
