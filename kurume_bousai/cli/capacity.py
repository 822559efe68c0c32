"""``kurume-bousai capacity``: can they fit? on the database (CLI.md)."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from kurume_bousai.cli.capacity_options import add_capacity_options, conditions_from_args

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers


def register(subparsers: Subparsers) -> None:
    """Add the command to the program's parser."""
    parser = subparsers.add_parser(
        "capacity",
        help="福祉避難所に入りきれるかを調べます",
        description="条件を決めて、行く人を施設に入れてみます。入れない人は、番号と理由で示します。",
    )
    add_capacity_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Answer on the database; returns what ``--json`` prints."""
    from kurume_bousai import app
    from kurume_bousai.domain.access import Right
    from kurume_bousai.domain.capacity_answer import to_json

    conditions = conditions_from_args(args)
    with context.open_database() as database:
        database.access.require(Right.SEE_COUNTS)
        answer = app.capacity(database).answer(conditions)
    context.tell(
        f"行く人 {answer.demand_people}人 = 入れる {answer.placed_people}人"
        f" + 入れない {answer.unplaced_people}人"
    )
    return to_json(answer)
