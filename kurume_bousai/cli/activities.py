"""``activities``: what was held, typed by hand; ``yearly``: the yearly update step by step (FEATURES D9)."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from kurume_bousai.domain.activities import ActivityKind
from kurume_bousai.domain.fiscal_years import fiscal_year_letter, fiscal_year_of, parse_fiscal_year
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.yearly_update import YearlyStep
from kurume_bousai.labels import label

if TYPE_CHECKING:
    from datetime import date

    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers
    from kurume_bousai.domain.activities import ActivityEntry
    from kurume_bousai.domain.yearly_update import YearlyProgress
    from kurume_bousai.services.office.activities import ActivityService
    from kurume_bousai.services.office.yearly_update import YearlyUpdateService
    from kurume_bousai.services.ports.sessions import CityDatabase

_NO_NAMES = "(個人がわかることは書かない)"


def register(subparsers: Subparsers) -> None:
    """Add ``activities`` and ``yearly`` to the program's parser."""
    parser = subparsers.add_parser("activities", help="活動(説明・図上訓練・出前講座)を記録します")
    acts = parser.add_subparsers(dest="act", metavar="すること", required=True)
    _add_record(acts)
    listed = acts.add_parser("list", help="記録を、行った順に出します")
    listed.add_argument("--year", default=None, metavar="年度", help="この年度だけ(例 R8)")
    listed.set_defaults(run=run_list)
    remove = acts.add_parser("remove", help="記録を取り消します")
    remove.add_argument("entry", metavar="記録のID", help="list で出る activity_id")
    remove.set_defaults(run=run_remove)
    _register_yearly(subparsers)


def _add_record(acts: Subparsers) -> None:
    record = acts.add_parser("record", help="一件書きます")
    add = record.add_argument
    kinds = "・".join(f"{kind.value}({label(kind)})" for kind in ActivityKind)
    add("kind", choices=[kind.value for kind in ActivityKind], metavar="種類", help=kinds)
    add("--on", required=True, metavar="日", help="行った日(例 R8.6.1、2026-06-01)")
    add("--district", default=None, metavar="校区", help="校区の名前(一つの校区でなければ省く)")
    add("--people", type=int, default=None, metavar="N", help="参加した人数(数えていなければ省く)")
    add("--times", type=int, default=1, metavar="N", help="回数(まとめて書くとき)")
    add("--place", default="", metavar="場所", help="場所")
    add("--note", default="", metavar="文", help=f"備考{_NO_NAMES}")
    record.set_defaults(run=run_record)


def _register_yearly(subparsers: Subparsers) -> None:
    parser = subparsers.add_parser("yearly", help="名簿の年に一度の更新を、校区ごとに進めます")
    acts = parser.add_subparsers(dest="act", metavar="すること", required=True)
    start = acts.add_parser("start", help="年度の更新を始めます")
    start.set_defaults(run=run_yearly_start)
    record = acts.add_parser("record", help="段階を書きます")
    steps = "・".join(f"{step.value}({label(step)})" for step in YearlyStep)
    record.add_argument("step", choices=[step.value for step in YearlyStep], metavar="段階", help=steps)
    record.add_argument("--districts", required=True, metavar="校区", help="校区の名前をコンマで。all = 全部")
    record.add_argument("--on", default=None, metavar="日", help="した日(なければ今日)")
    record.add_argument("--note", default="", metavar="文", help=f"メモ{_NO_NAMES}")
    record.add_argument("--copies", default="", metavar="番号", help="照会で渡した写しの番号をコンマで")
    record.set_defaults(run=run_yearly_record)
    back = acts.add_parser("back", help="校区の最後の段階を取り消します")
    back.add_argument("--district", required=True, metavar="校区", help="校区の名前")
    back.add_argument("--note", default="", metavar="文", help="取り消すわけ")
    back.set_defaults(run=run_yearly_back)
    due = acts.add_parser("due", help="段階の期限を決めます")
    due.add_argument(
        "days",
        nargs="+",
        metavar="段階=日",
        help=f"例 notice=R8.6.30。段階は {steps}。書かない段階はそのまま",
    )
    due.add_argument("--districts", default="", metavar="校区", help="その校区だけの期限。なければ市全体")
    due.set_defaults(run=run_yearly_due)
    status = acts.add_parser("status", help="46校区の進みぐあいと、遅れている校区を出します")
    status.set_defaults(run=run_yearly_status)
    for one in (start, record, back, due, status):
        one.add_argument("--year", default=None, metavar="年度", help="年度(例 R8。なければ今年度)")


