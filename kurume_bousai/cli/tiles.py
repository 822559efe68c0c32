"""``tiles``: map pictures as background, and 地理院タイル for one 校区 on a connected PC."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from kurume_bousai.domain.errors import KnownProblem

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers
    from kurume_bousai.domain.tile_packs import TilePack
    from kurume_bousai.services.progress import Progress

#: A line for a person after so many tiles.
_EVERY = 100


def register(subparsers: Subparsers) -> None:
    """Add the command with its acts."""
    parser = subparsers.add_parser("tiles", help="背景の地図(タイル)を加える・見る・消す、地理院タイルを取る")
    acts = parser.add_subparsers(dest="what", metavar="すること", required=True)
    add = acts.add_parser("import", help="MBTiles・GeoTIFF・GeoPackageを点検して加える")
    add.add_argument("file", type=Path, help="取り込むファイル")
    add.add_argument("--title", default="", help="地図で選ぶときの名前(なければファイルにある名前)")
    add.add_argument("--attribution", default="", help="出典(地図を作ったところ。なければファイルにある出典)")
    add.add_argument("--licence", default="", help="利用の条件")
    add.add_argument("--commit", action="store_true", help="点検だけでなく、加える")
    acts.add_parser("list", help="今ある背景の地図と、そのファイルの状態")
    remove = acts.add_parser("remove", help="背景の地図とそのファイルを消す")
    remove.add_argument("pack_id", metavar="ID", help="背景の地図の番号")
    fetch = acts.add_parser(
        "fetch", help="地理院タイルを1校区分だけ取ってMBTilesにする(インターネットを使うのは、これだけです)"
    )
    fetch.add_argument("--district", required=True, metavar="校区", help="校区の名前")
    fetch.add_argument(
        "--layer", required=True, choices=("pale", "std", "photo"), help="淡色地図・標準地図・写真"
    )
    fetch.add_argument("--min-zoom", type=int, default=14, help="いちばん粗い縮尺(既定14)")
    fetch.add_argument("--max-zoom", type=int, default=17, help="いちばん細かい縮尺(既定17、18まで)")
    fetch.add_argument("--out", type=Path, required=True, metavar="F.mbtiles", help="書き出すファイル")
    fetch.add_argument("--base-url", default="", help=argparse.SUPPRESS)
    fetch.add_argument("--commit", action="store_true", help="枚数と大きさを見るだけでなく、取りに行く")
    parser.set_defaults(run=run)
    for act in acts.choices.values():
        act.set_defaults(run=run)


def run(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Do what was asked; the returned object is what ``--json`` prints."""
    acts = {"import": _import, "list": _list, "remove": _remove, "fetch": _fetch}
    return acts[args.what](args, context)


def _progress(context: CliContext) -> Progress:
    told: set[tuple[str, int]] = set()

    def tell(done: int, total: int, text: str) -> None:
        step = (text, done // _EVERY)
        if step not in told:
            told.add(step)
            context.tell(f"{text} {done:,}/{total:,}枚" if total else text)

    return tell


def _import(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    from kurume_bousai.app.tiles import tile_packs

    with context.open_database() as database:
        service, progress = tile_packs(database), _progress(context)
        preview = service.preview(args.file, progress)
        for warning in preview.warnings:
            context.tell(warning)
        facts = preview.facts
        named = (
            args.title or facts.title, args.attribution or facts.attribution, args.licence or facts.licence
        )  # fmt: skip
        if not args.commit:
            return preview.as_json() | {"committed": False}
        pack = service.add(preview.named(*named), progress).value
    context.tell(f"背景の地図「{pack.title}」を加えました({pack.tile_count:,}枚)。")
    return _pack_json(pack) | {"warnings": list(preview.warnings), "committed": True}


def _pack_json(pack: TilePack) -> dict[str, object]:
    from kurume_bousai.services.maps.tile_packs import facts_json

    return {"id": pack.pack_id, "sha256": pack.sha256, **facts_json(pack)}


def _list(_args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    from kurume_bousai.app.tiles import tile_packs

    with context.open_database() as database:
        packs = tile_packs(database).packs()
    for one in packs:
        if one.fault:
            context.tell(one.fault)
    return {"packs": [_pack_json(one.pack) | {"state": one.state.value} for one in packs]}


def _remove(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    from kurume_bousai.app.tiles import tile_packs
    from kurume_bousai.domain.tile_packs import TilePackId

    with context.open_database() as database:
        removed = tile_packs(database).remove(TilePackId(args.pack_id)).value
    context.tell(f"背景の地図「{removed.title}」を消しました。")
    return {"removed": removed.pack_id}


def _fetch(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    from kurume_bousai.app.tile_fetch import tile_fetch
    from kurume_bousai.domain.ids import DistrictId
    from kurume_bousai.services.maps.tile_fetch import CREDIT, CREDIT_ADDRESS, FetchOrder

    if args.out.suffix.casefold() != ".mbtiles":
        raise KnownProblem(
            "not_mbtiles",
            "書き出すファイルの名前は、.mbtiles で終わるようにしてください。",
            where=str(args.out),
        )
    order = FetchOrder(
        DistrictId(args.district.removesuffix("校区")), args.layer, args.min_zoom, args.max_zoom
    )
    with context.open_database() as database:
        service = tile_fetch(database)
        plan = service.plan(order)
        least = max(1, round(plan.seconds / 60))
        context.tell(
            f"「{plan.title}」ズーム{order.min_zoom}から{order.max_zoom}: {plan.tile_count:,}枚、"
            f"およそ{plan.size_bytes / 1e6:,.1f}MB、少なくとも{least:,}分かかります。"
        )
        context.tell(f"出典: {CREDIT}({CREDIT_ADDRESS})")
        if not args.commit:
            context.tell("まだ通信していません。取りに行くには --commit を付けてください。")
            return plan.as_json() | {"fetched": 0, "committed": False}
        result = service.fetch(plan, args.out, address=args.base_url, progress=_progress(context))
    context.tell(
        f"{result.tile_count:,}枚を取りました。tiles import {result.path.name} --commit で加えられます。"
    )
    answer = {
        "fetched": result.tile_count,
        "absent": result.absent,
        "out": str(result.path),
        "committed": True,
    }
    return plan.as_json() | answer
