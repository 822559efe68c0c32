from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from pytest_bdd import given, scenarios, then, when

from kurume_bousai import app
from kurume_bousai.domain.bodies import DataLevel
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.gazetteer import HomePlace, PlaceLevel
from kurume_bousai.domain.home_places import HomeDoubt
from kurume_bousai.domain.ids import ImportId, MemberId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.exchange.gazetteer_files import read_gazetteer
from kurume_bousai.mapview.features import roster_people
from kurume_bousai.services.places.gazetteer_import import commit_gazetteer
from kurume_bousai.services.places.geocoding_batch import BatchOptions, BatchResult
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.services.roster_import.importing import Confirmations, ImportOrder
from tests.fakes.city import FixedClock
from tests.features.conftest import Office
from tests.fixtures.gazetteers import isj_block_zip
from tests.fixtures.rosters import person, write_csv

scenarios("geocoding.feature")

ORDER = ImportOrder("架空の窓口", is_whole=False)
PIN = LonLat(130.5111, 33.3111)
FOUND = LonLat(130.5693, 33.3146)
ADDRESSES = {
    "found": "久留米市山川追分2-10-9999",
    "town": "久留米市山川追分2-9999",
    "two": "久留米市上津町100",
    "unknown": "久留米市架空町9999-12",
}


@dataclass
class Placing:
    """位置を決める仕事: who is meant by which word, and what was said."""

    ids: dict[str, MemberId] = field(default_factory=dict)
    chosen: LonLat | None = None
    results: list[BatchResult] = field(default_factory=list)
    imports: list[ImportId] = field(default_factory=list)


@pytest.fixture
def placing() -> Placing:
    return Placing()


def member(office: Office, placing: Placing, who: str) -> RosterMember:
    with office.city.reading() as session:
        found = session.members.get(office.city.access, placing.ids[who])
    assert found is not None
    return found


def place(office: Office, placing: Placing, who: str) -> HomePlace:
    return app.geocoding(office.city).places()[placing.ids[who]]


def take(office: Office, placing: Placing, **cells: str) -> None:
    service = app.roster_import(office.city)
    roster = service.read(write_csv(office.folder / "list.csv", [person(1, **cells)]))
    preview = service.preview(roster, ORDER)
    done = service.commit(roster, ORDER, Confirmations(), preview).value
    placing.imports.append(done.import_id)


@given("住所辞書を取り込んである")
def dictionary(office: Office) -> None:
    commit_gazetteer(office.city, read_gazetteer(isj_block_zip(office.folder)), FixedClock())


@given("位置のない人が4人いる")
def without_places(office: Office, placing: Placing) -> None:
    city = office.city
    with city.writing() as session:
        people = session.members.in_district(city.access, None)[: len(ADDRESSES)]
        placing.ids = {who: one.member_id for who, one in zip(ADDRESSES, people, strict=True)}
        moved = [
            replace(one, home=None, flood_rank=None, address=address)
            for one, address in zip(people, ADDRESSES.values(), strict=True)
        ]
        session.members.save_many(city.access, moved, source="架空")


@given("名簿のファイルで取り込んだ人を、手で置いてある")
def pinned(office: Office, placing: Placing) -> None:
    take(office, placing, 経度="", 緯度="")
    with office.city.reading() as session:
        stored = session.members.by_source_keys(ORDER.source)["A-00001"]
    placing.ids["pinned"] = stored.member_id
    app.geocoding(office.city).pin(stored.member_id, PIN)


@when("いっせいに調べる")
def preview(office: Office, placing: Placing) -> None:
    placing.results.append(app.geocoding(office.city).preview())


@when("いっせいに書き込む")
def run(office: Office, placing: Placing) -> None:
    placing.results.append(app.geocoding(office.city).run().value)


@when("町字の中ほどにも置くことにして書き込む")
def run_rough(office: Office, placing: Placing) -> None:
    placing.results.append(app.geocoding(office.city).run(BatchOptions(rough=True)).value)


