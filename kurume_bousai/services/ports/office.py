"""What a session offers of the office's work: emergencies, data quality, the yearly update, activities."""

from __future__ import annotations

from typing import Protocol

from kurume_bousai.services.ports.emergency import EmergencyRepository
from kurume_bousai.services.ports.quality import QualityRepository
from kurume_bousai.services.ports.yearly import ActivityRepository, YearlyUpdateRepository


class OfficeSession(Protocol):
    """窓口の仕事 of one transaction."""

    @property
    def emergencies(self) -> EmergencyRepository: ...
    @property
    def quality(self) -> QualityRepository: ...
    @property
    def yearly_updates(self) -> YearlyUpdateRepository: ...
    @property
    def activities(self) -> ActivityRepository: ...
