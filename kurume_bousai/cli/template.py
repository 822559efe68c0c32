"""``template``: an empty file with the canonical columns."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext

KINDS = ("roster", "welfare-shelters", "care-facilities", "supporters")


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("template", help="空の様式(正式な列と書き方)を作る")
    parser.add_argument("kind", choices=KINDS, help="様式の種類")
    parser.add_argument("--out", type=Path, required=True, help="書き出す先(.xlsx か .csv)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Write the template."""
    from kurume_bousai.exchange.templates import TemplateKind, write_template

    columns: list[Any] = list(write_template(TemplateKind(args.kind), args.out))
    context.tell(f"{len(columns)}列の様式を書きました: {args.out}")
    return {"file": str(args.out), "columns": columns}
