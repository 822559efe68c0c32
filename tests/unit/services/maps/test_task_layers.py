from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kurume_bousai.domain.access import Access, Role
from kurume_bousai.domain.changes import Topic
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import OperatorId
from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.domain.task_layers import StepAct, TaskBoard, TaskLayerId, clean_title
from kurume_bousai.services.maps.task_layers import TaskLayerService
from tests.fakes.city import FakeCity, FixedClock

FACILITATOR = Access(OperatorId("f"), "進行", frozenset({Role.FACILITATOR}))
OTHER = Access(OperatorId("g"), "別の進行", frozenset({Role.FACILITATOR}))
VIEWER = Access(OperatorId("v"), "閲覧", frozenset({Role.VIEWER}))
KEEPER = Access(OperatorId("a"), "管理", frozenset({Role.ADMINISTRATOR}))
HERE, THERE, BEYOND = LonLat(130.50, 33.30), LonLat(130.51, 33.30), LonLat(130.51, 33.31)
POINTS = {
    FeatureKind.ROUTE: (HERE, THERE),
    FeatureKind.REGION: (HERE, THERE, BEYOND),
}


class TickingClock(FixedClock):
    """A clock that is a second later at each look."""

    def now(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


def service(city: FakeCity) -> TaskLayerService:
    return TaskLayerService(city, TickingClock())


@pytest.fixture
def city() -> FakeCity:
    return FakeCity(FACILITATOR)


def refused(code: str, act: object) -> None:
    assert callable(act)
    with pytest.raises(KnownProblem) as caught:
        act()
    assert caught.value.code == code
    assert caught.value.message.endswith("。")


def test_the_first_drawing_brings_its_layer_and_goes_with_it(city: FakeCity) -> None:
    layers = service(city)
    outcome = layers.draw(None, FeatureKind.DANGER, [HERE], "ブロック塀")
    assert outcome.changes == {Topic.TASK_LAYERS}
    board = layers.board()
    assert [layer.title for layer in board.layers] == ["作業の層1"]
    assert [feature.text for feature in board.of_layer(board.layers[0].layer_id)] == ["ブロック塀"]
    layers.undo()
    assert layers.board() == TaskBoard()
    layers.redo()
    assert layers.board() == board


def test_a_deleted_layer_comes_back_with_its_drawings_in_their_order(city: FakeCity) -> None:
    layers = service(city)
    first = layers.add_layer("津福の危険").value
    layers.add_layer("御井の危険")
    for number in range(3):
        layers.draw(first.layer_id, FeatureKind.DANGER, [HERE], f"危険{number}")
    before = layers.board()
    layers.remove_layer(first.layer_id)
    assert [layer.title for layer in layers.board().layers] == ["御井の危険"]
    assert layers.board().features == ()
    assert layers.now().history.undoable is StepAct.LAYER_REMOVED
    layers.undo()
    assert layers.board() == before


def test_names_of_layers(city: FakeCity) -> None:
    layers = service(city)
    kept = layers.add_layer("  津福の\n危険 ").value
    assert kept.title == "津福の 危険"
    refused("layer_title", lambda: layers.add_layer("   "))
    refused("layer_title", lambda: layers.add_layer("あ" * 41))
    refused("layer_title_taken", lambda: layers.add_layer("津福ノ　危険"))
    assert layers.rename_layer(kept.layer_id, "津福の 危険").changes
    assert layers.now().history.undoable is StepAct.LAYER_ADDED  # nothing was changed
    layers.rename_layer(kept.layer_id, "道の様子")
    assert layers.board().layers[0].title == "道の様子"
    refused("layer_gone", lambda: layers.rename_layer(TaskLayerId("x"), "ない"))


def test_what_cannot_be_drawn(city: FakeCity) -> None:
    layers = service(city)
    refused("too_few_points", lambda: layers.draw(None, FeatureKind.ROUTE, [HERE]))
    refused("too_few_points", lambda: layers.draw(None, FeatureKind.REGION, [HERE, THERE]))
    refused("too_many_points", lambda: layers.draw(None, FeatureKind.ROUTE, [HERE, THERE] * 2501))
    refused("no_words", lambda: layers.draw(None, FeatureKind.NOTE, [HERE], "  "))
    refused("layer_gone", lambda: layers.draw(TaskLayerId("x"), FeatureKind.DANGER, [HERE]))
    assert layers.board() == TaskBoard()


def test_words_and_places_are_changed_and_come_back(city: FakeCity) -> None:
    layers = service(city)
    drawn = layers.draw(None, FeatureKind.NOTE, [HERE], "  給水 車\n").value
    assert drawn.text == "給水 車"
    assert layers.change_text(drawn.feature_id, "あ" * 99).value.text == "あ" * 60
    assert layers.move(drawn.feature_id, [BEYOND]).value.points == (BEYOND,)
    layers.erase(drawn.feature_id)
    for act in (StepAct.ERASED, StepAct.MOVED, StepAct.WORDS_CHANGED):
        step = layers.undo().value
        assert step is not None
        assert step.act is act
    assert layers.board().feature(drawn.feature_id) == drawn
    refused("no_words", lambda: layers.change_text(drawn.feature_id, ""))


def test_undo_is_each_operators_own_and_never_overwrites(city: FakeCity) -> None:
    mine, theirs = service(city), service(city.seen_by(OTHER))
    drawn = mine.draw(None, FeatureKind.DANGER, [HERE], "塀").value
    assert theirs.undo().value is None
    theirs.change_text(drawn.feature_id, "塀が高い")
    refused("changed_meanwhile", mine.undo)
    assert mine.board().feature(drawn.feature_id).text == "塀が高い"
    theirs.undo()
    mine.undo()
    assert mine.board() == TaskBoard()


def test_a_layer_that_others_draw_on_is_not_taken_back(city: FakeCity) -> None:
    mine, theirs = service(city), service(city.seen_by(OTHER))
    layer = mine.add_layer("みんなの層").value
    theirs.draw(layer.layer_id, FeatureKind.DANGER, [HERE])
    refused("changed_meanwhile", mine.undo)
    assert len(mine.board().features) == 1


@pytest.mark.parametrize("access", [VIEWER, KEEPER])
def test_who_may_not_see_people_sees_no_words_and_draws_nothing(city: FakeCity, access: Access) -> None:
    layers = service(city)
    layers.draw(None, FeatureKind.DANGER, [HERE], "架空 花子さんの塀")
    layers.draw(None, FeatureKind.NOTE, [HERE], "架空 花子さん")
    watching = service(city.seen_by(access))
    assert not watching.may_draw
    (seen,) = watching.board().features
    assert (seen.kind, seen.text) == (FeatureKind.DANGER, "")
    refused("no_right", lambda: watching.draw(None, FeatureKind.DANGER, [HERE]))
    refused("no_right", watching.undo)


def test_words_are_in_no_repr(city: FakeCity) -> None:
    layers = service(city)
    layers.draw(None, FeatureKind.DANGER, [HERE], "架空 花子")
    layers.add_layer("架空 太郎の層")
    shown = repr((layers.now(), city.state.task_steps))
    assert "花子" not in shown
    assert "太郎" not in shown


@given(st.text(max_size=60))
def test_a_title_is_one_line_or_refused(title: str) -> None:
    if not 1 <= len(" ".join(title.split())) <= 40:
        refused("layer_title", lambda: clean_title(title))
        return
    cleaned = clean_title(title)
    assert cleaned == clean_title(cleaned)
    assert not set(cleaned) & set("\n\r\t")


class Drawing(RuleBasedStateMachine):
    """Any acts in any order: undo leads back over every board there was, redo forward again."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = service(FakeCity(FACILITATOR))
        self.boards = [TaskBoard()]  # those behind, the last one is now
        self.ahead: list[TaskBoard] = []

    def _acted(self) -> None:
        board = self.layers.board()
        if board != self.boards[-1]:
            self.boards.append(board)
            self.ahead = []

    @rule(title=st.sampled_from(["あ", "い", "う"]))
    def add(self, title: str) -> None:
        if title not in {layer.title for layer in self.layers.board().layers}:
            self.layers.add_layer(title)
        self._acted()

    @rule(kind=st.sampled_from(FeatureKind), place=st.integers(-1, 3), text=st.sampled_from(["川", "坂"]))
    def draw(self, kind: FeatureKind, place: int, text: str) -> None:
        layers = self.layers.board().layers
        chosen = layers[place % len(layers)].layer_id if layers and place >= 0 else None
        self.layers.draw(chosen, kind, POINTS.get(kind, (HERE,)), text)
        self._acted()

    @precondition(lambda self: self.layers.board().features)
    @rule(place=st.integers(0, 9), act=st.sampled_from(["text", "move", "erase"]))
    def change(self, place: int, act: str) -> None:
        features = self.layers.board().features
        chosen = features[place % len(features)]
        if act == "text":
            self.layers.change_text(chosen.feature_id, "橋")
        elif act == "move":
            self.layers.move(chosen.feature_id, [BEYOND, HERE, THERE][: max(1, len(chosen.points))])
        else:
            self.layers.erase(chosen.feature_id)
        self._acted()

    @precondition(lambda self: self.layers.board().layers)
    @rule(place=st.integers(0, 9))
    def remove_layer(self, place: int) -> None:
        layers = self.layers.board().layers
        self.layers.remove_layer(layers[place % len(layers)].layer_id)
        self._acted()

    @rule()
    def undo(self) -> None:
        if self.layers.undo().value is None:
            assert len(self.boards) == 1
        else:
            self.ahead.append(self.boards.pop())

    @rule()
    def redo(self) -> None:
        if self.layers.redo().value is None:
            assert not self.ahead
        else:
            self.boards.append(self.ahead.pop())

    @invariant()
    def board_is_the_one_that_is_meant(self) -> None:
        board = self.layers.board()
        assert board == self.boards[-1]
        assert list(board.features) == sorted(board.features, key=lambda one: (one.drawn_at, one.feature_id))
        history = self.layers.now().history
        assert (history.undoable is None) == (len(self.boards) == 1)
        assert (history.redoable is None) == (not self.ahead)


TestDrawing = Drawing.TestCase
