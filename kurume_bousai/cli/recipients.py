"""``recipients``: the master of bodies that may be handed a list, and the rules per kind of body."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from kurume_bousai.cli.confirming import add_confirmation, given_confirmation
from kurume_bousai.domain.bodies import Body, DataLevel, ceiling
from kurume_bousai.domain.consents import SharingMode
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.recipients import Handler
from kurume_bousai.domain.roster_columns import RosterColumn
from kurume_bousai.labels import label

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers
    from kurume_bousai.domain.recipients import SupportPartner
    from kurume_bousai.domain.roster_columns import BodyRule

_BODIES = [body.value for body in Body if ceiling(body) is DataLevel.REAL]
_YES_NO = ["yes", "no"]
_RULES = {
    "lists": "校区の名簿と一人の避難の地図に、もう一人の確認が要るか",
    "others": "班の名簿や案内のファイルなど、ほかの名前の入ったものに、もう一人の確認が要るか",
    "lone-operator": "操作する人が一人だけのとき、一人で出せるか(台帳にそう書く)",
    "emergency-alone": "災害時提供モードの間、その渡す先には一人で出せるか(台帳にそう書く)",
    "emergency-by-clerk": "名簿の担当も、災害時提供モードを始めて終えられるか",
}


def register(subparsers: Subparsers) -> None:
    """Add the command to the program's parser."""
    parser = subparsers.add_parser(
        "recipients",
        help="名簿の渡す先の台帳(団体・責任者・協定・研修)",
        description="渡す先の種類: " + "、".join(f"{name}({label(Body(name))})" for name in _BODIES),
    )
    acts = parser.add_subparsers(dest="act", metavar="すること", required=True)
    add = acts.add_parser("add", help="渡す先を加えます")
    add.add_argument("--body", required=True, choices=_BODIES, metavar="種類", help="団体の種類(上の一覧)")
    add.add_argument("--name", required=True, metavar="名前", help="団体の名前")
    _add_fields(add)
    add.set_defaults(run=run_add)
    change = acts.add_parser("change", help="渡す先を直します(指定したところだけ)")
    change.add_argument("recipient", metavar="ID", help="list で出るID、または団体の名前")
    change.add_argument("--name", default=None, metavar="名前", help="団体の名前")
    _add_fields(change)
    change.set_defaults(run=run_change)
    found = acts.add_parser("list", help="渡す先の一覧(責任者や取扱者の名前は出ません)")
    found.add_argument("--all", action="store_true", help="終わった渡す先も出す")
    found.set_defaults(run=run_list)
    _add_responsible(acts)
    end = acts.add_parser("end", help="渡す先を終わりにします(持っている写しは、回収になります)")
    end.add_argument("recipient", metavar="ID", help="list で出るID、または団体の名前")
    end.add_argument("--on", default=None, metavar="日", help="終わりの日(なければ今日)")
    end.set_defaults(run=run_end)
    _add_columns(acts)
    _add_rules(acts)


