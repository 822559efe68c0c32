"""The first day: a new database, its keys, a copy in the safe, and how a command ends."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.helpers.command_line import CommandLine

LONG = "架空の長い合言葉です"


@pytest.fixture(scope="module")
def office(home: Path, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """An office with a database of its own, made by ``init``."""
    folder = tmp_path_factory.mktemp("office")
    made = CommandLine.of(home, DB=str(folder / "city.db"), OPERATOR="架空 係長", PASSPHRASE=LONG)
    answer = made.ask("init", "--role", "clerk", "--recovery-out", folder / "recovery.txt", fresh=True)
    assert answer["db"] == str(folder / "city.db")
    counts = ("districts", "shelters", "emergency_sites", "welfare_shelters", "power_first_sites")
    assert tuple(answer[name] for name in counts) == (46, 142, 11, 0, 1)
    return made


def folder_of(office: CommandLine) -> Path:
    return Path(office.env["KURUME_BOUSAI_DB"]).parent


def test_the_recovery_key_is_written_once_for_its_owner_only(office: CommandLine) -> None:
    place = folder_of(office) / "recovery.txt"
    assert len(place.read_text("utf-8").strip().split("-")) == 7
    if os.name == "posix":
        assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_a_second_init_takes_nothing_away(office: CommandLine) -> None:
    before = Path(office.env["KURUME_BOUSAI_DB"]).read_bytes()
    assert office.refused("init", fresh=True)["code"] == "already_exists"
    assert Path(office.env["KURUME_BOUSAI_DB"]).read_bytes() == before


def test_a_wrong_passphrase_is_refused_and_the_file_is_as_it_was(office: CommandLine) -> None:
    before = {
        place.name: place.read_bytes() for place in folder_of(office).iterdir() if place.suffix != ".lock"
    }
    stranger = office.changed(PASSPHRASE="ちがう合言葉をいれました")
    assert stranger.refused("audit", "verify", fresh=True)["code"] == "wrong_passphrase"
    after = {
        place.name: place.read_bytes() for place in folder_of(office).iterdir() if place.suffix != ".lock"
    }
    assert after == before
    assert office.ask("audit", "verify")["ok"] is True


def test_only_a_fictional_database_opens_with_demo(office: CommandLine) -> None:
    stranger = office.changed(PASSPHRASE="demo", OPERATOR="架空")
    assert stranger.refused("capacity")["code"] == "wrong_passphrase"


def test_operators_come_and_go_and_the_recovery_key_helps(office: CommandLine, tmp_path: Path) -> None:
    adding = office.changed(NEW_PASSPHRASE="進行役の長い合言葉です")
    added = adding.ask("keys", "add", "架空 進行", "--role", "facilitator", "--district", "津福", fresh=True)
    assert added == {"ok": True, "operator": "架空 進行", "roles": ["facilitator"]}
    facilitator = office.changed(OPERATOR="架空 進行", PASSPHRASE="進行役の長い合言葉です")
    assert facilitator.refused("audit", "verify")["code"] == "no_right"
    assert office.ask("keys", "remove", "架空 進行")["ok"] is True
    assert facilitator.refused("capacity")["code"] == "wrong_passphrase"

    forgetful = office.changed(PASSPHRASE=None, NEW_PASSPHRASE=LONG + "二")
    recovery = folder_of(office) / "recovery.txt"
    assert forgetful.ask("keys", "recovery", "--use", "--recovery-file", recovery)["ok"] is True
    again = office.changed(PASSPHRASE=LONG + "二", NEW_PASSPHRASE=LONG)
    renewed = again.ask("keys", "recovery", "--recovery-out", tmp_path / "new.txt")
    assert renewed == {"ok": True, "file": str(tmp_path / "new.txt")}
    assert forgetful.refused("keys", "recovery", "--use", "--recovery-file", recovery)["code"] == (
        "wrong_recovery_key"
    )
    back = forgetful.changed(NEW_PASSPHRASE=LONG)
    assert back.ask("keys", "recovery", "--use", "--recovery-file", tmp_path / "new.txt")["ok"] is True
    assert office.ask("audit", "verify")["ok"] is True


def test_backup_restore_migrate_and_the_head_on_paper(office: CommandLine, tmp_path: Path) -> None:
    kept = office.ask("backup", "--out", tmp_path / "city.backup", fresh=True)
    assert kept["file"] == str(tmp_path / "city.backup")
    checked = office.ask("audit", "verify", "--head", kept["audit_head"])
    assert (checked["ok"], checked["faults"]) == (True, [])
    forged = office.run("audit", "verify", "--head", "A-9999-0000000000")
    assert (forged.status, forged.answer["ok"]) == (1, False)
    assert forged.answer["faults"]
    migrated = office.ask("migrate", fresh=True)
    assert migrated["ok"] is True
    elsewhere = office.changed(DB=str(tmp_path / "again" / "city.db"))
    assert elsewhere.ask("restore", tmp_path / "city.backup", fresh=True)["ok"] is True
    assert elsewhere.ask("audit", "verify", "--head", kept["audit_head"])["ok"] is True
    assert elsewhere.refused("restore", tmp_path / "city.backup")["code"] == "already_exists"


def test_a_passphrase_from_a_file(office: CommandLine, tmp_path: Path) -> None:
    place = tmp_path / "words.txt"
    place.write_text(LONG + "\r\n", encoding="utf-8-sig")
    asked = office.changed(PASSPHRASE=None)
    assert asked.ask("locate", "--lon", "130.5", "--lat", "33.3", "--passphrase-file", place)["hazards"] == []
    assert asked.refused("capacity", "--passphrase-file", tmp_path / "none")["code"] == "passphrase_file"
