"""``emergency``: 災害時提供モード on, off, now, and everything that left under it (災対法49条の11③)."""

from __future__ import annotations

import argparse
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kurume_bousai.domain.emergency import EMERGENCY_BODIES, USUAL_TIME, EmergencyId
from kurume_bousai.domain.ids import DistrictId, OperationId
from kurume_bousai.labels import label

if TYPE_CHECKING:
    from datetime import datetime

    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers
    from kurume_bousai.domain.emergency import EmergencyMode
    from kurume_bousai.services.disclosure.emergency import EmergencyService, EmergencyStatus
    from kurume_bousai.services.ports.office_papers import EmergencyCopyLine
    from kurume_bousai.services.ports.sessions import CityDatabase


def register(subparsers: Subparsers) -> None:
    """Add the command to the program's parser."""
    parser = subparsers.add_parser(
        "emergency",
        help="災害時提供モードを始めます・終えます",
        description="災害対策基本法49条の11第3項により、同意がなくても名簿を渡せるようにします。"
        "決めた災害・範囲・渡す先だけです。支援措置対象者は、このモードでも渡しません。",
    )
    acts = parser.add_subparsers(dest="act", metavar="すること", required=True)
    _add_on(acts)
    off = acts.add_parser("off", help="終えます")
    off.add_argument("emergency", metavar="ID", help="status や list で出る emergency_id")
    off.add_argument("--note", default="", metavar="文", help="終えるわけ")
    off.set_defaults(run=run_off)
    status = acts.add_parser("status", help="いまのようすを出します")
    status.set_defaults(run=run_status)
    listed = acts.add_parser("list", help="これまでのものと、それで渡した写しを出します")
    listed.add_argument("--emergency", default=None, metavar="ID", help="この一つだけ")
    listed.add_argument("--out", type=Path, default=None, metavar="FILE", help="--emergency の記録を書き出す")
    listed.set_defaults(run=run_list)


def _add_on(acts: Subparsers) -> None:
    on = acts.add_parser("on", help="始めます")
    add = on.add_argument
    add("--event", required=True, metavar="名前", help="災害の名前(例 令和8年7月豪雨)")
    add("--operation", default=None, metavar="ID", help="災害対応のID。その災害対応が終わると終わります")
    add("--reason", required=True, metavar="文", help="同意を待てないわけ")
    add("--districts", default=None, metavar="校区", help="校区の名前をコンマで。なければ全市")
    add(
        "--bodies",
        required=True,
        metavar="種類",
        help="渡す先の種類をコンマで: " + "・".join(f"{one.value}({label(one)})" for one in EMERGENCY_BODIES),
    )
    hours = USUAL_TIME // timedelta(hours=1)
    add("--hours", type=float, default=None, metavar="H", help=f"何時間で終わるか(なければ{hours})")
    add("--until", default=None, metavar="日時", help="終わる時(例 2026-07-12T18:00)")
    on.set_defaults(run=run_on)


