"""``screen``: write a screening down, and count people by the latest ones (FEATURES E18)."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.plans import TravelMode
from kurume_bousai.domain.screening import Profession, ScreeningClass, ScreeningResult
from kurume_bousai.labels import label

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers
    from kurume_bousai.domain.screening import ScreeningCount
    from kurume_bousai.services.ports.sessions import CityDatabase


def register(subparsers: Subparsers) -> None:
    """Add the command to the program's parser."""
    parser = subparsers.add_parser(
        "screen",
        help="スクリーニング(ふりわけ)を記録し、区分ごとに数えます",
        description="避難所での見立てを、人ごとに記録します。区分は最も新しい記録のものになります。",
    )
    acts = parser.add_subparsers(dest="act", metavar="すること", required=True)
    _add_record(acts)
    counts = acts.add_parser("counts", help="区分ごとの人数を出します(支援措置対象者は含みません)")
    counts.add_argument("--district", default=None, metavar="校区", help="この校区だけ")
    counts.set_defaults(run=run_counts)


def _add_record(acts: Subparsers) -> None:
    kinds = "、".join(f"{kind.value} {label(kind)}" for kind in ScreeningClass)
    parser = acts.add_parser("record", help="一人の見立てを記録します", description=f"区分: {kinds}")
    add = parser.add_argument
    add("--person", type=int, required=True, metavar="番号", help="名簿の人の番号")
    add(
        "--class",
        dest="kind",
        type=int,
        required=True,
        choices=[one.value for one in ScreeningClass],
        help="区分",
    )
    add(
        "--profession",
        required=True,
        choices=[one.value for one in Profession],
        help="見た人の職種",
    )
    add("--at", default=None, metavar="日時", help="見た日時(例 2026-07-10T06:30。なければ今)")
    add("--basis-file", type=Path, default=None, metavar="F", help="根拠を書いたファイル(UTF-8)")
    add("--wanted", default="", metavar="文", help="行先の希望")
    add("--transport", choices=[mode.value for mode in TravelMode], default=None, help="搬送の手段")
    add("--escort", type=int, default=0, metavar="N", help="付き添う人の数")
    add(
        "--result",
        choices=[one.value for one in ScreeningResult],
        default=ScreeningResult.WAITING.value,
        help="結果",
    )
    parser.set_defaults(run=run_record)


def run_record(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Write one down; returns nothing about the person but the 区分."""
    from kurume_bousai import app
    from kurume_bousai.cli.people import member_of_number, moment
    from kurume_bousai.services.shelters.screenings import ScreeningDraft, ScreeningService

    basis = "" if args.basis_file is None else _read_basis(args.basis_file)
    with context.open_database() as database:
        draft = ScreeningDraft(
            member_id=member_of_number(database, args.person),
            screening_class=ScreeningClass(args.kind),
            profession=Profession(args.profession),
            screened_at=moment(args.at),
            basis=basis,
            wanted=args.wanted,
            transport=None if args.transport is None else TravelMode(args.transport),
            escort_count=args.escort,
            result=ScreeningResult(args.result),
        )
        screening = ScreeningService(database, app.SystemClock()).record(draft).value
    return {
        "screening_id": screening.screening_id,
        "person": args.person,
        "class": screening.screening_class.value,
        "screened_at": screening.screened_at.isoformat(timespec="seconds"),
    }


def _read_basis(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise KnownProblem(
            "file_unreadable",
            "根拠のファイルが読めません。",
            where=str(path),
            advice="ファイルの場所と、文字コードがUTF-8であることを確かめてください。",
        ) from error


def run_counts(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Return the four rows."""
    from kurume_bousai import app
    from kurume_bousai.services.shelters.screenings import ScreeningService

    district = None if args.district is None else DistrictId(args.district.removesuffix("校区"))
    with context.open_database() as database:
        if district is not None:
            _refuse_unknown(database, district)
        counts = ScreeningService(database, app.SystemClock()).latest_counts(district)
    context.tell(
        "、".join(f"区分{one.screening_class.value} {one.people:,}人" for one in counts)
        + "(支援措置対象者は含まない)"
    )
    return {"counts": [_count_json(one) for one in counts], "protected_included": False}


def _refuse_unknown(database: CityDatabase, district_id: DistrictId) -> None:
    """A mistyped 校区 is not a 校区 where nobody was screened."""
    with database.reading() as session:
        if all(one.district_id != district_id for one in session.districts.all()):
            raise KnownProblem(
                "unknown_district",
                f"「{district_id}」という校区はありません。",
                where="--district",
                advice="46の校区の名前のどれかを入れてください。",
            )


def _count_json(count: ScreeningCount) -> dict[str, object]:
    moments = {"oldest_at": count.oldest_at, "newest_at": count.newest_at}
    return {
        "class": count.screening_class.value,
        "word": label(count.screening_class),
        "people": count.people,
        "undated": count.undated,
        **{name: None if at is None else at.isoformat(timespec="seconds") for name, at in moments.items()},
    }
