from __future__ import annotations

import argparse
import stat
import sys
from pathlib import Path

import pytest

from kurume_bousai.cli import init
from kurume_bousai.cli.context import ENV_PASSPHRASE, CliContext
from kurume_bousai.domain.access import Role
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.services.fictional import seeding
from kurume_bousai.storage import open_database

PASSPHRASE = "まちがえない長い合言葉"


def parse(*argv: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    init.register(parser.add_subparsers())
    return parser.parse_args(["init", *argv])


def context(database: Path, operator: str | None = "担当者") -> CliContext:
    return CliContext(database=str(database), operator_name=operator, passphrase_file=None, json=True)


@pytest.fixture(autouse=True)
def passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENV_PASSPHRASE, PASSPHRASE)


def test_init_makes_a_database_with_reference_data(tmp_path: Path) -> None:
    path, key_file = tmp_path / "kurume.db", tmp_path / "recovery.txt"
    result = init.run(
        parse("--role", "administrator,clerk", "--role", "desk", "--recovery-out", str(key_file)),
        context(path),
    )
    expected = {
        "db": str(path), "districts": 46, "shelters": 142, "emergency_sites": 11, "welfare_shelters": 0,
        "power_first_sites": 1,
    }  # fmt: skip
    assert {key: result[key] for key in expected} == expected
    key = key_file.read_text(encoding="utf-8").strip()
    assert len(key) > 20
    assert key not in str(result)
    if sys.platform != "win32":
        assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    database = open_database(path, "担当者", PASSPHRASE)
    try:
        assert database.access.roles == {Role.ADMINISTRATOR, Role.CLERK, Role.DESK}
        with database.reading() as session:
            assert len(session.districts.all()) == 46
            assert session.fact("is_fictional") != "1"
            (site,) = session.shelters.welfare()
            assert site.is_power_first
            assert site.rooms == ()
    finally:
        database.close()


def test_without_a_file_the_key_is_shown_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = init.run(parse(), context(tmp_path / "k.db", operator=None))
    shown = capsys.readouterr()
    assert "回復キー" in shown.err
    assert shown.out == ""
    assert (result["operator"], result["roles"], result["recovery_out"]) == (
        "管理者",
        ["administrator"],
        None,
    )


def test_an_existing_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "k.db"
    init.run(parse(), context(path))
    before = contents(tmp_path)
    with pytest.raises(KnownProblem) as caught:
        init.run(parse("--recovery-out", str(tmp_path / "key.txt")), context(path))
    assert caught.value.code == "already_exists"
    assert contents(tmp_path) == before


def test_an_existing_recovery_file_is_never_overwritten(tmp_path: Path) -> None:
    key_file = tmp_path / "key.txt"
    key_file.write_text("大事なもの", encoding="utf-8")
    with pytest.raises(KnownProblem) as caught:
        init.run(parse("--recovery-out", str(key_file)), context(tmp_path / "k.db"))
    assert caught.value.code == "recovery_file"
    assert key_file.read_text(encoding="utf-8") == "大事なもの"
    assert list(tmp_path.iterdir()) == [key_file]


def test_a_failure_while_seeding_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> int:
        raise KnownProblem("disk_full", "空きがありません。")

    monkeypatch.setattr(seeding, "write_reference", fail)
    neighbour = tmp_path / "k.db.memo"
    neighbour.write_text("前からある", encoding="utf-8")
    with pytest.raises(KnownProblem):
        init.run(parse("--recovery-out", str(tmp_path / "key.txt")), context(tmp_path / "k.db"))
    assert list(tmp_path.iterdir()) == [neighbour]


def test_a_key_that_cannot_be_written_leaves_no_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise KnownProblem("recovery_file", "回復キーを書けません。")

    monkeypatch.setattr(init, "_write_durably", full)
    with pytest.raises(KnownProblem):
        init.run(parse("--recovery-out", str(tmp_path / "key.txt")), context(tmp_path / "k.db"))
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_role_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnownProblem) as caught:
        init.run(parse("--role", "king"), context(tmp_path / "k.db"))
    assert caught.value.code == "unknown_role"
    assert list(tmp_path.glob("k.db")) == []


def test_the_first_operator_always_administers(tmp_path: Path) -> None:
    result = init.run(parse("--role", "clerk"), context(tmp_path / "k.db"))
    assert result["roles"] == ["administrator", "clerk"]


def test_a_short_passphrase_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENV_PASSPHRASE, "demo")
    with pytest.raises(KnownProblem) as caught:
        init.run(parse("--recovery-out", str(tmp_path / "key.txt")), context(tmp_path / "k.db"))
    assert caught.value.code == "passphrase_too_short"
    assert list(tmp_path.iterdir()) == []


def test_a_new_passphrase_is_typed_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENV_PASSPHRASE)
    typed = iter([PASSPHRASE, "ちがう長い合言葉です"])
    monkeypatch.setattr("getpass.getpass", lambda _: next(typed))
    monkeypatch.setattr("sys.stdin", Terminal())
    with pytest.raises(KnownProblem) as caught:
        init.run(parse(), context(tmp_path / "k.db"))
    assert caught.value.code == "passphrases_differ"
    assert list(tmp_path.iterdir()) == []


def contents(folder: Path) -> dict[str, bytes]:
    """What stands in the folder, without the lock that says who opened it last."""
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.suffix != ".lock"}


class Terminal:
    """A keyboard with somebody at it."""

    def isatty(self) -> bool:
        return True
