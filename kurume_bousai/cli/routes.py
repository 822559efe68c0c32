"""``route`` and ``reach``: the way to a place, and 逃げ地図, on imported roads (FEATURES B4, RULES D7)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import FloodRank, HazardScenario
from kurume_bousai.domain.map_papers import MapHazard, PaperSize
from kurume_bousai.domain.plans import DestinationKind, TravelMode

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers
    from kurume_bousai.domain.route_answers import Destination, WayAnswer
    from kurume_bousai.services.ports.routes import ReachAnswer, RouteConditions
    from kurume_bousai.services.ports.sessions import CityDatabase
    from kurume_bousai.services.routes.ground import RoadStatus
    from kurume_bousai.services.routes.planning import RoutePlanning

_KINDS = {
    "welfare": DestinationKind.WELFARE_SHELTER,
    "designated": DestinationKind.DESIGNATED_SHELTER,
    "emergency": DestinationKind.EMERGENCY_SITE,
}
_MOST_NEAREST = 3


def register(subparsers: Subparsers) -> None:
    """Add both commands to the program's parser."""
    route = subparsers.add_parser("route", help="避難の道を調べます(長さ・時間・通る区域)")
    add = route.add_argument
    add("--from", dest="start", required=True, metavar="経度,緯度か住所", help="出発する所")
    add("--to", dest="end", metavar="施設か経度,緯度", help="行先の番号か名前(なければ近い順に3か所)")
    add("--kind", choices=list(_KINDS), default="welfare", help="--to がないときの行先の種類")
    _add_conditions(route)
    route.set_defaults(run=run_route)
    reach = subparsers.add_parser("reach", help="逃げ地図をつくります(目標地点までの時間で道を塗り分け)")
    reach.add_argument(
        "--goals",
        choices=["emergency", "welfare", "designated", "boundary"],
        default="emergency",
        help="目標地点: 指定緊急避難場所・福祉避難所・指定避難所・道が区域の外へ出る地点",
    )
    reach.add_argument(
        "--confirm-boundary",
        action="store_true",
        help="区域の外へ出る地点を、人が確かめたとみなす(--goals boundary)",
    )
    reach.add_argument(
        "--out", type=Path, metavar="FILE", help="書き出すファイル(.geojson、または --district の地図の .pdf)"
    )
    reach.add_argument("--district", metavar="校区", help="PDFにする校区の名前")
    reach.add_argument("--scale", type=int, metavar="N", help="PDFの縮尺 1:N の N(なければ1枚に入るもの)")
    reach.add_argument(
        "--paper",
        choices=[size.value for size in PaperSize],
        default=PaperSize.A3.value,
        help="PDFの紙の大きさ",
    )
    reach.add_argument("--mono", action="store_true", help="PDFの地図を白黒にする(道の色は残る)")
    _add_conditions(reach)
    reach.set_defaults(run=run_reach)


