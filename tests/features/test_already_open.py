from __future__ import annotations

from pathlib import Path

import pytest
from pytest_bdd import scenarios, then, when

from kurume_bousai import app
from kurume_bousai.domain import acts
from kurume_bousai.domain.errors import KnownProblem
from tests.features.conftest import Office
from tests.fixtures.demo_city import OPERATOR, PASSPHRASE
from tests.helpers.command_line import CommandLine, Ended

scenarios("already_open.feature")


@pytest.fixture
def second() -> list[Ended]:
    """What the second program said, the latest last."""
    return []


@when("同じコンピューターのもう一つのプログラムで、同じファイルを開こうとする")
def second_program(office: Office, second: list[Ended], tmp_path: Path) -> None:
    other = CommandLine.of(tmp_path / "home", DB=str(office.path), OPERATOR=OPERATOR, PASSPHRASE=PASSPHRASE)
    second.append(other.run("audit", "verify"))
    if second[-1].status:
        error = second[-1].error
        office.problem = KnownProblem(error["code"], error["message"])


@then("はじめのプログラムは、そのまま書ける")
def goes_on(office: Office) -> None:
    session = office.begin()
    assert app.session_log(office.city).perform(session, acts.add_minutes(5))


@when("はじめのプログラムを閉じる")
def leave(office: Office) -> None:
    office.close()


@then("開ける")
def opens(second: list[Ended]) -> None:
    assert second[-1].status == 0
    assert second[-1].answer["ok"] is True
