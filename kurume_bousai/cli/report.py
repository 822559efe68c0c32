"""``kurume-bousai report``: papers from the command line (CLI.md, RULEBOOK §6)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from kurume_bousai.cli import (
    report_activities,
    report_atlas,
    report_person,
    report_registration,
    report_theme,
)
from kurume_bousai.cli.capacity_options import add_capacity_options, conditions_from_args
from kurume_bousai.cli.confirming import add_confirmation, confirmed
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, OperationId
from kurume_bousai.domain.second_person import NamedKind
from kurume_bousai.services.capacity.figures import CapacityForm
from kurume_bousai.services.papers.rules import NamedRequest, Recipient, format_of, refuse_one_district

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers
    from kurume_bousai.domain.scenarios import SavedScenario
    from kurume_bousai.services.ports.clock import Clock
    from kurume_bousai.services.ports.sessions import CityDatabase
    from kurume_bousai.services.progress import Progress
    from kurume_bousai.services.reporting.written import WrittenReport


def register(subparsers: Subparsers) -> None:
    """Add ``report`` with one command per paper."""
    parser = subparsers.add_parser("report", help="帳票を書き出します")
    papers = parser.add_subparsers(dest="paper", metavar="帳票", required=True)
    capacity = papers.add_parser("capacity", help="福祉避難所の容量確認")
    add_capacity_options(capacity)
    _add_forms(capacity)
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
    report_atlas.register(papers)
    report_theme.register(papers)
    report_registration.register(papers)
    report_activities.register(papers)
    report_person.register(papers, _add_output, named_request)


def _add_forms(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--form",
        choices=[form.value for form in CapacityForm],
        default=CapacityForm.FULL.value,
        help="書類の形: full くわしい報告・summary 1枚のまとめ・districts 校区ごと・plans 計画と定員の突合",
    )
    parser.add_argument(
        "--extras",
        choices=["yes", "no"],
        default=None,
        help="何があれば減るか、開く施設が減るとどうなるかも調べる(省くと summary だけが調べる)",
    )
    parser.add_argument(
        "--compare-with", default=None, metavar="名前", help="保存した条件とくらべる(full だけ)"
    )


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
    add_confirmation(parser)


def run_capacity(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Write a capacity paper; it carries no names, so ``--named`` is refused."""
    from kurume_bousai import app
    from kurume_bousai.services.city_settings import read_city_settings
    from kurume_bousai.services.reporting.capacity_papers import CapacityPaperOrder

    if args.named:
        raise KnownProblem(
            "no_named_form",
            "容量確認の帳票には、名前の入った形がまだありません。",
            where="--named",
            advice="--named を外すか、report roster を使ってください。",
        )
    format_of(args.out)  # a wrong ending is told before the solver runs
    form = CapacityForm(args.form)
    with context.open_database() as database:
        conditions = conditions_from_args(args, read_city_settings(database))
        refuse_one_district(form, conditions)
        service = app.reporting(database)
        order = CapacityPaperOrder(
            form,
            conditions,
            None if args.extras is None else args.extras == "yes",
            _scenario(database, service.clock, args.compare_with, form),
        )
        content = app.capacity_papers(database).collect(order, _teller(context))
        written = service.write(content, args.out).value
    return _told(written, context)


def _teller(context: CliContext) -> Progress:
    """Tell each step once: a terminal that keeps its lines is not filled with percentages."""
    said: set[str] = set()

    def tell(_done: int, _total: int, text: str) -> None:
        if text not in said:
            said.add(text)
            context.tell(f"{text}。")

    return tell


def _scenario(
    database: CityDatabase, clock: Clock, name: str | None, form: CapacityForm
) -> SavedScenario | None:
    from kurume_bousai.services.capacity.scenarios import ScenarioService

    if name is None:
        return None
    if form is not CapacityForm.FULL:
        raise KnownProblem(
            "compare_form",
            "くらべられるのは、くわしい報告だけです。",
            where="--compare-with",
            advice="--form full にしてください。",
        )
    for scenario in ScenarioService(database, clock).all():
        if scenario.name == name:
            return scenario
    raise KnownProblem(
        "scenario_gone",
        "その名前の保存した条件がありません。",
        where=name,
        advice="保存した条件の名前を確かめてください。",
    )


def run_exercise(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Write the report of a session, or with ``--named`` the sheet of one table."""
    from kurume_bousai import app
    from kurume_bousai.services.exercises.report import exercise_report

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
            request = confirmed(request, args, context, service.gate, NamedKind.OTHER)
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
        service = app.reporting(database)
        request = named_request(args, district_id)
        request = confirmed(request, args, context, service.gate, NamedKind.LIST)
        written = service.write_roster(district_id, request, args.out, context.output_password).value
    return _told(written, context)


def named_request(args: argparse.Namespace, district_id: DistrictId | None) -> NamedRequest:
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
