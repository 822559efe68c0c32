"""``kurume-bousai report atlas``: maps on paper at an exact scale (CLI.md)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, OperationId
from kurume_bousai.domain.map_papers import LARGEST_SCALE, SMALLEST_SCALE, MapHazard, PaperSize
from kurume_bousai.services.papers.map_ports import (
    MapPaperOrder,
)

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers
    from kurume_bousai.services.progress import Progress


def register(papers: Subparsers) -> None:
    """Add ``atlas`` to the papers of ``report``."""
    parser = papers.add_parser("atlas", help="校区ごとの地図(名前は入りません)")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.pdf", help="書き出すPDF")
    parser.add_argument("--district", default=None, metavar="校区", help="校区の名前(なければ全校区の地図帳)")
    parser.add_argument(
        "--scale",
        type=int,
        default=None,
        metavar="N",
        help=f"縮尺 1:N の N({LARGEST_SCALE}〜{SMALLEST_SCALE}。なければ1枚に入るもの、貼り合わせは2500)",
    )
    parser.add_argument(
        "--paper", choices=[one.value for one in PaperSize], default=PaperSize.A4.value, help="紙の大きさ"
    )
    parser.add_argument("--tiled", action="store_true", help="A4かA3を貼り合わせる(校区を一つ選ぶ)")
    parser.add_argument("--mono", action="store_true", help="白黒(シールや書きこみが目立つ)")
    parser.add_argument(
        "--hazard",
        choices=[one.value for one in MapHazard],
        default=MapHazard.FLOOD_L2.value,
        help="かく災害の想定",
    )
    parser.add_argument(
        "--session", default=None, metavar="ID", help="この訓練の人を番号と記号でかく(位置は100mのます目)"
    )
    parser.add_argument(
        "--neighborhood", default="", metavar="自治会", help="この自治会のまわりだけ(校区を一つ選ぶ)"
    )
    parser.add_argument(
        "--by-neighborhood", action="store_true", help="校区の自治会を1枚ずつ(校区を一つ選ぶ)"
    )
    parser.add_argument("--named", action="store_true", help="名前の入った地図はないので、断ります")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Write the PDF; ``--named`` is refused, because this map has no form with names."""
    from kurume_bousai import app
    from kurume_bousai.app.map_papers import map_papers

    if args.named:
        raise KnownProblem(
            "no_named_form",
            "地図には、名前の入った形がありません。",
            where="--named",
            advice="--named を外してください。人は番号と記号で出せます(--session)。",
        )
    with context.open_database() as database:
        session = app.exercises(database).open(OperationId(args.session)) if args.session else None
        district = args.district.removesuffix("校区") if args.district else None
        if district is None and (args.neighborhood or args.by_neighborhood) and session is not None:
            district = session.district_id
        order = MapPaperOrder(
            paper=PaperSize(args.paper),
            scale=args.scale,
            is_tiled=args.tiled,
            is_mono=args.mono,
            hazard=MapHazard(args.hazard),
            district_id=None if district is None else DistrictId(district),
            association=args.neighborhood,
            by_association=args.by_neighborhood and not args.neighborhood,
        )
        written = map_papers(database).write(order, args.out, session, _teller(context)).value
    for notice in written.notices:
        context.tell(notice)
    return written.as_json()


def _teller(context: CliContext) -> Progress:
    """Tell each step once, with the page it begins on."""
    said: set[str] = set()

    def tell(done: int, total: int, text: str) -> None:
        if text not in said:
            said.add(text)
            context.tell(f"{text}({done}/{total}ページ)。" if total else f"{text}。")

    return tell