def _add_conditions(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--mode", choices=[mode.value for mode in TravelMode], default=TravelMode.WALK.value, help="手段")
    add("--night", action="store_true", help="夜(速さを8割にする)")
    add(
        "--scenario",
        choices=[one.value for one in HazardScenario],
        default=HazardScenario.NONE.value,
        help="災害の想定",
    )
    add(
        "--closed-from",
        type=int,
        choices=[int(rank) for rank in FloodRank if rank],
        metavar="1〜6",
        help="--scenario の区域のうち、この深さの区分から上を通れないとする",
    )


def _conditions(args: argparse.Namespace) -> RouteConditions:
    from kurume_bousai.domain.routes import TravelChoice
    from kurume_bousai.services.ports.routes import RouteConditions

    scenario = HazardScenario(args.scenario)
    if args.closed_from is not None and scenario is HazardScenario.NONE:
        raise KnownProblem(
            "route_no_scenario",
            "どの災害の区域を通れないとするかが、わかりません。",
            advice="--scenario も付けてください。",
        )
    return RouteConditions(TravelChoice(TravelMode(args.mode), args.night), scenario, args.closed_from)


def run_route(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Say the way to a place, or the ways to the nearest three."""
    from kurume_bousai.app.routes import route_planning
    from kurume_bousai.labels.routes import way_sentences

    conditions = _conditions(args)
    with context.open_database() as database:
        planning = route_planning(database)
        start = _start(args.start, context, database)
        ways = _ways(args, planning, start, conditions)
        status = planning.status()
    if status.title:
        context.tell(f"道路は、次の資料を使いました: {status.attribution}")
    for way in ways:
        where = f"{way.destination.name}まで " if way.destination else ""
        context.tell(where + "".join(way_sentences(way)))
    if not ways:
        context.tell("この種類の行先は、登録されていません。")
    return {"roads": _status_json(status), "ways": [_way_json(way) for way in ways]}


def _ways(
    args: argparse.Namespace, planning: RoutePlanning, start: LonLat, conditions: RouteConditions
) -> tuple[WayAnswer, ...]:
    if args.end is None:
        return planning.nearest_ways(start, conditions, kind=_KINDS[args.kind], most=_MOST_NEAREST)
    return (planning.way(start, _end(args.end, planning), conditions),)


def _start(words: str, context: CliContext, database: CityDatabase) -> LonLat:
    """A point as two numbers, or an address of the dictionary."""
    from kurume_bousai.app.geocoding import geocoding
    from kurume_bousai.domain.gazetteer import TYPICAL_ERROR_M, PlaceLevel
    from kurume_bousai.labels import label

    if (point := _point(words, "--from")) is not None:
        return point
    found = geocoding(database).find(words)
    if found.best is None:
        raise KnownProblem(
            "route_start_unknown",
            f"出発する所の位置がわかりません。{label(found.reason)}。",
            where="--from",
            advice="住所を確かめるか、「経度,緯度」で書いてください。",
        )
    if found.best.level is PlaceLevel.TOWN:
        error_m = TYPICAL_ERROR_M[PlaceLevel.TOWN]
        context.tell(f"出発する所は町字のおおよその位置で、まん中の値で{error_m}mほどずれます。")
    return found.best.point


def _end(words: str, planning: RoutePlanning) -> LonLat | Destination:
    from kurume_bousai.services.routes.sites import chosen_destination

    # A place that is unfit may be asked for by name: the answer says what lies on the way.
    return _point(words, "--to") or chosen_destination(planning.destinations(), words)


def _point(words: str, option: str) -> LonLat | None:
    """「130.5,33.3」; None = not two numbers."""
    parts = words.split(",")
    try:
        lon, lat = (float(part) for part in parts)
    except ValueError:
        return None
    try:
        return LonLat(lon, lat)
    except ValueError:
        raise KnownProblem(
            "not_a_point",
            "経度・緯度として読めない値です。",
            where=f"{option} {words}",
            advice="久留米市は、経度130.4〜130.7、緯度33.2〜33.4のあたりです。",
        ) from None


def run_reach(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Make a 逃げ地図, say how much road lies in each step, and write it where ``--out`` says."""
    from dataclasses import replace

    from kurume_bousai.app.routes import route_planning
    from kurume_bousai.domain.route_answers import GoalKind
    from kurume_bousai.labels import length_words
    from kurume_bousai.labels.routes import reach_words

    conditions = _conditions(args)
    kind = GoalKind(args.goals)
    _refuse_file(args)
    with context.open_database() as database:
        planning = route_planning(database)
        goals = planning.goals(kind, conditions.scenario)
        if kind is GoalKind.BOUNDARY and args.confirm_boundary:
            goals = tuple(replace(goal, is_confirmed=True) for goal in goals)
        elif kind is GoalKind.BOUNDARY:
            raise KnownProblem(
                "reach_unconfirmed",
                f"区域の外へ出る地点が{len(goals):,}か所見つかりました。人が確かめるまで、目標地点に使いません。",
                advice="画面で一つずつ確かめるか、確かめてから --confirm-boundary を付けてください。",
            )
        answer = planning.reach(goals, conditions)
        status = planning.status()
        files = [] if args.out is None else [_write(answer, args, context, database)]
    for notice in answer.notices:
        context.tell(notice)
    for step, metres in sorted(answer.map.metres.items()):
        context.tell(f"{reach_words(step)}: {length_words(metres)}")
    return {"roads": _status_json(status), **_reach_json(answer), "files": files}


def _refuse_file(args: argparse.Namespace) -> None:
    """A file of another kind, or a PDF of no 校区, is told before anything is worked out."""
    if args.out is None:
        return
    ending = args.out.suffix.lower()
    if ending not in (".geojson", ".json", ".pdf"):
        raise KnownProblem(
            "reach_format",
            "逃げ地図を書き出せるのは、GeoJSONとPDFだけです。",
            where=args.out.name,
            advice="ファイルの終わりを .geojson か .pdf にしてください。",
        )
    if ending == ".pdf" and not args.district:
        raise KnownProblem(
            "reach_no_district",
            "どの校区の地図をPDFにするかが、わかりません。",
            advice="--district で校区の名前を付けてください。",
        )


def _write(answer: ReachAnswer, args: argparse.Namespace, context: CliContext, database: CityDatabase) -> str:
    place: Path = args.out
    if place.suffix.lower() == ".pdf":
        _write_pdf(answer, args, context, database)
        return str(place)
    from kurume_bousai.exchange.reach_geojson import reach_geojson
    from kurume_bousai.reports.files import staging

    with staging() as files:
        files.add(place, reach_geojson(answer))
        files.publish()
    return str(place)


def _write_pdf(
    answer: ReachAnswer, args: argparse.Namespace, context: CliContext, database: CityDatabase
) -> None:
    from kurume_bousai.app.map_papers import map_papers
    from kurume_bousai.domain.ids import DistrictId
    from kurume_bousai.services.papers.map_ports import MapPaperOrder
    from kurume_bousai.services.papers.reach import reach_paper

    hazards = {hazard.value: hazard for hazard in MapHazard}
    order = MapPaperOrder(
        paper=PaperSize(args.paper),
        scale=args.scale,
        is_mono=args.mono,
        hazard=hazards.get(answer.conditions.scenario.value, MapHazard.NONE),
        district_id=DistrictId(args.district.removesuffix("校区")),
    )
    written = map_papers(database).write(order, args.out, reach=reach_paper(answer)).value
    for notice in written.notices:
        context.tell(notice)


def _status_json(status: RoadStatus) -> dict[str, object]:
    summary = status.summary
    return {
        "title": status.title,
        "attribution": status.attribution,
        "edges": summary.edges if summary else 0,
        "length_m": round(summary.length_m, 1) if summary else 0.0,
        "straight_factor": None if summary else status.factor,
    }


def _way_json(way: WayAnswer) -> dict[str, object]:
    from kurume_bousai.labels.routes import way_sentences

    place, route = way.destination, way.route
    answer: dict[str, object] = {
        "site": place.site_id if place else None,
        "name": place.name if place else None,
        "no_way": way.no_way.value if way.no_way else None,
        "words": way_sentences(way),
    }
    if route is None:
        return answer | {"length_m": None, "minutes": None}
    return answer | {
        "length_m": round(route.length_m, 1),
        "minutes": round(route.minutes, 2),
        "is_straight": route.is_straight,
        "factor": route.factor,
        "stub_m": round(route.stub_m, 1),
        "caution_m": round(route.caution_m, 1),
        "unknown_width_m": round(route.unknown_width_m, 1),
        "steps_m": round(route.steps_m, 1),
        "hazards": [
            {"name": one.name, "length_m": round(one.length_m, 1), "words": one.words} for one in way.crossed
        ],
        "hazards_asked": list(way.asked),
        "line": [[point.lon, point.lat] for point in route.line],
    }


def _reach_json(answer: ReachAnswer) -> dict[str, object]:
    from kurume_bousai.labels.routes import reach_words

    made = answer.map
    return {
        "goals": made.goals,
        "goals_off_road": made.goals_off_road,
        "speed_m_per_min": made.speed,
        "steps": [
            {"step": step, "words": reach_words(step), "length_m": round(metres, 1)}
            for step, metres in sorted(made.metres.items())
        ],
        "notices": list(answer.notices),
    }
