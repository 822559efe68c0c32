"""The person's card of a running session tells the way along roads, and 通れない道 makes it longer."""

from __future__ import annotations

import re
from pathlib import Path

from kurume_bousai import app
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.exchange.layers.reader import read_layer_file
from kurume_bousai.mapview.protocol import ReachShape
from kurume_bousai.services.places.layer_import import commit_layers
from kurume_bousai.storage import EncryptedCityDatabase
from kurume_bousai.ui.exercise.session_view import SessionView
from tests.fixtures.roads import n13_package
from tests.helpers.desk import Desk


def choose_with_site(view: SessionView, desk: Desk) -> MemberId:
    """A person of the first table with a home, and the nearest school as the destination."""
    session = view.controller.session
    person = next(one for one in session.shown(view.controller.table_id) if one.home is not None)
    view.controller.choose_person(person.member_id)
    school = session.shelter_candidates(person.member_id)[0].key
    view.card._sites.set_value(school)
    view.card._sites.chosen.emit(school)
    desk.settle()
    return person.member_id


def minutes(words: str) -> int:
    found = re.search(r"およそ([\d,]+)分", words)
    assert found, words
    return int(found[1].replace(",", ""))


def shown(view: SessionView) -> ReachShape | None:
    """The 逃げ地図 on the session's map."""
    return view.map_side.map.scene.reach


def words(view: SessionView) -> list[str]:
    """What its roads are called."""
    found = shown(view)
    return [one.words for one in found.classes] if found else []


def test_without_roads_the_card_says_nothing_of_a_way(desk: Desk) -> None:
    view = desk.begin()
    choose_with_site(view, desk)
    assert view.card._way.isHidden()
    assert view.map_side.reach.button.isHidden()


def test_the_way_and_what_is_closed(desk: Desk, demo_city: EncryptedCityDatabase, tmp_path: Path) -> None:
    file = read_layer_file(n13_package(tmp_path / "N13-24_4930_GEOJSON.zip"))
    commit_layers(demo_city, file, clock=app.SystemClock())
    view = desk.begin()
    member_id = choose_with_site(view, desk)
    words = view.card._way.text_shown()
    assert "道で" in words
    by_chosen_mode = minutes(words)
    view.card._modes.set_value("stretcher")
    view.card._modes.chosen.emit("stretcher")
    desk.settle()
    assert minutes(view.card._way.text_shown()) > by_chosen_mode
    home = view.controller.session.people[member_id].home
    assert home is not None
    ring = [LonLat(home.lon + dx, home.lat + dy) for dx, dy in ((-0.02, -0.02), (0.02, -0.02), (0, 0.02))]
    view.controller.draw(FeatureKind.REGION, ring, "")
    desk.settle()
    view.controller.choose_person(member_id)
    choose_with_site(view, desk)
    assert "通れない所" in view.card._way.text_shown()


def test_reach_of_the_session_is_made_again_when_a_table_draws(
    desk: Desk, demo_city: EncryptedCityDatabase, tmp_path: Path
) -> None:
    file = read_layer_file(n13_package(tmp_path / "N13-24_4930_GEOJSON.zip", 24))
    commit_layers(demo_city, file, clock=app.SystemClock())
    view = desk.begin()
    side = view.map_side
    assert not side.reach.button.isHidden()
    assert shown(view) is None
    side.reach.button.click()
    desk.until(lambda: shown(view) is not None)
    first = shown(view)
    assert first is not None
    assert first.goals
    ring = [LonLat(130.49, 33.28), LonLat(130.515, 33.28), LonLat(130.5, 33.289)]
    view.controller.draw(FeatureKind.REGION, ring, "")
    desk.until(lambda: "通れない道" in words(view))
    second = shown(view)
    assert second is not None
    assert second.revision != first.revision
    side.reach.button.click()
    desk.until(lambda: shown(view) is None)
    desk.settle()