# ---------------------------------------------------------------- activities
def run_record(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Write one entry; returns it."""
    from kurume_bousai.domain.activities import ActivityEntry, ActivityId
    from kurume_bousai.domain.dates import parse_date

    entry = ActivityEntry(
        activity_id=ActivityId(""),
        kind=ActivityKind(args.kind),
        held_on=parse_date(args.on),
        district_id=_district(args.district),
        people=args.people,
        times=args.times,
        place=args.place,
        note=args.note,
    )
    with context.open_database() as database:
        kept = _activities(database).save(entry).value
    context.tell(f"{label(kept.kind)}を書きました。")
    return {"entry": _entry_json(kept)}


def run_list(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Return what was typed and what finished sessions tell."""
    year = None if args.year is None else parse_fiscal_year(args.year)
    with context.open_database() as database:
        entries = _activities(database).report(year).entries
    return {"entries": [_entry_json(one) for one in entries if year in (None, one.fiscal_year)]}


def run_remove(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Take one entry back."""
    from kurume_bousai.domain.errors import KnownProblem

    with context.open_database() as database:
        service = _activities(database)
        found = next((one for one in service.report().entries if one.activity_id == args.entry), None)
        if found is None:
            raise KnownProblem(
                "activity_gone",
                "この記録はありません。",
                where=args.entry,
                advice="list で確かめてください。",
            )
        service.remove(found)
    return {"removed": args.entry}


# ---------------------------------------------------------------- yearly
def run_yearly_start(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Begin a 年度 with the usual days due."""
    with context.open_database() as database:
        return _progress_json(_yearly(database).start(_year(args)).value, _today())


def run_yearly_record(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Write one step of several 校区, all or none."""
    from kurume_bousai.domain.dates import parse_date

    day = None if args.on is None else parse_date(args.on)
    copies = [word.strip() for word in args.copies.split(",") if word.strip()]
    with context.open_database() as database:
        service, year, step = _yearly(database), _year(args), YearlyStep(args.step)
        districts = _many(service, year, args.districts)
        outcome = service.record(year, districts, step, done_on=day, note=args.note, copy_numbers=copies)
    return _progress_json(outcome.value, _today())


def run_yearly_back(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Take the last step of a 校区 back."""
    district_id = _district(args.district) or DistrictId("")
    with context.open_database() as database:
        outcome = _yearly(database).take_back(_year(args), district_id, args.note)
    return _progress_json(outcome.value, _today())


def run_yearly_due(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Change days due of the city, or of some 校区 in place of the city's."""
    with context.open_database() as database:
        service, year = _yearly(database), _year(args)
        districts = _many(service, year, args.districts) if args.districts else None
        update = service.sheet(year).progress.update
        standing = update.due_of(districts[0]) if districts and len(districts) == 1 else update.due
        outcome = service.set_due(year, {**standing, **_due_days(args.days)}, districts)
    return _progress_json(outcome.value, _today())


def _due_days(words: list[str]) -> dict[YearlyStep, date]:
    from kurume_bousai.domain.dates import parse_date
    from kurume_bousai.domain.errors import KnownProblem

    found: dict[YearlyStep, date] = {}
    for word in words:
        step, sign, day = word.partition("=")
        if not sign or step not in {one.value for one in YearlyStep}:
            raise KnownProblem(
                "yearly_due",
                "期限の書きかたが正しくありません。",
                where=word,
                advice="notice=R8.6.30 のように書いてください。",
            )
        found[YearlyStep(step)] = parse_date(day)
    return found


def run_yearly_status(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Return where the 46 stand; needs a 年度 that was begun."""
    with context.open_database() as database:
        sheet = _yearly(database).sheet(_year(args))
    context.tell(f"済んだ校区 {sheet.progress.done} / {len(sheet.progress.districts)}")
    return _progress_json(sheet.progress, sheet.as_of)


def _many(service: YearlyUpdateService, year: int, text: str) -> list[DistrictId]:
    if text.strip() == "all":
        return [row.district_id for row in service.sheet(year).progress.districts]
    return [found for word in text.split(",") if (found := _district(word)) is not None]


def _activities(database: CityDatabase) -> ActivityService:
    from kurume_bousai import app
    from kurume_bousai.services.office.activities import ActivityService

    return ActivityService(database, app.SystemClock())


def _yearly(database: CityDatabase) -> YearlyUpdateService:
    from kurume_bousai import app
    from kurume_bousai.services.office.yearly_update import YearlyUpdateService

    return YearlyUpdateService(database, app.SystemClock())


def _today() -> date:
    from kurume_bousai import app

    return app.SystemClock().now().date()


def _year(args: argparse.Namespace) -> int:
    return fiscal_year_of(_today()) if args.year is None else parse_fiscal_year(args.year)


def _district(text: str | None) -> DistrictId | None:
    name = (text or "").strip().removesuffix("校区")
    return DistrictId(name) if name else None


def _entry_json(entry: ActivityEntry) -> dict[str, object]:
    return {
        "activity_id": entry.activity_id,
        "year": fiscal_year_letter(entry.fiscal_year),
        "kind": entry.kind.value,
        "held_on": entry.held_on,
        "district": entry.district_id,
        "people": entry.people,
        "times": entry.times,
        "place": entry.place,
        "from_session": entry.is_from_session,
    }


def _progress_json(progress: YearlyProgress, today: date) -> dict[str, object]:
    return {
        "year": fiscal_year_letter(progress.update.fiscal_year),
        "districts": len(progress.districts),
        "reached": {step.value: progress.reached(step) for step in YearlyStep},
        "late": [{"district": row.district_id, "days": row.late_days(today)} for row in progress.late(today)],
    }
