from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.districts import DistrictOutline
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import MemberId, SiteId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.shelters import DesignatedShelter, Ownership, Room, Verification, WelfareShelter
from kurume_bousai.services.districts.importing import (
    DistrictFile,
    ParsedOutline,
    commit_districts,
    preview_districts,
)
from kurume_bousai.services.districts.names import DistrictNames
from kurume_bousai.services.shelters.importing import commit_sites, preview_sites
from kurume_bousai.services.shelters.site_file import ParsedSite, SiteFile, SiteKind
from tests.fakes.city import BoxLocator, FakeCity
from tests.fixtures.rosters import ADMINISTRATOR, ARAKI, CLERK, FLAGGED, MII, TSUBUKU, access, city

HERE, THERE = LonLat(130.50, 33.29), LonLat(130.55, 33.31)
EVERYWHERE = BoxLocator({TSUBUKU: (130.0, 33.0, 131.0, 34.0)})


def file_of(kind: SiteKind, *sites: ParsedSite) -> SiteFile:
    return SiteFile("s.csv", "UTF-8", kind, sites, len(sites), 0, 0, ())


def shelter(
    row: int = 2, site_id: str = "E4020399999111", point: LonLat = HERE, **values: object
) -> ParsedSite:
    return ParsedSite(
        row, SiteId(site_id), "架空小学校", point, values={"address": "架空町9999", "source": "A", **values}
    )


def test_public_shelters_come_in_with_their_district() -> None:
    database = city()
    outcome = commit_sites(database, file_of(SiteKind.DESIGNATED, shelter()), locator=EVERYWHERE)
    assert (outcome.value.added, outcome.value.is_committed) == (1, True)
    assert Topic.SHELTERS in outcome.changes
    stored = next(iter(database.state.designated.values()))
    assert (stored.district_id, stored.district_method) == (TSUBUKU, "polygon")


def test_the_same_again_changes_nothing_and_a_newer_source_is_no_news() -> None:
    database = city()
    commit_sites(database, file_of(SiteKind.DESIGNATED, shelter()), locator=EVERYWHERE)
    again = commit_sites(database, file_of(SiteKind.DESIGNATED, shelter(source="B")), locator=EVERYWHERE)
    assert (again.value.unchanged, again.changes) == (1, frozenset())


def test_what_the_city_corrected_stays() -> None:
    database = city()
    kept = DesignatedShelter(
        SiteId("E4020399999111"),
        "旧名",
        "小学校",
        "架空町9999",
        HERE,
        MII,
        "stated",
        300,
        "A",
        Verification.CONFIRMED,
    )
    database.state.designated[kept.site_id] = kept
    result = commit_sites(database, file_of(SiteKind.DESIGNATED, shelter()), locator=EVERYWHERE).value
    assert result.changed == 1
    assert database.state.designated[kept.site_id] == dataclasses.replace(kept, name="架空小学校")


def test_shelters_and_emergency_sites_are_never_merged() -> None:
    database = city()
    commit_sites(database, file_of(SiteKind.DESIGNATED, shelter()), locator=EVERYWHERE)
    site = shelter(hazards=frozenset({"洪水"}))
    commit_sites(database, file_of(SiteKind.EMERGENCY, site), locator=EVERYWHERE)
    assert (len(database.state.designated), len(database.state.emergency)) == (1, 1)


def test_a_file_of_another_city_is_refused() -> None:
    database = city()
    far = file_of(SiteKind.EMERGENCY, shelter(point=LonLat(136.96, 37.04), hazards=frozenset()))
    assert preview_sites(database, far).without_district == 1
    with pytest.raises(KnownProblem, match="sites_elsewhere"):
        commit_sites(database, far)


def welfare(site_id: str = "F-01", **values: object) -> ParsedSite:
    stated = {
        "ownership": Ownership.PUBLIC,
        "short_name": "架空",
        "rooms": (Room("室", Decimal(40)),),
        **values,
    }
    return ParsedSite(2, SiteId(site_id), "総合福祉会館", HERE, "津福", stated)


def test_the_citys_own_record_replaces_the_seeded_power_first_site() -> None:
    database = city()
    seeded = WelfareShelter(
        SiteId("SEED"), "総合福祉会館", "会館", Ownership.PUBLIC, None, is_power_first=True
    )
    database.state.welfare[seeded.site_id] = seeded
    file = file_of(SiteKind.WELFARE, welfare(is_power_first=True))
    commit_sites(database, file)
    assert list(database.state.welfare) == ["F-01"]
    assert commit_sites(database, file).value.unchanged == 1


