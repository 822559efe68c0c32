"""``import rosters PLAN``: several offices' files in one transaction; duplicates, merges and their undoing.

PLAN is a TOML file with one ``[[file]]`` table per file::

    [[file]]
    path = "介護.xlsx"             # beside the plan
    source = "介護保険課"
    extent = "whole"               # or "part"
    mapping = "介護保険課"          # a saved name or a file; may be left out
    expect = "介護_件数.csv"        # control totals; may be left out
    extracted_on = 2026-11-01      # may be left out
    hidden_rows = false
    confirm_removals = 12          # only where asked for
    accept_mismatch = "…"          # only where asked for
    accept = ["shifted_column"]    # findings that were looked into
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kurume_bousai.domain.errors import KnownProblem

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers
    from kurume_bousai.domain.ids import MemberId
    from kurume_bousai.services.ports.clock import Clock
    from kurume_bousai.services.ports.sessions import CityDatabase
    from kurume_bousai.services.roster_import.order import ImportFile
    from kurume_bousai.services.roster_import.results import DoubtfulPair, FindingKind, ImportPreview

_EXTENTS: Final = {"whole": True, "part": False}
_KEYS: Final = frozenset({
    "path", "source", "extent", "mapping", "expect", "extracted_on", "hidden_rows", "confirm_removals",
    "accept_mismatch", "accept",
})  # fmt: skip


def register(kinds: Subparsers) -> None:
    """Add ``import rosters``, ``duplicates``, ``merge`` and ``split``."""
    rosters = kinds.add_parser("rosters", help="いくつもの提供元の名簿を、一度に点検して取り込む")
    rosters.add_argument("plan", type=Path, help="取り込むファイルの一覧(TOML)")
    add_answers(rosters)
    rosters.add_argument("--commit", action="store_true", help="点検だけでなく、書き込む")
    rosters.set_defaults(run=_rosters)
    duplicates = kinds.add_parser("duplicates", help="名簿の中の、同じ人かもしれない組")
    duplicates.set_defaults(run=_duplicates)
    merge = kinds.add_parser("merge", help="同じ人の二つの記録を一つにまとめる")
    merge.add_argument("kept", type=int, help="残す人の番号")
    merge.add_argument("absorbed", type=int, help="まとめられる人の番号")
    merge.add_argument("--with-supporters", action="store_true", help="まとめられる人の支援者も引き継ぐ")
    merge.add_argument("--commit", action="store_true", help="確認だけでなく、まとめる")
    merge.set_defaults(run=_merge)
    split = kinds.add_parser("split", help="まとめた記録を元の二つに分ける")
    split.add_argument("merge_id", help="まとめた記録の番号")
    split.set_defaults(run=_split)


def add_answers(parser: argparse.ArgumentParser) -> None:
    """Add the answers about pairs in doubt."""
    parser.add_argument("--same", metavar="PAIR", action="append", default=[], help="この組は同じ人")
    parser.add_argument("--other", metavar="PAIR", action="append", default=[], help="この組は別の人")


def accepted(words: Iterable[str]) -> frozenset[FindingKind]:
    """The findings a person took on.

    Raises
    ------
    KnownProblem
        ``finding_unknown``.
    """
    from kurume_bousai.services.roster_import.results import FindingKind

    known = {kind.value: kind for kind in FindingKind}
    unknown = [word for word in words if word not in known]
    if unknown:
        raise KnownProblem(
            "finding_unknown",
            "その名前の「気づいたこと」はありません。",
            where=unknown[0],
            advice=f"使えるのは {'、'.join(known)} です。",
        )
    return frozenset(known[word] for word in words)


def decide(
    database: CityDatabase, pairs: Iterable[DoubtfulPair], args: argparse.Namespace, clock: Clock
) -> None:
    """Remember the answers of the command line about the pairs of a preview."""
    from kurume_bousai.services.roster_import.pair_decisions import decide_pairs, pairs_by_id

    decide_pairs(database, pairs_by_id(pairs, args.same, args.other), clock=clock)


def as_json(preview: ImportPreview) -> dict[str, Any]:
    """The preview with the reason for each pair in words."""
    from kurume_bousai.labels.matching import reason_words

    found = preview.as_json()
    for told, pair in zip(found["pairs"], preview.pairs, strict=True):
        told["words"] = reason_words(pair.parts)
    return found


def tell(preview: ImportPreview, context: CliContext) -> None:
    """Say what was noticed about a file as a whole, and who must be told."""
    for finding in preview.findings:
        context.tell(finding.message)
    if preview.pairs:
        context.tell(
            f"同じ人かどうか決まらない組が{len(preview.pairs):,}あります。判断するまで取り込みません。"
        )
    if preview.tell_holders:
        context.tell(f"前の名簿を渡した{len(preview.tell_holders):,}か所に、変わったことを知らせてください。")


def _rosters(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    from kurume_bousai import app
    from kurume_bousai.services.roster_import.reading_together import read_together

    clock = app.SystemClock()
    plan = read_plan(args.plan)
    with context.open_database() as database:
        today = clock.now().date()
        # Mappings are asked for one after the other; then the files are read side by side.
        files = read_together([_file(one, args.plan.parent, database, context, today) for one in plan])
        service = app.roster_import(database)
        if args.same or args.other:
            seen = service.preview_all(files)
            decide(database, (pair for one in seen.files for pair in one.pairs), args, clock)
        session = service.commit_all(files).value if args.commit else service.preview_all(files)
    for preview in session.files:
        context.tell(
            preview.source
            + ": 読んだ行{read:,}、新規{added:,}、変更{changed:,}、同一{unchanged:,}、消除{removed:,}、"
            "不採用{rejected:,}、保留{held:,}。".format(**preview.counts)
        )
        tell(preview, context)
    found = session.as_json()
    found["files"] = [as_json(preview) for preview in session.files]
    return found


def read_plan(path: Path) -> list[dict[str, Any]]:
    """The files of a plan.

    Raises
    ------
    KnownProblem
        ``file_missing``, ``plan_bad``.
    """
    try:
        plan = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise KnownProblem(
            "file_missing", "ファイルがありません。", where=path.name, advice="名前と場所を確かめてください。"
        ) from error
    except (OSError, ValueError) as error:
        raise _bad(path, "TOMLとして読めません") from error
    files = plan.get("file")
    if not isinstance(files, list) or not files:
        raise _bad(path, "[[file]] がありません")
    for one in files:
        unknown = sorted(set(one) - _KEYS)
        if unknown:
            raise _bad(path, f"知らない項目があります: {'、'.join(unknown)}")
        if not one.get("path") or not one.get("source") or one.get("extent") not in _EXTENTS:
            raise _bad(path, "path、source、extent(whole か part)は必ず書きます")
        if not isinstance(one.get("extracted_on"), (date, type(None))):
            raise _bad(path, "extracted_on は 2026-11-01 の形で、引用符を付けずに書きます")
    return files


def _bad(path: Path, what: str) -> KnownProblem:
    return KnownProblem(
        "plan_bad",
        f"取り込むファイルの一覧が読めません。{what}。",
        where=path.name,
        advice="コマンドの説明にある形で書いてください。",
    )


def _file(
    one: Mapping[str, Any], folder: Path, database: CityDatabase, context: CliContext, today: date
) -> Callable[[], ImportFile]:
    """How a file of the plan is read."""
    from kurume_bousai.cli.import_mapping import choose_mapping
    from kurume_bousai.exchange.control_files import read_control_totals
    from kurume_bousai.exchange.roster_rows import RosterReader
    from kurume_bousai.services.roster_import.order import Confirmations, ImportFile, ImportOrder

    path = folder / one["path"]
    mapping = one.get("mapping", "")
    if mapping and Path(mapping).suffix:
        mapping = str(folder / mapping)
    asked = argparse.Namespace(file=path, mapping=mapping, save_mapping="", source=one["source"])
    context.tell(f"{path.name} を読んでいます")
    chosen = choose_mapping(asked, database, context.tell)

    def read() -> ImportFile:
        hidden = bool(one.get("hidden_rows"))
        roster = RosterReader(today)(path, mapping=chosen, takes_hidden_rows=hidden)
        expected = read_control_totals(folder / one["expect"]) if one.get("expect") else None
        order = ImportOrder(
            one["source"],
            is_whole=_EXTENTS[one["extent"]],
            expected=expected,
            extracted_on=one.get("extracted_on"),
        )
        typed = Confirmations(
            one.get("confirm_removals"), one.get("accept_mismatch", ""), accepted(one.get("accept", ()))
        )
        return ImportFile(roster, order, typed)

    return read


def _duplicates(args: argparse.Namespace, context: CliContext) -> dict[str, object]:  # noqa: ARG001 - as every command
    from kurume_bousai import app
    from kurume_bousai.labels.matching import reason_words
    from kurume_bousai.services.roster.merges import MergeService

    with context.open_database() as database:
        service = MergeService(database, app.SystemClock())
        pairs, merges = service.duplicates(), service.merges()
    context.tell(f"同じ人かもしれない組は{len(pairs):,}です。")
    return {
        "pairs": [pair.as_json() | {"words": reason_words(pair.parts)} for pair in pairs],
        "merges": [merge.merge_id for merge in merges],
    }


def _merge(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    from kurume_bousai import app
    from kurume_bousai.services.roster.merges import MergeService

    with context.open_database() as database:
        service = MergeService(database, app.SystemClock())
        kept, absorbed = (_member(database, number) for number in (args.kept, args.absorbed))
        preview = service.preview(kept, absorbed)
        newly = [one for one in preview.receivers if one.knows_absorbed and not one.knows_kept]
        if newly:
            words = "引き継ぎます" if args.with_supporters else "引き継ぎません"
            context.tell(f"まとめられる人だけの支援者が{len(newly)}人います。残す人の支援者としては{words}。")
        merge_id = None
        if args.commit:
            done = service.merge(kept, absorbed, with_supporters=args.with_supporters)
            merge_id = done.value.merge_id
    return {
        "merge_id": merge_id,
        "changes": [one.field_name for one in preview.changes],
        "receives": [
            {"supporter": one.supporter_id, "new": not one.knows_kept and args.with_supporters}
            for one in preview.receivers
        ],
        "tell_holders": [one.as_json() for one in preview.tell_holders],
        "committed": merge_id is not None,
    }


def _split(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    from kurume_bousai import app
    from kurume_bousai.services.roster.merges import MergeService

    with context.open_database() as database:
        done = MergeService(database, app.SystemClock()).split(args.merge_id).value
    if done.kept_since:
        context.tell("まとめた後に直した項目は、残した人の記録にそのまま残しました。")
    return {"split": args.merge_id, "kept_since": list(done.kept_since)}


def _member(database: CityDatabase, number: int) -> MemberId:
    with database.reading() as session:
        found = session.members.id_of(database.access, number)
    if found is None:
        raise KnownProblem(
            "member_unknown",
            "その番号の人は名簿にいません。",
            where=str(number),
            advice="名簿の画面で番号を確かめてください。",
        )
    return found