@when("同じ番地が2つある人の、2つめの候補を選ぶ")
def choose(office: Office, placing: Placing) -> None:
    case = app.home_placing(office.city).case(placing.ids["two"])
    assert case is not None
    match = case.candidates[1].match
    placing.chosen = match.point
    app.geocoding(office.city).take(placing.ids["two"], match)


@when("位置も書かれた同じ人のファイルを取り込む")
def take_same(office: Office, placing: Placing) -> None:
    take(office, placing)


@when("住所の変わったファイルを取り込む")
def take_moved(office: Office, placing: Placing) -> None:
    take(office, placing, 住所="久留米市城南町15-9999", 経度="", 緯度="")


@when("その取込を取り消す")
def undo(office: Office, placing: Placing) -> None:
    app.roster_import(office.city).undo(placing.imports[-1])


@when("辞書にない町字の人を「この住所では決められない」とする")
def set_aside(office: Office, placing: Placing) -> None:
    app.geocoding(office.city).set_aside(placing.ids["unknown"])


@then("1人の位置が決まると示され、名簿はまだ変わっていない")
def previewed(office: Office, placing: Placing) -> None:
    assert placing.results[-1].placed == 1
    assert all(member(office, placing, who).home is None for who in ADDRESSES)


@then("1番の人は、辞書の番地の位置にいる")
def at_number(office: Office, placing: Placing) -> None:
    assert member(office, placing, "found").home == FOUND
    assert place(office, placing, "found").level is PlaceLevel.BLOCK


@then("町字しかわからない人は、どこにも置かれていない")
def nowhere(office: Office, placing: Placing) -> None:
    assert member(office, placing, "town").home is None


@then("見てほしい人の一覧に、あと3人が、わけと一緒に出ている")
def listed(office: Office, placing: Placing) -> None:
    items = {item.member_id: item for item in app.home_placing(office.city).worklist()}
    for who in ("town", "two", "unknown"):
        item = items[placing.ids[who]]
        assert item.doubt is HomeDoubt.UNPLACED
        assert item.reason is not None
    assert placing.ids["found"] not in items or items[placing.ids["found"]].doubt is not HomeDoubt.UNPLACED


@then("町字しかわからない人は、おおよその印で地図に出て、校区は決まっていない")
def rough(office: Office, placing: Placing) -> None:
    with office.city.reading() as session:
        rows = session.members.rows(office.city.access, MemberQuery())
    marks = {mark.id: mark for mark in roster_people(rows, DataLevel.REAL)}
    assert marks[placing.ids["town"]].is_rough
    assert not marks[placing.ids["found"]].is_rough
    assert placing.results[-1].districts_given == 0


@then("その人は、見てほしい人の一覧に「町字の中ほど」として残っている")
def still_rough(office: Office, placing: Placing) -> None:
    doubts = {item.member_id: item.doubt for item in app.home_placing(office.city).worklist()}
    assert doubts[placing.ids["town"]] is HomeDoubt.ROUGH


@then("その人は、選んだ所にいて、だれが選んだかが残っている")
def chosen(office: Office, placing: Placing) -> None:
    kept = place(office, placing, "two")
    assert member(office, placing, "two").home == kept.point == placing.chosen
    assert kept.is_by_hand
    assert kept.set_by == office.city.access.name


@then("手で置いた位置のままである")
def still_pinned(office: Office, placing: Placing) -> None:
    kept = place(office, placing, "pinned")
    assert member(office, placing, "pinned").home == kept.point == PIN
    assert (kept.level, kept.set_by) == (PlaceLevel.MANUAL, office.city.access.name)


@then("その人の位置は外れ、前の位置が候補に出る")
def offered(office: Office, placing: Placing) -> None:
    assert member(office, placing, "pinned").home is None
    case = app.home_placing(office.city).case(placing.ids["pinned"])
    assert case is not None
    assert [one.match.point for one in case.candidates if one.is_old_pin] == [PIN]


@then("その人は、どこにも置かれず、だれがそう決めたかが残っている")
def left(office: Office, placing: Placing) -> None:
    assert member(office, placing, "unknown").home is None
    with office.city.reading() as session:
        kept = session.gazetteer.undecided(office.city.access)[placing.ids["unknown"]]
    assert kept.set_by == office.city.access.name
