"""``--confirmed-by``: from the environment or a file, never an argument; the demo confirms by itself."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from kurume_bousai.cli.confirming import (
    ENV_CONFIRM,
    add_confirmation,
    confirmation_for,
    confirmed,
    given_confirmation,
)
from kurume_bousai.cli.context import CliContext
from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import OperatorId
from kurume_bousai.domain.keys import DEMO_PASSPHRASE
from kurume_bousai.domain.second_person import Confirmation, NamedKind
from kurume_bousai.services.disclosure.second_person import LetterFileRequest, SecondPersonGate
from kurume_bousai.services.fictional.city import DEMO_PROTECTED_OPERATOR
from kurume_bousai.services.papers.rules import NamedRequest, Recipient
from tests.fakes.city import FakeCity, FixedClock
from tests.fakes.hand_outs import FakeLone, FakeSecond
from tests.fakes.state import CityState

REQUEST = NamedRequest(Recipient(Body.POLICE, "架空の警察"), "見守り")


@dataclass
class Voice:
    said: list[str] = field(default_factory=list)

    def tell(self, text: str) -> None:
        self.said.append(text)


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_confirmation(parser)
    return parser.parse_args(words)


def gate(second: FakeSecond, fictional: str = "0") -> SecondPersonGate:
    state = CityState(facts={"is_fictional": fictional})
    city = FakeCity(Access(OperatorId("o"), "架空", frozenset({Role.CLERK})), state)
    return SecondPersonGate(city, second, FixedClock())


def asked(second: FakeSecond, fictional: str = "0", *words: str) -> tuple[Confirmation | None, list[str]]:
    voice = Voice()
    found = confirmed(
        REQUEST, parsed(*words), cast("CliContext", voice), gate(second, fictional), NamedKind.LIST
    )
    return found.confirmation, voice.said


def test_the_passphrase_comes_from_the_environment_or_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert given_confirmation(parsed()) is None
    monkeypatch.setattr("sys.stdin", None)
    monkeypatch.delenv(ENV_CONFIRM, raising=False)
    with pytest.raises(KnownProblem, match="confirm_passphrase_missing"):
        given_confirmation(parsed("--confirmed-by", "架空二"))
    file = tmp_path / "secret"
    file.write_text("ファイルの合言葉\n", "utf-8")
    words = ("--confirmed-by", "架空二", "--confirm-passphrase-file", str(file))
    assert given_confirmation(parsed(*words)) == Confirmation("架空二", "ファイルの合言葉")
    monkeypatch.setenv(ENV_CONFIRM, "環境の合言葉")
    assert given_confirmation(parsed(*words)) == Confirmation("架空二", "環境の合言葉")


def test_the_demo_confirms_by_its_own_other_operator_and_says_so() -> None:
    name = DEMO_PROTECTED_OPERATOR.name
    found, said = asked(FakeSecond(name), "1")
    assert found == Confirmation(name, DEMO_PASSPHRASE)
    assert name in said[0]


def test_in_a_city_nobody_confirms_by_themselves() -> None:
    assert asked(FakeSecond(DEMO_PROTECTED_OPERATOR.name)) == (None, [])
    assert asked(FakeSecond("架空二"), "1") == (None, [])


def test_a_lone_operator_is_told_what_the_ledger_will_say() -> None:
    found, said = asked(FakeLone())
    assert found is None
    assert "なし(操作する人が一人だけ)" in said[0]


def test_letters_stand_in_the_audit_and_have_no_number() -> None:
    voice = Voice()
    context = cast("CliContext", voice)
    found = confirmation_for(LetterFileRequest(), parsed(), context, gate(FakeLone()), NamedKind.OTHER)
    assert found is None
    assert "台帳にそう書きます" in voice.said[0]
