"""``reception``: the ledger of who came to which site, and its board (FEATURES E7, E8, E14)."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from kurume_bousai.domain.ids import OperationId, SiteId
from kurume_bousai.domain.reception import ReceptionKind
from kurume_bousai.domain.shelters import YesNoUnknown
from kurume_bousai.labels import label

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers
    from kurume_bousai.domain.reception import ReceptionEntry, SiteOccupancy, SiteReport
    from kurume_bousai.services.ports.sessions import CityDatabase
    from kurume_bousai.services.shelters.reception import ReceptionService

#: What ``record`` takes; 訂正 has a command of its own.
_KINDS = [kind for kind in ReceptionKind if kind is not ReceptionKind.CANCELLED]

_OFF_LIST = "番号を確かめてください。名簿にない人は、--person を付けずに人数で書きます。"


def register(subparsers: Subparsers) -> None:
    """Add the command to the program's parser."""
    parser = subparsers.add_parser(
        "reception",
        help="施設の受け入れを記録し、いまの人数を出します",
        description="災害のときの受け入れの台帳です。書いたものは消えません。まちがいは cancel で訂正します。"
        "訓練の結果は、この台帳に入りません。",
    )
    acts = parser.add_subparsers(dest="act", metavar="すること", required=True)
    _add_record(acts)
    board = acts.add_parser("board", help="施設ごとの、いまの人数と状況を出します(名前は出ません)")
    board.add_argument("--site", default=None, metavar="ID", help="この施設だけ")
    board.set_defaults(run=run_board)
    entries = acts.add_parser("list", help="台帳を、書いた順に出します")
    entries.add_argument("--site", default=None, metavar="ID", help="この施設だけ")
    entries.set_defaults(run=run_list)
    cancel = acts.add_parser("cancel", help="記録を訂正します(前の記録も残ります)")
    cancel.add_argument("entry", metavar="記録のID", help="list で出る entry_id")
    cancel.add_argument("--note", default="", metavar="文", help="訂正のわけ(個人がわかることは書かない)")
    cancel.set_defaults(run=run_cancel)


def _add_record(acts: Subparsers) -> None:
    parser = acts.add_parser(
        "record",
        help="台帳に一件書きます",
        description="すること: " + "、".join(f"{kind.value}({label(kind)})" for kind in _KINDS),
    )
    add = parser.add_argument
    add("kind", metavar="すること", choices=[kind.value for kind in _KINDS], help="要請、入所など(上の一覧)")
    add("--site", required=True, metavar="ID", help="施設のID(移送では移る先)")
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--person", type=int, default=None, metavar="番号", help="名簿の人の番号")
    who.add_argument("--party", default=None, metavar="ID", help="前に書いた組のparty_id")
    add("--people", type=int, default=None, metavar="N", help="人数(名簿の人は、なければ本人と同行者の全員)")
    add("--from", dest="source", default=None, metavar="ID", help="移送の、移る前の施設")
    add("--at", default=None, metavar="日時", help="あった時刻(例 2026-07-10T06:30。なければ今)")
    add("--event", default=None, metavar="ID", help="災害対応のID")
    add("--staff", type=int, default=None, metavar="N", help="状況連絡: いる職員の数")
    for name, words in (("power", "電気"), ("water", "水"), ("toilet", "トイレ")):
        add(
            f"--{name}",
            choices=[answer.value for answer in YesNoUnknown],
            default=YesNoUnknown.UNKNOWN.value,
            help=f"状況連絡: {words}が使えるか",
        )
    add("--by", default="", metavar="役", help="知らせた人(施設長など)")
    add("--note", default="", metavar="文", help="メモ(個人がわかることは書かない)")
    parser.set_defaults(run=run_record)


