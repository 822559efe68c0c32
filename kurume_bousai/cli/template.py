"""``template``: an empty file with the canonical columns."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kurume_bousai.domain.errors import KnownProblem

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext

KINDS = ("roster", "welfare-shelters", "care-facilities", "supporters")


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("template", help="空の様式(正式な列と書き方)を作る")
    parser.add_argument("kind", choices=KINDS, help="様式の種類")
    parser.add_argument("--out", type=Path, required=True, help="書き出す先(.xlsx か .csv)")
    parser.add_argument(
        "--filled",
        action="store_true",
        help="welfare-shelters だけ: 登録済みの施設を書き込む(直して import で戻せます)",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Write the template."""
    from kurume_bousai.exchange.templates import TemplateKind, write_template

    if args.filled:
        return _filled(args, context)
    columns: list[Any] = list(write_template(TemplateKind(args.kind), args.out))
    context.tell(f"{len(columns)}列の様式を書きました: {args.out}")
    return {"file": str(args.out), "columns": columns}


def _filled(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    from kurume_bousai.domain.access import Right
    from kurume_bousai.exchange.templates import write_welfare_list

    if args.kind != "welfare-shelters":
        raise KnownProblem(
            "template_not_filled",
            "書き込んだ様式を作れるのは、福祉避難所だけです。",
            advice="welfare-shelters を選ぶか、--filled を外してください。",
        )
    with context.open_database() as database:
        database.access.require(Right.EDIT_SITES)
        with database.reading() as session:
            sites = session.shelters.welfare()
    columns: list[Any] = list(write_welfare_list(sites, args.out))
    context.tell(f"{len(sites)}施設を様式に書きました: {args.out}")
    return {"file": str(args.out), "columns": columns, "sites": len(sites)}
