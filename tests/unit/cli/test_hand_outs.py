"""``recipients`` and ``hand-out``: the whole life of a copy from the command line, without a name in it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kurume_bousai.cli import EXIT_PROBLEM, main
from kurume_bousai.domain.access import Role
from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.districts import SchoolDistrict
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.storage import create_database
from tests.storage.people import person

DISTRICT = DistrictId("津福")
GIVEN = Consent(ConsentKind.ROSTER, ConsentState.GIVEN, date(2026, 4, 1), date(2026, 3, 1))


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "city.db"
    city, _ = create_database(path, "架空", "demo", roles=list(Role), fictional=True)
    city.add_operator("架空二", "demo", roles=[Role.CLERK])
    with city.writing() as session:
        session.districts.save_many(
            city.access, [SchoolDistrict(DISTRICT, "津福", "", "久留米", LonLat(130.5, 33.3), 1)]
        )
        people = [
            person(f"架空 {name}", district_id=DISTRICT, consents=(GIVEN,)) for name in ("太郎", "次郎")
        ]
        session.members.add_many(city.access, people, source="x")
    city.close()
    values = {
        "DB": str(path), "OPERATOR": "架空", "PASSPHRASE": "demo", "CONFIRM_PASSPHRASE": "demo",
        "OUTPUT_PASSWORD": "きじと橋と川と青い空",
    }  # fmt: skip
    for name, value in values.items():
        monkeypatch.setenv(f"KURUME_BOUSAI_{name}", value)
    return tmp_path


@pytest.fixture
def ask(at_home: Path, capsys: pytest.CaptureFixture[str]) -> Any:  # noqa: ANN401 - a function of words
    def call(*words: str, status: int = 0) -> dict[str, Any]:
        assert main([*words, "--json"]) == status
        printed = capsys.readouterr()
        assert not any(name in printed.out + printed.err for name in ("太郎", "次郎", "会長"))
        found: dict[str, Any] = json.loads(printed.out)
        return found

    return call


@pytest.fixture
def partner(ask: Any) -> str:  # noqa: ANN401
    added = ask(
        "recipients", "add", "--body", "district_organization", "--name", "架空のまちづくり",
        "--district", "津福校区", "--responsible", "架空 会長", "--agreed-on", "R8.4.1",
        "--handler", "架空 会長補佐:R8.4.2",
    )  # fmt: skip
    assert added["recipient"]["has_responsible"]
    assert added["recipient"]["trained_on"] == "2026-04-02"
    return str(added["recipient"]["id"])


def test_the_life_of_a_copy(ask: Any, partner: str, at_home: Path) -> None:  # noqa: ANN401
    order = ask("hand-out", "order", partner, "--purpose", "見守り", "--copies", "2")["order"]
    assert (order["people"], order["is_open"]) == (2, True)
    out = str(at_home / "list.pdf")
    refused = ask("hand-out", "confirm", order["order"], "--out", out, status=EXIT_PROBLEM)
    assert refused["error"]["code"] == "same_person"
    assert ask("hand-out", "orders")["orders"][0]["order"] == order["order"]
    made = ask("hand-out", "confirm", order["order"], "--out", out, "--confirmed-by", "架空二")
    first, second = made["copies"]
    assert len(made["files"]) == 2
    assert made["people"] == 2
    form = ask("hand-out", "receipt", first, second, "--form", str(at_home / "receipt.pdf"))
    assert Path(form["files"][0]).read_bytes().startswith(b"%PDF")
    assert [one["state"] for one in ask("hand-out", "receipt", first, second)["copies"]] == ["held", "held"]
    assert ask("hand-out", "return", first)["copies"][0]["closed_on"]
    lost = ask("hand-out", "lose", second, "--report", str(at_home / "loss.pdf"))
    assert lost["people"] == [1, 2]
    assert set(lost["columns"]) == {"name", "kana", "neighborhood", "address", "phone", "needs"}
    assert Path(lost["files"][0]).is_file()
    assert [one["copy"] for one in ask("hand-out", "list")["copies"]] == [second]
    assert ask("hand-out", "found", second)["copies"][0]["state"] == "held"
    assert ask("hand-out", "correct", second, "--note", "ちがう写し")["copies"][0]["state"] == "lost"
    assert ask("hand-out", "holders")["holders"][0]["copies"][0]["copy"] == second
    assert ask("hand-out", "overdue")["copies"] == []


def test_the_confirmer_needs_the_right_passphrase(
    ask: Any,  # noqa: ANN401
    partner: str,
    at_home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    order = ask("hand-out", "order", partner, "--purpose", "見守り")["order"]["order"]
    monkeypatch.setenv("KURUME_BOUSAI_CONFIRM_PASSPHRASE", "ちがう合言葉")
    words = ("hand-out", "confirm", order, "--out", str(at_home / "a.pdf"), "--confirmed-by", "架空二")
    assert ask(*words, status=EXIT_PROBLEM)["error"]["code"] == "wrong_passphrase"
    monkeypatch.delenv("KURUME_BOUSAI_CONFIRM_PASSPHRASE")
    assert ask(*words, status=EXIT_PROBLEM)["error"]["code"] == "confirm_passphrase_missing"
    assert not (at_home / "a.pdf").exists()
    assert ask("hand-out", "cancel", order)["order"]["is_open"] is False


def test_a_difference_is_counted_and_an_empty_one_is_told(ask: Any, partner: str, at_home: Path) -> None:  # noqa: ANN401
    assert ask("hand-out", "diff", partner, status=EXIT_PROBLEM)["error"]["code"] == "no_base"
    order = ask("hand-out", "order", partner, "--purpose", "見守り")["order"]["order"]
    ask("hand-out", "confirm", order, "--out", str(at_home / "a.xlsx"), "--confirmed-by", "架空二")
    assert ask("hand-out", "diff", partner, status=EXIT_PROBLEM)["error"]["code"] == "nothing_changed"


def test_the_master_is_changed_and_ended(ask: Any, partner: str, at_home: Path) -> None:  # noqa: ANN401
    changed = ask("recipients", "change", partner, "--storage", "金庫", "--phone", "0942-00-0001")
    assert changed["recipient"]["version"] == 2
    order = ask("hand-out", "order", "架空のまちづくり", "--purpose", "見守り")["order"]["order"]
    made = ask("hand-out", "confirm", order, "--out", str(at_home / "a.pdf"), "--confirmed-by", "架空二")
    [number] = made["copies"]
    words = ("recipients", "responsible", partner, "--name", "架空 次の会長")
    assert ask(*words, status=EXIT_PROBLEM)["error"]["code"] == "holder_copies"
    assert ask(*words, "--hand-over", number)["handed_over"] == [number]
    assert ask("recipients", "end", partner)["recalled"] == [number]
    assert ask("recipients", "list")["recipients"] == []
    assert len(ask("recipients", "list", "--all")["recipients"]) == 1


def test_columns_are_shown_and_changed(ask: Any) -> None:  # noqa: ANN401
    shown = ask("recipients", "columns", "fire_corps")
    assert "phone" not in shown["columns"]
    changed = ask("recipients", "columns", "fire_corps", "--set", "氏名,phone", "--valid-days", "90")
    assert (changed["columns"], changed["valid_days"]) == (["name", "phone"], 90)
    assert ask("recipients", "columns", "fire_corps", "--default") == shown
    rules = ask("recipients", "rules")
    expected = {"lists": True, "others": True, "lone_operator": True, "emergency_alone": False}
    sharing = {"sharing": "opt_in", "ordinance": "", "since": None}
    assert rules == {**expected, **sharing, "emergency_by_clerk": True}
    words = ("recipients", "rules", "--others", "no", "--emergency-by-clerk", "no")
    assert ask(*words, status=EXIT_PROBLEM)["error"]["code"] == "second_person_missing"
    assert ask("recipients", "rules") == rules, "one person alone loosens nothing"
    assert ask(*words, "--confirmed-by", "架空二") == {
        **expected, **sharing, "others": False, "emergency_by_clerk": False,
    }  # fmt: skip
    told = ask("hand-out", "list")["loosened"]
    assert (told["rules"], told["confirmed_by"]) == (["others"], "架空二")
    refused = ask("recipients", "columns", "fire_corps", "--set", "name,disease", status=EXIT_PROBLEM)
    assert refused["error"]["code"] == "column_health"
    unknown = ask("recipients", "columns", "fire_corps", "--set", "name,星座", status=EXIT_PROBLEM)
    assert unknown["error"]["code"] == "column_unknown"


def test_a_day_that_cannot_be_read_is_told(ask: Any, partner: str) -> None:  # noqa: ANN401
    words = ("hand-out", "order", partner, "--purpose", "見守り", "--due", "そのうち")
    assert ask(*words, status=EXIT_PROBLEM)["error"]["code"] == "day_unreadable"