def test_an_unknown_district_of_a_site_is_told() -> None:
    site = dataclasses.replace(welfare(), district_text="津副")
    result = preview_sites(city(), file_of(SiteKind.WELFARE, site))
    assert [problem.code for problem in result.problems] == ["district_unknown"]


def test_sites_need_the_right_to_edit_them() -> None:
    with pytest.raises(KnownProblem, match="no_right"):
        preview_sites(city(access(Role.VIEWER)), file_of(SiteKind.DESIGNATED, shelter()))


# ---------------------------------------------------------------- 校区


@pytest.mark.parametrize(
    "text", ["津福", "津福校区", "津福小学校", "津福小", "久留米市立津福小学校", "市立 津福 小学校"]
)
def test_names_of_a_district(text: str) -> None:
    assert DistrictNames(city().state.districts.values()).find(text) == TSUBUKU


def test_a_name_that_is_none_is_not_guessed() -> None:
    names = DistrictNames(city().state.districts.values())
    assert names.find("津副") is None
    assert names.suggest("津副") == TSUBUKU


def outline_file(*names: str) -> DistrictFile:
    return DistrictFile(
        "d.geojson",
        "name",
        "EPSG:6668",
        "UTF-8",
        tuple(ParsedOutline(name, b"x") for name in names),
        (),
        (),
        "架空",
    )


def locator(outlines: Sequence[DistrictOutline]) -> BoxLocator:
    assert outlines
    return BoxLocator({TSUBUKU: (130.49, 33.28, 130.51, 33.30), MII: (130.54, 33.30, 130.56, 33.32)})


def with_people(database: FakeCity) -> None:
    people = [
        RosterMember(MemberId("in"), 1, "架空 一", district_id=TSUBUKU, home=HERE),
        RosterMember(MemberId("out"), 2, "架空 二", district_id=TSUBUKU, home=THERE),
        RosterMember(
            MemberId("hidden"), 3, "架空 三", district_id=TSUBUKU, home=THERE, has_protected_address=True
        ),
        RosterMember(MemberId("elsewhere"), 4, "架空 四", district_id=ARAKI, home=THERE),
    ]
    with database.writing() as session:
        session.members.add_many(CLERK, people, source="架空")


def test_outlines_replace_those_of_the_file_and_nobody_is_moved() -> None:
    database = city()
    with_people(database)
    database.state.outlines = (DistrictOutline(ARAKI, b"old", approximate=True),)
    result = commit_districts(
        database, outline_file("津福小学校", "御井"), make_locator=locator, today=date(2026, 11, 21)
    ).value
    assert (result.features, result.matched, result.missing) == (2, 2, (ARAKI,))
    assert (result.outside_people, result.outside_numbers) == (1, (2,))
    kept = {outline.district_id: outline for outline in database.state.outlines}
    assert kept[ARAKI].wkb == b"old", "a school that merged takes no 校区 away"
    assert kept[TSUBUKU].valid_from == date(2026, 11, 21)
    assert database.state.members[MemberId("out")].district_id == TSUBUKU
    assert any("荒木" in warning for warning in result.warnings)


def test_people_outside_are_counted_as_far_as_the_operator_may() -> None:
    database = city()
    with_people(database)
    file = outline_file("津福", "御井", "荒木")
    flagged = preview_districts(database.seen_by(FLAGGED), file, make_locator=locator)
    assert flagged.outside_numbers == (2, 3, 4)
    nobody = preview_districts(database.seen_by(ADMINISTRATOR), file, make_locator=locator)
    assert nobody.outside_people is None


def test_names_that_are_none_of_the_districts_are_listed() -> None:
    result = preview_districts(city(), outline_file("津福", "宇宙"), make_locator=locator)
    assert result.unmatched == ("宇宙",)


@pytest.mark.parametrize(
    ("names", "code"), [(("宇宙",), "districts_none"), (("津福", "津福小"), "districts_repeated")]
)
def test_a_district_file_that_cannot_be_taken(names: tuple[str, ...], code: str) -> None:
    database = city()
    before = database.state
    with pytest.raises(KnownProblem, match=code):
        commit_districts(database, outline_file(*names), make_locator=locator, today=date(2026, 11, 21))
    assert database.state is before
