from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from pypdf import PdfReader
from pytest_bdd import parsers, scenarios, then, when

from kurume_bousai.app.letters import eligibility, mailings, registration_rates, replies
from kurume_bousai.domain.consents import ConsentKind, ConsentState
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.mailings import Letter, LetterCode, ReplyKind, bundle_of, show_code
from kurume_bousai.domain.members import RegistrationState, RosterMember
from kurume_bousai.domain.second_person import Confirmation
from kurume_bousai.labels import label
from kurume_bousai.services.letters.plan import MailingOrder
from kurume_bousai.services.letters.replies import Reply
from tests.features.conftest import Office
from tests.fixtures.demo_city import PASSPHRASE

scenarios("mailing.feature")


@dataclass
class Posting:
    """The mailing of a scenario: its number, its letters, and which form lies in which envelope."""

    number: int = 0
    letters: list[Letter] = field(default_factory=list)
    forms: dict[LetterCode, LetterCode] = field(default_factory=dict)
    applied_before: int = 0
    mismatches: int = 0
    last: MemberId | None = None


@pytest.fixture
def posting() -> Posting:
    return Posting()


def member(office: Office, member_id: MemberId) -> RosterMember:
    with office.city.reading() as session:
        found = session.members.get(office.city.access, member_id)
    assert found is not None
    return found


def attempt(office: Office, work: object) -> None:
    with pytest.raises(KnownProblem) as caught:
        work()  # type: ignore[operator]  # a lambda of the step
    office.problem = caught.value


@when("だれが対象かを判定する")
def judge(office: Office) -> None:
    eligibility(office.city).run()


@when("まだ案内していない人に案内をつくる")
def make(office: Office, posting: Posting) -> None:
    service = mailings(office.city)
    order = MailingOrder("登録の案内", service.today + timedelta(days=30), bundle_size=20, check_every=7)
    posting.number = service.create(order).value.number
    posting.letters = list(service.status(posting.number).letters)
    posting.forms = {one.code: one.code for one in posting.letters}
    posting.applied_before = registration_rates(office.city).figures().figures.applied


@when("案内と用紙を印刷する")
def print_letters(office: Office, posting: Posting) -> None:
    assert mailings(office.city).print_pages(posting.number).value.pages == 2 * len(posting.letters)


def last_bundle(posting: Posting) -> list[Letter]:
    last = bundle_of(posting.letters[-1], 20)
    return [one for one in posting.letters if bundle_of(one, 20) == last]


@when("最後の束で、用紙が1枚ずれて入る")
def slip(posting: Posting) -> None:
    part = last_bundle(posting)
    for place, one in enumerate(part):
        posting.forms[one.code] = part[(place + 1) % len(part)].code


@when("点検表の封筒を開けると、どれも番号が同じである")
@when("点検表の封筒を開けて、番号を入れる")
def open_samples(office: Office, posting: Posting) -> None:
    service = mailings(office.city)
    shown = {show_code(one.code): one.code for one in posting.letters}
    for code in service.status(posting.number).to_check:
        check = service.check_pair(posting.number, code, posting.forms[shown[code]]).value
        posting.mismatches += not check.is_match


@then("番号の違う封筒が見つかる")
def is_noticed(posting: Posting) -> None:
    assert posting.mismatches > 0


@when("最後の束を全部入れなおし、開けて確かめる")
def mend(office: Office, posting: Posting) -> None:
    service = mailings(office.city)
    for one in last_bundle(posting):
        assert service.check_pair(posting.number, one.code, one.code).value.is_match


@when("一人で、案内をファイルに出そうとする")
def write_alone(office: Office, posting: Posting) -> None:
    place = office.folder / "letters.pdf"
    attempt(office, lambda: mailings(office.city).write(posting.number, place, lambda: "kakuu-password"))


@then("ファイルはなく、印刷した案内もない")
def nothing_left(office: Office, posting: Posting) -> None:
    assert not (office.folder / "letters.pdf").exists()
    assert mailings(office.city).status(posting.number).printed == 0


