from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from pytest_bdd import given, parsers, scenarios, then, when

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.storage import recover_operator
from tests.features.conftest import Office
from tests.fixtures.demo_city import MEMBERS, OPERATOR

scenarios("passphrase.feature")


@dataclass
class Safe:
    """金庫: the printed recovery key, and the file as it was before somebody tried."""

    keys: list[str] = field(default_factory=list)
    before: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def safe() -> Safe:
    return Safe()


@given("架空の市のファイルがある")
def file_there(office: Office, safe: Safe) -> None:
    safe.before = office.fingerprint()


@given("回復キーを紙に刷ってある")
def printed(office: Office, safe: Safe) -> None:
    safe.keys.append(office.open().renew_recovery_key())
    office.close()
    safe.before = office.fingerprint()


@when(parsers.parse("「{passphrase}」で開こうとする"))
def try_to_open(office: Office, passphrase: str) -> None:
    office.problem = None
    try:
        office.open(OPERATOR, passphrase)
    except KnownProblem as problem:
        office.problem = problem


@when(parsers.parse("回復キーで「{passphrase}」に決め直す"))
def recover(office: Office, safe: Safe, passphrase: str) -> None:
    recover_operator(office.path, OPERATOR, safe.keys[0], passphrase)


@when("一字ちがう回復キーで決め直そうとする")
def mistyped(office: Office, safe: Safe) -> None:
    key = safe.keys[0]
    wrong = ("A" if key[0] != "A" else "B") + key[1:]
    with pytest.raises(KnownProblem) as caught:
        recover_operator(office.path, OPERATOR, wrong, "あたらしい合言葉にした")
    office.problem = caught.value


@then(parsers.parse("「{one}」か「{other}」とことわられる"))
def either(office: Office, one: str, other: str) -> None:
    assert office.problem is not None
    assert office.problem.code in (one, other)


@then("ファイルは1バイトも変わっていない")
def untouched(office: Office, safe: Safe) -> None:
    assert office.fingerprint() == safe.before


@then("開いて、名簿の人がいる")
def opened(office: Office) -> None:
    assert office.problem is None
    with office.city.reading() as session:
        assert 0 < session.members.count(office.city.access, MemberQuery()) <= MEMBERS
