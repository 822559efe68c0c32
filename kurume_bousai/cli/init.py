"""``kurume-bousai init``: an encrypted database with reference data, its first operator, its recovery key."""

from __future__ import annotations

import argparse
import getpass
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kurume_bousai.cli.context import ENV_PASSPHRASE, CliContext
from kurume_bousai.domain.access import Role
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.services.fictional.seeding import SeedSummary, seed_city

if TYPE_CHECKING:
    from kurume_bousai.cli.subparsers import Subparsers

#: The first operator's name where none is given.
FIRST_OPERATOR: Final = "管理者"


def register(subparsers: Subparsers) -> None:
    """Add the command to the program's parser."""
    parser = subparsers.add_parser(
        "init",
        help="新しいデータベースを作ります",
        description="46校区・避難所・活動実績の入った、暗号化されたデータベースを作ります。最初の操作者と、"
        "合言葉を忘れたときの回復キーも作ります。回復キーは一度しか示しません。",
    )
    parser.add_argument(
        "--role",
        action="append",
        default=None,
        metavar="ROLE",
        help="最初の操作者の役割(何度でも、またはコンマ区切り。既定: administrator): "
        + " ".join(role.value for role in Role),
    )
    parser.add_argument(
        "--recovery-out",
        type=Path,
        default=None,
        metavar="FILE",
        help="回復キーを書くファイル(既定: 画面に一度だけ)",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Create and fill the file, then hand over the recovery key; on any problem nothing is left behind.

    Raises ``KnownProblem``: ``unknown_role``, ``recovery_file``, ``passphrases_differ``, and what creating
    a database can meet (``already_exists``, ``passphrase_too_short``, ``first_administrator`` …).
    """
    path = context.database_path
    roles = read_roles(args.role)
    operator = context.operator_name or FIRST_OPERATOR
    passphrase = _new_passphrase(context)
    with _recovery_file(args.recovery_out) as recovery:
        summary, recovery_key = _create(path, operator, passphrase, roles, recovery)
    if args.recovery_out is None:
        context.tell(
            f"回復キー(ここにしか出ません。紙に書き写して、金庫などに保管してください):\n{recovery_key}"
        )
    return {
        "db": str(path),
        **summary.as_json(),
        "operator": operator,
        "roles": sorted(role.value for role in roles),
        "recovery_out": str(args.recovery_out) if args.recovery_out else None,
    }


def read_roles(values: Sequence[str] | None) -> frozenset[Role]:
    """Return the roles named by ``--role``, administrator always among them."""
    names = [name.strip() for value in values or () for name in value.split(",")]
    known = {role.value: role for role in Role}
    for name in names:
        if name not in known:
            raise KnownProblem(
                "unknown_role",
                "知らない役割です。",
                where=f"--role {name}",
                advice="使える役割: " + "、".join(known),
            )
    # The first operator always keeps the operators and keys too: a file nobody administers is lost.
    return frozenset(known[name] for name in names) | {Role.ADMINISTRATOR}


def _create(
    path: Path, operator: str, passphrase: str, roles: frozenset[Role], recovery: int | None
) -> tuple[SeedSummary, str]:
    # The driver of the encrypted file is loaded only here.
    from kurume_bousai.exchange.seed_files import SeedFiles
    from kurume_bousai.storage import create_database

    facts = SeedFiles().read()
    before = set(_family(path))
    database, recovery_key = create_database(path, operator, passphrase, roles=roles)
    # From here on the file is ours: before, a failure leaves what somebody else may just have made.
    with _taken_back(path, before):
        try:
            summary = seed_city(database, facts).value
        finally:
            database.close()
        if recovery is not None:
            _write_durably(recovery, recovery_key)
    return summary, recovery_key


def _new_passphrase(context: CliContext) -> str:
    """Ask twice at a terminal: a mistyped new passphrase would lock everybody out."""
    passphrase = context.passphrase()
    is_typed = ENV_PASSPHRASE not in os.environ and context.passphrase_file is None
    if is_typed and getpass.getpass("合言葉(もう一度): ") != passphrase:
        raise KnownProblem(
            "passphrases_differ",
            "二つの合言葉が違います。",
            advice="もう一度はじめから入れてください。データベースは作っていません。",
        )
    return passphrase


@contextmanager
def _taken_back(path: Path, before: set[Path]) -> Iterator[None]:
    """Take away the fresh database and its companions when something fails after it was made."""
    try:
        yield
    except BaseException:
        for fresh in _family(path):
            if fresh not in before:
                with suppress(OSError):
                    fresh.unlink()
        raise


def _family(path: Path) -> list[Path]:
    """Return the file and those whose names begin with its name (keys, WAL)."""
    if not path.parent.is_dir():
        return []
    return [one for one in path.parent.iterdir() if one.name.startswith(path.name) and one.is_file()]


@contextmanager
def _recovery_file(path: Path | None) -> Iterator[int | None]:
    """Open the file for the key before anything is made, for its owner only; never over another file."""
    if path is None:
        yield None
        return
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        raise KnownProblem(
            "recovery_file",
            "回復キーのファイルを作れません。",
            where=str(path),
            advice="書き込める場所の、まだない名前を --recovery-out に指定してください。",
        ) from None
    try:
        yield handle
    except BaseException:
        _close_and_remove(handle, path)
        raise
    os.close(handle)


def _close_and_remove(handle: int, path: Path) -> None:
    with suppress(OSError):
        os.close(handle)
    with suppress(OSError):
        path.unlink()


def _write_durably(handle: int, text: str) -> None:
    try:
        os.write(handle, f"{text}\n".encode())
        os.fsync(handle)
    except OSError:
        raise KnownProblem(
            "recovery_file",
            "回復キーを書けません。データベースは作りませんでした。",
            advice="空き容量を確かめて、もう一度実行してください。",
        ) from None