def run_on(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Switch it on; returns it."""
    from kurume_bousai.services.disclosure.emergency import EmergencyOrder

    with context.open_database() as database:
        service = _service(database)
        order = EmergencyOrder(
            event=args.event,
            reason=args.reason,
            bodies=_bodies(args.bodies),
            districts=_districts(args.districts),
            operation_id=None if args.operation is None else OperationId(args.operation),
            until=_until(args, service),
        )
        mode = service.switch_on(order).value
    context.tell("災害時提供モードを始めました。終わったら、emergency off で終えてください。")
    return {"emergency": _mode_json(mode), "on": True}


def run_off(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Switch it off at once."""
    with context.open_database() as database:
        status = _service(database).switch_off(EmergencyId(args.emergency), args.note).value
    context.tell(f"災害時提供モードを終えました。このモードで渡した写しは{status.copies}部です。")
    return {"emergency": _status_json(status), "on": status.is_on}


def run_status(args: argparse.Namespace, context: CliContext) -> dict[str, object]:  # noqa: ARG001 - as every command
    """Return those that are on now."""
    with context.open_database() as database:
        live = _service(database).live()
    context.tell("災害時提供モードです。" if live else "災害時提供モードではありません。")
    return {"on": bool(live), "emergencies": [_mode_json(mode) for mode in live]}


def run_list(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Return every one there was, of one also the copies that left under it, and write its paper."""
    from kurume_bousai import app
    from kurume_bousai.domain.errors import KnownProblem

    if args.out is not None and args.emergency is None:
        raise KnownProblem(
            "emergency_which",
            "どの災害時提供モードの記録かがわかりません。",
            where="--emergency",
            advice="list で emergency_id を確かめて、--emergency に付けてください。",
        )
    with context.open_database() as database:
        service = _service(database)
        found = [one for one in service.listed() if args.emergency in (None, one.mode.emergency_id)]
        result: dict[str, object] = {"emergencies": [_status_json(one) for one in found]}
        if args.emergency is not None:
            emergency_id = EmergencyId(args.emergency)
            report = service.report(emergency_id)
            result["copies"] = [_copy_json(entry) for entry in service.left_under(emergency_id)]
            if args.out is not None:
                written = app.reporting(database).write(report, args.out).value
                result.update(written.as_json() | {"copies": result["copies"]})
    return result


def _service(database: CityDatabase) -> EmergencyService:
    from kurume_bousai import app
    from kurume_bousai.services.disclosure.emergency import EmergencyService

    return EmergencyService(database, app.SystemClock())


def _bodies(text: str) -> frozenset[Body]:
    from kurume_bousai.domain.errors import KnownProblem

    known = {body.value: body for body in EMERGENCY_BODIES}
    words = [word.strip() for word in text.split(",") if word.strip()]
    strange = [word for word in words if word not in known]
    if strange:
        raise KnownProblem(
            "unknown_recipient",
            "渡す先の種類がわかりません。",
            where="--bodies",
            advice=f"次のどれかにしてください: {'、'.join(known)}",
        )
    return frozenset(known[word] for word in words)


def _districts(text: str | None) -> frozenset[DistrictId] | None:
    if text is None:
        return None
    names = (word.strip().removesuffix("校区") for word in text.split(","))
    return frozenset(DistrictId(name) for name in names if name)


def _until(args: argparse.Namespace, service: EmergencyService) -> datetime | None:
    """The end that was given; an event in words gets the usual time, an operation ends by itself."""
    from kurume_bousai.cli.people import moment

    given = moment(args.until, "--until")
    if given is not None:
        return given
    if args.hours is not None:
        return service.now() + timedelta(hours=args.hours)
    return None if args.operation is not None else service.now() + USUAL_TIME


def _mode_json(mode: EmergencyMode) -> dict[str, object]:
    return {
        "emergency_id": mode.emergency_id,
        "event": mode.event,
        "operation": mode.operation_id,
        "districts": None if mode.districts is None else sorted(mode.districts),
        "bodies": sorted(body.value for body in mode.bodies),
        "recipients": sorted(mode.partner_ids),
        "reason": mode.reason,
        "started_at": mode.started_at.isoformat(timespec="seconds"),
        "started_by": mode.started_by,
        "until": None if mode.until is None else mode.until.isoformat(timespec="seconds"),
    }


def _status_json(status: EmergencyStatus) -> dict[str, object]:
    ending = status.ending
    ended = (
        None if ending is None else {"kind": ending.kind.value, "at": ending.at.isoformat(timespec="seconds")}
    )
    mode = status.mode
    said = {"ended": ended, "ended_by": mode.ended_by, "end_note": mode.end_note, "copies": status.copies}
    return _mode_json(mode) | said


def _copy_json(entry: EmergencyCopyLine) -> dict[str, object]:
    return {
        "copy": entry.copy_number,
        "document": entry.document,
        "recipient": entry.recipient,
        "issued_at": entry.issued_at.isoformat(timespec="seconds"),
        "operator": entry.operator,
        "people": entry.people,
        "due_on": entry.due_on,
        "returned_on": entry.returned_on,
    }


if TYPE_CHECKING:
    from kurume_bousai.domain.bodies import Body
