"""``import layer`` and ``hazards``: official map layers, and what they say of people and sites."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazard_readings import WORDS_NO_DATA, WORDS_OUTSIDE, HazardReading, Hit
from kurume_bousai.domain.layers import LayerId

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers
    from kurume_bousai.domain.coordinates import LonLat
    from kurume_bousai.exchange.layers.recognisers import Recognisers
    from kurume_bousai.services.ports.layer_files import OwnMapping
    from kurume_bousai.services.ports.sessions import CityDatabase
    from kurume_bousai.services.progress import Progress


def add_import_options(parser: argparse.ArgumentParser) -> None:
    """The options of ``import layer`` beside file, kind and commit."""
    parser.add_argument(
        "--crs", metavar="EPSG:N", help="座標系の記載がないファイルの座標系(例 EPSG:6668、EPSG:4612)"
    )
    parser.add_argument("--replace", action="store_true", help="同じ種類の前の層(古い版)と入れかえる")
    parser.add_argument("--anywhere", action="store_true", help="市から離れた図形も残す")
    parser.add_argument("--title", help="自分の地図の名前(--kind other のとき)")
    parser.add_argument("--label", metavar="COLUMN", help="自分の地図で、名前として見せる列")
    parser.add_argument("--value", metavar="COLUMN", help="自分の地図で、色分けに使う列")
    parser.add_argument("--attribution", help="自分の地図の出典(印刷されます)")
    parser.add_argument("--licence", help="自分の地図の利用条件")
    parser.add_argument(
        "--shape", choices=("point", "line", "polygon"), help="自分の地図で、この種類の図形だけを使う"
    )


def register(subparsers: Subparsers) -> None:
    """Add the command ``hazards``."""
    parser = subparsers.add_parser(
        "hazards", help="取り込んだ地図の層を調べ、人と施設の浸水などを読み取ります"
    )
    parser.add_argument("--update", action="store_true", help="自宅と施設の浸水などを読み取って書き込む")
    parser.add_argument("--remove", metavar="ID", action="append", default=[], help="この番号の層を取り除く")
    parser.set_defaults(run=run_hazards)


def _progress(context: CliContext) -> Progress:
    told: set[str] = set()

    def tell(_done: int, _total: int, text: str) -> None:
        if text not in told:
            told.add(text)
            context.tell(text)

    return tell


def import_layer(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Preview, or keep, the layers of a file."""
    from kurume_bousai import app
    from kurume_bousai.exchange.layers.reader import read_layer_file
    from kurume_bousai.services.places.layer_import import commit_layers, preview_layers

    own = _own_mapping(args)
    with context.open_database() as database:
        file = read_layer_file(
            args.file,
            kind=args.kind,
            crs=args.crs,
            is_everywhere=args.anywhere,
            own=own,
            progress=_progress(context),
        )
        if args.commit:
            result = commit_layers(database, file, clock=app.SystemClock(), replace=args.replace).value
        else:
            result = preview_layers(database, file, replace=args.replace)
    for warning in result.warnings:
        context.tell(warning)
    for layer in file.layers:
        context.tell(
            f"「{layer.title}」({layer.dataset}): 読んだ図形{layer.read:,}、"
            f"取り込む図形{len(layer.features):,}、直した図形{len(layer.repaired):,}。"
        )
    if args.commit and any(layer.coverage is not None for layer in file.layers):
        context.tell("人と施設の浸水などは、まだ読み取っていません。hazards --update で読み取れます。")
    return result.as_json()


def _own_mapping(args: argparse.Namespace) -> OwnMapping | None:
    """What was said of a file of one's own; None = nothing, it is recognised.

    Raises ``KnownProblem`` (``own_without_kind``, ``own_without_title``).
    """
    from kurume_bousai.exchange.layers.recognisers import OTHER
    from kurume_bousai.services.ports.layer_files import OwnMapping

    said = (args.title, args.label, args.value, args.attribution, args.licence, args.shape)
    if not any(said):
        return None
    if args.kind != OTHER:
        raise KnownProblem(
            "own_without_kind",
            "地図の名前や列の指定は、自分の地図だけのものです。",
            where="--kind",
            advice=f"--kind {OTHER} を付けてください。",
        )
    if not args.title:
        raise KnownProblem(
            "own_without_title",
            "自分の地図の名前がありません。",
            where="--title",
            advice="--title で、地図に出す名前を付けてください。",
        )
    return OwnMapping(
        title=args.title,
        attribution=args.attribution or "",
        licence=args.licence or "",
        geometry=args.shape or "",
        label=args.label or "",
        value=args.value or "",
    )


