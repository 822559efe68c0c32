"""``geocode``: address → point, offline; for one address, or for the whole list."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from kurume_bousai.domain.errors import KnownProblem

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers
    from kurume_bousai.domain.gazetteer import GeocodeMatch, GeocodeResult
    from kurume_bousai.services.places.geocoding_batch import BatchResult
    from kurume_bousai.services.ports.sessions import CityDatabase
    from kurume_bousai.services.progress import Progress


def register(subparsers: Subparsers) -> None:
    """Add the command to the program's parser."""
    parser = subparsers.add_parser("geocode", help="住所から位置をさがします(通信しません)")
    parser.add_argument("address", nargs="?", metavar="ADDRESS", help="住所")
    parser.add_argument("--batch", action="store_true", help="名簿の全員の位置をさがす")
    parser.add_argument(
        "--rough", action="store_true", help="番地がわからない人を、町字のおおよその位置に置く(--batch)"
    )
    parser.add_argument(
        "--rough-districts", action="store_true", help="おおよその位置からも校区を決める(--batch --rough)"
    )
    parser.add_argument("--commit", action="store_true", help="点検だけでなく、書き込む(--batch)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Say where an address is, how exactly, and what of it was not used; or place the list."""
    if args.batch == (args.address is not None):
        raise KnownProblem(
            "geocode_what",
            "住所を一つ書くか、--batch を付けてください。",
            advice='例: geocode "久留米市城南町15-3" または geocode --batch',
        )
    if args.rough_districts and not args.rough:
        raise KnownProblem(
            "geocode_rough",
            "--rough-districts は、おおよその位置に置くときだけ使えます。",
            advice="--rough も付けてください。",
        )
    with context.open_database() as database:
        return _batch(args, context, database) if args.batch else _one(args.address, context, database)


def _one(address: str, context: CliContext, database: CityDatabase) -> dict[str, object]:
    from kurume_bousai.app.geocoding import geocoding
    from kurume_bousai.app.places import locator
    from kurume_bousai.domain.gazetteer import TYPICAL_ERROR_M, PlaceLevel
    from kurume_bousai.labels import label

    found = geocoding(database).find(address)
    told = _as_json(found)
    best = found.best
    context.tell(f"{label(found.reason)}。")
    if best is None:
        return told | {"district": None, "district_method": "unknown", "district_hint": None}
    if best.level is PlaceLevel.TOWN:
        context.tell(
            f"実際の家とは、まん中の値で{TYPICAL_ERROR_M[PlaceLevel.TOWN]}mほどずれます。校区は決めていません。"
        )
    district, method, _distance_m = locator(database).locate(best.point)
    if best.level is PlaceLevel.TOWN:
        return told | {"district": None, "district_method": "unknown", "district_hint": district}
    return told | {"district": district, "district_method": method, "district_hint": None}


def _as_json(found: GeocodeResult) -> dict[str, object]:
    from kurume_bousai.domain.gazetteer import TYPICAL_ERROR_M

    best = found.best
    return {
        "lon": None if best is None else best.point.lon,
        "lat": None if best is None else best.point.lat,
        "level": None if best is None else best.level.value,
        "confidence": 0.0 if best is None else best.confidence,
        "matched": "" if best is None else best.matched,
        "left_over": "" if best is None else best.left_over,
        "reason": found.reason.value,
        "typical_error_m": None if best is None else TYPICAL_ERROR_M[best.level],
        "candidates": [_candidate(match) for match in found.candidates],
    }


def _candidate(match: GeocodeMatch) -> dict[str, object]:
    return {
        "lon": match.point.lon,
        "lat": match.point.lat,
        "level": match.level.value,
        "confidence": match.confidence,
        "matched": match.matched,
        "left_over": match.left_over,
    }


def _batch(args: argparse.Namespace, context: CliContext, database: CityDatabase) -> dict[str, object]:
    from kurume_bousai.app.geocoding import geocoding
    from kurume_bousai.services.places.geocoding_batch import BatchOptions

    service = geocoding(database)
    options = BatchOptions(rough=args.rough, rough_districts=args.rough_districts)
    progress = _progress(context)
    result = service.run(options, progress).value if args.commit else service.preview(options, progress)
    _tell(result, context)
    return result.as_json()


def _tell(result: BatchResult, context: CliContext) -> None:
    from kurume_bousai.labels import label

    verb = "決めました" if result.is_committed else "決められます(まだ書き込んでいません)"
    context.tell(
        f"{result.people:,}人のうち{result.looked_up:,}人の住所を調べ、{result.placed:,}人の位置を{verb}。"
    )
    levels = "、".join(f"{label(level)} {count:,}人" for level, count in result.levels.items())
    if levels:
        context.tell(f"細かさ: {levels}。")
    for reason, count in result.reasons.items():
        context.tell(f"位置を決めない人 {count:,}人: {label(reason)}。")
    if result.cleared:
        context.tell(f"住所が変わって見つからなくなった{result.cleared:,}人の位置を外します。")
    if result.pins_to_check:
        context.tell(
            f"手で決めた位置のうち、その後に住所が変わった人が{len(result.pins_to_check):,}人います。"
            "動かしていません。"
        )
    if result.set_aside:
        context.tell(f"「この住所では決められない」とした{result.set_aside:,}人は、調べていません。")
    if result.hazards_read:
        context.tell(f"位置が動いた{result.hazards_read:,}人の浸水などを読み直しました。")
    if result.differing:
        context.tell(
            f"名簿の校区と位置の校区が合わない人が{len(result.differing):,}人います。校区は変えていません。"
        )


def _progress(context: CliContext) -> Progress:
    told: set[tuple[str, int]] = set()

    def tell(done: int, total: int, text: str) -> None:
        tenth = done * 10 // total if total else 0
        if (text, tenth) not in told:  # a line per tenth, not per person
            told.add((text, tenth))
            context.tell(f"{text}({done:,}/{total:,})" if total else text)

    return tell
