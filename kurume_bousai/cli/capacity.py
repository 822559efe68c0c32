"""``kurume-bousai capacity``: can they fit? on the database (CLI.md)."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kurume_bousai.cli.capacity_options import add_capacity_options, conditions_from_args
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.improvements import DEFAULT_STEP

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers
    from kurume_bousai.domain.access import Access
    from kurume_bousai.domain.capacity_answer import CapacityAnswer

_NUMBERS_WITHHELD: Final = "入れない人の番号は、見てよい人の分だけを出します。人数は全員の分です。"


def register(subparsers: Subparsers) -> None:
    """Add the command to the program's parser."""
    parser = subparsers.add_parser(
        "capacity",
        help="福祉避難所に入りきれるかを調べます",
        description="条件を決めて、行く人を施設に入れてみます。入れない人は、番号と理由で示します。",
    )
    add_capacity_options(parser)
    parser.add_argument(
        "--improve",
        type=int,
        default=0,
        metavar="N",
        help="何があれば入れない人が減るか、効き目の大きい順にN件まで調べます(0は調べない)。"
        "時間の上限は --time-limit と同じ秒数です",
    )
    parser.add_argument(
        "--step", type=int, default=DEFAULT_STEP, metavar="N", help="--improve で増やしてみる人数・組数"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Answer on the database; returns what ``--json`` prints."""
    from kurume_bousai import app
    from kurume_bousai.domain.access import Right
    from kurume_bousai.domain.capacity_compare import compare
    from kurume_bousai.domain.capacity_conditions import fully_open
    from kurume_bousai.domain.capacity_json import help_json, need_loss_json, to_json
    from kurume_bousai.services.city_settings import read_city_settings

    refuse_bad_improve(args)
    with context.open_database() as database:
        database.access.require(Right.SEE_COUNTS)
        conditions = conditions_from_args(args, read_city_settings(database))
        answer = app.capacity(database).answer(conditions)
        context.tell(
            f"行く人 {answer.demand_people}人 = 入れる {answer.placed_people}人"
            f" + 入れない {answer.unplaced_people}人"
        )
        shown = _with_numbers_seen(answer, database.access)
        if len(shown.unplaced) < len(answer.unplaced):
            context.tell(_NUMBERS_WITHHELD)
        result = to_json(shown)
        if args.improve:
            helper = app.capacity_help(database)
            found = helper.improvements(answer, args.step, args.improve, conditions.time_limit_s)
            result |= help_json(found)
            whole = fully_open(conditions)
            if whole != conditions:
                all_open = app.capacity(database).answer(whole)
                result |= need_loss_json(compare(all_open, answer))
            context.tell(f"何があれば減るか: {len(found.improvements)}件が見つかりました。")
    return result


def _with_numbers_seen(answer: CapacityAnswer, access: Access) -> CapacityAnswer:
    """Leave out the numbers of people whom this operator may not see; every count stays (RULEBOOK §1)."""
    from kurume_bousai.domain.access import Right

    sees = access.has(Right.SEE_PEOPLE)
    rows = tuple(row for row in answer.unplaced if sees and access.sees_district(row.district_id))
    return replace(answer, unplaced=rows)


def refuse_bad_improve(args: argparse.Namespace) -> None:
    """Raise ``KnownProblem`` for a count below 0 or a step below 1, before anything is solved."""
    if args.improve < 0 or args.step < 1:
        raise KnownProblem(
            "conditions",
            "--improve は0以上、--step は1以上の数にしてください。",
            where="--improve",
            advice="例えば --improve 5 --step 10 としてください。",
        )
