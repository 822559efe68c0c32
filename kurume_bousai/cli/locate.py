"""``locate``: 校区 and hazards at a point."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.services.facts import is_fictional

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers


def register(subparsers: Subparsers) -> None:
    """Add the command to the program's parser."""
    parser = subparsers.add_parser("locate", help="地点の校区と浸水の深さを調べます")
    parser.add_argument("--lon", type=float, required=True, help="経度(度)")
    parser.add_argument("--lat", type=float, required=True, help="緯度(度)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Say the 校区 with how it was decided; a place without data is said so, never called safe."""
    from kurume_bousai import app
    from kurume_bousai.cli.layers import hazards_at
    from kurume_bousai.services.fictional.flood import NAME, fictional_flood

    try:
        point = LonLat(args.lon, args.lat)
    except ValueError:
        raise KnownProblem(
            "not_a_point",
            "経度・緯度として読めない値です。",
            where=f"--lon {args.lon} --lat {args.lat}",
            advice="久留米市は、経度130.4〜130.7、緯度33.2〜33.4のあたりです。",
        ) from None
    with context.open_database() as database:
        district, method, distance = app.locator(database).locate(point)
        with database.reading() as session:
            fictional = is_fictional(session)
        hazards, missing = hazards_at(database, point)
    if fictional and not any(one["scenario"] == "flood_l2" and one["kind"] == "flood" for one in hazards):
        rank = int(fictional_flood().rank_at(point))
        hazards.append({"kind": "flood", "scenario": "flood_l2", "value": rank, "source": NAME})
    for sentence in missing:
        context.tell(sentence)
    told: dict[str, object] = {"missing": missing} if missing else {}
    return {
        "district": district,
        "method": method,
        "distance_m": round(distance, 1),
        "hazards": hazards,
        **told,
    }
