"""Every table, gathered for migrations and tests."""

from __future__ import annotations

from kurume_bousai.storage.base import Row
from kurume_bousai.storage.rows.gazetteer import (
    GazetteerPointRecord,
    GazetteerSourceRecord,
    HomePlaceRecord,
    HomeUndecidedRecord,
)
from kurume_bousai.storage.rows.hand_outs import (
    CopyEventRecord,
    CopyNoteRecord,
    HandOutOrderRecord,
    SupportPartnerRecord,
)
from kurume_bousai.storage.rows.layers import (
    LayerFeatureRecord,
    LayerRecord,
    MemberHazardRecord,
    SiteHazardRecord,
)
from kurume_bousai.storage.rows.letters import (
    EligibilityDecisionRecord,
    EligibilityFindingRecord,
    EligibilityRunRecord,
    EligibilitySetRecord,
    RegistrationYearRecord,
)
from kurume_bousai.storage.rows.mapping_profiles import MappingProfileRecord
from kurume_bousai.storage.rows.matching import (
    MemberMergeRecord,
    PairDecisionRecord,
    SourceStatementRecord,
)
from kurume_bousai.storage.rows.office import (
    ActivityEntryRecord,
    EmergencyCopyRecord,
    EmergencyRecord,
    YearlyStepRecord,
    YearlyUpdateRecord,
)
from kurume_bousai.storage.rows.people import (
    MemberRecord,
    MemberVersionRecord,
    PlanRecord,
    PlanSupporterRecord,
    SupporterRecord,
)
from kurume_bousai.storage.rows.places import (
    ActivityRecord,
    BackgroundRecord,
    CareFacilityRecord,
    DesignatedShelterRecord,
    DistrictRecord,
    EmergencySiteRecord,
    OutlineRecord,
    WelfareShelterRecord,
)
from kurume_bousai.storage.rows.reception import ReceptionRecord, ScenarioRecord, ScreeningRecord
from kurume_bousai.storage.rows.records import (
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
from kurume_bousai.storage.rows.statutory import GAP_INDEX
from kurume_bousai.storage.rows.task_layers import TaskFeatureRecord, TaskLayerRecord, TaskStepRecord
from kurume_bousai.storage.rows.tiles import TilePackRecord

metadata = Row.metadata

__all__ = [
    "GAP_INDEX",
    "ActivityEntryRecord",
    "ActivityRecord",
    "AuditHeadRecord",
    "AuditPayloadRecord",
    "AuditRecord",
    "BackgroundRecord",
    "CareFacilityRecord",
    "CopyEventRecord",
    "CopyNoteRecord",
    "DesignatedShelterRecord",
    "DeviceRecord",
    "DistrictRecord",
    "EligibilityDecisionRecord",
    "EligibilityFindingRecord",
    "EligibilityRunRecord",
    "EligibilitySetRecord",
    "EmergencyCopyRecord",
    "EmergencyRecord",
    "EmergencySiteRecord",
    "FactRecord",
    "FrozenPersonRecord",
    "FrozenSiteRecord",
    "GazetteerPointRecord",
    "GazetteerSourceRecord",
    "HandOutOrderRecord",
    "HomePlaceRecord",
    "HomeUndecidedRecord",
    "ImportBatchRecord",
    "LayerFeatureRecord",
    "LayerRecord",
    "LedgerPersonRecord",
    "LedgerRecord",
    "LogRecord",
    "MappingProfileRecord",
    "MemberHazardRecord",
    "MemberMergeRecord",
    "MemberRecord",
    "MemberVersionRecord",
    "OperationRecord",
    "OperatorRecord",
    "OutlineRecord",
    "PairDecisionRecord",
    "PlanRecord",
    "PlanSupporterRecord",
    "ReceptionRecord",
    "RegistrationYearRecord",
    "Row",
    "ScenarioRecord",
    "ScreeningRecord",
    "SiteHazardRecord",
    "SourceStatementRecord",
    "SupportPartnerRecord",
    "SupporterRecord",
    "TaskFeatureRecord",
    "TaskLayerRecord",
    "TaskStepRecord",
    "TilePackRecord",
    "WelfareShelterRecord",
    "YearlyStepRecord",
    "YearlyUpdateRecord",
    "metadata",
]
