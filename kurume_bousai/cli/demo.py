"""``demo``: a complete fictional city; a window on it, or one whole 図上訓練 with its papers."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.services.progress import Progress

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers

#: The 校区 of the city's own public record of 図上訓練 (KURUME.md §4.3).
DEFAULT_DISTRICT = "津福"


def register(subparsers: Subparsers) -> None:
    """Add the command to the program's parser."""
    from kurume_bousai.services.fictional.city import DEFAULT_MEMBERS, DEFAULT_SEED

    parser = subparsers.add_parser(
        "demo",
        help="架空の市をつくり、画面を開くか、訓練を一回して書類を出します",
        description="46校区の名前だけが本物の、架空の市です。人も施設も浸水も、すべて架空です。",
    )
    parser.add_argument("--dir", type=Path, default=None, metavar="DIR", help="データベースを置くフォルダー")
    parser.add_argument("--members", type=int, default=DEFAULT_MEMBERS, metavar="N", help="架空の人の数")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, metavar="S", help="乱数の種")
    parser.add_argument("--fresh", action="store_true", help="同じ場所の架空の市を消して、つくり直します")
    parser.add_argument("--headless", action="store_true", help="画面を開かず、書類と図を --out に出します")
    parser.add_argument("--out", type=Path, default=None, metavar="DIR", help="--headless の書き出し先")
    parser.add_argument("--district", default=DEFAULT_DISTRICT, metavar="校区", help="訓練をする校区")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, context: CliContext) -> dict[str, object] | int:
    """Make or reuse the city, then open the window or rehearse."""
    from kurume_bousai import app
    from kurume_bousai.cli.demo_database import prepare_demo

    if args.headless and args.out is None:
        raise KnownProblem(
            "out_missing",
            "書き出し先がありません。",
            where="--out",
            advice="--out フォルダー を付けてください。",
        )
    path = app.demo_database_path(args.dir)
    path.parent.mkdir(parents=True, exist_ok=True)
    context.tell("架空の市を用意しています。")
    summary = prepare_demo(
        path, members=args.members, seed=args.seed, fresh=args.fresh, progress=_teller(context)
    )
    result: dict[str, object] = {"db": str(path), **summary.as_json(), "files": []}
    if not args.headless:
        if context.json:  # a script wants the object, and nobody would close its window
            return result
        return app.open_window(path, operator=app.DEMO_OPERATOR)
    from kurume_bousai.cli.demo_papers import make_papers

    database = app.open_city(path, app.DEMO_OPERATOR, app.DEMO_PASSPHRASE)
    try:
        papers = make_papers(database, args.out, args.district.removesuffix("校区"), context.tell)
    finally:
        database.close()
    result["files"] = [str(place) for place in papers.files]
    result["exercise"] = papers.exercise
    result["blocked_requests"] = papers.blocked_requests
    return result


def _teller(context: CliContext) -> Progress:
    last: list[str] = []

    def tell(done: int, total: int, text: str) -> None:
        if last[-1:] != [text]:
            last.append(text)
            context.tell(text if not total else f"{text}({done}/{total})")
        elif sys.stderr is not None and sys.stderr.isatty() and total:
            print(f"\r{text} {done}/{total}", end="", file=sys.stderr)

    return tell
