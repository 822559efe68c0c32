"""``kurume-bousai report theme``: the city shaded by one share, with its table (CLI.md, FEATURES C4)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from kurume_bousai.domain.map_papers import PaperSize, ThemeMeasure
from kurume_bousai.services.papers.theme_ports import ThemeOrder

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers


def register(papers: Subparsers) -> None:
    """Add ``theme`` to the papers of ``report``."""
    parser = papers.add_parser("theme", help="校区を数で塗り分けた地図と表(名前は入りません)")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.pdf", help="書き出すPDF")
    parser.add_argument(
        "--measure",
        choices=[one.value for one in ThemeMeasure],
        default=ThemeMeasure.REGISTRATION.value,
        help="塗り分ける数: registration 登録率・plans プラン作成率・no_supporter 支援者がいない割合・"
        "unplaced 福祉避難所に入れない割合",
    )
    parser.add_argument(
        "--paper", choices=[one.value for one in PaperSize], default=PaperSize.A3.value, help="紙の大きさ"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Write the PDF; small counts are held back."""
    from kurume_bousai.app.map_papers import theme_maps

    order = ThemeOrder(ThemeMeasure(args.measure), PaperSize(args.paper))
    with context.open_database() as database:
        written = theme_maps(database).write(
            order, args.out, lambda _done, _total, text: context.tell(f"{text}。")
        )
    for notice in written.value.notices:
        context.tell(notice)
    return written.value.as_json()
