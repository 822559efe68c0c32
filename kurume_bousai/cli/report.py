"""``kurume-bousai report``: papers from the command line (CLI.md, RULEBOOK §6)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from kurume_bousai.cli.capacity_options import add_capacity_options, conditions_from_args
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, OperationId
from kurume_bousai.services.report_rules import NamedRequest, Recipient, format_of

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers
    from kurume_bousai.services.ports import CityDatabase
    from kurume_bousai.services.reporting import WrittenReport


def register(subparsers: Subparsers) -> None:
    """Add ``report`` with one command per paper."""
    parser = subparsers.add_parser("report", help="帳票を書き出します")
    papers = parser.add_subparsers(dest="paper", metavar="帳票", required=True)
    capacity = papers.add_parser("capacity", help="福祉避難所の容量確認")
    add_capacity_options(capacity)
    _add_output(capacity)
    capacity.set_defaults(run=run_capacity)
    exercise = papers.add_parser("exercise", help="図上訓練の記録(--named で班の名簿)")
    exercise.add_argument("--session", default=None, metavar="ID", help="訓練のID(なければ最新の訓練)")
    exercise.add_argument("--table", default=None, metavar="班", help="--named で名簿を出す班の名前かID")
    _add_output(exercise)
    exercise.set_defaults(run=run_exercise)
    roster = papers.add_parser("roster", help="校区の名簿(名前が入るので --named が必要)")
    roster.add_argument("--district", required=True, metavar="校区", help="校区の名前")
    _add_output(roster)
    roster.set_defaults(run=run_roster)


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE",
        help="書き出すファイル(.pdf .xlsx .csv .html .json)",
    )
    parser.add_argument("--named", action="store_true", help="名前を入れる(暗号化した .pdf か .xlsx だけ)")
    parser.add_argument(
        "--recipient",
        default="",
        metavar="ID",
        help="渡す先: 団体の種類、または 種類:名前(例 district_organization:○○校区コミュニティ組織)。"
        f"種類は {'・'.join(body.value for body in Body)}",
    )
    parser.add_argument("--purpose", default="", metavar="TEXT", help="渡す目的")
    parser.add_argument("--copies", type=int, default=1, metavar="N", help="部数")


def run_capacity(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Write the capacity paper; it carries no names, so ``--named`` is refused."""
    from kurume_bousai import app

    if args.named:
        raise KnownProblem(
            "no_named_form",
            "容量確認の帳票には、名前の入った形がまだありません。",
            where="--named",
            advice="--named を外すか、report roster を使ってください。",
        )
    format_of(args.out)  # a wrong ending is told before the solver runs
    conditions = conditions_from_args(args)
    with context.open_database() as database:
        service = app.reporting(database)
        answer = app.capacity(database).answer(conditions)
        written = service.write(service.capacity_content(answer), args.out).value
    return _told(written, context)


def run_exercise(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Write the report of a session, or with ``--named`` the sheet of one table."""
    from kurume_bousai import app
    from kurume_bousai.services.exercise_report import exercise_report

    format_of(args.out)
    with context.open_database() as database:
        service = app.reporting(database)
        operation_id = OperationId(args.session) if args.session else _latest(database)
        session = app.exercises(database).open(operation_id)
        if args.named:
            table = next((t for t in session.tables if args.table in (t.table_id, t.name)), None)
            if table is None:
                raise KnownProblem(
                    "no_table",
                    "名簿を出す班がわかりません。",
                    where="--table",
                    advice="班の名前を指定してください。",
                )
            request = named_request(args, session.district_id)
            outcome = service.write_sheet(session, table.table_id, request, args.out, context.output_password)
            return _told(outcome.value, context)
        capacity = app.session_capacity()
        fit = capacity.answer(capacity.fit_question(session)) if session.sites else None
        written = service.write(exercise_report(session, fit), args.out).value
    return _told(written, context)


def run_roster(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Write the encrypted list of one 校区."""
    from kurume_bousai import app

    if not args.named:
        raise KnownProblem(
            "named_required",
            "名簿には名前が入ります。名前を入れることを、はっきり指定してください。",
            where="--named",
            advice="--named --recipient 渡す先 --purpose 目的 --copies 部数 を付けてください。",
        )
    district_id = DistrictId(args.district.removesuffix("校区"))
    with context.open_database() as database:
        with database.reading() as session:
            known = {district.district_id for district in session.districts.all()}
        if district_id not in known:
            raise KnownProblem("unknown_district", "その名前の校区はありません。", where=args.district)
        request = named_request(args, district_id)
        service = app.reporting(database)
        written = service.write_roster(district_id, request, args.out, context.output_password).value
    return _told(written, context)


def named_request(args: argparse.Namespace, district_id: DistrictId) -> NamedRequest:
    """Return the request from the options; raises ``KnownProblem`` for an unknown kind of body."""
    kind, _, name = str(args.recipient).partition(":")
    try:
        body = Body(kind.strip())
    except ValueError:
        raise KnownProblem(
            "unknown_recipient",
            "渡す先の種類がわかりません。",
            where="--recipient",
            advice=f"次のどれかにしてください: {'、'.join(body.value for body in Body)}",
        ) from None
    from kurume_bousai.labels import label

    shown = name.strip() or label(body)
    return NamedRequest(Recipient(body, shown, district_id), args.purpose, args.copies)


def _latest(database: CityDatabase) -> OperationId:
    with database.reading() as session:
        started = [operation for operation in session.operations.all() if operation.started_at is not None]
    if not started:
        raise KnownProblem(
            "no_operation", "訓練の記録がまだありません。", advice="先に図上訓練をしてください。"
        )
    return max(started, key=lambda operation: str(operation.started_at)).operation_id


def _told(written: WrittenReport, context: CliContext) -> dict[str, object]:
    for notice in written.notices:
        context.tell(notice)
    return written.as_json()
