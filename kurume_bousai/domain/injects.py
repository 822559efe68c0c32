"""状況付与: cards that change the situation while a session runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class InjectEffect(StrEnum):
    """状況カードの効き目: what the card does to the board."""

    NONE = "none"
    CLOSE_SITE = "close_site"  # 施設が使えない
    REDUCE_STAFF = "reduce_staff"  # 職員が半分
    BLOCK_ROAD = "block_road"
    RAISE_LEVEL = "raise_level"


@dataclass(frozen=True, slots=True)
class Inject:
    """状況カード (状況付与票): our own cards. ``planned_min`` = minutes after the start of the session."""

    inject_id: str
    title: str
    text: str
    effect: InjectEffect = InjectEffect.NONE
    planned_min: int = 0
    expected_actions: tuple[str, ...] = ()
    #: What the effect is about: a site id, a level, or empty = chosen when the card is played.
    subject: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
