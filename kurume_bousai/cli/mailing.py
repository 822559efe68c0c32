"""``mailing``: letters with their forms, the check of the envelopes, the post, and what comes back."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from kurume_bousai.cli.confirming import add_confirmation, confirmation_for
from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.dates import parse_date
from kurume_bousai.domain.mailings import Audience, EnvelopeOrder, ReplyKind, show_code
from kurume_bousai.domain.second_person import NamedKind
from kurume_bousai.labels import label

if TYPE_CHECKING:
    from datetime import date

    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers
    from kurume_bousai.domain.mailings import Mailing
    from kurume_bousai.services.letters.status import MailingStatus
    from kurume_bousai.services.progress import Progress

_ANSWERS = {"yes": ConsentState.GIVEN, "no": ConsentState.REFUSED}


def register(subparsers: Subparsers) -> None:
    """Add the command to the program's parser."""
    parser = subparsers.add_parser(
        "mailing",
        help="登録の案内を送り、返送を入れます",
        description="案内と回答用紙に同じ番号をつけ、封筒の順に出します。"
        "順に create、print、control、check、post、return です。人の名前はコマンドに出ません。",
    )
    acts = parser.add_subparsers(dest="act", metavar="すること", required=True)
    _add_create(acts)
    _add_paper(acts)
    _add_post(acts)
    _add_return(acts)


