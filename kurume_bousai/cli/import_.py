"""``import``: bring files in (preview, or commit) and take an import back."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kurume_bousai.cli import import_mapping, import_rosters
from kurume_bousai.cli.layers import add_import_options, import_layer
from kurume_bousai.domain.errors import KnownProblem

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers
    from kurume_bousai.services.progress import Progress
    from kurume_bousai.services.shelters.site_file import SiteFile


def register(subparsers: Subparsers) -> None:
    """Add the command with its kinds."""
    parser = subparsers.add_parser("import", help="ファイルを点検して取り込む・取り消す")
    kinds = parser.add_subparsers(dest="what", metavar="種類", required=True)
    _register_roster(kinds)
    import_rosters.register(kinds)
    import_mapping.register(kinds)
    for name, text in (
        ("shelters", "指定避難所・指定緊急避難場所(国土地理院、自治体標準)"),
        ("welfare-shelters", "市の福祉避難所の一覧(正式な列)"),
        ("care-facilities", "介護事業所の一覧(候補の施設。福祉避難所にはなりません)"),
        ("supporters", "支援者の一覧(正式な列)"),
        ("districts", "校区の区域(GeoJSON、Shapefile、GeoPackage、zip)"),
        ("gazetteer", "住所辞書(位置参照情報、アドレス・ベース・レジストリ。zip、CSV、フォルダー)"),
        ("layer", "公式の地理データ(国土数値情報など。種類は属性で見分けます)"),
    ):
        kind = kinds.add_parser(name, help=text)
        kind.add_argument("file", type=Path, help="取り込むファイル")
        if name == "layer":
            add_import_options(kind)
        if name in {"districts", "gazetteer", "layer"}:
            kind.add_argument("--kind", help="種類を自分で決めるとき")
        if name == "supporters":
            kind.add_argument(
                "--confirm-links", type=int, metavar="N", help="支援者と本人の校区が違う担当の数の確認"
            )
        if name == "care-facilities":
            kind.add_argument(
                "--adopt", metavar="ID", action="append", default=[],
                help="書き込んだ後、この候補を福祉避難所の一覧に加える(値はすべて不明)",
            )  # fmt: skip
        kind.add_argument("--commit", action="store_true", help="点検だけでなく、書き込む")
        kind.set_defaults(run=run)
    undo = kinds.add_parser("undo", help="名簿の取込を丸ごと取り消す")
    undo.add_argument("import_id", help="取込の番号")
    undo.set_defaults(run=run)


def _register_roster(kinds: Subparsers) -> None:
    roster = kinds.add_parser("roster", help="名簿(正式な列。--mapping でほかの列名も)")
    roster.add_argument("file", type=Path, help="取り込むファイル(xlsx、xls、CSV)")
    roster.add_argument("--source", required=True, help="提供元の名前(毎回同じ名前)")
    extent = roster.add_mutually_exclusive_group(required=True)
    extent.add_argument("--whole", action="store_true", help="全件のファイル(いない人は消除)")
    extent.add_argument("--part", action="store_true", help="一部のファイル(消除しない)")
    roster.add_argument(
        "--mapping",
        metavar="NAME|FILE",
        default="",
        help="列の対応(保存した名前、JSON、または 項目,列名 のCSV)",
    )
    roster.add_argument(
        "--save-mapping", metavar="NAME", default="", help="使った列の対応をこの名前で保存する"
    )
    roster.add_argument("--hidden-rows", action="store_true", help="Excelで隠した行も取り込む")
    roster.add_argument("--expect", type=Path, help="提供元の件数(区分,値 のCSV)")
    roster.add_argument("--confirm-removals", type=int, metavar="N", help="消除する人数の確認")
    roster.add_argument(
        "--accept-mismatch", metavar="REASON", default="", help="件数が合わないまま確定する理由"
    )
    import_rosters.add_answers(roster)
    roster.add_argument(
        "--accept",
        metavar="KIND",
        action="append",
        default=[],
        help="気づいたこと(findings)を確かめたうえで取り込む",
    )
    roster.add_argument("--extracted-on", type=date.fromisoformat, metavar="YYYY-MM-DD",
                        help="提供元が抽出した日")  # fmt: skip
    roster.add_argument("--commit", action="store_true", help="点検だけでなく、書き込む")
    roster.set_defaults(run=run)


def run(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Do what was asked; the returned object is what ``--json`` prints."""
    ways: dict[str, Callable[[argparse.Namespace, CliContext], dict[str, object]]] = {
        "roster": _roster,
        "undo": _undo,
        "districts": _districts,
        "gazetteer": _gazetteer,
        "layer": import_layer,
        "supporters": _supporters,
    }
    return ways.get(args.what, _sites)(args, context)


