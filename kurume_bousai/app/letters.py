"""要件・案内・返送・登録率をつなぐ: the makers of their papers are loaded when one is first printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kurume_bousai.app.clock import SystemClock
from kurume_bousai.app.hand_outs import second_person

if TYPE_CHECKING:
    from kurume_bousai.services.eligibility.judging import EligibilityService
    from kurume_bousai.services.letters.mailings import MailingService
    from kurume_bousai.services.letters.replies import ReplyService
    from kurume_bousai.services.letters.services import LetterServices
    from kurume_bousai.services.office.registration_rates import RegistrationRates
    from kurume_bousai.services.ports.sessions import CityDatabase


def eligibility(database: CityDatabase) -> EligibilityService:
    """対象者の要件 on a database."""
    from kurume_bousai.services.eligibility.judging import EligibilityService

    return EligibilityService(database, SystemClock())


def mailings(database: CityDatabase) -> MailingService:
    """案内 on a database."""
    from kurume_bousai.reports.letters import LetterPapers
    from kurume_bousai.reports.maker import ReportMaker
    from kurume_bousai.services.letters.mailings import MailingService

    return MailingService(database, SystemClock(), LetterPapers(), ReportMaker(), second_person(database))


def replies(database: CityDatabase) -> ReplyService:
    """返送 on a database."""
    from kurume_bousai.services.letters.replies import ReplyService

    return ReplyService(database, SystemClock())


def registration_rates(database: CityDatabase) -> RegistrationRates:
    """登録率 on a database."""
    from kurume_bousai.services.office.registration_rates import RegistrationRates

    return RegistrationRates(database, SystemClock())


def letter_services(database: CityDatabase) -> LetterServices:
    """All four for the screens, each made when it is first asked for."""
    from kurume_bousai.services.letters.services import LetterServices

    return LetterServices(
        lambda: eligibility(database),
        lambda: mailings(database),
        lambda: replies(database),
        lambda: registration_rates(database),
    )