def run_hazards(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """List the layers with what is missing; remove some, or read homes and sites anew."""
    from kurume_bousai.app.layers import hazard_locator, make_hazard_locator, map_layers
    from kurume_bousai.services.places.hazard_update import update_hazards
    from kurume_bousai.services.places.layer_import import remove_layers

    if args.remove and args.update:
        raise KnownProblem(
            "hazards_two_acts",
            "取り除くことと読み取ることは、一度にできません。",
            advice="先に --remove、次に --update を実行してください。",
        )
    answer: dict[str, object] = {}
    with context.open_database() as database:
        if args.remove:
            answer["removed"] = remove_layers(database, [LayerId(one) for one in args.remove]).value
        if args.update:
            result = update_hazards(
                database, make_locator=make_hazard_locator, progress=_progress(context)
            ).value
            answer |= result.as_json()
            context.tell(
                f"{result.members:,}人の自宅と施設{result.sites:,}か所を読み取り、"
                f"{result.changed:,}人の浸水の深さが変わりました。"
            )
        missing = hazard_locator(database).missing()
        with database.reading() as session:
            layers = session.layers.all()
        wanted = map_layers(database, lambda: None).now().checklist
    for sentence in missing:
        context.tell(sentence)
    answer["missing"] = list(missing)
    answer["wanted"] = [
        {
            "title": one.wanted.title,
            "state": one.state.value,
            "needed": one.wanted.is_needed,
            "gaps": list(one.gaps),
            "where": one.wanted.where,
        }
        for one in wanted
    ]
    answer["layers"] = [
        {
            "id": layer.layer_id,
            "dataset": layer.dataset,
            "kind": layer.kind,
            "scenario": layer.scenario,
            "title": layer.title,
            "features": layer.feature_count,
            "file": layer.source.file_name,
            "attribution": layer.source.attribution,
            "licence": layer.source.licence,
            "edition": layer.source.edition,
            "sha256": layer.source.sha256,
            "imported_at": layer.imported_at.isoformat(),
            "imported_by": layer.imported_by,
        }
        for layer in layers
    ]
    return answer


def hazards_at(database: CityDatabase, point: LonLat) -> tuple[list[dict[str, object]], list[str]]:
    """What the layers say of a place, one entry per question for which a layer is kept, and what is missing.

    A question without any layer has no entry but a sentence among the missing: it is never an answer.
    """
    from kurume_bousai.app.layers import hazard_locator
    from kurume_bousai.exchange.layers.recognisers import recognisers

    with database.reading() as session:
        asked = {layer.question for layer in session.layers.all()}
    if not asked:
        return [], []
    (readings,) = hazard_locator(database).readings([point])
    known = recognisers()
    found = [_entry(reading, known) for reading in readings if (reading.kind, reading.scenario) in asked]
    missing = [sentence for reading in readings for sentence in reading.missing]
    return found, list(dict.fromkeys(missing))


def _entry(reading: HazardReading, known: Recognisers) -> dict[str, object]:
    """One answer of ``locate``: ``value`` as ever, with its state and words."""
    entry: dict[str, object] = {
        "kind": reading.kind,
        "scenario": reading.scenario,
        "value": reading.value,
        "source": "、".join(reading.sources),
        "state": reading.state,
        "words": _words(reading, known),
    }
    if reading.hits:
        entry["names"] = [name for name in dict.fromkeys(hit.name for hit in reading.hits) if name]
        entry["zones"] = [
            {"value": hit.value, "level": hit.level, "words": _zone_words(reading.kind, hit, known)}
            for hit in reading.hits
        ]
    if reading.level is not None:
        entry["level"] = reading.level
    if reading.missing:
        entry["missing"] = list(reading.missing)
    return entry


def _words(reading: HazardReading, known: Recognisers) -> str:
    if reading.state == "outside":
        return WORDS_OUTSIDE
    if reading.state == "no_data":
        return WORDS_NO_DATA
    zones = dict.fromkeys(_zone_words(reading.kind, hit, known) for hit in reading.hits)
    return "、".join(zones) if reading.kind in {"landslide", "collapse"} else _depth_words(reading, known)


def _depth_words(reading: HazardReading, known: Recognisers) -> str:
    table = "duration" if reading.kind == "duration" else "depth"
    return known.words(table, reading.value) or "区域の中です。深さや時間は、データではわかりません。"


def _zone_words(kind: str, hit: Hit, known: Recognisers) -> str:
    if kind == "landslide":
        what = known.words("landslide_kind", hit.value) or "種類は不明"
        level = known.words("landslide_level", hit.level) or "土砂災害警戒区域(段階は不明)"
        return f"{level}({what})"
    if kind == "collapse":
        return f"家屋倒壊等氾濫想定区域({known.words('collapse', hit.value) or '種類は不明'})"
    return known.words("duration" if kind == "duration" else "depth", hit.value) or "不明"