@when("もう一人が確かめて、案内をファイルに出す")
def write_confirmed(office: Office, posting: Posting) -> None:
    service, place = mailings(office.city), office.folder / "letters.pdf"
    second = Confirmation(service.gate.names()[0], PASSPHRASE)
    service.write(posting.number, place, lambda: "kakuu-password", 1, confirmation=second)


@then("案内のファイルは、パスワードがないと開けない")
def is_encrypted(office: Office) -> None:
    assert PdfReader(office.folder / "letters.pdf").is_encrypted


@when("案内を出したと記録する")
def post(office: Office, posting: Posting) -> None:
    mailings(office.city).post(posting.number)


@when("案内を出したと記録しようとする")
def try_to_post(office: Office, posting: Posting) -> None:
    attempt(office, lambda: mailings(office.city).post(posting.number, unchecked_reason="急ぐ"))


@when("案内を出しおわる")
def everything(office: Office, posting: Posting) -> None:
    judge(office)
    make(office, posting)
    print_letters(office, posting)
    open_samples(office, posting)
    post(office, posting)


@then("案内した人は、みな「案内済」である")
def are_invited(office: Office, posting: Posting) -> None:
    with office.city.reading() as session:
        found = session.members.get_many(office.city.access, [one.member_id for one in posting.letters])
    assert {one.registration.state for one in found} == {RegistrationState.INVITED}


_ANSWERS = {
    "申込・同意": (ReplyKind.APPLIED, ConsentState.GIVEN),
    "辞退": (ReplyKind.DECLINED, None),
}


@when(parsers.parse("{place:d}通目の用紙が「{words}」で返ってくる"))
def comes_back(office: Office, posting: Posting, place: int, words: str) -> None:
    kind, roster = _ANSWERS[words]
    service = replies(office.city)
    letter = posting.letters[place - 1]
    service.answer(show_code(letter.code), Reply(kind, service.today, roster=roster))
    posting.last = letter.member_id


@then(parsers.parse("その人は「{state}」で、名簿の同意は「{consent}」である"))
def stands(office: Office, posting: Posting, state: str, consent: str) -> None:
    assert posting.last is not None
    found = member(office, posting.last)
    assert label(found.registration.state) == state
    assert label(found.consent_state(ConsentKind.ROSTER)) == consent


@then(parsers.parse("登録者が {count:d} 人増えている"))
def more_registered(office: Office, posting: Posting, count: int) -> None:
    figures = registration_rates(office.city).figures().figures
    assert figures.applied == posting.applied_before + count


@then(parsers.parse("未返送は、出した数より {count:d} 通少ない"))
def fewer_open(office: Office, posting: Posting, count: int) -> None:
    assert len(replies(office.city).open_letters(posting.number)) == len(posting.letters) - count


@when("1通目の用紙をもう一度入れる")
def again(office: Office, posting: Posting) -> None:
    service = replies(office.city)
    reply = Reply(ReplyKind.APPLIED, service.today)
    attempt(office, lambda: service.answer(posting.letters[0].code, reply))


@when("1通目の用紙に、別の人の名前が書いてある")
def other_name(office: Office, posting: Posting) -> None:
    replies(office.city).mixed_up(posting.letters[0].code)


@then("その番号の人は「案内済」のままで、未返送に残っている")
def still_open(office: Office, posting: Posting) -> None:
    one = posting.letters[0]
    assert member(office, one.member_id).registration.state is RegistrationState.INVITED
    waiting = replies(office.city).open_letters(posting.number)
    assert one.code in {each.code for each in waiting}


@when("1通目の番号の、数字を2つ入れかえて入れる")
def swapped(office: Office, posting: Posting) -> None:
    code = posting.letters[0].code
    wrong = code[1] + code[0] + code[2:] if code[0] != code[1] else code[0] + code[2] + code[1] + code[3:]
    attempt(office, lambda: replies(office.city).echo(wrong))
