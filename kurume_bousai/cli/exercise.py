"""``exercise``: one whole 図上訓練 without a window, through the same acts as the screens."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.presets import PRESETS

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers


def register(subparsers: Subparsers) -> None:
    """Add the command to the program's parser."""
    parser = subparsers.add_parser("exercise", help="図上訓練を画面なしで行います")
    acts = parser.add_subparsers(dest="act", metavar="すること", required=True)
    run_parser = acts.add_parser("run", help="訓練を始めから終わりまで、決まった手順で進めます")
    run_parser.add_argument("--district", required=True, metavar="校区", help="校区の名前")
    run_parser.add_argument(
        "--preset",
        choices=[preset.preset_id for preset in PRESETS],
        default=PRESETS[0].preset_id,
        help="ひな形",
    )
    run_parser.add_argument("--tables", type=int, default=None, metavar="N", help="班の数")
    run_parser.add_argument("--out", type=Path, default=None, metavar="DIR", help="報告を書き出すフォルダー")
    run_parser.set_defaults(run=run)


def run(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Hold the session and write its report where asked."""
    from kurume_bousai import app
    from kurume_bousai.services.exercises.rehearsal import Rehearsal
    from kurume_bousai.services.exercises.report import exercise_report

    preset = next(preset for preset in PRESETS if preset.preset_id == args.preset)
    with context.open_database() as database:
        exercises = app.exercises(database)
        rehearsal = Rehearsal(exercises, app.session_log(database), app.session_capacity(), context.tell)
        settings = exercises.default_settings(
            DistrictId(args.district.removesuffix("校区")), preset, args.tables
        )
        summary, session, fit = rehearsal.run(settings)
        files: list[str] = []
        if args.out is not None:
            args.out.mkdir(parents=True, exist_ok=True)
            reporting = app.reporting(database)
            content = exercise_report(session, fit)
            for ending in (".pdf", ".xlsx"):
                place = args.out / f"exercise_report{ending}"
                reporting.write(content, place)
                files.append(str(place))
    return {**asdict(summary), "files": files}
