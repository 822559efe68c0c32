"""``roster``: the end of keeping; who left the list long ago is counted, and made anonymous for good."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.labels import label

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers
    from kurume_bousai.services.roster.retention import ExpiryPreview


def register(subparsers: Subparsers) -> None:
    """Add the command to the program's parser."""
    parser = subparsers.add_parser(
        "roster",
        help="名簿の保存期限の過ぎた人を数え、匿名にします",
        description="名簿から消除した人の記録を、市が決めた年数のあとで匿名にします。",
    )
    acts = parser.add_subparsers(dest="act", metavar="すること", required=True)
    expire = acts.add_parser(
        "expire",
        help="保存期限の過ぎた人を数えます(--preview)、または匿名にします(--commit)",
        description="匿名にすると、元に戻せません。前にとったバックアップには、もとの記録が残っています。",
    )
    what = expire.add_mutually_exclusive_group()
    what.add_argument("--preview", action="store_true", help="数えるだけ(何も変えません)")
    what.add_argument("--commit", action="store_true", help="匿名にします(元に戻せません)")
    expire.add_argument(
        "--confirm", type=int, default=None, metavar="N", help="下見で出た人数(--commit に必ず付けます)"
    )
    expire.set_defaults(run=run_expire)


def run_expire(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Count, or make anonymous; the result names nobody."""
    from kurume_bousai import app
    from kurume_bousai.services.roster.retention import RetentionService

    with context.open_database() as database:
        service = RetentionService(database, app.SystemClock())
        preview = service.preview()
        found = _as_json(preview)
        if not args.commit:
            context.tell("下見です。何も変えていません。")
            return {**found, "anonymised": 0}
        if args.confirm is None:
            raise KnownProblem(
                "expiry_unconfirmed",
                f"期限の過ぎた人は{preview.count.people}人です。匿名にすると元に戻せないため、"
                "人数の確認がいります。",
                where="--confirm",
                advice=f"よければ --commit --confirm {preview.count.people} を付けて実行してください。",
            )
        done = service.expire(args.confirm, lambda _done, _total, text: context.tell(text)).value
        with database.reading() as session:
            head = session.audit.head()
    context.tell(f"{done}人を匿名にしました。前にとったバックアップは、市の決まりで処分してください。")
    return {**found, "anonymised": done, "audit_head": head}


def _as_json(preview: ExpiryPreview) -> dict[str, object]:
    count = preview.count
    return {
        "years": preview.years,
        "until": preview.until.isoformat(),
        "people": count.people,
        "held_back": count.held_back,
        "supporters": count.supporters,
        "backups": count.backups,
        "last_backup": None if count.last_backup is None else count.last_backup.isoformat(),
        "by_reason": {label(reason): people for reason, people in count.by_reason.items()},
    }
