"""What a use case changed, so that screens refresh on their own topics only."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Topic(StrEnum):
    """変わったもの: the kinds of stored things a screen can follow."""

    MEMBERS = "members"
    CONSENTS = "consents"
    PLANS = "plans"
    SUPPORTERS = "supporters"
    SHELTERS = "shelters"
    DISTRICTS = "districts"
    BACKGROUNDS = "backgrounds"
    OPERATIONS = "operations"
    LEDGER = "ledger"
    ELIGIBILITY = "eligibility"  # 対象者の要件と判定
    MAILINGS = "mailings"  # 案内と返送
    PARTNERS = "partners"  # 渡す先の台帳
    OPERATORS = "operators"
    ACTIVITIES = "activities"
    IMPORTS = "imports"
    CITY_SETTINGS = "city_settings"
    SCENARIOS = "scenarios"
    RECEPTION = "reception"
    GAZETTEER = "gazetteer"
    TASK_LAYERS = "task_layers"
    EMERGENCY = "emergency"  # 災害時提供モード
    YEARLY_UPDATE = "yearly_update"
    MAP_LAYERS = "map_layers"  # which layers a map shows on this installation, and how


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """結果: the value of a use case and the topics it changed."""

    value: T
    changes: frozenset[Topic] = field(default_factory=frozenset)
