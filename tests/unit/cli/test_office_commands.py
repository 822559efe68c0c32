"""``emergency``, ``activities``, ``yearly`` and ``report activities``: their shapes, on a real file."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kurume_bousai.cli import main
from tests.fixtures.demo_city import OPERATOR, PASSPHRASE

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(demo_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one command on the fictional city and return its JSON; ``status`` is the wanted exit status."""
    monkeypatch.setenv("KURUME_BOUSAI_PASSPHRASE", PASSPHRASE)

    def call(*words: str, status: int = 0) -> dict[str, Any]:
        capsys.readouterr()
        found = main([*words, "--db", str(demo_path), "--operator", OPERATOR, "--json"])
        shown = capsys.readouterr()
        assert found == status, shown.err
        answer: dict[str, Any] = json.loads(shown.out)
        return answer

    return call


def test_an_emergency_goes_on_and_off(run: Run, tmp_path: Path) -> None:
    assert run("emergency", "status") == {"on": False, "emergencies": []}
    words = ("--event", "架空の大雨", "--reason", "安否確認", "--bodies", "fire_service,police")
    on = run("emergency", "on", *words, "--districts", "津福校区,荘島", "--hours", "6")["emergency"]
    assert on["districts"] == ["津福", "荘島"]
    assert on["bodies"] == ["fire_service", "police"]
    assert run("emergency", "status")["emergencies"] == [on]
    again = run("emergency", "on", *words, "--districts", "津福,荘島", "--hours", "6", status=1)
    assert again["error"]["code"] == "emergency_overlap"
    off = run("emergency", "off", on["emergency_id"], "--note", "やんだ")
    assert (off["on"], off["emergency"]["ended"]["kind"]) == (False, "by_hand")
    listed = run("emergency", "list", "--emergency", on["emergency_id"], "--out", str(tmp_path / "x.pdf"))
    assert listed["copies"] == []
    assert listed["pages"] >= 1
    assert run("emergency", "off", on["emergency_id"], status=1)["error"]["code"] == "emergency_ended"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--reason", "", "--bodies", "police"), "emergency_reason"),
        (("--reason", "救助", "--bodies", "teacher"), "unknown_recipient"),
        (("--reason", "救助", "--bodies", "police", "--districts", "ない校区"), "emergency_districts"),
        (("--reason", "救助", "--bodies", "police", "--hours", "999"), "emergency_until"),
        (("--reason", "救助", "--bodies", "police", "--operation", "ない"), "emergency_operation"),
    ],
)
def test_what_is_missing_is_said(run: Run, words: tuple[str, ...], code: str) -> None:
    assert run("emergency", "on", "--event", "架空の大雨", *words, status=1)["error"]["code"] == code


def test_activities_are_written_listed_printed_and_taken_back(run: Run, tmp_path: Path) -> None:
    kept = run(
        "activities", "record", "explanation", "--on", "R8.6.1", "--district", "津福校区", "--people", "31"
    )["entry"]
    assert (kept["year"], kept["times"], kept["from_session"]) == ("R8", 1, False)
    assert run("activities", "list", "--year", "R8")["entries"] == [kept]
    assert run("activities", "list", "--year", "R7")["entries"] == []
    place = tmp_path / "activities.csv"
    run("report", "activities", "--out", str(place), "--year", "R8")
    rows = list(csv.reader(place.read_text(encoding="utf-8-sig").splitlines()))
    heading = next(row for row in rows if "R2" in row)
    first = rows[rows.index(heading) + 1]
    assert [first[heading.index(year)] for year in ("R2", "R6", "R7", "R8")] == ["67", "83", "記録なし", "1"]
    run("activities", "remove", kept["activity_id"])
    assert run("activities", "list")["entries"] == []
    gone = run("activities", "remove", kept["activity_id"], status=1)
    assert gone["error"]["code"] == "activity_gone"


def test_the_yearly_update_is_begun_recorded_and_printed(run: Run, tmp_path: Path) -> None:
    assert run("yearly", "status", status=1)["error"]["code"] == "yearly_not_started"
    assert run("yearly", "start")["districts"] == 46
    assert run("yearly", "record", "notice", "--districts", "all")["reached"]["notice"] == 46
    found = run("yearly", "record", "inquiry", "--districts", "津福,荘島校区", "--note", "2部")
    assert found["reached"]["inquiry"] == 2
    assert run("yearly", "back", "--district", "津福")["reached"]["inquiry"] == 1
    late = run("yearly", "due", "notice=R10.3.1", "--districts", "津福", status=1)
    assert late["error"]["code"] == "yearly_due"
    run("yearly", "due", "inquiry=R8.8.31", "--districts", "津福,荘島")
    strange = run("yearly", "record", "inquiry", "--districts", "津福", "--copies", "2099-0001", status=1)
    assert strange["error"]["code"] == "yearly_copies"
    assert run("report", "yearly", "--out", str(tmp_path / "y.xlsx"))["files"]
