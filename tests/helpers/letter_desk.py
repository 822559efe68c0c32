"""An operator at the criteria, letters, replies and rates of a real encrypted file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.mailings import Mailing, show_code
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.reasons import Reason
from kurume_bousai.reports.letters import LetterPapers
from kurume_bousai.reports.maker import ReportMaker
from kurume_bousai.services.eligibility.judging import EligibilityService
from kurume_bousai.services.letters.mailings import MailingService
from kurume_bousai.services.letters.plan import MailingOrder
from kurume_bousai.services.letters.replies import ReplyService
from kurume_bousai.services.office.registration_rates import RegistrationRates
from kurume_bousai.storage import EncryptedCityDatabase, open_database
from kurume_bousai.storage.second_person import SecondOperator
from tests.fakes.city import FixedClock
from tests.storage.people import person

REPLY_BY = date(2026, 12, 25)
ORDER = MailingOrder("令和8年度 登録の案内", REPLY_BY, bundle_size=5, check_every=2)


def somebody(number: int, **fields: object) -> RosterMember:
    base = person(
        f"架空 {number:02d}",
        born_on=date(1935, 4, number % 28 + 1),
        postal_code=f"830-{number % 3:04d}",
        address=f"久留米市架空町{9000 + number}-1",
        care_level="要介護3",
        reasons=frozenset({Reason.CARE_LEVEL}),
    )
    return replace(base, **fields)  # type: ignore[arg-type]


class Desk:
    """The services of one operator on the open file."""

    def __init__(self, city: EncryptedCityDatabase, clock: FixedClock) -> None:
        self.city = city
        self.clock = clock
        self.eligibility = EligibilityService(city, clock)
        self.mailings = MailingService(city, clock, LetterPapers(), ReportMaker(), SecondOperator(city))
        self.replies = ReplyService(city, clock)
        self.rates = RegistrationRates(city, clock)

    def member(self, member_id: MemberId) -> RosterMember:
        with self.city.reading() as session:
            found = session.members.get(self.city.access, member_id)
        assert found is not None
        return found

    def posted(self, order: MailingOrder = ORDER) -> Mailing:
        """A mailing that was made, printed, checked and posted."""
        number = self.mailings.create(order).value.number
        self.mailings.print_pages(number)
        for code in self.mailings.status(number).to_check:
            self.mailings.check_pair(number, code, code)
        return self.mailings.post(number).value

    def codes(self, number: int) -> dict[MemberId, str]:
        return {one.member_id: show_code(one.code) for one in self.mailings.status(number).letters}


@contextmanager
def opened(city: EncryptedCityDatabase, name: str, passphrase: str) -> Iterator[Desk]:
    """The same file opened by somebody else; whoever had it leaves first."""
    path = city.path
    city.close()
    other = open_database(path, name, passphrase)
    try:
        yield Desk(other, FixedClock())
    finally:
        other.close()
