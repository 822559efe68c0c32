"""``keys``, ``audit``, ``migrate``, ``backup``, ``restore``: keeping and carrying the file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kurume_bousai.cli.passphrases import read_secret
from kurume_bousai.domain.access import Role
from kurume_bousai.domain.errors import KnownProblem

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext

#: The new passphrase of ``keys add`` and ``keys recovery --use``; never an argument.
ENV_NEW_PASSPHRASE = "KURUME_BOUSAI_NEW_PASSPHRASE"  # noqa: S105 - the name of a variable
ENV_RECOVERY_KEY = "KURUME_BOUSAI_RECOVERY_KEY"


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    _register_keys(subparsers)
    audit = subparsers.add_parser("audit", help="監査記録を確かめる").add_subparsers(
        dest="audit_command", required=True, metavar="操作"
    )
    verify = audit.add_parser("verify", help="書きかえや切り取りがないか調べる")
    verify.add_argument("--head", help="紙や控えにある監査番号(例 A-0042-7F3C9A1B22)")
    verify.set_defaults(run=run, action=_verify)
    migrate = subparsers.add_parser("migrate", help="データベースの形を今の版にする")
    migrate.set_defaults(run=run, action=_migrate)
    backup = subparsers.add_parser("backup", help="控えを一つのファイルに書き出す")
    backup.add_argument("--out", required=True, type=Path, help="控えのファイル")
    backup.set_defaults(run=run, action=_backup)
    restore = subparsers.add_parser("restore", help="控えからデータベースを作る")
    restore.add_argument("file", type=Path, help="控えのファイル")
    restore.set_defaults(run=run, action=_restore)


def _register_keys(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    keys = subparsers.add_parser("keys", help="操作者と鍵").add_subparsers(
        dest="keys_command", required=True, metavar="操作"
    )
    add = keys.add_parser("add", help="操作者を加える")
    add.add_argument("name", help="操作者の名前")
    add.add_argument(
        "--role",
        action="append",
        required=True,
        choices=[role.value for role in Role],
        help="役割(いくつでも)",
    )
    add.add_argument("--district", action="append", help="担当する校区(いくつでも。なければ全市)")
    add.add_argument("--handles-protected", action="store_true", help="支援措置担当にする")
    add.add_argument("--new-passphrase-file", type=Path, help="新しい合言葉を書いたファイル")
    add.set_defaults(run=run, action=_add)
    remove = keys.add_parser("remove", help="操作者を外す")
    remove.add_argument("name", help="操作者の名前")
    remove.set_defaults(run=run, action=_remove)
    recovery = keys.add_parser("recovery", help="回復キーを作り直す、または使う")
    recovery.add_argument("--use", action="store_true", help="回復キーで、操作者の新しい合言葉を決める")
    recovery.add_argument(
        "--recovery-out", type=Path, help="新しい回復キーを書くファイル(なければ画面に出す)"
    )
    recovery.add_argument("--recovery-file", type=Path, help="印刷した回復キーを書いたファイル")
    recovery.add_argument("--new-passphrase-file", type=Path, help="新しい合言葉を書いたファイル")
    recovery.set_defaults(run=run, action=_recovery)


def run(args: argparse.Namespace, context: CliContext) -> dict[str, Any]:
    """Run the chosen command.

    Raises
    ------
    KnownProblem
        What the database says.
    """
    result: dict[str, Any] = args.action(args, context)
    return result


def _add(args: argparse.Namespace, context: CliContext) -> dict[str, Any]:
    with _opened(context) as database:
        operator = database.add_operator(
            args.name,
            _secret(ENV_NEW_PASSPHRASE, args.new_passphrase_file, "新しい操作者の合言葉: "),
            roles=[Role(role) for role in args.role],
            districts=args.district,
            handles_protected=args.handles_protected,
        )
    return {"ok": True, "operator": operator.name, "roles": sorted(operator.roles)}


def _remove(args: argparse.Namespace, context: CliContext) -> dict[str, Any]:
    with _opened(context) as database:
        database.remove_operator(args.name)
    return {"ok": True, "operator": args.name}


def _recovery(args: argparse.Namespace, context: CliContext) -> dict[str, Any]:
    return _use_recovery(args, context) if args.use else _renew_recovery(args, context)


def _use_recovery(args: argparse.Namespace, context: CliContext) -> dict[str, Any]:
    from kurume_bousai import storage

    recovery_key = _secret(ENV_RECOVERY_KEY, args.recovery_file, "回復キー: ")
    passphrase = _secret(ENV_NEW_PASSPHRASE, args.new_passphrase_file, "新しい合言葉: ")
    storage.recover_operator(context.database_path, context.operator, recovery_key, passphrase)
    return {"ok": True, "operator": context.operator}


def _renew_recovery(args: argparse.Namespace, context: CliContext) -> dict[str, Any]:
    with _opened(context) as database:
        if args.recovery_out is not None:
            # The place is made sure before the old key stops working.
            _write_secret(args.recovery_out, "")
        recovery_key = database.renew_recovery_key()
    if args.recovery_out is not None:
        _write_secret(args.recovery_out, recovery_key + "\n")
        return {"ok": True, "file": str(args.recovery_out)}
    return {"ok": True, "recovery_key": recovery_key}


def _verify(args: argparse.Namespace, context: CliContext) -> dict[str, Any]:
    from kurume_bousai.domain.access import Right

    with _opened(context) as database:
        database.access.require(Right.VERIFY_AUDIT)
        with database.reading() as session:
            faults = session.audit.verify(args.head)
            entries = len(session.audit.entries())
            head = session.audit.head()
        broken = database.broken_pages()
    if broken:
        faults.append(f"データベースのファイルに、壊れた箇所が{broken}か所あります。")
    return {"ok": not faults, "head": head, "entries": entries, "faults": faults}


def _migrate(args: argparse.Namespace, context: CliContext) -> dict[str, Any]:  # noqa: ARG001 - every command takes both
    from kurume_bousai.storage import migrations

    # Opening brings the schema up to date, after a copy of the file.
    with _opened(context):
        return {"ok": True, "db": str(context.database_path), "revision": migrations.HEAD}


def _backup(args: argparse.Namespace, context: CliContext) -> dict[str, Any]:
    from kurume_bousai.storage.backup import backup

    with _opened(context) as database:
        head = backup(database, args.out)
    return {"ok": True, "file": str(args.out), "audit_head": head}


def _restore(args: argparse.Namespace, context: CliContext) -> dict[str, Any]:
    from kurume_bousai.storage.backup import restore

    database = restore(args.file, context.database_path, context.operator, context.passphrase())
    try:
        with database.reading() as session:
            faults = session.audit.verify()
    finally:
        database.close()
    return {"ok": not faults, "db": str(context.database_path), "faults": faults}


def _opened(context: CliContext) -> Any:  # noqa: ANN401 - a context manager of the concrete database
    from contextlib import closing

    from kurume_bousai import storage

    return closing(storage.open_database(context.database_path, context.operator, context.passphrase()))


def _secret(variable: str, file: Path | None, prompt: str) -> str:
    missing = KnownProblem(
        "passphrase_missing",
        "必要な合言葉または回復キーがわかりません。",
        advice=f"環境変数 {variable} か、ファイルの指定で渡してください。",
    )
    return read_secret(variable, file, prompt, missing)


def _write_secret(path: Path, text: str) -> None:
    from kurume_bousai.storage.files import write_atomically
    from kurume_bousai.storage.problems import told

    with told(path):
        write_atomically(path, text.encode("utf-8"))
