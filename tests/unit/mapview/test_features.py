"""Names have no way into a map: whatever is typed into a record, the page never sees it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.bodies import DataLevel
from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.ids import BackgroundId, DistrictId, MemberId, SiteId, TableId
from kurume_bousai.domain.members import MemberRow, Need, RegistrationState
from kurume_bousai.domain.operations import DrawnFeature, FeatureKind, FrozenPerson
from kurume_bousai.domain.plans import PlanState
from kurume_bousai.domain.shelters import Ownership, WelfareShelter
from kurume_bousai.geo.crs import distance_m
from kurume_bousai.mapview import features
from kurume_bousai.mapview.page import map_page
from kurume_bousai.mapview.protocol import (
    MapScene,
    PersonMark,
    PersonState,
    ReachClass,
    ReachShape,
    SiteKind,
    SiteMark,
    WayShape,
)
from kurume_bousai.services.ports.backgrounds import Background

_HOME = LonLat(130.5012, 33.2981)


def _row(name: str = "架空 花子", kana: str = "カクウ ハナコ", neighborhood: str = "架空自治会") -> MemberRow:
    return MemberRow(
        member_id=MemberId("0" * 32),
        number=12,
        name=name,
        kana=kana,
        district_id=DistrictId("津福"),
        neighborhood=neighborhood,
        needs=frozenset({Need.POWER, Need.CARE}),
        roster_consent=ConsentState.GIVEN,
        registration=RegistrationState.APPLIED,
        plan_state=PlanState.NONE,
        has_supporter=False,
        flood_rank=3,
        lon=_HOME.lon,
        lat=_HOME.lat,
    )


def _frozen(number: int = 7, home: LonLat | None = _HOME, table: str | None = "t1") -> FrozenPerson:
    return FrozenPerson(
        member_id=MemberId("1" * 32),
        table_id=TableId(table) if table else None,
        number=number,
        district_id=DistrictId("津福"),
        neighborhood="架空自治会",
        home=home,
        needs=frozenset({Need.STRETCHER}),
        categories=frozenset(),
        party_size=2,
        band=1,
    )


def _json(scene: MapScene) -> str:
    return map_page().scene_json(scene, 1).decode()


# The wire's own letters are ASCII digits, signs and the page's words, so kanji and kana cannot collide.
typed = st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x9FFF), min_size=2, max_size=40)


@given(typed, typed, typed)
def test_no_text_of_a_person_reaches_the_page(name: str, kana: str, neighborhood: str) -> None:
    usual = features.roster_people([_row()], DataLevel.REAL)
    other = features.roster_people([_row(name, kana, neighborhood)], DataLevel.REAL)
    assert _json(MapScene(people=other)) == _json(MapScene(people=usual))
    assert map_page().people_json(other) == map_page().people_json(usual)


def test_a_mark_says_number_signs_and_state() -> None:
    (mark,) = features.roster_people([_row()], DataLevel.REAL)
    assert (mark.number, mark.signs, mark.state) == (12, "電介", PersonState.NO_SUPPORTER)
    assert (mark.lon, mark.lat, mark.blurred) == (_HOME.lon, _HOME.lat, False)


def test_symbols_stand_in_the_middle_of_a_cell() -> None:
    (mark,) = features.session_people([_frozen()], {}, {"t1": DataLevel.SYMBOL})
    assert mark.blurred
    assert (mark.lon, mark.lat) != (_HOME.lon, _HOME.lat)
    assert distance_m(LonLat(mark.lon, mark.lat), _HOME) <= 71
    assert (mark.number, mark.signs, mark.table) == (7, "寝", "t1")


def test_a_table_of_unknown_level_is_blurred() -> None:
    (mark,) = features.session_people([_frozen(table=None)], {}, {})
    assert mark.blurred


def test_exact_at_real_and_fictional_levels() -> None:
    for level in (DataLevel.REAL, DataLevel.FICTIONAL):
        (mark,) = features.session_people([_frozen()], {}, {"t1": level})
        assert (mark.lon, mark.lat, mark.blurred) == (_HOME.lon, _HOME.lat, False)


def test_people_without_number_or_home_are_not_on_the_map() -> None:
    assert features.session_people([_frozen(number=0), _frozen(home=None)], {}, {}) == ()


def test_lines_of_blurred_people_end_in_cells_too() -> None:
    member = MemberId("1" * 32)
    neighbour = LonLat(130.5051, 33.2999)
    people = features.session_people([_frozen()], {}, {"t1": DataLevel.SYMBOL})
    (link,) = features.link_marks(people, {member: neighbour}, {}, member)
    assert link.start == (people[0].lon, people[0].lat)
    assert link.end != (neighbour.lon, neighbour.lat)
    assert link.is_chosen


def test_only_the_names_of_places_are_written_beside_drawings() -> None:
    point = (LonLat(130.5, 33.3),)
    drawn = [
        DrawnFeature("f1", FeatureKind.ASSEMBLY_POINT, TableId("t1"), point, "八軒屋公民館"),
        DrawnFeature("f2", FeatureKind.DANGER, TableId("t1"), point, "架空太郎さんの家の塀"),
    ]
    marks = features.drawn_marks(drawn)
    assert [mark.text for mark in marks] == ["八軒屋公民館", ""]


@pytest.mark.parametrize("kind", list(FeatureKind))
def test_where_everybody_looks_on_nothing_typed_is_written(kind: FeatureKind) -> None:
    drawn = DrawnFeature("f1", kind, TableId("t1"), (LonLat(130.5, 33.3),), "架空太郎さんの家")
    (mark,) = features.drawn_marks([drawn], with_text=False)
    assert mark.text == ""
    assert "架空太郎" not in _json(MapScene(drawn=(mark,)))


def test_what_was_written_on_the_map_stands_there() -> None:
    drawn = [
        DrawnFeature("f1", kind, TableId("t1"), (LonLat(130.5, 33.3),), "夜は暗い")
        for kind in (FeatureKind.NOTE, FeatureKind.REGION)
    ]
    assert [mark.text for mark in features.drawn_marks(drawn)] == ["夜は暗い", "夜は暗い"]


def test_ways_reach_and_what_was_found_reach_the_page() -> None:
    way = WayShape(((130.5, 33.3), (130.51, 33.3)), "徒歩 12分 930m", is_straight=True)
    classes = (ReachClass("0〜3分", "#0B3C5D", b"1234"), ReachClass("道がない", None))
    reach = ReachShape("逃げ地図", classes, ((130.5, 33.31),), "r7")
    scene = MapScene(ways=(way,), reach=reach, found=(130.52, 33.32), selected_feature="f1")
    read = json.loads(_json(scene))
    assert read["ways"] == [["徒歩 12分 930m", True, [13050000, 3330000, 1000, 0]]]
    assert read["reach"]["revision"] == "r7"
    assert read["reach"]["goals"] == [13050000, 3331000]
    assert [one[:2] for one in read["reach"]["classes"]] == [["0〜3分", "#0B3C5D"], ["道がない", None]]
    assert read["found"] == [130.52, 33.32]
    assert read["feature"] == "f1"
    empty = json.loads(_json(MapScene()))
    assert (empty["ways"], empty["reach"], empty["found"], empty["feature"]) == ([], None, None, "")


def test_the_typed_name_of_a_background_stays_behind() -> None:
    kept = Background(BackgroundId("b1"), "架空太郎さんの地図", b"png", 130.4, 33.2, 130.6, 33.4, 1.0)
    scene = MapScene(backgrounds=features.background_images([kept]))
    assert "架空太郎" not in _json(scene)
    assert json.loads(_json(scene))["images"][0][1] == "/background/b1.png"


@given(st.text(max_size=500))
def test_the_name_of_a_site_is_data_and_nothing_else(name: str) -> None:
    text = _json(MapScene(sites=(SiteMark("s", SiteKind.WELFARE, 130.5, 33.3, name + "<script>"),)))
    assert "<" not in text
    assert ">" not in text
    assert "&" not in text
    read = json.loads(text)["sites"][0][4]
    assert read == name.encode("utf-8", "replace").decode() + "<script>"


def test_sites_without_a_place_stay_away() -> None:
    known = WelfareShelter(SiteId("w1"), "架空の里", "", Ownership.PUBLIC, LonLat(130.5, 33.3))
    unknown = WelfareShelter(SiteId("w2"), "架空の家", "", Ownership.PUBLIC, None)
    marks = features.welfare_marks([known, unknown], {SiteId("w1"): "不足 4"}, frozenset({SiteId("w1")}))
    assert [(mark.id, mark.name, mark.note, mark.is_closed) for mark in marks] == [
        ("w1", "架空の里", "不足 4", True)
    ]


@given(
    st.lists(
        st.builds(
            PersonMark,
            id=st.uuids().map(lambda one: one.hex),
            lon=st.floats(130.4, 130.7),
            lat=st.floats(33.2, 33.4),
            number=st.integers(0, 99),
            signs=st.sets(st.sampled_from("電椅寝個介乳")).map(
                lambda signs: "".join(sign for sign in "電椅寝個介乳" if sign in signs)
            ),
            state=st.sampled_from(PersonState),
            table=st.sampled_from(["", "t1", "t2"]),
            is_rough=st.booleans(),
        ),
        max_size=20,
    )
)
def test_columns_say_the_same_as_the_marks(marks: list[PersonMark]) -> None:
    columns = json.loads(map_page().people_json(marks))
    for index, mark in enumerate(marks):
        bits = columns["s"][index]
        signs = "".join(sign for bit, sign in enumerate("電椅寝個介乳") if bits >> bit & 1)
        read = (
            columns["id"][index],
            columns["n"][index],
            signs,
            columns["tables"][columns["g"][index]],
            list(PersonState)[columns["t"][index]],
        )
        assert read == (mark.id, mark.number, mark.signs, mark.table, mark.state)
        assert abs(columns["x"][index] / 1e6 - mark.lon) < 1e-6
        assert (index in columns["r"]) == mark.is_rough