def run_record(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Write one entry; returns it and the site's figures after it."""
    from kurume_bousai.cli.people import member_of_number, moment
    from kurume_bousai.services.shelters.reception import ReceptionDraft

    kind = ReceptionKind(args.kind)
    with context.open_database() as database:
        service = _service(database)
        outcome = service.record(
            ReceptionDraft(
                kind=kind,
                site_id=SiteId(args.site),
                member_id=None if args.person is None else member_of_number(database, args.person, _OFF_LIST),
                party_id=args.party,
                people=args.people,
                from_site_id=None if args.source is None else SiteId(args.source),
                at=moment(args.at),
                operation_id=None if args.event is None else OperationId(args.event),
                report=_report(args) if kind is ReceptionKind.REPORTED else None,
                reported_by=args.by,
                note=args.note,
            )
        )
        return _written(service, outcome.value, context)


def run_cancel(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Take one entry back."""
    with context.open_database() as database:
        service = _service(database)
        return _written(service, service.cancel(args.entry, args.note).value, context)


def run_board(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Return the figures of every site that has an entry."""
    with context.open_database() as database:
        board = _service(database).board()
    found = [one for one in board.values() if args.site in (None, one.site_id)]
    sites = [_occupancy_json(one) for one in sorted(found, key=lambda one: one.site_id)]
    total = sum(one.occupied_people for one in found)
    context.tell(f"いま施設にいる人 {total:,}人 ({len(found)}施設)")
    return {"occupied_people": total, "sites": sites}


def run_list(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Return the ledger in the order it was written."""
    with context.open_database() as database:
        site_id = None if args.site is None else SiteId(args.site)
        entries = _service(database).entries(site_id)
    return {"entries": [_entry_json(one) for one in entries]}


def _service(database: CityDatabase) -> ReceptionService:
    from kurume_bousai import app
    from kurume_bousai.services.shelters.reception import ReceptionService

    return ReceptionService(database, app.SystemClock())


def _report(args: argparse.Namespace) -> SiteReport:
    from kurume_bousai.domain.reception import SiteReport

    answers = (YesNoUnknown(args.power), YesNoUnknown(args.water), YesNoUnknown(args.toilet))
    return SiteReport(args.staff, *answers)


def _written(service: ReceptionService, entry: ReceptionEntry, context: CliContext) -> dict[str, object]:
    from kurume_bousai.domain.reception import SiteOccupancy

    site = service.board().get(entry.site_id, SiteOccupancy(entry.site_id))
    context.tell(f"{label(entry.kind)}を書きました。この施設にいる人 {site.occupied_people:,}人")
    return {"entry": _entry_json(entry), "site": _occupancy_json(site)}


def _entry_json(entry: ReceptionEntry) -> dict[str, object]:
    """Without the id of a person: a party's own id is enough to go on."""
    return {
        "entry_id": entry.entry_id,
        "at": entry.at.isoformat(timespec="seconds"),
        "operator": entry.operator,
        "kind": entry.kind.value,
        "site": entry.site_id,
        "from": entry.from_site_id,
        "party_id": entry.party_id,
        "on_list": entry.member_id is not None,
        "people": entry.people,
        "event": entry.operation_id,
        "cancels": entry.cancels,
        "report": None if entry.report is None else _report_json(entry.report),
        "by": entry.reported_by,
        "note": entry.note,
    }


def _report_json(report: SiteReport) -> dict[str, object]:
    return {
        "staff": report.staff,
        "power": report.power.value,
        "water": report.water.value,
        "toilet": report.toilet.value,
    }


def _occupancy_json(site: SiteOccupancy) -> dict[str, object]:
    moments = {"counted_at": site.counted_at, "reported_at": site.reported_at, "newest_at": site.newest_at}
    return {
        "site": site.site_id,
        "waiting_people": site.waiting_people,
        "expected_people": site.expected_people,
        "occupied_people": site.occupied_people,
        "admitted_people": site.admitted_people,
        "counted_people": site.counted_people,
        "received_people": site.received_people,
        "departed_people": site.departed_people,
        "counted_by": site.counted_by,
        "reported_by": site.reported_by,
        "report": None if site.report is None else _report_json(site.report),
        **{name: None if at is None else at.isoformat(timespec="seconds") for name, at in moments.items()},
    }
