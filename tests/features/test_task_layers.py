from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_bdd import parsers, scenarios, then, when

from kurume_bousai import app
from kurume_bousai.domain.access import Role
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.operations import FeatureKind
from kurume_bousai.domain.task_layers import TaskFeature, TaskLayerId
from kurume_bousai.services.maps.task_layers import TaskLayerService
from tests.features.conftest import Office
from tests.fixtures.demo_city import PASSPHRASE

scenarios("task_layers.feature")

WALL, ROAD = LonLat(130.49, 33.30), LonLat(130.492, 33.301)


@pytest.fixture
def named() -> list[TaskLayerId]:
    """The layer that was made."""
    return []


def layers(office: Office) -> TaskLayerService:
    return app.task_layers(office.city)


def danger(office: Office) -> TaskFeature:
    return next(one for one in layers(office).board().features if one.kind is FeatureKind.DANGER)


@when(parsers.parse("「{title}」という作業の層をつくる"))
def add_layer(office: Office, named: list[TaskLayerId], title: str) -> None:
    named.append(layers(office).add_layer(title).value.layer_id)


@when(parsers.parse("その層に危険な所「{words}」を描く"))
def draw_danger(office: Office, named: list[TaskLayerId], words: str) -> None:
    layers(office).draw(named[0], FeatureKind.DANGER, [WALL], words)


@when("その層に通れない道を描く")
def draw_blocked(office: Office, named: list[TaskLayerId]) -> None:
    layers(office).draw(named[0], FeatureKind.BLOCKED_ROAD, [ROAD])


@when("その層に通れない道を描こうとする")
def try_to_draw(office: Office, named: list[TaskLayerId]) -> None:
    with pytest.raises(KnownProblem) as caught:
        draw_blocked(office, named)
    office.problem = caught.value


@when(parsers.parse("描いた危険な所の言葉を「{words}」に直す"))
def change_words(office: Office, words: str) -> None:
    layers(office).change_text(danger(office).feature_id, words)


@when("その層を消す")
def remove_layer(office: Office, named: list[TaskLayerId]) -> None:
    layers(office).remove_layer(named[0])


def _times(act: Callable[[], object], times: int) -> None:
    for _ in range(times):
        act()


@when(parsers.parse("{times:d} 回戻す"))
def undo(office: Office, times: int) -> None:
    _times(layers(office).undo, times)


@when(parsers.parse("{times:d} 回やり直す"))
def redo(office: Office, times: int) -> None:
    _times(layers(office).redo, times)


@when("プログラムを閉じて開き直す")
def reopen(office: Office) -> None:
    office.open()


@when("数だけを見る人が開き直す")
def viewer_opens(office: Office) -> None:
    office.city.add_operator("閲覧", PASSPHRASE, roles={Role.VIEWER})
    office.open("閲覧")


@then(parsers.parse("その層には {count:d} つ描いてある"))
def is_drawn(office: Office, named: list[TaskLayerId], count: int) -> None:
    assert len(layers(office).board().of_layer(named[0])) == count


@then(parsers.parse("作業の層は {count:d} 枚ある"))
def there_are_layers(office: Office, count: int) -> None:
    assert len(layers(office).board().layers) == count


@then(parsers.re("危険な所の言葉は「(?P<words>.*)」である"))
def words_are(office: Office, words: str) -> None:
    assert danger(office).text == words


@then("監査記録はそろっている")
def audit_is_whole(office: Office) -> None:
    with office.city.reading() as session:
        assert session.audit.verify() == []
