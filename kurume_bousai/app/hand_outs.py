"""渡す名簿の用件をつなぐ: recipients, orders with a second person, copies, consents."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from kurume_bousai.app.clock import SystemClock

if TYPE_CHECKING:
    from kurume_bousai.services.disclosure.recipients import RecipientService
    from kurume_bousai.services.disclosure.second_person import LeavingRulesService
    from kurume_bousai.services.hand_outs.copies import HandOutCopies
    from kurume_bousai.services.hand_outs.service import HandOutService
    from kurume_bousai.services.ports.hand_outs import SecondPerson
    from kurume_bousai.services.ports.sessions import CityDatabase
    from kurume_bousai.services.reporting.service import ReportingService
    from kurume_bousai.services.roster.consents import ConsentService
    from kurume_bousai.storage import EncryptedCityDatabase


def recipients(database: CityDatabase) -> RecipientService:
    """渡す先の台帳 on a database."""
    from kurume_bousai.services.disclosure.recipients import RecipientService

    return RecipientService(database, SystemClock())


def second_person(database: CityDatabase) -> SecondPerson:
    """もう一人の確認 by the keyring of the file."""
    from kurume_bousai.storage.second_person import SecondOperator

    return SecondOperator(cast("EncryptedCityDatabase", database))


def hand_outs(database: CityDatabase, reporting: ReportingService) -> HandOutService:
    """名簿を渡す on a database."""
    from kurume_bousai.services.disclosure.emergency import SharingNow
    from kurume_bousai.services.hand_outs.service import HandOutService

    clock = SystemClock()
    return HandOutService(database, reporting, clock, SharingNow(clock))


def hand_out_copies(database: CityDatabase) -> HandOutCopies:
    """渡した写し on a database."""
    from kurume_bousai.services.hand_outs.copies import HandOutCopies

    return HandOutCopies(database, SystemClock())


def consents(database: CityDatabase) -> ConsentService:
    """同意 on a database."""
    from kurume_bousai.services.roster.consents import ConsentService

    return ConsentService(database, SystemClock())


def leaving_rules(database: CityDatabase) -> LeavingRulesService:
    """名前が外に出るときの決まり on a database."""
    from kurume_bousai.services.disclosure.second_person import LeavingRulesService

    return LeavingRulesService(database, second_person(database), SystemClock())