def _add_fields(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--district", default=None, metavar="校区", help="受け持ちの校区(なければ市の全体)")
    add("--neighborhood", default=None, metavar="自治会", help="受け持ちの自治会(名簿と同じ書き方)")
    add("--responsible", default=None, metavar="氏名", help="責任者")
    add("--phone", default=None, metavar="電話", help="連絡先")
    add("--agreed-on", default=None, metavar="日", help="協定の日")
    add("--storage", default=None, metavar="所", help="紙をしまう所")
    add(
        "--handler",
        action="append",
        default=None,
        metavar="氏名[:研修の日]",
        help="取扱者(くり返し書ける。書くと全員を入れかえる)",
    )


def _add_responsible(acts: Subparsers) -> None:
    parser = acts.add_parser(
        "responsible", help="責任者の交代: 持っている写しを、一部ずつ引き継ぐか回収します"
    )
    parser.add_argument("recipient", metavar="ID", help="list で出るID、または団体の名前")
    parser.add_argument("--name", required=True, metavar="氏名", help="新しい責任者")
    parser.add_argument("--on", default=None, metavar="日", help="交代の日(なければ今日)")
    parser.add_argument("--hand-over", nargs="*", default=[], metavar="番号", help="引き継いだ写しの番号")
    parser.add_argument("--recall", nargs="*", default=[], metavar="番号", help="回収する写しの番号")
    parser.set_defaults(run=run_responsible)


def _add_columns(acts: Subparsers) -> None:
    parser = acts.add_parser(
        "columns",
        help="団体の種類ごとに、渡す列・協定と研修の要否・使える日数を、見るか変えます",
        description="列: " + "、".join(f"{column.value}({label(column)})" for column in RosterColumn),
    )
    parser.add_argument("body", choices=_BODIES, metavar="種類", help="団体の種類")
    parser.add_argument(
        "--set", default=None, metavar="列", help="渡す列を、コンマでつないで(番号は必ず入る)"
    )
    parser.add_argument("--default", action="store_true", help="初めの決まりに戻す(ほかの指定は使わない)")
    parser.add_argument("--agreement", choices=_YES_NO, default=None, help="協定が要るか")
    parser.add_argument("--training", choices=_YES_NO, default=None, help="研修が要るか")
    parser.add_argument("--valid-days", type=int, default=None, metavar="N", help="写しを使える日数")
    parser.add_argument("--health-reason", default=None, metavar="わけ", help="病気や障害の列が要るわけ")
    parser.set_defaults(run=run_columns)


def _add_rules(acts: Subparsers) -> None:
    parser = acts.add_parser(
        "rules",
        help="名前が外に出るときの決まり(もう一人の確認、災害時提供モードを始められる人)を、見るか変えます",
    )
    for option, words in _RULES.items():
        parser.add_argument(f"--{option}", choices=_YES_NO, default=None, help=words)
    parser.add_argument(
        "--sharing",
        choices=[SharingMode.OPT_IN.value, SharingMode.OPT_OUT_BY_ORDINANCE.value],
        default=None,
        help="平常時の名簿に載せる人: opt_in 同意した人だけ、opt_out_by_ordinance 条例により断った人のほか",
    )
    parser.add_argument("--ordinance", default="", metavar="名前", help="その条例の名前")
    parser.add_argument("--since", default=None, metavar="日", help="その条例の施行の日")
    add_confirmation(parser)
    parser.set_defaults(run=run_rules)


def run_add(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Add one recipient."""
    from kurume_bousai import app

    with context.open_database() as database:
        service = app.recipients(database)
        blank = replace(service.blank(Body(args.body)), name=args.name.strip())
        saved = service.save(_filled(blank, args)).value
    context.tell(f"渡す先に加えました。ID {saved.partner_id}")
    return {"recipient": _partner_json(saved)}


def run_change(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Change what was given of one recipient."""
    from kurume_bousai import app

    with context.open_database() as database:
        service = app.recipients(database)
        before = service.named(args.recipient)
        wanted = before if args.name is None else replace(before, name=args.name.strip())
        saved = service.save(_filled(wanted, args)).value
    return {"recipient": _partner_json(saved)}


def run_list(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Return the recipients; without --all those that are active."""
    from kurume_bousai import app

    with context.open_database() as database:
        found = app.recipients(database).all()
    shown = [one for one in found if args.all or one.ended_on is None]
    context.tell(f"渡す先 {len(shown)}件")
    return {"recipients": [_partner_json(one) for one in shown]}


def run_responsible(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Change the 責任者 and say of every copy whether it was handed over."""
    from kurume_bousai import app
    from kurume_bousai.cli.days import day

    decided = {**dict.fromkeys(args.hand_over, True), **dict.fromkeys(args.recall, False)}
    with context.open_database() as database:
        service = app.recipients(database)
        partner = service.named(args.recipient)
        on = day(args.on, "--on") or service.today
        saved = service.change_responsible(partner.partner_id, args.name, on, hands_over=decided).value
    return {"recipient": _partner_json(saved), "handed_over": args.hand_over, "recalled": args.recall}


def run_end(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """End one recipient; its copies are called back."""
    from kurume_bousai import app
    from kurume_bousai.cli.days import day

    with context.open_database() as database:
        service = app.recipients(database)
        partner = service.named(args.recipient)
        recalled = service.end(partner.partner_id, day(args.on, "--on") or service.today).value
        ended = service.get(partner.partner_id)
    if recalled:
        context.tell(f"持っている写し{len(recalled)}部を、回収にしました。")
    return {"recipient": _partner_json(ended), "recalled": [copy.copy_number for copy in recalled]}


def run_columns(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Show the rule of a body, or change what was given of it."""
    from kurume_bousai import app

    body = Body(args.body)
    with context.open_database() as database:
        service = app.recipients(database)
        rule = service.rules()[body]
        wanted = _changed_rule(rule, args)
        if args.default:
            rule = service.reset_rule(body).value
        elif wanted != rule:
            rule = service.set_rule(body, wanted).value
    return {"body": body.value, **_rule_json(rule)}


def run_rules(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Show the city's rules of what leaves with names, or change what was given of them."""
    from kurume_bousai import app
    from kurume_bousai.cli.days import day
    from kurume_bousai.services.disclosure.sharing_rule import SharingRule

    given = {
        name: getattr(args, name) == "yes"
        for name in (option.replace("-", "_") for option in _RULES)
        if getattr(args, name) is not None
    }
    with context.open_database() as database:
        service = app.leaving_rules(database)
        rules = service.read()
        by_clerk = given.pop("emergency_by_clerk", rules.emergency_by_clerk)
        wanted = replace(rules, second=replace(rules.second, **given), emergency_by_clerk=by_clerk)
        if wanted != rules:
            rules = service.save(rules, wanted, given_confirmation(args)).value
        shared = service.sharing.read()
        if args.sharing is not None:
            asked = SharingRule(SharingMode(args.sharing), args.ordinance, day(args.since, "--since"))
            shared = service.sharing.save(shared, asked, given_confirmation(args)).value
    return {
        **asdict(rules.second),
        "emergency_by_clerk": rules.emergency_by_clerk,
        "sharing": shared.mode.value,
        "ordinance": shared.ordinance,
        "since": None if shared.since is None else shared.since.isoformat(),
    }


def _changed_rule(rule: BodyRule, args: argparse.Namespace) -> BodyRule:
    given: dict[str, object] = {}
    if args.set is not None:
        given["columns"] = frozenset(_column(name.strip()) for name in args.set.split(",") if name.strip())
    if args.agreement is not None:
        given["needs_agreement"] = args.agreement == "yes"
    if args.training is not None:
        given["needs_training"] = args.training == "yes"
    if args.valid_days is not None:
        given["valid_days"] = args.valid_days
    if args.health_reason is not None:
        given["health_reason"] = args.health_reason
    return replace(rule, **given)  # type: ignore[arg-type]


def _column(name: str) -> RosterColumn:
    for column in RosterColumn:
        if name in (column.value, label(column)):
            return column
    raise KnownProblem(
        "column_unknown",
        "その名前の列はありません。",
        where=name,
        advice="recipients columns --help の一覧から選んでください。",
    )


def _filled(partner: SupportPartner, args: argparse.Namespace) -> SupportPartner:
    from kurume_bousai.cli.days import day

    given: dict[str, object] = {}
    if args.district is not None:
        name = args.district.strip().removesuffix("校区")
        given["district_id"] = DistrictId(name) if name else None
    for option, field in (
        ("neighborhood", "neighborhood"),
        ("responsible", "responsible"),
        ("phone", "phone"),
    ):
        if getattr(args, option) is not None:
            given[field] = getattr(args, option).strip()
    if args.storage is not None:
        given["storage_place"] = args.storage.strip()
    if args.agreed_on is not None:
        given["agreed_on"] = day(args.agreed_on, "--agreed-on")
    if args.handler is not None:
        given["handlers"] = tuple(_handler(words) for words in args.handler)
    return replace(partner, **given)  # type: ignore[arg-type]


def _handler(words: str) -> Handler:
    from kurume_bousai.cli.days import day

    name, _, trained = words.partition(":")
    return Handler(name.strip(), day(trained.strip() or None, "--handler"))


def _partner_json(partner: SupportPartner) -> dict[str, object]:
    """Without the names of officials: the output of a command is kept in places nobody looks after."""
    return {
        "id": partner.partner_id,
        "body": partner.body.value,
        "name": partner.name,
        "reach": partner.reach.value,
        "district": partner.district_id,
        "neighborhood": partner.neighborhood,
        "has_responsible": bool(partner.responsible),
        "responsible_since": _day(partner.responsible_since),
        "agreed_on": _day(partner.agreed_on),
        "handlers": len(partner.handlers),
        "trained_on": _day(partner.trained_on),
        "has_storage_place": bool(partner.storage_place),
        "ended_on": _day(partner.ended_on),
        "version": partner.version,
    }


def _rule_json(rule: BodyRule) -> dict[str, object]:
    return {
        "columns": [column.value for column in RosterColumn if column in rule.columns],
        "needs_agreement": rule.needs_agreement,
        "needs_training": rule.needs_training,
        "valid_days": rule.valid_days,
        "health_reason": rule.health_reason,
    }


def _day(found: object) -> str | None:
    return None if found is None else str(found)
