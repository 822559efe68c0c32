"""``hand-out``: orders, the second person, and what happened to each numbered copy. No name is printed."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from kurume_bousai.cli.confirming import ENV_CONFIRM, add_confirmation, given_confirmation
from kurume_bousai.domain.hand_outs import CopyEventKind, HandOutPaper, OrderId

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers
    from kurume_bousai.domain.hand_outs import HandedCopy, HandOutOrder
    from kurume_bousai.services.hand_outs.copies import CopyList
    from kurume_bousai.services.hand_outs.service import HandOutDraft

_FILTERS = ("out", "overdue", "awaited", "unsigned", "all")
_EVENTS = (
    ("receipt", CopyEventKind.RECEIVED, "受領書を受け取ったことを書きます"),
    ("return", CopyEventKind.RETURNED, "返却を書きます"),
    ("dispose", CopyEventKind.DISPOSED, "廃棄を書きます"),
    ("found", CopyEventKind.FOUND, "なくした写しが見つかったことを書きます"),
    ("recall", CopyEventKind.RECALLED, "回収を求めたことを書きます"),
    ("hand-over", CopyEventKind.HANDED_OVER, "持つ人が変わったことを書きます"),
)


def register(subparsers: Subparsers) -> None:
    """Add the command to the program's parser."""
    parser = subparsers.add_parser(
        "hand-out",
        help="名簿を渡す: 申し出、二人目の確認、写しの台帳",
        description="申し出(order)を書き、別の操作者が確かめて(confirm)はじめて、番号のついた写しが出ます。"
        "出力に名前は出ません。",
    )
    acts = parser.add_subparsers(dest="act", metavar="すること", required=True)
    _add_order(acts)
    _add_confirm(acts)
    cancel = acts.add_parser("cancel", help="申し出を取りやめます")
    cancel.add_argument("order", metavar="申し出", help="order で出る番号")
    cancel.set_defaults(run=run_cancel)
    orders = acts.add_parser("orders", help="確認を待っている申し出の一覧")
    orders.set_defaults(run=run_orders)
    for name, kind, words in _EVENTS:
        event = acts.add_parser(name, help=words)
        _add_event(event, kind)
    acts.choices["receipt"].add_argument(
        "--form", type=Path, default=None, metavar="FILE", help="書かずに、受領書の用紙(.pdf)をつくる"
    )
    lose = acts.add_parser("lose", help="紛失を書き、だれの情報が載っていたかを番号で出します")
    _add_event(lose, CopyEventKind.LOST)
    lose.add_argument("--report", type=Path, default=None, metavar="FILE", help="紛失の報告の紙(番号だけ)")
    lose.set_defaults(run=run_lose)
    correct = acts.add_parser("correct", help="写しに最後に書いた記録を訂正します(前の記録も残ります)")
    correct.add_argument("copy", metavar="番号", help="写しの番号")
    correct.add_argument("--note", required=True, metavar="わけ", help="訂正のわけ")
    correct.set_defaults(run=run_correct)
    found = acts.add_parser("list", help="写しの台帳")
    found.add_argument(
        "--filter",
        choices=_FILTERS,
        default="out",
        help="out 出ている・overdue 期限切れ・awaited 返却待ち・unsigned 受領書待ち・all すべて",
    )
    found.set_defaults(run=run_list)
    overdue = acts.add_parser("overdue", help="返す日か使用期限を過ぎた写し")
    overdue.set_defaults(run=run_list, filter="overdue")
    holders = acts.add_parser("holders", help="渡す先ごとに、いま持っている写し")
    holders.set_defaults(run=run_holders)
    diff = acts.add_parser("diff", help="渡す先が持っている名簿から、変わった人数を出します")
    diff.add_argument("recipient", metavar="ID", help="渡す先のIDか名前")
    diff.set_defaults(run=run_diff)


def _add_order(acts: Subparsers) -> None:
    parser = acts.add_parser("order", help="申し出を書きます(まだ何も出ません)")
    add = parser.add_argument
    add("recipient", metavar="ID", help="渡す先のIDか名前(recipients list)")
    add("--purpose", required=True, metavar="目的", help="渡す目的")
    add("--copies", type=int, default=1, metavar="N", help="部数")
    add(
        "--paper",
        choices=[paper.value for paper in HandOutPaper],
        default=HandOutPaper.ROSTER.value,
        help="roster 名簿の全体・difference 差分名簿・emergency 災害時提供モードの範囲だけ",
    )
    add("--expires", default=None, metavar="日", help="使用期限(なければ決まりの日数)")
    add("--due", default=None, metavar="日", help="返してもらう日(なければ使用期限)")
    parser.set_defaults(run=run_order)


