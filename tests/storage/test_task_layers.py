"""Task layers in the encrypted file: whole after a restart, with undo, and nothing readable outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.domain.task_layers import StepAct, TaskStep
from kurume_bousai.services.maps.task_layers import TaskLayerService
from kurume_bousai.storage import EncryptedCityDatabase, open_database
from kurume_bousai.storage.task_layers import MOST_STEPS
from tests.fakes.city import FixedClock
from tests.storage.conftest import OPERATOR, PASSPHRASE

PLACE = LonLat(130.5012345678, 33.3098765432)
WORDS = "架空 花子さんの家の前の塀"


def layers_of(city: EncryptedCityDatabase) -> TaskLayerService:
    return TaskLayerService(city, FixedClock())


def test_drawings_and_their_undo_outlive_the_program(city: EncryptedCityDatabase, city_path: Path) -> None:
    layers = layers_of(city)
    layer = layers.add_layer("津福の危険").value
    layers.draw(layer.layer_id, FeatureKind.REGION, [PLACE, LonLat(130.6, 33.3), LonLat(130.6, 33.2)], "沼")
    drawn = layers.draw(layer.layer_id, FeatureKind.DANGER, [PLACE], WORDS).value
    before = layers.board()
    layers.erase(drawn.feature_id)
    layers.remove_layer(layer.layer_id)
    city.close()

    reopened = open_database(city_path, OPERATOR, PASSPHRASE)
    try:
        layers = layers_of(reopened)
        assert layers.board().layers == ()
        layers.undo()
        layers.undo()
        assert layers.board() == before
        assert layers.now().history.redoable is StepAct.ERASED
    finally:
        reopened.close()
    again = open_database(city_path, OPERATOR, PASSPHRASE)
    try:
        layers_of(again).redo()
        assert drawn not in layers_of(again).board().features
        with again.reading() as session:
            assert session.audit.verify() == []
    finally:
        again.close()


def test_only_so_many_steps_are_kept(city: EncryptedCityDatabase) -> None:
    layers = layers_of(city)
    layer = layers.add_layer("層").value
    for number in range(MOST_STEPS + 5):
        layers.rename_layer(layer.layer_id, f"層{number}")
    undone = 0
    while layers.undo().value is not None:
        undone += 1
    assert undone == MOST_STEPS
    assert layers.board().layers[0].title == "層4"


def test_the_audit_tells_the_act_and_no_words(city: EncryptedCityDatabase) -> None:
    drawn = layers_of(city).draw(None, FeatureKind.DANGER, [PLACE], WORDS).value
    layers_of(city).undo()
    with city.reading() as session:
        entries = [entry for entry in session.audit.entries() if entry.action.startswith("task_layer")]
        assert [entry.action for entry in entries] == ["task_layer_changed", "task_layer_undone"]
        assert all(drawn.feature_id in entry.subjects for entry in entries)
        contents = [payload.content or "" for payload in session.audit._payloads().values()]
        assert not any("花子" in content for content in contents)


def test_nothing_is_drawn_while_reading(city: EncryptedCityDatabase) -> None:
    with city.reading() as session, pytest.raises(RuntimeError, match="writing"):
        session.task_layers.perform(city.access, TaskStep(StepAct.DRAWN), at=FixedClock().now())


def test_the_file_shows_no_words(city: EncryptedCityDatabase) -> None:
    layers_of(city).draw(None, FeatureKind.DANGER, [PLACE], WORDS)
    city.checkpoint()
    assert "花子".encode() not in city.path.read_bytes()
