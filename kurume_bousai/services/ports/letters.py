"""What a session offers for the criteria, the letters and the yearly figures; a part of ``ReadSession``."""

from __future__ import annotations

from typing import Protocol

from kurume_bousai.services.ports.eligibility import EligibilityRepository
from kurume_bousai.services.ports.mailings import MailingRepository
from kurume_bousai.services.ports.rates import RegistrationYearRepository


class LetterSession(Protocol):
    """要件・案内・年度の数の書庫 of one transaction."""

    @property
    def eligibility(self) -> EligibilityRepository: ...
    @property
    def mailings(self) -> MailingRepository: ...
    @property
    def registration_years(self) -> RegistrationYearRepository: ...
