from __future__ import annotations

from decimal import Decimal

from kurume_bousai.domain.capacity_conditions import CapacityConditions
from kurume_bousai.domain.demand import Demand, DemandRule
from kurume_bousai.domain.ids import DistrictId, SiteId
from kurume_bousai.reports.conditions import conditions_rows, how_counted


def test_every_choice_stands_on_the_paper() -> None:
    rows = dict(conditions_rows(CapacityConditions(off_list_people=1200, reach_m=3000.0), {}))
    assert rows["名簿外の人"] == "1,200人"
    assert rows["距離の上限"] == "直線3,000m"
    assert rows["閉まる施設"] == "なし"
    assert rows["職員"] == "昼の職員数(1人につき10人まで)"
    assert "校区" not in rows


def test_a_district_alone_is_told_from_its_share_of_the_city() -> None:
    share = CapacityConditions(district_id=DistrictId("津福"))
    alone = CapacityConditions(district_id=DistrictId("津福"), alone=True)
    assert dict(conditions_rows(share, {}))["校区"] == "津福の分(全市の計算から)"
    assert dict(conditions_rows(alone, {}))["校区"] == "津福の人だけで計算"


def test_closed_sites_stand_with_their_names() -> None:
    conditions = CapacityConditions(closed=frozenset({SiteId("w02"), SiteId("w01")}))
    rows = dict(conditions_rows(conditions, {SiteId("w01"): "架空ホーム"}))
    assert rows["閉まる施設"] == "架空ホーム、w02"


def test_a_share_of_the_list_is_said_in_percent() -> None:
    conditions = CapacityConditions(demand=Demand(DemandRule.SHARE, Decimal("0.05")))
    assert dict(conditions_rows(conditions, {}))["数える人"] == "名簿の5%(優先度の高い順)"
    assert how_counted(conditions).startswith(
        "数え方: 数える人 名簿の5%(優先度の高い順) / 1人あたりの面積 4㎡"
    )
