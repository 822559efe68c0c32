"""The column mapping of ``import roster`` and ``import mappings``: by name, by file, or recognised."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from kurume_bousai.domain.errors import KnownProblem

if TYPE_CHECKING:
    from collections.abc import Callable

    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers
    from kurume_bousai.domain.mapping_profiles import ColumnMapping, MappingProfile
    from kurume_bousai.services.ports.sessions import CityDatabase
    from kurume_bousai.services.roster_import.mapping_profiles import MappingProfileService

_FILES = frozenset({".json", ".csv", ".tsv", ".txt", ".xlsx", ".xls"})


def register(kinds: Subparsers) -> None:
    """Add ``import mappings``."""
    parser = kinds.add_parser("mappings", help="保存した列の対応の一覧。保存・削除も")
    parser.add_argument("--save", type=Path, metavar="FILE", help="列の対応のファイル(JSON)を保存する")
    parser.add_argument("--name", default="", help="保存する名前(ファイルの「名前」の代わり)")
    parser.add_argument("--remove", metavar="NAME", default="", help="この名前の対応を削除する")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """List the saved mappings, after saving or removing one."""
    from kurume_bousai.exchange.columns import names_of
    from kurume_bousai.exchange.control_files import read_profile_file
    from kurume_bousai.exchange.roster_columns import ROSTER_COLUMNS

    with context.open_database() as database:
        service = _service(database)
        if args.save is not None:
            file = read_profile_file(args.save)
            service.save(args.name or file.name, file.header, file.mapping, columns=names_of(ROSTER_COLUMNS))
        if args.remove:
            service.remove(service.named(args.remove).profile_id)
        profiles = service.all()
    for profile in profiles:
        context.tell(f"{profile.name}: 列{len(profile.mapping.headings)}、見出し{len(profile.header)}")
    if not profiles:
        context.tell("保存した列の対応はありません。")
    return {"mappings": [_as_json(profile) for profile in profiles]}


def choose_mapping(
    args: argparse.Namespace, database: CityDatabase, tell: Callable[[str], None]
) -> ColumnMapping | None:
    """The mapping asked for, or the one saved for such a file; what differs from its file is told.

    Raises
    ------
    KnownProblem
        ``profile_missing``, ``profile_differs``, ``mapping_bad`` and what reading the files meets.
    """
    from kurume_bousai.exchange.control_files import read_profile_file
    from kurume_bousai.exchange.roster_headings import read_roster_headings

    if args.mapping and _is_file(args.mapping):
        file = read_profile_file(Path(args.mapping))
        return _kept(args, database, file.mapping)
    service = _service(database)
    if args.mapping:
        profile = service.named(args.mapping)
        header = read_roster_headings(args.file, profile.mapping).headings
        return _checked(profile, header, args.file.name, tell)
    if not service.all():
        return _kept(args, database, None)
    headings = read_roster_headings(args.file)
    recognised = service.recognised(headings.headings, args.source)
    if recognised is None or (not recognised.can_be_used and not headings.missing):
        return _kept(args, database, None)
    mapping = _checked(recognised.profile, headings.headings, args.file.name, tell)
    tell(f"保存した列の対応「{recognised.profile.name}」を使います。")
    return mapping


def _checked(
    profile: MappingProfile, header: tuple[str, ...], where: str, tell: Callable[[str], None]
) -> ColumnMapping:
    from kurume_bousai.services.roster_import.mapping_profiles import Recognised, require_usable

    difference = profile.differences(header)
    mapping = require_usable(Recognised(profile, difference), where=where)
    for sentence in difference.sentences():
        tell(f"見出しが保存したときとちがいます。{sentence}")
    return mapping


def _kept(
    args: argparse.Namespace, database: CityDatabase, mapping: ColumnMapping | None
) -> ColumnMapping | None:
    """The mapping, saved under the name that ``--save-mapping`` gives."""
    if not args.save_mapping:
        return mapping
    from kurume_bousai.exchange.roster_headings import read_roster_headings

    headings = read_roster_headings(args.file, mapping)
    whole = headings.column_mapping(headings.choices()) if mapping is None else mapping
    columns = [column.name for column in headings.columns]
    _service(database).save(args.save_mapping, headings.headings, whole, columns=columns)
    return mapping


def _is_file(text: str) -> bool:
    path = Path(text)
    if path.suffix.casefold() not in _FILES:
        return False
    if not path.exists():
        raise KnownProblem(
            "file_missing", "ファイルがありません。", where=path.name, advice="名前と場所を確かめてください。"
        )
    return True


def _service(database: CityDatabase) -> MappingProfileService:
    from kurume_bousai import app
    from kurume_bousai.services.roster_import.mapping_profiles import MappingProfileService

    return MappingProfileService(database, app.SystemClock())


def _as_json(profile: MappingProfile) -> dict[str, object]:
    from kurume_bousai.domain.mapping_json import HEADER, NAME, mapping_json

    return {NAME: profile.name, HEADER: list(profile.header), **mapping_json(profile.mapping)}
