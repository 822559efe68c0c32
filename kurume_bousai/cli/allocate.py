"""``kurume-bousai allocate``: placement under capacity and needs, from files (CLI.md)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kurume_bousai.domain.placement import CostUnit, DistanceKind, PlacementOptions
from kurume_bousai.domain.placement_input import bad_rows
from kurume_bousai.exchange.allocation_files import placement_json, read_parties, read_sites, write_placement

if TYPE_CHECKING:
    from kurume_bousai.cli.subparsers import Subparsers


def register(subparsers: Subparsers) -> None:
    """Add the command to the program's parser."""
    parser = subparsers.add_parser(
        "allocate",
        help="組を施設に割り当てます",
        description="定員・必要な支援・受入対象を守って、組を施設に割り当てます。"
        "入れない組は、施設ごとの理由とともに示します。",
    )
    parser.add_argument("--parties", type=Path, required=True, metavar="F", help="組のCSV(UTF-8)")
    parser.add_argument("--sites", type=Path, required=True, metavar="F", help="施設のCSV(UTF-8)")
    parser.add_argument("--open", type=int, default=None, metavar="K", help="使う施設を最大K か所に限ります")
    parser.add_argument(
        "--cost",
        choices=[unit.value for unit in CostUnit],
        default=CostUnit.PEOPLE.value,
        help="距離に人数を掛けるか、組ごとに数えるか(既定：people)",
    )
    parser.add_argument(
        "--distance",
        choices=[kind.value for kind in DistanceKind],
        default=DistanceKind.EUCLID.value,
        help="直線距離のままか、1mごとに切り捨てるか(既定：euclid)",
    )
    parser.add_argument(
        "--unknown-accepts",
        action="store_true",
        help="受入対象や必要な支援が不明の施設を、制限なしとして扱います(定員が不明の施設は使いません)",
    )
    parser.add_argument(
        "--reach", type=float, default=None, metavar="M", help="この距離(m)より遠い施設を使いません"
    )
    parser.add_argument(
        "--time-limit", type=float, default=60.0, metavar="S", help="時間の上限(秒、既定：60)"
    )
    parser.add_argument(
        "--out", type=Path, default=None, metavar="F", help="結果を書くファイル(.csv か .json)"
    )
    parser.set_defaults(run=run, needs_database=False)


def run(args: argparse.Namespace, _context: object = None) -> dict[str, object]:
    """Read both files, place, write; the returned object is what ``--json`` prints. Needs no database.

    Raises ``KnownProblem`` with every bad row of both files.
    """
    # The solver is loaded only when it is needed: other commands start without it.
    from kurume_bousai.geo.allocation.allocator import HighsAllocator

    parties, problems = read_parties(args.parties)
    sites, site_problems = read_sites(args.sites)
    if problems or site_problems:
        raise bad_rows([*problems, *site_problems])
    options = PlacementOptions(
        cost=CostUnit(args.cost),
        distance=DistanceKind(args.distance),
        open_at_most=args.open,
        reach_m=args.reach,
        unknown_accepts=args.unknown_accepts,
        time_limit_s=args.time_limit,
    )
    # Everything but the answer goes to stderr, so that --json stays one document.
    print(
        f"{len(parties):,}組を{len(sites):,}か所に割り当てています。時間の上限は{args.time_limit:g}秒です。",
        file=sys.stderr,
        flush=True,
    )
    placement = HighsAllocator().place(parties, sites, options)
    if args.out is not None:
        write_placement(args.out, placement)
    return placement_json(placement)
