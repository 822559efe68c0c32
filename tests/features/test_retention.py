from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from kurume_bousai.app import SystemClock
from kurume_bousai.domain.dates import years_before
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import RemovalReason
from kurume_bousai.domain.person_details import Contact, PersonDetails
from kurume_bousai.services.ports.members import DistrictCount
from kurume_bousai.services.roster.register import RosterService
from kurume_bousai.services.roster.retention import ExpiryPreview, RetentionService
from tests.features.conftest import Office
from tests.storage.people import person
from tests.storage.test_retention import dump

scenarios("retention.feature")

SECRETS = ("見張番太郎", "ミハリバンタロウ", "架空町9999-77", "0942-00-7777", "見張番次郎")


@dataclass
class Old:
    """昔の人: who left long ago, who left lately, and what stood in the file before."""

    gone: MemberId
    lately: MemberId
    counts: list[DistrictCount]
    head: str
    before: dict[str, str] = field(repr=False)
    preview: ExpiryPreview | None = None


@pytest.fixture
def old() -> dict[str, Old]:
    return {}


@given("5年前より前に亡くなった人の記録と、去年転出した人の記録がある")
def people_who_left(office: Office, old: dict[str, Old]) -> None:
    city, today = office.city, SystemClock().now().date()
    name, kana, address, phone, brother = SECRETS
    gone = person(
        name, kana=kana, address=address, phone=phone, details=PersonDetails(contacts=(Contact(brother),))
    )
    lately = person("去年の人")
    with city.writing() as session:
        session.members.add_many(city.access, [gone, lately], source="架空")
        for member, years, reason in (
            (gone, 6, RemovalReason.DIED), (lately, 1, RemovalReason.MOVED_OUT),
        ):  # fmt: skip
            session.members.remove_many(
                city.access, [member.member_id], reason, source="架空", on=years_before(today, years)
            )
        counts, head = session.members.district_counts(city.access), session.audit.head()
    old["case"] = Old(gone.member_id, lately.member_id, counts, head, _people_of(office))


@when("期限の過ぎた人を下見する")
def look(office: Office, old: dict[str, Old]) -> None:
    old["case"].preview = RetentionService(office.city, SystemClock()).preview()


@when(parsers.parse("{people:d}人と確かめて匿名にする"))
def expire(office: Office, people: int) -> None:
    try:
        RetentionService(office.city, SystemClock()).expire(people)
    except KnownProblem as problem:
        office.problem = problem


@when("その人を前の版に戻そうとする")
def try_to_restore(office: Office, old: dict[str, Old]) -> None:
    try:
        RosterService(office.city, SystemClock()).restore(old["case"].gone, 1)
    except KnownProblem as problem:
        office.problem = problem


@then("期限の過ぎた人は1人と出る")
def one_is_due(old: dict[str, Old]) -> None:
    preview = old["case"].preview
    assert preview is not None
    assert preview.count.people == 1


@then("どの記録も変わっていない")
def nothing_changed(office: Office, old: dict[str, Old]) -> None:
    assert _people_of(office) == old["case"].before


@then("どの表にも、その人の名前もよみも住所も電話もない")
def no_trace(office: Office) -> None:
    assert [
        (table, secret) for table, text in dump(office.city).items() for secret in SECRETS if secret in text
    ] == []


@then("去年転出した人の記録は残っている")
def the_other_stays(office: Office) -> None:
    assert "去年の人" in dump(office.city)["members"]


@then("校区ごとの人数は前と同じになる")
def counts_are_the_same(office: Office, old: dict[str, Old]) -> None:
    with office.city.reading() as session:
        assert session.members.district_counts(office.city.access) == old["case"].counts


@then("監査記録は、匿名にする前に控えた番号までつながっている")
def audit_is_whole(office: Office, old: dict[str, Old]) -> None:
    with office.city.reading() as session:
        assert session.audit.verify(old["case"].head) == []


def _people_of(office: Office) -> dict[str, str]:
    found = dump(office.city)
    return {name: found[name] for name in ("members", "member_versions", "plans")}
