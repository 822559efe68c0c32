"""道と逃げ地図 on the map desk, with roads that somebody imported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from kurume_bousai import app
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.hazards import HazardScenario
from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.domain.plans import DestinationKind, TravelMode
from kurume_bousai.domain.route_answers import GoalKind
from kurume_bousai.exchange.layers.reader import read_layer_file
from kurume_bousai.mapview.packing import unpack
from kurume_bousai.mapview.protocol import ReachShape, WayShape
from kurume_bousai.services.places.layer_import import commit_layers
from kurume_bousai.storage import EncryptedCityDatabase
from kurume_bousai.ui.kit.para import Para
from kurume_bousai.ui.kit.widgets import hbox
from kurume_bousai.ui.map_panel.making import create_map_view
from kurume_bousai.ui.maps.routes_panel import RoutesPanel
from tests.fixtures.roads import MIDDLE, junctions, n13_package
from tests.helpers.desk import Desk

GRID = junctions(24)


class Host(QWidget):
    """What the panel needs of the map desk."""

    def __init__(self, desk: Desk, width: int = 330) -> None:
        super().__init__()
        self.map = create_map_view(self)
        self.ways: tuple[WayShape, ...] = ()
        self.reach: ReachShape | None = None
        self.is_personal = False
        self.panel = RoutesPanel(desk.desktop, self)
        self.panel.setFixedWidth(width)
        self.setLayout(hbox((self.map, 1), self.panel))

    def show_routes(self, ways: tuple[WayShape, ...], reach: ReachShape | None, *, is_personal: bool) -> None:
        self.ways, self.reach, self.is_personal = ways, reach, is_personal

    def captions(self) -> list[str]:
        """What stands beside the ways."""
        return [way.words for way in self.ways]

    def steps(self) -> list[str]:
        """The steps of the 逃げ地図 that is shown."""
        return [one.words for one in self.reach.classes] if self.reach else []

    def words(self) -> str:
        """Everything the panel says now."""
        said = [one.text() for one in self.panel.findChildren(QLabel) if not one.isHidden()]
        said += [one.text_shown() for one in self.panel.findChildren(Para) if not one.isHidden()]
        return "\n".join(said)


@pytest.fixture
def roads(demo_city: EncryptedCityDatabase, tmp_path: Path) -> None:
    """The fictional city with imported roads around 津福."""
    file = read_layer_file(n13_package(tmp_path / "N13-24_4930_GEOJSON.zip", 24))
    commit_layers(demo_city, file, clock=app.SystemClock())


@pytest.fixture
def host(desk: Desk) -> Iterator[Host]:
    made = Host(desk)
    made.resize(1100, 640)
    made.show()
    desk.settle()
    yield made
    made.panel.left()
    made.close()
    made.deleteLater()
    desk.settle()


def test_without_roads_a_way_is_a_straight_line_and_says_so(host: Host, desk: Desk) -> None:
    assert "道路の図がまだ取り込まれていません" in host.words()
    host.panel.way.start_at(MIDDLE, "地図で選んだ所")
    desk.settle()
    assert len(host.ways) == 3
    assert all(way.is_straight for way in host.ways)
    assert "直線" in host.words()


@pytest.mark.usefixtures("roads")
def test_a_way_from_the_map_to_the_nearest_and_to_a_chosen_place(host: Host, desk: Desk) -> None:
    way = host.panel.way
    way.pick_start.click()
    assert host.map.tool == "pick"
    host.map.picked.emit(GRID[12][12].lon, GRID[12][12].lat)
    assert host.map.tool == ""
    desk.settle()
    assert not way.pick_start.isChecked()
    assert host.ways
    assert not host.is_personal
    assert not any(one.is_straight for one in host.ways)
    assert "調べた区域" in host.words() or "通ります" in host.words()
    way.kinds.set_value(DestinationKind.DESIGNATED_SHELTER)
    way.kinds.chosen.emit(DestinationKind.DESIGNATED_SHELTER)
    desk.settle()
    schools = [one for one in desk.desktop.services.route_planning.destinations() if one.name == "津福小学校"]
    host.map.site_selected.emit(schools[0].site_id)
    desk.settle()
    assert len(host.captions()) == 1
    assert way.kinds.text() == "津福小学校"
    on_foot = host.captions()
    host.panel.form.mode.set_value(TravelMode.CAR)
    host.panel.form.changed.emit()
    desk.settle()
    assert host.captions() != on_foot
    way.forget()
    desk.settle()
    assert host.captions() == []
    assert "出発する所を選ぶと" in host.words()


@pytest.mark.usefixtures("roads")
def test_a_home_is_told_by_number_and_kept_off_the_projector(host: Host, desk: Desk) -> None:
    way = host.panel.way
    with desk.desktop.database.reading() as session:
        people = session.members.in_district(desk.desktop.database.access, None)
    member = next(one for one in people if one.home is not None)
    way.by_number.click()
    way.number.setText("名前")
    way.from_home.click()
    assert "数字で" in host.words()
    way.number.setText(str(member.number))
    way.from_home.click()
    desk.settle()
    assert way.start == member.home
    assert way.start_words.text() == f"名簿の{member.number}番の人の家"
    assert member.name not in host.words()
    assert host.is_personal
    way.number.setText("999999")
    way.from_home.click()
    desk.settle()
    assert way.start == member.home


@pytest.mark.usefixtures("roads")
def test_reach_is_made_again_when_somebody_draws(host: Host, desk: Desk) -> None:
    panel = host.panel
    panel.which.set_value("reach")
    panel.which.chosen.emit("reach")
    panel.reach.kinds.set_value(GoalKind.DESIGNATED)
    panel.reach.make.click()
    desk.settle()
    first = host.reach
    assert first is not None
    assert first.goals
    assert [one.words for one in first.classes][:2] == ["3分以内(緑)", "6分以内(黄緑)"]
    assert sum(1 for _ in unpack(first.classes[0].lines)) > 0
    assert "人が判断してください" in host.words()
    cut = [GRID[12][column] for column in range(24)]
    drawn = desk.desktop.services.task_layers.draw(None, FeatureKind.REGION, [GRID[0][0], *cut, GRID[0][23]])
    desk.desktop.changes.tell(drawn.changes)
    desk.settle()
    assert host.reach is not None
    assert host.reach.revision != first.revision
    assert any(one.words == "通れない道" for one in host.reach.classes)
    assert "1か所を、通れない所としました" in host.words()
    panel.reach.clear.click()
    assert host.reach is None


@pytest.mark.usefixtures("roads")
def test_points_at_the_edge_count_only_when_a_person_confirmed_them(host: Host, desk: Desk) -> None:
    panel = host.panel
    panel.form.scenario.set_value(HazardScenario.FLOOD_L2)
    panel.reach.kinds.set_value(GoalKind.BOUNDARY)
    panel.reach.make.click()
    desk.settle()
    assert host.reach is not None
    assert host.steps() == []
    found = panel.reach.goals
    assert len(found) > 2
    assert panel.reach.count.text() == f"確かめた地点 0 / {len(found)}"
    one = found[0].point
    host.map.fit_bounds(one.lon - 0.01, one.lat - 0.01, one.lon + 0.01, one.lat + 0.01)
    panel.reach.pick.click()
    host.map.picked.emit(one.lon + 1e-6, one.lat)
    desk.settle()
    assert len(panel.reach.chosen()) == 1
    assert host.steps()
    assert host.reach is not None
    assert len(host.reach.goals) == 1
    panel.reach.in_view.click()
    desk.settle()
    assert len(panel.reach.chosen()) >= 1
    panel.reach.none.click()
    desk.settle()
    assert host.steps() == []


@pytest.mark.usefixtures("roads")
def test_another_hazard_has_other_goals_and_other_layers_another_network(host: Host, desk: Desk) -> None:
    panel = host.panel
    panel.reach.kinds.set_value(GoalKind.WELFARE)
    panel.reach.make.click()
    desk.settle()
    assert host.reach is not None
    panel.form.scenario.set_value(HazardScenario.LANDSLIDE)
    panel.form.changed.emit()
    desk.settle()
    assert panel.reach.goals
    desk.desktop.changes.tell(frozenset({Topic.BACKGROUNDS}))
    desk.settle()
    assert "国土数値情報" in host.words()
    panel.show_start(LonLat(GRID[3][3].lon, GRID[3][3].lat), "さがした所")
    desk.settle()
    assert panel.which.value() == "way"
    assert host.ways
