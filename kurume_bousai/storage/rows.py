"""Every table, gathered for migrations and tests."""

from __future__ import annotations

from kurume_bousai.storage.base import Row
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
    DesignatedShelterRecord,
    DistrictRecord,
    EmergencySiteRecord,
    OutlineRecord,
    WelfareShelterRecord,
)
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

metadata = Row.metadata

__all__ = [
    "ActivityRecord",
    "AuditHeadRecord",
    "AuditPayloadRecord",
    "AuditRecord",
    "BackgroundRecord",
    "DesignatedShelterRecord",
    "DeviceRecord",
    "DistrictRecord",
    "EmergencySiteRecord",
    "FactRecord",
    "FrozenPersonRecord",
    "FrozenSiteRecord",
    "ImportBatchRecord",
    "LedgerPersonRecord",
    "LedgerRecord",
    "LogRecord",
    "MemberRecord",
    "MemberVersionRecord",
    "OperationRecord",
    "OperatorRecord",
    "OutlineRecord",
    "PlanRecord",
    "PlanSupporterRecord",
    "Row",
    "SupporterRecord",
    "WelfareShelterRecord",
    "metadata",
]
