"""Who needs a place at a 福祉避難所: a stated rule, never a guess (RULEBOOK §3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from enum import StrEnum

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.ids import DistrictId, MemberId, SiteId
from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.plans import DestinationKind

#: 区分 of the screening that go to a 福祉避難所 (RULEBOOK §3).
SCREENED_CLASSES = frozenset({2, 3})


class DemandRule(StrEnum):
    """だれを数えるか."""

    PLAN = "plan"
    SCREENED = "screened"
    IN_HAZARD = "in_hazard"
    ALL = "all"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Demand:
    """数え方: a rule, with its share (0–1) where the rule is ``share``."""

    rule: DemandRule = DemandRule.PLAN
    share: Decimal | None = None

    def __str__(self) -> str:
        return self.rule.value if self.share is None else f"{self.rule.value}:{self.share}"


@dataclass(frozen=True, slots=True)
class CapacityPerson:
    """容量を数える人: what the question needs of one person on the list, without a name.

    Never a 支援措置対象者: they enter only as part of 「名簿外 N人」 (RULEBOOK §1).
    """

    number: int
    member_id: MemberId
    district_id: DistrictId | None = field(default=None, repr=False)
    home: LonLat | None = field(default=None, repr=False)
    companion_count: int = field(default=0, repr=False)
    needs: frozenset[Need] = field(default_factory=frozenset, repr=False)
    categories: frozenset[AdmissionCategory] = field(default_factory=frozenset, repr=False)
    destination_kind: DestinationKind | None = field(default=None, repr=False)
    destination_id: SiteId | None = field(default=None, repr=False)
    screening_class: int | None = field(default=None, repr=False)
    band: int = field(default=3, repr=False)
    hazard_zones: frozenset[HazardScenario] = field(default_factory=frozenset, repr=False)

    def party_size(self, *, with_companions: bool) -> int:
        """People who come: the person, and the companions where they are counted."""
        return 1 + (self.companion_count if with_companions else 0)


def parse_demand(text: str) -> Demand:
    """``plan``, ``screened``, ``in_hazard``, ``all`` or ``share:0.05``; raises ``KnownProblem``."""
    word, _, rest = text.partition(":")
    try:
        rule = DemandRule(word)
        share = Decimal(rest) if rule is DemandRule.SHARE else None
    except (ValueError, InvalidOperation) as error:
        raise _bad_rule(text) from error
    if (share is None and rest) or (share is not None and not (share.is_finite() and 0 <= share <= 1)):
        raise _bad_rule(text)
    return Demand(rule, share)


def _bad_rule(text: str) -> KnownProblem:
    return KnownProblem(
        "rule",
        f"数え方「{text}」は使えません。",
        where="--rule",
        advice="plan、screened、in_hazard、all、share:0.05(0から1までの割合)のどれかにしてください。",
    )


def people_counted(
    people: Sequence[CapacityPerson], demand: Demand, hazard: HazardScenario
) -> list[CapacityPerson]:
    """Return the people the rule counts, in the order given.

    ``share`` takes the first of the order (band, number), rounded up to a whole person: a share is a
    planning figure, and half a person needs a place too. Raises ``KnownProblem`` for ``in_hazard``
    without a hazard.
    """
    if demand.rule is DemandRule.ALL:
        return list(people)
    if demand.rule is DemandRule.PLAN:
        return [p for p in people if p.destination_kind is DestinationKind.WELFARE_SHELTER]
    if demand.rule is DemandRule.SCREENED:
        return [p for p in people if p.screening_class in SCREENED_CLASSES]
    if demand.rule is DemandRule.IN_HAZARD:
        return _in_hazard(people, hazard)
    share = demand.share if demand.share is not None else Decimal(0)
    count = int((share * len(people)).to_integral_value(rounding=ROUND_CEILING))
    chosen = {p.member_id for p in sorted(people, key=lambda p: (p.band, p.number))[:count]}
    return [p for p in people if p.member_id in chosen]


def _in_hazard(people: Sequence[CapacityPerson], hazard: HazardScenario) -> list[CapacityPerson]:
    if hazard is HazardScenario.NONE:
        raise KnownProblem(
            "rule_needs_hazard",
            "危険な区域の中の人を数えるには、災害を選ぶ必要があります。",
            where="--hazard",
            advice="例えば --hazard flood_l2 を付けてください。",
        )
    return [p for p in people if hazard in p.hazard_zones]


def spread_by_size(total: int, sizes: Mapping[DistrictId, int]) -> dict[DistrictId, int]:
    """Spread ``total`` people over 校区 in proportion to ``sizes`` by largest remainder (ties: given order).

    Equal shares where every size is 0; nothing without a 校区. The parts add up to ``total``.
    """
    if not sizes:
        return {}
    whole = sum(sizes.values())
    weights = dict(sizes) if whole else dict.fromkeys(sizes, 1)
    whole = whole or len(weights)
    parts = {district: total * weight // whole for district, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda district: -(total * weights[district] % whole))
    for district in by_remainder[: total - sum(parts.values())]:
        parts[district] += 1
    return parts
