"""Papers stand by 校区, 自治会 and kana; who has no kana comes last in the 自治会."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.ids import DistrictId, MemberId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.paper_order import PaperOrder, in_paper_order, kana_key, neighborhood_key
from kurume_bousai.domain.person_details import PersonDetails

TSUBUKU, ARAKI = DistrictId("津福"), DistrictId("荒木")
PLACES = {ARAKI: 1, TSUBUKU: 2}


def somebody(
    number: int, kana: str = "", *, neighborhood: str = "", district: DistrictId | None = TSUBUKU
) -> RosterMember:
    return RosterMember(
        MemberId(f"m{number}"),
        number,
        "架空 花子",
        kana=kana,
        neighborhood=neighborhood,
        district_id=district,
    )


def numbers(
    *people: RosterMember, by_neighborhood: bool = True, order: PaperOrder = PaperOrder.KANA
) -> list[int]:
    found = in_paper_order(people, order, districts=PLACES, by_neighborhood=by_neighborhood)
    return [one.number for one in found]


def test_the_order_of_the_46_then_the_association_then_the_kana() -> None:
    people = (
        somebody(1, "ヤマダ", neighborhood="津福十区"),
        somebody(2, "ｱﾗｷ", neighborhood="津福二区"),
        somebody(3, "かくう", neighborhood="津福二区"),
        somebody(4, "ワタナベ", neighborhood="荒木一区", district=ARAKI),
        somebody(5, "アオキ", district=None),
        somebody(6, "アオキ"),
    )
    assert numbers(*people) == [4, 2, 3, 1, 6, 5]
    assert numbers(*people, by_neighborhood=False) == [4, 6, 2, 3, 1, 5]
    assert numbers(*people, order=PaperOrder.NUMBER) == [1, 2, 3, 4, 5, 6]


def test_without_kana_one_stands_last_in_the_own_association_and_not_in_the_city() -> None:
    people = (
        somebody(1, neighborhood="一区"), somebody(2, "ワダ", neighborhood="一区"),
        somebody(3, "アベ", neighborhood="二区"),
    )  # fmt: skip
    assert numbers(*people) == [2, 1, 3]


def test_the_kana_that_is_shown_counts() -> None:
    shown = replace(somebody(1, "ワ"), details=PersonDetails(display_kana="ア"))
    assert numbers(somebody(2, "カ"), shown) == [1, 2]


def test_numbers_in_names_count_as_numbers() -> None:
    names = ["津福百二区", "津福１０区", "津福2区", "津福十一区"]
    assert sorted(names, key=neighborhood_key) == ["津福2区", "津福１０区", "津福十一区", "津福百二区"]
    assert neighborhood_key("津福百二区") == "津福00102区"
    assert neighborhood_key("三井町") == "三井町", "a number is one only before 区, 丁目 and the like"


def test_widths_and_kinds_of_kana_stand_together() -> None:
    assert (
        len({kana_key(kana) for kana in ("ｶｸｳ ﾊﾅｺ", "カクウ　ハナコ", "かくう はなこ", "カ ク ウ ハナコ")})
        == 1
    )


@given(
    st.lists(
        st.tuples(st.text("アｱあ ー一区12", max_size=4), st.sampled_from(["", "一区", "2区"])), max_size=8
    )
)
def test_nobody_is_lost_and_the_order_does_not_depend_on_how_they_came(people: list[tuple[str, str]]) -> None:
    made = [somebody(number, kana, neighborhood=where) for number, (kana, where) in enumerate(people)]
    assert sorted(numbers(*made)) == list(range(len(made)))
    assert numbers(*made) == numbers(*reversed(made))
