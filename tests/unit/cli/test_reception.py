"""``reception`` and ``screen``: the same rules from the command line, without a name in any of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kurume_bousai.cli import EXIT_PROBLEM, main
from kurume_bousai.domain.access import Role
from kurume_bousai.domain.ids import SiteId
from kurume_bousai.domain.shelters import Ownership, WelfareShelter
from kurume_bousai.storage import create_database
from tests.storage.people import person


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "city.db"
    database, _ = create_database(path, "架空", "demo", roles=list(Role), fictional=True)
    site = WelfareShelter(SiteId("W-01"), "架空園", "架空", Ownership.PUBLIC, None)
    with database.writing() as session:
        session.members.add_many(database.access, [person("架空 太郎", companion_count=1)], source="x")
        session.shelters.save_welfare(database.access, [site])
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


def test_a_person_comes_and_a_mistake_is_taken_back(ask: Any) -> None:  # noqa: ANN401
    wrote = ask("reception", "record", "admitted", "--site", "W-01", "--person", "1")
    assert (wrote["entry"]["people"], wrote["entry"]["on_list"]) == (2, True)
    assert wrote["site"]["occupied_people"] == 2
    ask("reception", "record", "head_counted", "--site", "W-01", "--people", "9", "--by", "施設長")
    board = ask("reception", "board")
    assert (board["occupied_people"], board["sites"][0]["counted_people"]) == (11, 9)
    ask("reception", "cancel", wrote["entry"]["entry_id"])
    assert ask("reception", "board", "--site", "W-01")["occupied_people"] == 9
    assert [one["kind"] for one in ask("reception", "list")["entries"]] == [
        "admitted", "head_counted", "cancelled",
    ]  # fmt: skip


def test_a_report_has_its_time(ask: Any) -> None:  # noqa: ANN401
    wrote = ask(
        "reception", "record", "reported", "--site", "W-01", "--staff", "3", "--water", "no",
        "--at", "2026-07-10T06:30",
    )  # fmt: skip
    assert wrote["entry"]["at"] == "2026-07-10T06:30:00+09:00"
    assert wrote["site"]["report"] == {"staff": 3, "power": "unknown", "water": "no", "toilet": "unknown"}


def test_what_cannot_be_is_a_known_problem(ask: Any) -> None:  # noqa: ANN401
    for words, code in (
        (("record", "left", "--site", "W-01", "--person", "1"), "reception_not_here"),
        (("record", "admitted", "--site", "W-01", "--person", "77"), "person_gone"),
        (("record", "admitted", "--site", "W-99", "--people", "1"), "site_gone"),
        (
            ("record", "head_counted", "--site", "W-01", "--people", "1", "--at", "昨日"),
            "moment_unreadable",
        ),
        (("cancel", "x"), "entry_gone"),
    ):
        assert ask("reception", *words, status=EXIT_PROBLEM)["error"]["code"] == code
    assert ask("reception", "board") == {"occupied_people": 0, "sites": []}


def test_a_screening_is_counted(ask: Any, tmp_path: Path) -> None:  # noqa: ANN401
    basis = tmp_path / "basis.txt"
    basis.write_text("酸素を使う", "utf-8")
    wrote = ask(
        "screen", "record", "--person", "1", "--class", "2", "--profession", "nurse",
        "--basis-file", str(basis), "--at", "2026-07-10T06:30+09:00",
    )  # fmt: skip
    assert (wrote["person"], wrote["class"]) == (1, 2)
    counts = ask("screen", "counts")
    assert [one["people"] for one in counts["counts"]] == [0, 1, 0, 0]
    assert counts["counts"][1]["newest_at"] == "2026-07-10T06:30:00+09:00"
    assert counts["protected_included"] is False
    missed = ask("screen", "counts", "--district", "架空校区", status=EXIT_PROBLEM)
    assert missed["error"]["code"] == "unknown_district"
