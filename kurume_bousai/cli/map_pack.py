"""``map-pack``: the map without personal data, to another laptop and into QGIS."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from kurume_bousai.domain.errors import KnownProblem

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers
    from kurume_bousai.services.maps.map_pack import MapPackChoices, MapPackOrder
    from kurume_bousai.services.progress import Progress


def register(subparsers: Subparsers) -> None:
    """Add the command with its acts."""
    parser = subparsers.add_parser(
        "map-pack", help="地図パック(人の情報を含まない地図の一式)をつくる・調べる・取り込む"
    )
    acts = parser.add_subparsers(dest="what", metavar="すること", required=True)
    create = acts.add_parser("create", help="地図の層・校区・避難所の場所・背景の地図を一つにまとめる")
    create.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FOLDER_OR_ZIP",
        help="つくるフォルダー、または .zip の名前",
    )
    create.add_argument("--district", default="", metavar="校区", help="この校区の周りだけにする")
    create.add_argument(
        "--picture", action="append", default=[], metavar="NAME",
        help="目印で合わせた背景の図も入れる(手書きの名前などが写っていないことを確かめたもの。名前で指定)",
    )  # fmt: skip
    create.add_argument(
        "--own-layer", action="append", default=[], metavar="TITLE",
        help="自分の対応づけで取り込んだ層も入れる(人の情報がないことを確かめたもの。名前で指定)",
    )  # fmt: skip
    inspect = acts.add_parser("inspect", help="中身の一覧、出典、利用の条件を見る")
    inspect.add_argument("file", type=Path, help="地図パックのフォルダー、または zip")
    bring = acts.add_parser("import", help="地図パックを点検して取り込む")
    bring.add_argument("file", type=Path, help="地図パックのフォルダー、または zip")
    bring.add_argument("--commit", action="store_true", help="点検だけでなく、取り込む")
    for act in acts.choices.values():
        act.set_defaults(run=run)


def run(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Do what was asked; the returned object is what ``--json`` prints."""
    acts = {"create": _create, "inspect": _inspect, "import": _import}
    return acts[args.what](args, context)


def _progress(context: CliContext) -> Progress:
    told: set[str] = set()

    def tell(_done: int, _total: int, text: str) -> None:
        if text not in told:
            told.add(text)
            context.tell(text)

    return tell


def _create(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    from kurume_bousai.app.map_packs import map_packs

    with context.open_database() as database:
        service = map_packs(database)
        choices = service.choices()
        made = service.create(_order(args, choices), args.out, _progress(context))
    left = [one.name for one in choices.pictures if one.name not in args.picture]
    left += [one.title for one in choices.own_layers if one.title not in args.own_layer]
    if left:
        context.tell(
            f"次のものは入れていません: {'、'.join(left)}。"
            "人の情報が写っていないことを確かめたら、--picture か --own-layer で入れられます。"
        )
    return {"out": str(args.out), **made.as_json(), "left_out": left}


def _order(args: argparse.Namespace, choices: MapPackChoices) -> MapPackOrder:
    from kurume_bousai.domain.ids import DistrictId
    from kurume_bousai.services.maps.map_pack import MapPackOrder

    pictures = {one.name: one.background_id for one in choices.pictures}
    layers = {one.title: one.layer_id for one in choices.own_layers}
    _require(args.picture, list(pictures))
    _require(args.own_layer, list(layers))
    return MapPackOrder(
        DistrictId(args.district.removesuffix("校区")) if args.district else None,
        tuple(pictures[name] for name in args.picture),
        tuple(layers[name] for name in args.own_layer),
    )


def _require(wanted: list[str], known: list[str]) -> None:
    for name in wanted:
        if name not in known:
            raise KnownProblem(
                "unknown_name",
                "その名前の図か層はありません。",
                where=name,
                advice=f"あるもの: {'、'.join(known) or 'なし'}。",
            )


def _inspect(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    from kurume_bousai.app.map_packs import open_map_pack

    with open_map_pack(args.file, _progress(context)) as pack:
        return pack.manifest.as_json()


def _import(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    from kurume_bousai.app.map_packs import map_packs

    with context.open_database() as database:
        service, progress = map_packs(database), _progress(context)
        preview = service.preview(args.file, progress)
        for warning in preview.warnings:
            context.tell(warning)
        if args.commit:
            preview = service.commit(preview, progress).value
            context.tell(
                f"{preview.brings}件を取り込みました。人と施設の浸水などは、hazards --update で読み取れます。"
            )
    return preview.as_json() | {"committed": bool(args.commit)}
