"""``kurume-bousai report registration``: 登録率 per 校区 and per year (RULEBOOK §5)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers


def register(papers: Subparsers) -> None:
    """Add ``registration`` to the papers of ``report``."""
    parser = papers.add_parser("registration", help="名簿の登録率、校区ごとと年度ごと(名前は入りません)")
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE",
        help="書き出すファイル(.pdf .xlsx .csv .html .json)",
    )
    parser.add_argument(
        "--record-year", action="store_true", help="今日の数を、今年度の数として控えてから出す"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Write the paper; small counts are held back as on the maps."""
    from kurume_bousai import app
    from kurume_bousai.app.letters import registration_rates

    with context.open_database() as database:
        rates = registration_rates(database)
        if args.record_year:
            rates.record_year()
        content = rates.report()
        written = app.reporting(database).write(content, args.out).value
    for notice in written.notices:
        context.tell(notice)
    return {
        **written.as_json(),
        "applied": content.city.part,
        "eligible": content.city.whole,
        "percent": content.city.percent,
    }
