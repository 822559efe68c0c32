"""Criteria, letters and yearly figures are tested on a real file; the fake city has none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, cast

if TYPE_CHECKING:
    from kurume_bousai.services.ports.eligibility import EligibilityRepository
    from kurume_bousai.services.ports.mailings import MailingRepository
    from kurume_bousai.services.ports.rates import RegistrationYearRepository


class _Absent:
    def __getattr__(self, name: str) -> NoReturn:
        raise AssertionError(f"the fake city keeps no letters: test {name} on a real file")


class NoLetters:
    """The part of a session that the fake city does not have; asking for it fails the test."""

    def __init__(self) -> None:
        self.eligibility = cast("EligibilityRepository", _Absent())
        self.mailings = cast("MailingRepository", _Absent())
        self.registration_years = cast("RegistrationYearRepository", _Absent())
