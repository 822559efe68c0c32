from __future__ import annotations

import argparse
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from kurume_bousai.cli import keys
from kurume_bousai.cli.context import CliContext
from kurume_bousai.domain.access import Role
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.storage import create_database, migrations, open_database


@dataclass
class FakeContext:
    database_path: Path
    operator: str = "架空"
    words: str = "demo"

    def passphrase(self) -> str:
        return self.words


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "city.db"
    database, recovery_key = create_database(path, "架空", "demo", roles=list(Role), fictional=True)
    database.close()
    path.with_name("recovery.txt").write_text(recovery_key, "utf-8")
    return path


@pytest.fixture
def context(made: Path, tmp_path: Path) -> FakeContext:
    for name in ("city.db", "city.db.keys", "recovery.txt"):
        shutil.copy(made.with_name(name), tmp_path / name)
    return FakeContext(tmp_path / "city.db")


def command(context: FakeContext, *words: object) -> dict[str, Any]:
    parser = argparse.ArgumentParser()
    keys.register(parser.add_subparsers(dest="command"))
    args = parser.parse_args([str(word) for word in words])
    result: dict[str, Any] = args.run(args, cast("CliContext", context))
    return result


def test_operator_added_and_removed(context: FakeContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(keys.ENV_NEW_PASSPHRASE, "demo")
    result = command(context, "keys", "add", "係", "--role", "clerk", "--role", "desk", "--district", "津福")
    assert result == {"ok": True, "operator": "係", "roles": ["clerk", "desk"]}
    open_database(context.database_path, "係", "demo").close()
    assert command(context, "keys", "remove", "係")["ok"]
    with pytest.raises(KnownProblem, match="wrong_passphrase"):
        open_database(context.database_path, "係", "demo")


def test_no_terminal_and_no_passphrase_ends_at_once(
    context: FakeContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(keys.ENV_NEW_PASSPHRASE, raising=False)
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(KnownProblem, match="passphrase_missing"):
        command(context, "keys", "add", "係", "--role", "clerk")


def test_recovery_key_used_and_renewed(context: FakeContext, tmp_path: Path) -> None:
    new = tmp_path / "new.txt"
    new.write_text("新しい合言葉にしました\n", "utf-8")
    printed = context.database_path.with_name("recovery.txt")
    used = command(
        context, "keys", "recovery", "--use", "--recovery-file", printed, "--new-passphrase-file", new
    )
    assert used == {"ok": True, "operator": "架空"}
    context.words = "新しい合言葉にしました"
    out = tmp_path / "out.txt"
    assert command(context, "keys", "recovery", "--recovery-out", out) == {"ok": True, "file": str(out)}
    with pytest.raises(KnownProblem, match="wrong_recovery_key"):
        command(
            context, "keys", "recovery", "--use", "--recovery-file", printed, "--new-passphrase-file", new
        )
    assert len(out.read_text("utf-8").strip().split("-")) == 7


def test_audit_backup_restore_migrate(context: FakeContext, tmp_path: Path) -> None:
    backup = command(context, "backup", "--out", tmp_path / "city.backup")
    verified = command(context, "audit", "verify", "--head", backup["audit_head"])
    assert verified["ok"]
    assert verified["faults"] == []
    assert not command(context, "audit", "verify", "--head", "A-9999-0000000000")["ok"]
    assert command(context, "migrate")["revision"] == migrations.HEAD
    elsewhere = FakeContext(tmp_path / "again" / "city.db")
    assert command(elsewhere, "restore", tmp_path / "city.backup")["ok"]
    assert command(elsewhere, "audit", "verify", "--head", backup["audit_head"])["ok"]
