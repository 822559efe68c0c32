"""``report activities`` and ``report yearly``: the office's papers without names (CLI.md, FEATURES D9)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from kurume_bousai.services.papers.rules import format_of

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers
    from kurume_bousai.services.ports.office_papers import ActivitiesReport, YearlySheet
    from kurume_bousai.services.ports.sessions import CityDatabase

_OUT = "書き出すファイル(.pdf .xlsx .csv .html .json)"


def register(papers: Subparsers) -> None:
    """Add ``activities`` and ``yearly`` to the papers of ``report``."""
    activities = papers.add_parser(
        "activities", help="活動の実績(名簿制度の説明・図上訓練・マイプラン出前講座。名前は入りません)"
    )
    yearly = papers.add_parser("yearly", help="名簿の年に一度の更新の進みぐあい(名前は入りません)")
    for parser, run in ((activities, run_activities), (yearly, run_yearly)):
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help=_OUT)
        parser.add_argument("--year", default=None, metavar="年度", help="年度(例 R8、2026。なければ今)")
        parser.set_defaults(run=run)


def run_activities(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Write the table of activities with the coverage of one 年度."""
    from kurume_bousai import app
    from kurume_bousai.services.office.activities import ActivityService

    def collect(database: CityDatabase) -> ActivitiesReport:
        return ActivityService(database, app.SystemClock()).report(_year(args))

    return _write(args, context, collect)


def run_yearly(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Write where the 46 校区 stand."""
    from kurume_bousai import app
    from kurume_bousai.services.office.yearly_update import YearlyUpdateService

    def collect(database: CityDatabase) -> YearlySheet:
        return YearlyUpdateService(database, app.SystemClock()).sheet(_year(args))

    return _write(args, context, collect)


def _write(args: argparse.Namespace, context: CliContext, collect: _Collect) -> dict[str, object]:
    from kurume_bousai import app

    format_of(args.out)
    with context.open_database() as database:
        written = app.reporting(database).write(collect(database), args.out).value
    for notice in written.notices:
        context.tell(notice)
    return written.as_json()


def _year(args: argparse.Namespace) -> int | None:
    from kurume_bousai.domain.fiscal_years import parse_fiscal_year

    return None if args.year is None else parse_fiscal_year(args.year)


if TYPE_CHECKING:
    from collections.abc import Callable

    _Collect = Callable[[CityDatabase], ActivitiesReport | YearlySheet]
