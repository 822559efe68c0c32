"""``eligibility add`` and ``delete``: criteria of a set by command, as the screen changes them."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from kurume_bousai.domain.criteria_editing import REASON_OF
from kurume_bousai.domain.dates import parse_date
from kurume_bousai.domain.eligibility import Condition, Criterion, Ground
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.reasons import Reason
from kurume_bousai.labels import label

if TYPE_CHECKING:
    from kurume_bousai.cli.context import CliContext
    from kurume_bousai.cli.subparsers import Subparsers
    from kurume_bousai.domain.eligibility import CriteriaSet

_WHEN: Final = re.compile(r"^(?P<ground>[a-z_]+)(?:(?P<sign>>=|=)(?P<value>.+))?$")
WHEN_HELP: Final = (
    "条件。care_level>=3、elderly_household>=65、physical_grade=1,2、intellectual_grade=A、mental_grade=1、"
    "lives_alone、disease、stated=equivalent。いくつも付けると、すべてを満たす人"
)


def add_criterion(acts: Subparsers) -> None:
    """Add ``add`` and ``delete`` to the acts of ``eligibility``."""
    parser = acts.add_parser("add", help="要件の組に、要件を一つ足します")
    add = parser.add_argument
    add("--set", dest="set_id", required=True, metavar="ID", help="要件の組")
    add("--words", required=True, metavar="文", help="要件の言葉(例 要介護2以上で独居)")
    add("--when", action="append", required=True, metavar="条件", help=WHEN_HELP)
    add("--reason", choices=[one.value for one in Reason], default=None, help="この要件の事由")
    add("--valid-from", default=None, metavar="日", help="始まりの日")
    add("--valid-to", default=None, metavar="日", help="終わりの日")
    add("--basis", default="", metavar="文", help="根拠(例 ○○要綱 第3条)")
    add("--confirmed", action="store_true", help="要綱で確かめたので「要確認」を付けない")
    parser.set_defaults(run=run_add)
    delete = acts.add_parser("delete", help="まだ一度も判定に使っていない要件を消します")
    delete.add_argument("--set", dest="set_id", required=True, metavar="ID", help="要件の組")
    delete.add_argument("--criterion", required=True, metavar="ID", help="消す要件")
    delete.set_defaults(run=run_delete)


def run_add(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Add one criterion; returns the set as it stands."""
    from kurume_bousai.app.letters import eligibility

    conditions = conditions_of(args.when)
    criterion = Criterion(
        criterion_id="",
        words=args.words.strip(),
        conditions=conditions,
        reason=Reason(args.reason) if args.reason else REASON_OF[conditions[0].ground],
        valid_from=parse_date(args.valid_from) if args.valid_from else None,
        valid_to=parse_date(args.valid_to) if args.valid_to else None,
        is_unconfirmed=not args.confirmed,
        basis=args.basis.strip(),
    )
    with context.open_database() as database:
        return {"set": set_json(eligibility(database).criteria.add(args.set_id, criterion).value)}


def run_delete(args: argparse.Namespace, context: CliContext) -> dict[str, object]:
    """Take out a criterion nobody was judged by."""
    from kurume_bousai.app.letters import eligibility

    with context.open_database() as database:
        done = eligibility(database).criteria.delete(args.set_id, args.criterion)
        return {"set": set_json(done.value)}


def conditions_of(texts: Sequence[str]) -> tuple[Condition, ...]:
    """Read 「care_level>=3」 and the like.

    Raises
    ------
    KnownProblem
        ``condition_unreadable``.
    """
    return tuple(map(_condition, texts))


def _condition(text: str) -> Condition:
    found = _WHEN.match(text.replace(" ", ""))
    known = {ground.value: ground for ground in Ground}
    if found is None or found["ground"] not in known:
        raise _unreadable(text)
    ground, sign, value = known[found["ground"]], found["sign"], found["value"]
    if sign is None:
        return Condition(ground)
    if sign == ">=":
        if not value.isdecimal():
            raise _unreadable(text)
        return Condition(ground, at_least=int(value))
    if ground is Ground.STATED:
        if value not in {reason.value for reason in Reason}:
            raise _unreadable(text)
        return Condition(ground, stated=Reason(value))
    return Condition(ground, grades=tuple(value.split(",")))


def _unreadable(text: str) -> KnownProblem:
    words = "、".join(f"{ground.value}({label(ground)})" for ground in Ground)
    return KnownProblem(
        "condition_unreadable", "条件が読めません。", where=text, advice=f"{WHEN_HELP}。見るところ: {words}。"
    )


def set_json(one: CriteriaSet) -> dict[str, object]:
    """A set as the commands print it."""
    return {
        "set": one.set_id,
        "name": one.name,
        "version": one.version,
        "basis": one.basis,
        "adopted_from": None if one.adopted_from is None else one.adopted_from.isoformat(),
        "criteria": [_criterion_json(criterion) for criterion in one.criteria],
    }


def _criterion_json(one: Criterion) -> dict[str, object]:
    return {
        "criterion": one.criterion_id,
        "words": one.words,
        "when": [_when(condition) for condition in one.conditions],
        "valid_from": None if one.valid_from is None else one.valid_from.isoformat(),
        "valid_to": None if one.valid_to is None else one.valid_to.isoformat(),
        "unconfirmed": one.is_unconfirmed,
        "basis": one.basis,
    }


def _when(condition: Condition) -> str:
    """A condition as ``--when`` reads it."""
    ground = condition.ground.value
    if condition.at_least is not None:
        return f"{ground}>={condition.at_least}"
    if condition.grades:
        return f"{ground}={','.join(condition.grades)}"
    return f"{ground}={condition.stated.value}" if condition.stated is not None else ground