def _add_confirm(acts: Subparsers) -> None:
    parser = acts.add_parser(
        "confirm",
        help="申し出を確かめて、暗号化した写しを出します",
        description="申し出た人とは別の操作者が要ります。--confirmed-by の合言葉は、"
        f"環境変数 {ENV_CONFIRM} か入力で渡します。省くと、いまの操作者が確かめた人になります。",
    )
    parser.add_argument("order", metavar="申し出", help="order で出る番号")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="書き出すファイル(.pdf .xlsx)"
    )
    add_confirmation(parser)
    parser.set_defaults(run=run_confirm)


def _add_event(parser: argparse.ArgumentParser, kind: CopyEventKind) -> None:
    parser.add_argument("copies", nargs="+", metavar="番号", help="写しの番号(例 2026-0001)")
    parser.add_argument("--on", default=None, metavar="日", help="その日(なければ今日)")
    parser.add_argument("--note", default="", metavar="文", help="メモ")
    if kind is CopyEventKind.HANDED_OVER:
        parser.add_argument("--holder", required=True, metavar="氏名", help="これから持つ人")
    parser.set_defaults(run=run_event, kind=kind)


def run_order(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Write an order down."""
    from kurume_bousai import app

    with context.open_database() as database:
        partner = app.recipients(database).named(args.recipient)
        service = app.hand_outs(database, app.reporting(database))
        order = service.order(_draft(args, partner.partner_id)).value
        able = service.confirmers()
    context.tell(
        f"申し出を書きました。番号 {order.order_id}、{order.people}人、{order.copies}部。"
        f"別の操作者が hand-out confirm {order.order_id} で確かめると、写しが出ます。"
    )
    if not able:
        context.tell(
            "確かめられる操作者が、ほかにいません。管理者に、名簿担当の操作者を加えてもらってください。"
        )
    return {"order": _order_json(order), "confirmers": len(able)}


def run_confirm(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Confirm an order and write its encrypted copies."""
    from kurume_bousai import app

    with context.open_database() as database:
        service = app.hand_outs(database, app.reporting(database))
        order_id = OrderId(args.order)
        expected = service.find(order_id).people
        written = service.write_copies(
            order_id, args.out, context.output_password, given_confirmation(args)
        ).value
        copies = app.hand_out_copies(database).copies_of(order_id)
    for notice in written.notices:
        context.tell(notice)
    people = copies[0].people
    if people != expected:
        context.tell(f"申し出のときは{expected}人でしたが、いまは{people}人です。")
    return {**written.as_json(), "people": people, "ordered_people": expected}


def run_cancel(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Take an order back."""
    from kurume_bousai import app

    with context.open_database() as database:
        service = app.hand_outs(database, app.reporting(database))
        return {"order": _order_json(service.cancel(OrderId(args.order)).value)}


def run_orders(args: argparse.Namespace, context: CliContext) -> dict[str, object]:  # noqa: ARG001 - no options
    """Return the orders that wait for a second person."""
    from kurume_bousai import app

    with context.open_database() as database:
        orders = app.hand_outs(database, app.reporting(database)).orders()
    waiting = [_order_json(order) for order in orders if order.is_open]
    context.tell(f"確認を待っている申し出 {len(waiting)}件")
    return {"orders": waiting}


def run_event(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Write down what happened to copies, or make the form of a receipt."""
    from kurume_bousai import app
    from kurume_bousai.cli.days import day

    with context.open_database() as database:
        service = app.hand_out_copies(database)
        if getattr(args, "form", None) is not None:
            form = service.receipt_form(args.copies)
            return app.reporting(database).write(form, args.form).value.as_json()
        after = service.record(
            args.copies,
            args.kind,
            day(args.on, "--on") or service.today,
            holder=getattr(args, "holder", ""),
            note=args.note,
        ).value
        listed = service.ledger()
    return {"copies": [_copy_json(copy, listed) for copy in after]}


def run_lose(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Write a loss down and say whose numbers stood on it, with which columns."""
    from kurume_bousai import app
    from kurume_bousai.services.papers.rules import format_of

    if args.report is not None:
        format_of(args.report)  # a wrong ending is told before anything is written
    told = run_event(args, context)
    with context.open_database() as database:
        service = app.hand_out_copies(database)
        reports = [service.loss_report(number) for number in args.copies]
        places = _report_places(args.report, args.copies)
        reporting = app.reporting(database)
        for report, place in zip(reports, places, strict=False):
            reporting.write(report, place)
    numbers = sorted({person.number for report in reports for person in report.people})
    columns = sorted({column.value for report in reports for column in report.columns})
    context.tell(
        f"この写しには{len(numbers)}人が載っていました。市の個人情報の担当に、すぐ知らせてください。"
    )
    return {**told, "people": numbers, "columns": columns, "files": [str(one) for one in places]}


def run_correct(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Take the last record of a copy back."""
    from kurume_bousai import app

    with context.open_database() as database:
        service = app.hand_out_copies(database)
        after = service.correct(args.copy, args.note).value
        listed = service.ledger()
    return {"copies": [_copy_json(copy, listed) for copy in after]}


def run_list(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Return copies by a filter."""
    from kurume_bousai import app
    from kurume_bousai.labels import label

    with context.open_database() as database:
        found = app.hand_out_copies(database).ledger()
    chosen = _chosen(found, args.filter)
    context.tell(f"写し {len(chosen)}部")
    if found.loosened is not None:
        papers = "、".join(label(one) for one in found.loosened.rules)
        context.tell(f"注意: 市の決まりで、{papers}は、もう一人の確認なしで外に出せます。")
    loosened = None if found.loosened is None else found.loosened.as_json()
    return {"copies": [_copy_json(copy, found) for copy in chosen], "loosened": loosened}


def run_holders(args: argparse.Namespace, context: CliContext) -> dict[str, object]:  # noqa: ARG001 - no options
    """Return per recipient the copies that are in somebody's hands."""
    from kurume_bousai import app

    with context.open_database() as database:
        found = app.hand_out_copies(database).ledger()
    holders = [
        {"recipient": recipient, "copies": [_copy_json(copy, found) for copy in copies]}
        for recipient, _, copies in found.holders()
    ]
    context.tell(f"写しを持っている所 {len(holders)}件")
    return {"holders": holders}


def run_diff(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Count what changed since a recipient's last list."""
    from kurume_bousai import app
    from kurume_bousai.services.hand_outs.service import HandOutDraft

    with context.open_database() as database:
        partner = app.recipients(database).named(args.recipient)
        service = app.hand_outs(database, app.reporting(database))
        draft = HandOutDraft(partner.partner_id, "差分の確認", paper=HandOutPaper.DIFFERENCE)
        found = service.preview(draft)
    context.tell(f"消す {found.removed}人、変わる {found.changed}人、加わる {found.added}人")
    return {
        "recipient": partner.partner_id,
        "removed": found.removed,
        "changed": found.changed,
        "added": found.added,
        "columns": [column.value for column in found.columns],
    }


def _report_places(place: Path | None, copies: list[str]) -> list[Path]:
    if place is None:
        return []
    if len(copies) == 1:
        return [place]
    return [place.with_name(f"{place.stem}-{number}{place.suffix}") for number in copies]


def _chosen(found: CopyList, name: str) -> list[HandedCopy]:
    if name == "out":
        return found.out()
    if name == "overdue":
        return found.overdue()
    if name == "awaited":
        return found.awaited()
    return found.unsigned() if name == "unsigned" else list(found.copies)


def _draft(args: argparse.Namespace, partner_id: str) -> HandOutDraft:
    from kurume_bousai.cli.days import day
    from kurume_bousai.domain.recipients import PartnerId
    from kurume_bousai.services.hand_outs.service import HandOutDraft

    return HandOutDraft(
        PartnerId(partner_id),
        args.purpose,
        args.copies,
        HandOutPaper(args.paper),
        day(args.expires, "--expires"),
        day(args.due, "--due"),
    )


def _order_json(order: HandOutOrder) -> dict[str, object]:
    return {
        "order": order.order_id,
        "recipient": order.partner_id,
        "paper": order.paper.value,
        "copies": order.copies,
        "people": order.people,
        "expires_on": str(order.expires_on),
        "due_on": str(order.due_on),
        "ordered_at": order.ordered_at.isoformat(timespec="seconds"),
        "ordered_by": order.ordered_by,
        "is_open": order.is_open,
    }


def _copy_json(copy: HandedCopy, listed: CopyList) -> dict[str, object]:
    """Without who holds it: an official's name stays in the program."""
    return {
        "copy": copy.copy_number,
        "document": copy.document,
        "recipient": copy.recipient,
        "recipient_id": copy.partner_id,
        "state": copy.state.value,
        "people": copy.people,
        "issued_at": copy.issued_at.isoformat(timespec="seconds"),
        "received_on": _text(copy.received_on),
        "expires_on": _text(copy.expires_on),
        "due_on": _text(copy.due_on),
        "closed_on": _text(copy.closed_on),
        "is_overdue": copy.is_overdue(listed.today),
        "must_come_back": copy.is_out and copy.copy_number in listed.to_recall,
        "mode": None if copy.mode is None else copy.mode.value,
        "confirmed_by": copy.confirmed_by,
        "second_ground": None if copy.second_ground is None else copy.second_ground.value,
    }


def _text(found: object) -> str | None:
    return None if found is None else str(found)
