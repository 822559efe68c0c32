"""``roster expire``: a number first, then the same number typed again; never a name."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kurume_bousai.cli import EXIT_PROBLEM, EXIT_USAGE, main
from kurume_bousai.domain.access import Role
from kurume_bousai.domain.members import RemovalReason
from kurume_bousai.storage import create_database
from tests.storage.people import person


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "city.db"
    database, _ = create_database(path, "架空", "demo", roles=list(Role), fictional=True)
    gone, here = person("架空 昔太郎"), person("架空 今太郎")
    with database.writing() as session:
        session.members.add_many(database.access, [gone, here], source="x")
        session.members.remove_many(
            database.access, [gone.member_id], RemovalReason.DIED, source="x", on=date(2015, 1, 1)
        )
    database.close()
    for name, value in (("DB", str(path)), ("OPERATOR", "架空"), ("PASSPHRASE", "demo")):
        monkeypatch.setenv(f"KURUME_BOUSAI_{name}", value)
    return path


@pytest.fixture
def ask(at_home: Path, capsys: pytest.CaptureFixture[str]) -> Any:  # noqa: ANN401 - a function of words
    def call(*words: str, status: int = 0) -> dict[str, Any]:
        assert main([*words, "--json"]) == status
        printed = capsys.readouterr()
        assert "太郎" not in printed.out + printed.err
        found: dict[str, Any] = json.loads(printed.out)
        return found

    return call


def test_a_preview_changes_nothing(ask: Any) -> None:  # noqa: ANN401
    for _ in range(2):
        found = ask("roster", "expire", "--preview")
        assert (found["people"], found["held_back"], found["anonymised"]) == (1, 0, 0)
        assert found["by_reason"] == {"死亡": 1}
        assert found["years"] == 5


def test_a_commit_asks_for_the_number(ask: Any) -> None:  # noqa: ANN401
    error = ask("roster", "expire", "--commit", status=EXIT_PROBLEM)["error"]
    assert error["code"] == "expiry_unconfirmed"
    assert "--confirm 1" in error["advice"]
    error = ask("roster", "expire", "--commit", "--confirm", "2", status=EXIT_PROBLEM)["error"]
    assert error["code"] == "expiry_count_differs"
    assert ask("roster", "expire", "--preview")["people"] == 1


def test_a_commit_empties_and_the_audit_holds(ask: Any) -> None:  # noqa: ANN401
    head = ask("audit", "verify")["head"]
    found = ask("roster", "expire", "--commit", "--confirm", "1")
    assert found["anonymised"] == 1
    assert found["audit_head"]
    assert ask("audit", "verify", "--head", head)["ok"]
    assert ask("roster", "expire", "--preview")["people"] == 0


def test_preview_and_commit_exclude_each_other(at_home: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["roster", "expire", "--preview", "--commit"])
    assert ended.value.code == EXIT_USAGE
