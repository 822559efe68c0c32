"""``eligibility``: the criteria as data, a judgement of everybody, and 対象者 counted elsewhere."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from kurume_bousai.cli.criteria import WHEN_HELP, add_criterion, conditions_of, set_json
from kurume_bousai.domain.dates import parse_date
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.labels import label

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers
    from kurume_bousai.domain.eligibility import CriteriaSet, Criterion
    from kurume_bousai.services.eligibility.judging import Judgement


def register(subparsers: Subparsers) -> None:
    """Add the command to the program's parser."""
    parser = subparsers.add_parser(
        "eligibility",
        help="だれが対象かの要件と、その判定",
        description="要件は日付つきの決まりとして持ち、名簿の全員に当てます。判定だけでは、だれも名簿から外れません。",
    )
    acts = parser.add_subparsers(dest="act", metavar="すること", required=True)
    listing = acts.add_parser("list", help="要件の組を出します")
    listing.set_defaults(run=run_list)
    run = acts.add_parser("run", help="いまの名簿の全員を判定します(人数だけを出します)")
    run.add_argument("--trial", action="store_true", help="ためすだけで、結果を残さない")
    run.add_argument("--on", default=None, metavar="日", help="--trial のとき、この日の要件と年齢で判定する")
    run.add_argument(
        "--set", dest="set_id", default=None, metavar="ID", help="--trial のとき、この要件の組で"
    )
    run.set_defaults(run=run_judge)
    _add_set(acts)
    add_criterion(acts)


def _add_set(acts: Subparsers) -> None:
    parser = acts.add_parser("set", help="要件の使いはじめる日・終わりの日・要確認、対象者の数を決めます")
    add = parser.add_argument
    add("--set", dest="set_id", default=None, metavar="ID", help="要件の組")
    add("--from", dest="starts", default=None, metavar="日", help="この組を、この日から使う")
    add("--criterion", default=None, metavar="ID", help="この要件だけを変える")
    add("--words", default=None, metavar="文", help="要件の言葉を変える")
    add("--when", action="append", default=None, metavar="条件", help=WHEN_HELP)
    add("--valid-from", default=None, metavar="日", help="要件の始まりの日(「なし」で消す)")
    add("--valid-to", default=None, metavar="日", help="要件の終わりの日(「なし」で消す)")
    add("--confirmed", action="store_true", help="要綱で確かめたので「要確認」を外す")
    add("--basis", default=None, metavar="文", help="根拠(例 ○○要綱 第3条)")
    add("--district", default=None, metavar="校区", help="対象者の数を打ちこむ校区")
    add("--eligible", type=int, default=None, metavar="N", help="その校区の対象者の数")
    add("--on", default=None, metavar="日", help="その数がいつの数か")
    add(
        "--from-list",
        choices=["yes", "no"],
        default=None,
        help="対象者の数を、名簿の人数とするか(全員がそろっているときだけ yes)",
    )
    parser.set_defaults(run=run_set)


def run_list(_args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Return every set with its criteria; ``in_force`` is the one used today."""
    from kurume_bousai.app.letters import eligibility

    with context.open_database() as database:
        service = eligibility(database)
        sets = service.sets()
        used = service.in_force().set_id
    return {"in_force": used, "sets": [set_json(one) for one in sets]}


def run_judge(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Judge everybody; returns numbers only, never a person."""
    from kurume_bousai.app.letters import eligibility

    if not args.trial and (args.on or args.set_id):
        raise KnownProblem(
            "trial_only",
            "日や要件の組を変えられるのは、ためすときだけです。",
            where="--on --set",
            advice="--trial を付けてください。",
        )

    def tell(_done: int, _total: int, text: str) -> None:
        context.tell(f"{text}。")

    with context.open_database() as database:
        service = eligibility(database)
        if not args.trial:
            return _judgement_json(service.run(tell).value)
        chosen = _set(service.sets(), args.set_id) if args.set_id else None
        day = parse_date(args.on) if args.on else None
        return _judgement_json(service.preview(day, chosen, tell))


def run_set(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Change one thing of the criteria, or where 対象者 come from."""
    from kurume_bousai.app.letters import eligibility, registration_rates
    from kurume_bousai.services.office.registration_rates import StatedEligible

    with context.open_database() as database:
        done: dict[str, object] = {}
        if args.from_list is not None:
            rates = registration_rates(database)
            done["from_list"] = rates.count_from_list(is_whole=args.from_list == "yes").value
        if args.district is not None:
            day = parse_date(args.on) if args.on else None
            one = StatedEligible(DistrictId(args.district.removesuffix("校区")), args.eligible, day)
            done["districts_changed"] = registration_rates(database).set_eligible([one]).value
        if args.set_id is not None:
            service = eligibility(database)
            wanted = _changed(_set(service.sets(), args.set_id), args)
            done["set"] = set_json(service.save_set(wanted).value)
    if not done:
        raise KnownProblem(
            "nothing_to_set",
            "何を変えるかが指定されていません。",
            advice="--set か --district か --from-list を付けてください。",
        )
    return done


def _changed(criteria: CriteriaSet, args: argparse.Namespace) -> CriteriaSet:
    changed = criteria
    if args.starts:
        changed = replace(changed, adopted_from=parse_date(args.starts))
    if args.criterion is None:
        return changed
    if args.criterion not in {one.criterion_id for one in criteria.criteria}:
        raise KnownProblem("criterion_unknown", "その要件がありません。", where=args.criterion)
    return replace(
        changed,
        criteria=tuple(
            _criterion(one, args) if one.criterion_id == args.criterion else one for one in changed.criteria
        ),
    )


def _criterion(one: Criterion, args: argparse.Namespace) -> Criterion:
    if args.valid_from is not None:
        one = replace(one, valid_from=None if args.valid_from == "なし" else parse_date(args.valid_from))
    if args.valid_to is not None:
        one = replace(one, valid_to=None if args.valid_to == "なし" else parse_date(args.valid_to))
    if args.words is not None:
        one = replace(one, words=args.words.strip())
    if args.when is not None:
        one = replace(one, conditions=conditions_of(args.when))
    if args.basis is not None:
        one = replace(one, basis=args.basis.strip())
    return replace(one, is_unconfirmed=False) if args.confirmed else one


def _set(sets: list[CriteriaSet], set_id: str) -> CriteriaSet:
    found = next((one for one in sets if one.set_id == set_id), None)
    if found is None:
        raise KnownProblem(
            "criteria_unknown",
            "その要件の組がありません。",
            where=set_id,
            advice=f"次のどれかにしてください: {'、'.join(one.set_id for one in sets)}",
        )
    return found


def _judgement_json(judgement: Judgement) -> dict[str, object]:
    return {
        "set": judgement.criteria.set_id,
        "version": judgement.criteria.version,
        "judged_on": judgement.judged_on.isoformat(),
        "run": None if judgement.run is None else judgement.run.run,
        "people": len(judgement.counted),
        "eligible": judgement.eligible,
        "verdicts": {verdict.value: count for verdict, count in judgement.verdicts.items()},
        "changes": {change.value: count for change, count in judgement.changes.items()},
        "by_criterion": [
            {"criterion": criterion, "words": judgement.criteria.words_of(criterion), "people": count}
            for criterion, count in judgement.by_criterion.items()
        ],
        "words": {change.value: label(change) for change in judgement.changes},
    }
