"""``kurume-bousai report person-map``: the map of one マイプラン, named and encrypted (RULEBOOK §6)."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from kurume_bousai.cli.confirming import confirmed
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.map_papers import MapHazard
from kurume_bousai.domain.second_person import NamedKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers
    from kurume_bousai.services.papers.rules import NamedRequest


def register(
    papers: Subparsers,
    add_output: Callable[[argparse.ArgumentParser], None],
    request_of: Callable[[argparse.Namespace, DistrictId | None], NamedRequest],
) -> None:
    """Add ``person-map`` to the papers of ``report``; it takes the options of every named paper."""
    parser = papers.add_parser("person-map", help="一人の避難の地図(名前が入るので --named が必要、PDFだけ)")
    parser.add_argument("--number", type=int, required=True, metavar="N", help="名簿の番号")
    parser.add_argument(
        "--hazard",
        choices=[one.value for one in MapHazard],
        default=MapHazard.FLOOD_L2.value,
        help="かく災害の想定",
    )
    add_output(parser)
    parser.set_defaults(run=run, request_of=request_of)


def run(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Write the encrypted PDF of one person."""
    from kurume_bousai.app.map_papers import person_maps

    if not args.named:
        raise KnownProblem(
            "named_required",
            "避難の地図には名前が入ります。名前を入れることを、はっきり指定してください。",
            where="--named",
            advice="--named --recipient 渡す先 --purpose 目的 --copies 部数 を付けてください。",
        )
    with context.open_database() as database:
        service = person_maps(database)
        request = args.request_of(args, service.district_of(args.number))
        request = confirmed(request, args, context, service.reporting.gate, NamedKind.LIST)
        written = service.write(
            args.number, request, args.out, context.output_password, MapHazard(args.hazard)
        ).value
    for notice in written.notices:
        context.tell(notice)
    return written.as_json()
