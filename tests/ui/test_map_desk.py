"""地図を見る: the real window on the fictional city, with the painted map."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.map_places import Exactness, MapPlace, MapPlaceKind
from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.mapview.protocol import MapScene, MeasureKind, PersonMark, WayShape
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.ui.form_dialog import ConfirmDialog
from kurume_bousai.ui.kit.tokens import set_scale
from kurume_bousai.ui.maps.layer_settings import SETTING, visibility_of
from kurume_bousai.ui.maps.map_desk import DRAW, LAYERS, MEASURE, ROUTES, MapDesk
from kurume_bousai.ui.maps.public_scene import public_scene
from kurume_bousai.ui.places.places_page import PlacesPage, PlacesView
from tests.helpers.desk import Desk

WORDS = "架空 花子さんの家の塀"


@pytest.fixture
def page(desk: Desk) -> PlacesPage:
    shown = desk.desktop.window.show_page("places")
    assert isinstance(shown, PlacesPage)
    desk.settle()
    desk.activate()
    return shown


@pytest.fixture
def maps(page: PlacesPage) -> MapDesk:
    return page.desk


def key(widget: QWidget, *keys: Qt.Key) -> None:
    for one in keys:
        QTest.keyClick(widget, one)


def texts(maps: MapDesk) -> list[str]:
    return [mark.text for mark in maps.map.scene.drawn]


def draw_point(desk: Desk, maps: MapDesk, kind: FeatureKind = FeatureKind.DANGER) -> None:
    """Take a tool and press the middle of the map, both by keyboard."""
    maps.draw.tools[kind].setFocus()
    key(maps.draw.tools[kind], Qt.Key.Key_Space)
    key(maps.map, Qt.Key.Key_Space)
    desk.settle()


# -- the page ------------------------------------------------------------------------------------


def test_the_map_comes_first_and_the_data_is_one_chip_away(desk: Desk, page: PlacesPage) -> None:
    assert page.question == "久留米の地図"
    assert page.view is PlacesView.MAP
    assert page.desk.map.isVisible()
    page.show_view(PlacesView.CARDS)
    desk.settle()
    assert page.question == "地図には、何が入っていますか"
    assert page.cards.isVisible()
    assert not page.print_button.isVisible()
    page.focus_search()
    assert page.view is PlacesView.MAP


@pytest.mark.parametrize(("scale", "size"), [(1.0, (1366, 690)), (1.5, (1366, 768)), (1.0, (1093, 551))])
def test_it_fits_the_laptop(desk: Desk, page: PlacesPage, scale: float, size: tuple[int, int]) -> None:
    set_scale(scale)
    desk.window.resize(*size)
    desk.settle()
    maps = page.desk
    for title in maps.panel.titles():
        if maps.foot.tools.isVisible() and not maps.foot.tools.isChecked():
            maps.foot.tools.click()
        maps.panel.show_section(title)
        desk.settle()
        hint = desk.window.minimumSizeHint()
        assert (hint.width() <= size[0], hint.height() <= size[1]) == (True, True), (title, hint)
        assert maps.map.width() >= 300


def test_everything_has_words_for_a_screen_reader(page: PlacesPage) -> None:
    maps = page.desk
    for made in maps.findChildren(QAbstractButton):
        assert made.accessibleName() or made.text(), made
    for named in (maps.map, maps.panel, maps.search.field, maps.layers.list, maps.draw.layers):
        assert named.accessibleName()


def test_compact_the_panel_is_behind_one_button(desk: Desk, maps: MapDesk) -> None:
    desk.window.resize(1093, 551)
    desk.settle()
    assert not maps.panel.isVisible()
    maps.foot.tools.click()
    assert maps.panel.isVisible()
    maps.foot.tools.click()
    maps.focus_search()
    assert maps.panel.isVisible()
    assert maps.search.field.hasFocus()
    maps.search.field.setText("小学校")
    desk.until(maps.search.results.isVisible)
    desk.settle()
    assert desk.window.minimumSizeHint().height() <= 551


# -- layers --------------------------------------------------------------------------------------


def test_a_layer_is_switched_dimmed_and_remembered(desk: Desk, maps: MapDesk) -> None:
    layers = maps.layers
    layers.list.setFocus()
    layers.list.set_current("district")
    layers._show_chosen()
    assert "概略" in layers.words.text_shown()
    layers.strength.box.stepDown()
    desk.settle()
    key(layers.list, Qt.Key.Key_Space)
    desk.settle()
    assert "district" in maps.map.scene.visibility.hidden
    assert maps.map.scene.visibility.opacities["district"] == 0.9
    kept = visibility_of(desk.desktop.settings)
    assert kept == maps.look.visibility
    assert "district" in desk.desktop.settings.text(SETTING)
    # Other maps of the program follow.
    assert desk.desktop.scenes.roster(()).visibility.hidden == kept.hidden
    key(layers.list, Qt.Key.Key_Space)
    desk.settle()
    assert "district" not in maps.map.scene.visibility.hidden


def test_layers_change_places_and_say_where_they_cannot(desk: Desk, maps: MapDesk) -> None:
    before = maps.layers.listed()
    assert before.index("welfare") < before.index("designated")
    maps.layers.list.set_current("designated")
    maps.layers.up.click()
    desk.settle()
    after = maps.layers.listed()
    assert after.index("designated") < after.index("welfare")
    assert maps.layers.list.current() == "designated"
    bottom = after[-1]
    maps.layers.list.set_current(bottom)
    maps.layers.down.click()
    desk.settle()
    assert maps.layers.listed() == after
    assert "重ねられません" in maps.layers.order_words.text_shown()


def test_people_are_off_until_they_are_asked_for(desk: Desk, maps: MapDesk) -> None:
    assert not maps.map.scene.people
    maps.layers.list.set_current("person")
    key(maps.layers.list, Qt.Key.Key_Space)
    desk.settle()
    assert maps.map.scene.people
    assert "person" not in maps.look.visibility.shown  # never remembered
    maps.district_changed("津福")
    desk.settle()
    in_district = len(maps.map.scene.people)
    maps.district_changed("")
    desk.settle()
    assert 0 < in_district < len(maps.map.scene.people)


# -- finding a place -----------------------------------------------------------------------------


def test_a_place_is_found_and_reached_by_keyboard(desk: Desk, maps: MapDesk) -> None:
    maps.focus_search()
    maps.search.field.setText("津福小")
    desk.until(lambda: bool(maps.search.results.rows()))
    assert maps.search.results.rows()[0].title == "津福小学校"
    key(maps.search.field, Qt.Key.Key_Down)
    assert maps.search.results.hasFocus()
    key(maps.search.results, Qt.Key.Key_Escape)
    assert maps.search.field.hasFocus()
    key(maps.search.field, Qt.Key.Key_Down)
    key(maps.search.results, Qt.Key.Key_Return)
    assert maps.map.scene.found is not None
    assert "施設の位置" in maps.search.words.text_shown()
    west, south, east, north = maps.map.view_bounds()
    lon, lat = maps.map.scene.found
    assert west < lon < east
    assert south < lat < north
    maps.search.clear()
    assert maps.map.scene.found is None


def test_a_district_is_shown_whole_and_a_town_says_how_rough_it_is(desk: Desk, maps: MapDesk) -> None:
    maps.search._show(
        [MapPlace(MapPlaceKind.DISTRICT, "津福校区", Exactness.OUTLINE, None, DistrictId("津福"))]
    )
    before = maps.map.view_bounds()
    maps.search._take("0")
    assert maps.map.scene.found is None
    assert maps.map.view_bounds() != before
    town = MapPlace(MapPlaceKind.ADDRESS, "津福今町", Exactness.TOWN, desk_point(maps))
    maps.search._show([town])
    maps.search._take("0")
    assert "約520mの誤差" in maps.search.words.text_shown()


def desk_point(maps: MapDesk) -> LonLat:
    west, south, east, north = maps.map.view_bounds()
    return LonLat((west + east) / 2, (south + north) / 2)


def test_people_are_not_found_by_name(desk: Desk, maps: MapDesk) -> None:
    with desk.desktop.database.reading() as session:
        names = {
            row.name for row in session.members.rows(desk.desktop.database.access, MemberQuery(most=200))
        }
    search = desk.desktop.services.map_search
    for name in sorted(names)[:20]:
        assert not [place for place in search.find(name) if name in place.title]


# -- measuring and drawing -----------------------------------------------------------------------


def test_a_distance_is_said_with_its_unit(desk: Desk, maps: MapDesk) -> None:
    maps.panel.show_section(MEASURE)
    maps.measure.tools[MeasureKind.DISTANCE].click()
    maps.map.setFocus()
    key(maps.map, Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Space)
    assert maps.measure.answer.text_shown().endswith(("m", "km"))
    key(maps.map, Qt.Key.Key_Escape)
    assert not maps.measure.tools[MeasureKind.DISTANCE].isChecked()


def test_drawn_by_keyboard_with_words_and_taken_back(desk: Desk, maps: MapDesk) -> None:
    maps.panel.show_section(DRAW)
    draw_point(desk, maps)
    (mark,) = maps.map.scene.drawn
    assert maps.draw.card.words.hasFocus()
    QTest.keyClicks(maps.draw.card.words, "bureikku")
    maps.draw.card.words.setText("ブロック塀")
    key(maps.draw.card.words, Qt.Key.Key_Return)
    desk.settle()
    assert maps.map.scene.drawn[0].text == "ブロック塀"
    assert maps.map.scene.selected_feature == mark.id
    assert [row.title for row in maps.draw.layers.rows()] == ["作業の層1"]
    desk.desktop.actions.trigger("session.undo")  # Ctrl+Z
    desk.settle()
    desk.desktop.actions.trigger("session.undo")
    desk.settle()
    assert maps.map.scene.drawn == ()
    assert not maps.draw.undo.isEnabled()
    desk.desktop.actions.trigger("map.redo")
    desk.settle()
    assert len(maps.map.scene.drawn) == 1


def test_what_was_drawn_before_is_there_when_the_screen_opens(desk: Desk) -> None:
    layers = desk.desktop.services.task_layers
    layers.draw(None, FeatureKind.DANGER, [LonLat(130.50, 33.30)], "塀")
    page = desk.desktop.window.show_page("places")
    assert isinstance(page, PlacesPage)
    desk.settle()
    assert [mark.text for mark in page.desk.map.scene.drawn] == ["塀"]
    assert page.desk.draw.undo.isEnabled()


def test_a_text_waits_for_its_words(desk: Desk, maps: MapDesk) -> None:
    maps.panel.show_section(DRAW)
    draw_point(desk, maps, FeatureKind.NOTE)
    assert texts(maps) == ["…"]
    assert not maps.tasks.board.features
    maps.draw.card.leave.click()
    assert texts(maps) == []
    draw_point(desk, maps, FeatureKind.NOTE)
    maps.draw.card.words.setText("給水車")
    key(maps.draw.card.words, Qt.Key.Key_Return)
    desk.settle()
    assert texts(maps) == ["給水車"]


def test_words_are_kept_when_a_person_goes_on_elsewhere(desk: Desk, maps: MapDesk) -> None:
    maps.panel.show_section(DRAW)
    draw_point(desk, maps)
    maps.draw.card.words.setText("側溝")
    draw_point(desk, maps, FeatureKind.RESOURCE)
    assert sorted(texts(maps)) == ["", "側溝"]
    maps.draw.card.words.setText("発電機")
    maps.map.setFocus()
    desk.settle()
    assert sorted(texts(maps)) == ["側溝", "発電機"]
    assert maps.draw.how.text_shown() == "言葉を直しました。"


def test_a_text_without_words_stays_as_it_was(desk: Desk, maps: MapDesk) -> None:
    maps.panel.show_section(DRAW)
    draw_point(desk, maps, FeatureKind.NOTE)
    maps.draw.card.words.setText("給水車")
    key(maps.draw.card.words, Qt.Key.Key_Return)
    desk.settle()
    maps.draw.card.words.setText("  ")
    key(maps.draw.card.words, Qt.Key.Key_Return)
    desk.settle()
    assert texts(maps) == ["給水車"]
    assert maps.draw.card.words.text() == "給水車"
    assert desk.desktop.messages.messages()[-1].text == "地図に書く文字がありません。"


def test_a_drawing_is_selected_moved_and_erased(desk: Desk, maps: MapDesk) -> None:
    maps.panel.show_section(DRAW)
    draw_point(desk, maps)
    before = maps.tasks.board.features[0].points
    maps.draw.card.move_button.click()
    maps.map.setFocus()
    key(maps.map, Qt.Key.Key_Right, Qt.Key.Key_Space)
    desk.settle()
    assert maps.tasks.board.features[0].points != before
    maps.draw.card.erase.click()
    desk.settle()
    assert maps.tasks.board.features == ()
    assert not maps.draw.card.isVisible()


def test_a_line_is_drawn_anew(desk: Desk, maps: MapDesk) -> None:
    maps.panel.show_section(DRAW)
    maps.drawing.take(FeatureKind.ROUTE)
    maps.map.feature_drawn.emit("route", [(130.50, 33.30), (130.51, 33.30)])
    desk.settle()
    assert maps.draw.card.move_button.text() == "かき直す"
    maps.draw.card.move_button.click()
    maps.map.feature_drawn.emit("route", [(130.52, 33.30), (130.53, 33.30)])
    desk.settle()
    (feature,) = maps.tasks.board.features
    assert feature.points[0].lon == 130.52
    maps.draw.card.move_button.click()
    maps.map.set_tool(None)  # Esc
    maps.map.feature_drawn.emit("route", [(130.54, 33.30), (130.55, 33.30)])
    desk.settle()
    assert len(maps.tasks.board.features) == 2  # a new one: nothing was being moved any more


def test_layers_of_ones_own_are_named_hidden_and_deleted(desk: Desk, maps: MapDesk) -> None:
    maps.panel.show_section(DRAW)
    draw_point(desk, maps)
    dialog = maps.draw.add_layer()
    dialog.title.setText("作業の層１")  # full width: the same name
    dialog.keep()
    desk.settle()
    assert dialog.messages.messages()[0].text == "同じ名前の層があります。"
    dialog.title.setText("津福の危険箇所")
    dialog.keep()
    desk.settle()
    assert not dialog.isVisible()
    assert maps.draw.layers.current() == maps.tasks.layer_id
    maps.draw.layers.set_current("")
    first = maps.tasks.board.layers[0].layer_id
    maps.tasks.choose_layer(first)
    key(maps.draw.layers, Qt.Key.Key_Space)
    desk.settle()
    assert maps.map.scene.drawn == ()
    key(maps.draw.layers, Qt.Key.Key_Space)
    maps.draw.remove.click()
    question = desk.window.findChild(ConfirmDialog)
    assert question is not None
    question._do()
    desk.settle()
    assert [layer.title for layer in maps.tasks.board.layers] == ["津福の危険箇所"]
    maps.draw.undo.click()
    desk.settle()
    assert len(maps.tasks.board.features) == 1


def test_words_are_hidden_with_the_names(desk: Desk, maps: MapDesk) -> None:
    maps.panel.show_section(DRAW)
    draw_point(desk, maps)
    maps.draw.card.words.setText(WORDS)
    key(maps.draw.card.words, Qt.Key.Key_Return)
    desk.settle()
    desk.desktop.privacy.hide()
    desk.settle()
    assert "花子" not in repr([mark.text for mark in maps.map.scene.drawn])
    assert not maps.draw.card.words.isEnabled()
    assert "花子" not in maps.draw.card.words.text()
    assert all("花子" not in row.title for row in maps.draw.drawings.rows())
    desk.desktop.privacy.show()
    desk.settle()
    assert maps.map.scene.drawn[0].text == WORDS


# -- pictures and the wall -----------------------------------------------------------------------


def test_nothing_of_a_person_is_public() -> None:
    scene = MapScene(
        people=(PersonMark("m1", 130.5, 33.3, 12),),
        ways=(WayShape(((130.5, 33.3), (130.6, 33.3)), "徒歩 12分"),),
        found=(130.5, 33.3),
        selected="m1",
    )
    public = public_scene(scene)
    assert (public.people, public.ways, public.found, public.selected) == ((), (), None, "")
    assert public_scene(scene, with_ways=True).ways == scene.ways


def test_a_picture_is_copied_and_saved(desk: Desk, maps: MapDesk, tmp_path: Path) -> None:
    maps.pictures.copy()
    image = QGuiApplication.clipboard().image()
    assert max(image.width(), image.height()) >= 2000
    dialog = maps.pictures.save()
    dialog.folder = tmp_path
    dialog.name.setText("a/b")
    dialog.save()
    assert dialog.messages.messages()[0].text == "この名前では保存できません。"
    dialog.name.setText("久留米の地図.png")
    dialog.save()
    desk.settle()
    place = tmp_path / "久留米の地図.png"
    assert place.read_bytes().startswith(b"\x89PNG")
    dialog.name.setText("久留米の地図")
    dialog.name.setText("  ")
    with pytest.raises(KnownProblem):
        dialog.place()
    dialog.name.setText("久留米の地図")
    assert dialog.place().name == "久留米の地図_2.png"  # never over another one


def test_the_wall_shows_the_same_ground_and_no_words(desk: Desk, maps: MapDesk) -> None:
    maps.switch_layer("person", on=True)
    maps.panel.show_section(DRAW)
    draw_point(desk, maps)
    maps.draw.card.words.setText(WORDS)
    key(maps.draw.card.words, Qt.Key.Key_Return)
    desk.settle()
    wall = maps.pictures.open_projector()
    desk.settle()
    scene = wall.map.scene
    assert maps.map.scene.people
    assert scene.people == ()
    assert [mark.text for mark in scene.drawn] == [""]
    before = wall.map.view_bounds()
    maps.map.zoom_by(3.0)
    desk.settle()
    assert wall.map.view_bounds() != before
    assert not wall.grab().toImage().isNull()
    key(wall, Qt.Key.Key_Escape)
    assert not wall.isVisible()


def test_a_way_from_a_home_stays_on_this_screen(desk: Desk, maps: MapDesk) -> None:
    way = WayShape(((130.5, 33.3), (130.51, 33.3)), "徒歩 12分 520m")
    maps.show_routes((way,), None, is_personal=True)
    wall = maps.pictures.open_projector()
    assert list(maps.map.scene.ways) == [way]
    assert not wall.map.scene.ways
    maps.show_routes((way,), None, is_personal=False)
    assert list(wall.map.scene.ways) == [way]
    wall.hide()


def test_sections_are_in_words(maps: MapDesk) -> None:
    assert list(maps.panel.titles()) == [LAYERS, DRAW, MEASURE, ROUTES]


def test_a_press_on_a_drawing_opens_its_words(desk: Desk, maps: MapDesk) -> None:
    maps.panel.show_section(DRAW)
    maps.map.zoom_by(40.0)
    draw_point(desk, maps)
    maps.tasks.select("")
    maps.panel.show_section(LAYERS)
    middle = QPoint(maps.map.width() // 2, maps.map.height() // 2)
    QTest.mouseClick(maps.map, Qt.MouseButton.LeftButton, pos=middle)
    assert maps.panel.section() == DRAW
    assert maps.draw.card.isVisible()