def _number(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", type=int, metavar="番号", help="案内の番号(create で出る)")


def _add_create(acts: Subparsers) -> None:
    create = acts.add_parser("create", help="だれに送るかを決め、封筒の順と番号を決めます")
    add = create.add_argument
    add("--title", required=True, metavar="文", help="案内の題(例 令和8年度 登録の案内)")
    add("--reply-by", required=True, metavar="日", help="返送の期限")
    add(
        "--audience",
        choices=[one.value for one in Audience],
        default=Audience.FIRST.value,
        help="、".join(f"{one.value} {label(one)}" for one in Audience),
    )
    add(
        "--order",
        choices=[one.value for one in EnvelopeOrder],
        default=EnvelopeOrder.POSTAL.value,
        help="、".join(f"{one.value} {label(one)}" for one in EnvelopeOrder),
    )
    add("--bundle", type=int, default=50, metavar="N", help="一束の通数")
    add("--check-every", type=int, default=25, metavar="N", help="何通に1通の封筒を開けて確かめるか")
    add("--protected", action="store_true", help="支援措置担当が、支援措置対象者だけに送る")
    add("--plan", action="store_true", help="何通になるかを出すだけで、つくらない")
    create.set_defaults(run=run_create)
    listing = acts.add_parser("list", help="案内の一覧")
    listing.set_defaults(run=run_list)
    status = acts.add_parser("status", help="案内のいま(通数・点検・返送)")
    _number(status)
    status.set_defaults(run=run_status)
    cancel = acts.add_parser("cancel", help="出していない案内を取りやめます")
    _number(cancel)
    cancel.set_defaults(run=run_cancel)


def _add_paper(acts: Subparsers) -> None:
    paper = acts.add_parser(
        "print", help="案内と回答用紙を、暗号化したPDFに出します(もう一人の確認が要ります)"
    )
    _number(paper)
    paper.add_argument("--out", type=Path, required=True, metavar="FILE.pdf", help="書き出すPDF")
    paper.add_argument("--bundle", type=int, default=None, metavar="N", help="この束だけ")
    paper.add_argument(
        "--to",
        dest="last",
        type=int,
        default=None,
        metavar="N",
        help="--bundle からこの束まで(一度に500通まで)",
    )
    add_confirmation(paper)
    paper.set_defaults(run=run_print)
    control = acts.add_parser("control", help="封入の点検表(番号と通数だけ)をPDFに出します")
    _number(control)
    control.add_argument("--out", type=Path, required=True, metavar="FILE.pdf", help="書き出すPDF")
    control.set_defaults(run=run_control)
    check = acts.add_parser("check", help="開けた封筒の、2枚の番号を記録します")
    _number(check)
    check.add_argument("letter", metavar="案内の番号", help="案内の文書にある9けたの番号")
    check.add_argument("form", metavar="用紙の番号", help="回答用紙にある9けたの番号")
    check.set_defaults(run=run_check)


def _add_post(acts: Subparsers) -> None:
    post = acts.add_parser("post", help="案内を出した日を記録します(未案内の人が案内済になります)")
    _number(post)
    post.add_argument("--on", default=None, metavar="日", help="出した日(なければ今日)")
    post.add_argument("--unchecked", default="", metavar="わけ", help="封筒の点検を省くわけ")
    post.set_defaults(run=run_post)


def _add_return(acts: Subparsers) -> None:
    reply = acts.add_parser("return", help="返送を1通入れます")
    add = reply.add_argument
    add("code", metavar="用紙の番号", help="回答用紙にある9けたの番号(例 001-00345-6)")
    add(
        "answer",
        choices=[one.value for one in ReplyKind],
        metavar="答え",
        help="、".join(f"{one.value} {label(one)}" for one in ReplyKind),
    )
    add("--roster", choices=sorted(_ANSWERS), default=None, help="名簿を渡すことの同意の欄")
    add("--plan", choices=sorted(_ANSWERS), default=None, help="マイプランの同意の欄")
    add("--answered-on", default=None, metavar="日", help="用紙に書かれた日(なければ受け取った日)")
    add("--received-on", default=None, metavar="日", help="受け取った日(なければ今日)")
    add("--mailing", type=int, default=None, metavar="番号", help="この案内の用紙だけを受けつける")
    reply.set_defaults(run=run_return)
    back = acts.add_parser("take-back", help="まちがえて入れた返送を取り消します")
    back.add_argument("code", metavar="用紙の番号", help="回答用紙にある9けたの番号")
    back.set_defaults(run=run_take_back)
    waiting = acts.add_parser("open", help="未返送の番号を、封筒の順に出します(名前は出ません)")
    waiting.add_argument("--mailing", type=int, default=None, metavar="番号", help="この案内だけ")
    waiting.set_defaults(run=run_open)


def run_create(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Make a mailing, or with ``--plan`` only count it."""
    from kurume_bousai.app.letters import mailings
    from kurume_bousai.services.letters.plan import MailingOrder

    order = MailingOrder(
        args.title,
        parse_date(args.reply_by),
        Audience(args.audience),
        EnvelopeOrder(args.order),
        args.bundle,
        args.check_every,
        args.protected,
    )
    with context.open_database() as database:
        service = mailings(database)
        plan = service.plan(order)
        told: dict[str, object] = {
            "invited": len(plan.invited),
            "left_out": {why.value: len(people) for why, people in plan.left_out.items()},
            "total": plan.total,
        }
        if not args.plan:
            told["mailing"] = _mailing_json(service.create(order).value)
    for why, people in plan.left_out.items():
        context.tell(f"送らない人: {label(why)} {len(people):,}人")
    return told


def run_list(_args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Return every mailing, the newest first."""
    from kurume_bousai.app.letters import mailings

    with context.open_database() as database:
        return {"mailings": [_mailing_json(one) for one in mailings(database).all()]}


def run_status(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Return how one mailing stands."""
    from kurume_bousai.app.letters import mailings

    with context.open_database() as database:
        return _status_json(mailings(database).status(args.number))


def run_cancel(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Give a mailing up that was not posted."""
    from kurume_bousai.app.letters import mailings

    with context.open_database() as database:
        return {"mailing": _mailing_json(mailings(database).cancel(args.number).value)}


def run_print(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Write letters and forms as one encrypted PDF."""
    from kurume_bousai.app.letters import mailings
    from kurume_bousai.services.disclosure.second_person import LetterFileRequest

    with context.open_database() as database:
        service = mailings(database)
        second = confirmation_for(LetterFileRequest(), args, context, service.gate, NamedKind.OTHER)
        paper = service.write(
            args.number, args.out, context.output_password, args.bundle, args.last, second
        ).value
        left = service.status(args.number)
    for notice in paper.notices:
        context.tell(notice)
    if left.next_bundles is not None:
        context.tell(f"まだ印刷していない束は {left.next_bundles[0]} からです。")
    return {"files": [str(args.out)], "pages": paper.pages, "notices": list(paper.notices)}


def run_control(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Write the control sheet."""
    from kurume_bousai.app.letters import mailings

    with context.open_database() as database:
        service = mailings(database)
        paper = service.write_control(args.number, args.out).value
        status = service.status(args.number)
    return {"files": [str(args.out)], "pages": paper.pages, **_status_json(status)}


def run_check(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Write one opened envelope down."""
    from kurume_bousai.app.letters import mailings

    with context.open_database() as database:
        service = mailings(database)
        check = service.check_pair(args.number, args.letter, args.form).value
        left = len(service.status(args.number).to_check)
    context.tell(
        "2枚の番号は同じです。"
        if check.is_match
        else "2枚の番号が違います。この封筒と、同じ束を全部開けて確かめてください。"
    )
    return {
        "ok": check.is_match,
        "letter": show_code(check.letter_code),
        "form": show_code(check.form_code),
        "to_check": left,
    }


def run_post(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Write down that the letters went out."""
    from kurume_bousai.app.letters import mailings

    with context.open_database() as database:
        on = parse_date(args.on) if args.on else None
        posted = mailings(database).post(args.number, on, args.unchecked, _by_tenths(context))
    return {"mailing": _mailing_json(posted.value)}


def _by_tenths(context: CliContext) -> Progress:
    """Ten lines for a mailing of any size."""
    told: list[int] = []

    def progress(done: int, total: int, text: str) -> None:
        tenth = done * 10 // total if total else 0
        if told[-1:] != [tenth]:
            told.append(tenth)
            context.tell(text)

    return progress


def run_return(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Write one reply; tells the person's 番号, never the name."""
    from kurume_bousai.app.letters import replies
    from kurume_bousai.services.letters.replies import Reply

    with context.open_database() as database:
        service = replies(database)
        received_on = parse_date(args.received_on) if args.received_on else service.today
        reply = Reply(
            ReplyKind(args.answer),
            received_on,
            parse_date(args.answered_on) if args.answered_on else None,
            _ANSWERS.get(args.roster),
            _ANSWERS.get(args.plan),
        )
        result = service.answer(args.code, reply, args.mailing).value
    for notice in result.notices:
        context.tell(notice)
    return {
        "code": show_code(result.echo.code),
        "number": result.echo.number,
        "registration": result.registration.value,
        "roster": result.roster.value,
        "notices": list(result.notices),
        "copies_to_recall": list(result.copies_out),
    }


def run_take_back(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Take one reply off again."""
    from kurume_bousai.app.letters import replies

    with context.open_database() as database:
        echo = replies(database).take_back(args.code).value
    return {"code": show_code(echo.code), "number": echo.number}


def run_open(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Return the codes that did not come back."""
    from kurume_bousai.app.letters import replies

    with context.open_database() as database:
        found = replies(database).open_letters(args.mailing)
    letters = [
        {"code": show_code(one.code), "number": one.number, "mailing": one.mailing.number} for one in found
    ]
    context.tell(f"未返送 {len(letters):,}通")
    return {"count": len(letters), "letters": letters}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _mailing_json(one: Mailing) -> dict[str, object]:
    return {
        "number": one.number,
        "title": one.title,
        "audience": one.audience.value,
        "order": one.envelope_order.value,
        "reply_by": _day(one.reply_by),
        "printed_on": _day(one.printed_on),
        "posted_on": _day(one.posted_on),
        "cancelled_on": _day(one.cancelled_on),
    }


def _status_json(status: MailingStatus) -> dict[str, object]:
    return {
        "mailing": _mailing_json(status.mailing),
        "letters": len(status.letters),
        "printed": status.printed,
        "bundles": [
            {
                "bundle": one.number,
                "first": show_code(one.first),
                "last": show_code(one.last),
                "letters": one.letters,
            }
            for one in status.bundles
        ],
        "checked": len(status.checks),
        "to_check": list(status.to_check),
        "replies": {"open" if kind is None else kind.value: count for kind, count in status.replies.items()},
    }