def _gazetteer(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    from kurume_bousai.cli import import_gazetteer

    return import_gazetteer.run(args, context)


def _progress(context: CliContext) -> Progress:
    told: set[str] = set()

    def tell(_done: int, _total: int, text: str) -> None:
        if text not in told:  # a line per step, not per row
            told.add(text)
            context.tell(text)

    return tell


def _roster(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    from kurume_bousai import app
    from kurume_bousai.cli.import_mapping import choose_mapping
    from kurume_bousai.exchange.control_files import read_control_totals
    from kurume_bousai.exchange.roster_rows import RosterReader
    from kurume_bousai.services.roster_import.importing import (
        Confirmations,
        ImportOrder,
        commit_roster,
        preview_roster,
    )

    clock, progress = app.SystemClock(), _progress(context)
    expected = read_control_totals(args.expect) if args.expect else None
    order = ImportOrder(args.source, is_whole=args.whole, expected=expected, extracted_on=args.extracted_on)
    with context.open_database() as database:
        roster = RosterReader(clock.now().date())(
            args.file,
            mapping=choose_mapping(args, database, context.tell),
            takes_hidden_rows=args.hidden_rows,
            progress=progress,
        )
        for notice in roster.notices:
            context.tell(f"{notice.column}: {notice.message}" if notice.column else notice.message)
        locator = app.locator(database)
        if args.same or args.other:
            seen = preview_roster(database, roster, order, locator=locator, progress=progress)
            import_rosters.decide(database, seen.pairs, args, clock)
        if args.commit:
            confirmations = Confirmations(
                args.confirm_removals, args.accept_mismatch, import_rosters.accepted(args.accept)
            )
            preview = commit_roster(
                database, roster, order, confirmations, clock=clock, locator=locator, progress=progress
            ).value
        else:
            preview = preview_roster(database, roster, order, locator=locator, progress=progress)
    import_rosters.tell(preview, context)
    context.tell(
        "読んだ行{read:,}、新規{added:,}、変更{changed:,}、同一{unchanged:,}、消除{removed:,}、"
        "不採用{rejected:,}、保留{held:,}。".format(**preview.counts)
    )
    return import_rosters.as_json(preview)


def _undo(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    from kurume_bousai import app
    from kurume_bousai.domain.ids import ImportId
    from kurume_bousai.services.roster_import.undo import undo_import

    with context.open_database() as database:
        undone = undo_import(database, ImportId(args.import_id), clock=app.SystemClock()).value
    context.tell(
        f"取込を取り消しました。新規の{undone.taken_out}人を除き、{undone.put_back}人を前の版に戻しました。"
    )
    return undone.as_json()


def _sites(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    from kurume_bousai import app
    from kurume_bousai.exchange.care_rows import read_care_facilities
    from kurume_bousai.exchange.gsi import read_shelters
    from kurume_bousai.exchange.welfare_rows import WelfareReader
    from kurume_bousai.services.shelters.care_facilities import adopt_care_facility
    from kurume_bousai.services.shelters.importing import commit_sites, preview_sites

    readers: dict[str, Callable[[Path], SiteFile]] = {
        "shelters": read_shelters,
        "welfare-shelters": WelfareReader(app.SystemClock().now().date()),
        "care-facilities": read_care_facilities,
    }
    wanted: list[str] = getattr(args, "adopt", [])
    if wanted and not args.commit:
        raise KnownProblem(
            "adopt_without_commit",
            "候補を福祉避難所の一覧に加えるには、書き込みが必要です。",
            advice="--commit を付けてください。",
        )
    adopted: list[str] = []
    with context.open_database() as database:
        file = readers[args.what](args.file)
        locator = app.locator(database)
        if args.commit:
            today = app.SystemClock().now().date()
            result = commit_sites(database, file, locator=locator, today=today).value
            adopted = [adopt_care_facility(database, one).value.site_id for one in wanted]
        else:
            result = preview_sites(database, file, locator=locator)
    context.tell(
        f"読んだ施設{result.read}、新規{result.added}、変更{result.changed}、同一{result.unchanged}、"
        f"不採用{result.rejected}、収容人数の不明{result.unknown_capacity}。"
    )
    return result.as_json() | ({"adopted": adopted} if args.what == "care-facilities" else {})


def _supporters(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    from kurume_bousai import app
    from kurume_bousai.exchange.supporter_rows import read_supporters
    from kurume_bousai.services.roster_import.supporters import commit_supporters, preview_supporters

    with context.open_database() as database:
        file = read_supporters(args.file)
        locator = app.locator(database)
        if args.commit:
            result = commit_supporters(
                database, file, locator=locator, confirmed_links=args.confirm_links
            ).value
        else:
            result = preview_supporters(database, file, locator=locator)
    context.tell(
        f"読んだ行{result.read:,}、新規{result.added:,}、変更{result.changed:,}、同一{result.unchanged:,}、"
        f"不採用{result.rejected:,}、新しい担当{result.links:,}。"
    )
    return result.as_json()


def _districts(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    from kurume_bousai import app
    from kurume_bousai.exchange.districts_file import read_district_file
    from kurume_bousai.geo.districts import PolygonLocator
    from kurume_bousai.services.districts.importing import commit_districts, preview_districts

    with context.open_database() as database:
        file = read_district_file(args.file)
        if args.commit:
            today = app.SystemClock().now().date()
            result = commit_districts(database, file, make_locator=PolygonLocator, today=today).value
        else:
            result = preview_districts(database, file, make_locator=PolygonLocator)
    for warning in result.warnings:
        context.tell(warning)
    if result.outside_people:
        context.tell(f"自宅が校区の区域の外にある人が{result.outside_people}人います。校区は変えていません。")
    return result.as_json()
