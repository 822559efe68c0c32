"""もう一人の確認: before names leave, another operator looks and signs; the rule and its few exceptions."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kurume_bousai.domain.ids import OperatorId


class NamedKind(StrEnum):
    """名前の入った紙の種類, as far as the second person is asked for it."""

    HAND_OUT = "hand_out"  # 「名簿を渡す」: an order to a recipient of the master
    LIST = "list"  # a 校区's list, the papers of a マイプラン
    OTHER = "other"  # the sheet of a 班, a file of letters, anything else with names


class SecondPersonGround(StrEnum):
    """確認した人がいる・いないわけ, as the ledger keeps it."""

    CONFIRMED = "confirmed"
    LONE = "lone"  # the file has one operator
    EMERGENCY = "emergency"  # 災害時提供モード, and the city lets one person suffice then
    NOT_ASKED = "not_asked"  # the city does not ask for it


@dataclass(frozen=True, slots=True)
class SecondPersonRule:
    """もう一人の確認の決まり ⚙: of which papers it is asked, and when one person suffices.

    「名簿を渡す」 (``NamedKind.HAND_OUT``) is always asked: neither ``lists`` nor ``lone_operator`` frees it.
    """

    lists: bool = True
    others: bool = True
    lone_operator: bool = True
    emergency_alone: bool = False


class Looser(StrEnum):
    """ゆるめた決まり: each choice that lets more leave, or lets more people decide that it leaves."""

    LISTS = "lists"  # 校区の名簿・マイプランの紙 without a second person
    OTHERS = "others"  # 班の名簿・案内のファイル without one
    LONE = "lone_operator"  # one operator alone may hand out
    EMERGENCY = "emergency_alone"  # one person suffices in an emergency


def looser(before: SecondPersonRule, after: SecondPersonRule) -> tuple[Looser, ...]:
    """Return where ``after`` asks for less than ``before``."""
    steps = {
        Looser.LISTS: before.lists and not after.lists,
        Looser.OTHERS: before.others and not after.others,
        Looser.LONE: after.lone_operator and not before.lone_operator,
        Looser.EMERGENCY: after.emergency_alone and not before.emergency_alone,
    }
    return tuple(step for step, is_looser in steps.items() if is_looser)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """確かめた人: another operator's name and passphrase, as they are typed."""

    name: str
    passphrase: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Vouched:
    """確認のしるし: what the ledger writes of the second person; ``name`` is empty where there was none."""

    ground: SecondPersonGround
    name: str = ""
    operator_id: OperatorId | None = None


def ground_alone(
    kind: NamedKind, rule: SecondPersonRule, *, operators: int, in_emergency: bool
) -> SecondPersonGround | None:
    """Return why one person suffices; None = a second person must confirm.

    ``operators``: how many the file has, of any role: where there are two, one of them can be made able to
    confirm. ``in_emergency``: an emergency that names this recipient is on (災対法49条の11③).
    """
    if in_emergency and rule.emergency_alone:
        return SecondPersonGround.EMERGENCY
    if kind is NamedKind.HAND_OUT:
        return None
    if not (rule.lists if kind is NamedKind.LIST else rule.others):
        return SecondPersonGround.NOT_ASKED
    if operators <= 1 and rule.lone_operator:
        return SecondPersonGround.LONE
    return None
