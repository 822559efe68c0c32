"""Every table, gathered for migrations and tests."""

from __future__ import annotations

from kurume_bousai.storage.base import Row
from kurume_bousai.storage.rows_gazetteer import (
    GazetteerPointRecord,
    GazetteerSourceRecord,
    HomePlaceRecord,
    HomeUndecidedRecord,
)
from kurume_bousai.storage.rows_hand_outs import (
    CopyEventRecord,
    CopyNoteRecord,
    HandOutOrderRecord,
    SupportPartnerRecord,
)
from kurume_bousai.storage.rows_layers import (
    LayerFeatureRecord,
    LayerRecord,
    MemberHazardRecord,
    SiteHazardRecord,
)
from kurume_bousai.storage.rows_letters import (
    EligibilityDecisionRecord,
    EligibilityFindingRecord,
    EligibilityRunRecord,
    EligibilitySetRecord,
    RegistrationYearRecord,
)
from kurume_bousai.storage.rows_mapping_profiles import MappingProfileRecord
from kurume_bousai.storage.rows_matching import (
    MemberMergeRecord,
    PairDecisionRecord,
    SourceStatementRecord,
)
from kurume_bousai.storage.rows_office import (
    ActivityEntryRecord,
    EmergencyCopyRecord,
    EmergencyRecord,
    YearlyStepRecord,
    YearlyUpdateRecord,
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
from kurume_bousai.storage.statutory import GAP_INDEX

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
