"""The options of 「入りきれますか」 (RULEBOOK §4), shared by ``capacity`` and ``report capacity``."""

from __future__ import annotations

import argparse
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from kurume_bousai.domain.capacity import StaffShift
from kurume_bousai.domain.capacity_conditions import CapacityConditions, UnconfirmedSites
from kurume_bousai.domain.city_settings import CitySettings
from kurume_bousai.domain.demand import parse_demand
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.ids import DistrictId, SiteId


def add_capacity_options(parser: argparse.ArgumentParser) -> None:
    """Add every option of RULEBOOK §4; defaults are the first value there, or the city's own setting ⚙."""
    add = parser.add_argument
    add("--rule", default="plan", metavar="R", help="数える人: plan・screened・in_hazard・all・share:0.05")
    add("--companions", choices=["yes", "no"], default=None, help="同行者を数えるか(省くと市の設定)")
    add("--off-list", type=int, default=0, metavar="N", help="名簿外の人数")
    add(
        "--rate",
        default=None,
        metavar="M2",
        help="1人あたりの面積(㎡): 4・3.5・2(省くと市の設定)。施設ごとに決めた面積があれば、それを使います",
    )
    add(
        "--staff",
        choices=[shift.value for shift in StaffShift],
        default=StaffShift.DAY.value,
        help="職員の数え方",
    )
    add("--staff-share", default="1", metavar="X", help="来られる職員の割合(0から1。0.5で半分)")
    add("--per-staff", type=int, default=None, metavar="N", help="職員1人が見る人数(省くと市の設定)")
    add(
        "--hazard",
        choices=[hazard.value for hazard in HazardScenario],
        default=HazardScenario.NONE.value,
        help="災害の想定",
    )
    add(
        "--unconfirmed",
        choices=[choice.value for choice in UnconfirmedSites],
        default=UnconfirmedSites.USE.value,
        help="適否が未確認の施設を使うか",
    )
    add("--stage", type=int, choices=[4, 3], default=4, help="警戒レベル")
    add("--open-rate", default="1.0", metavar="X", help="37施設のうち開く割合(0から1)")
    add(
        "--open-at-most",
        type=int,
        default=None,
        metavar="K",
        help="開く施設は多くてもK。どれを開くかは計算で選びます",
    )
    add("--closed", default="", metavar="IDS", help="閉まる施設のID(コンマ区切り)")
    add("--reach", type=float, default=None, metavar="M", help="これより遠い施設には行かない(m)")
    add("--time-limit", type=float, default=60.0, metavar="S", help="計算の時間の上限(秒)")
    add("--district", default=None, metavar="校区", help="この校区の分を示す")
    add("--alone", action="store_true", help="--district の校区の人だけで計算する")


def conditions_from_args(args: argparse.Namespace, settings: CitySettings) -> CapacityConditions:
    """Return the conditions; what is not given follows the city's ``settings``.

    Raises ``KnownProblem`` for a value that is not a number or a rule.
    """
    city = settings.conditions()
    closed = (part.strip() for part in str(args.closed).split(","))
    return replace(
        city,
        demand=parse_demand(args.rule),
        with_companions=city.with_companions if args.companions is None else args.companions == "yes",
        off_list_people=args.off_list,
        rate_m2=city.rate_m2 if args.rate is None else _decimal(args.rate, "--rate"),
        staff=StaffShift(args.staff),
        staff_share=_decimal(args.staff_share, "--staff-share"),
        places_per_staff=city.places_per_staff if args.per_staff is None else args.per_staff,
        hazard=HazardScenario(args.hazard),
        unconfirmed=UnconfirmedSites(args.unconfirmed),
        stage=args.stage,
        open_rate=_decimal(args.open_rate, "--open-rate"),
        open_at_most=args.open_at_most,
        closed=frozenset(SiteId(part) for part in closed if part),
        reach_m=args.reach,
        time_limit_s=args.time_limit,
        district_id=DistrictId(args.district.removesuffix("校区")) if args.district else None,
        alone=args.alone,
    )


def _decimal(text: str, where: str) -> Decimal:
    try:
        value = Decimal(str(text))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise KnownProblem(
            "conditions",
            "数として読めません。",
            where=where,
            advice="例: 4、3.5、0.4 のように入れてください。",
        )
    return value
