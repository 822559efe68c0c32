"""The look of the layers as text, and its changes."""

from __future__ import annotations

from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.mapview.protocol import LayerVisibility
from kurume_bousai.settings import Settings
from kurume_bousai.ui.maps.layer_settings import (
    SETTING,
    moved,
    step_of,
    switched,
    text_of,
    visibility_of,
    with_step,
)

IDS = ("a", "b", "c", "d")
ids = st.sampled_from(IDS)
visibilities = st.builds(
    LayerVisibility,
    hidden=st.frozensets(ids),
    shown=st.frozensets(ids),
    opacities=st.dictionaries(ids, st.integers(0, 10).map(lambda step: step / 10)).map(MappingProxyType),
    order=st.permutations(IDS).map(tuple),
)


def kept(text: str) -> LayerVisibility:
    return visibility_of(Settings.defaults().changed(**{SETTING: text}))


@given(visibilities)
def test_what_is_kept_comes_back(visibility: LayerVisibility) -> None:
    assert kept(text_of(visibility)) == visibility


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "3",
        '{"hidden": 3}',
        '{"order": "abc"}',
        '{"opacities": {"a": "x"}}',
        '{"opacities": []}',
    ],
)
def test_what_cannot_be_read_is_the_catalogues_own_look(text: str) -> None:
    assert kept(text) == LayerVisibility()


@given(visibilities, ids)
def test_a_layer_is_on_or_off_never_both(visibility: LayerVisibility, layer: str) -> None:
    on, off = switched(visibility, layer, on=True), switched(visibility, layer, on=False)
    assert layer in on.shown - on.hidden
    assert layer in off.hidden - off.shown
    assert on.hidden - {layer} == visibility.hidden - {layer}


@given(visibilities, ids, st.integers(-3, 20))
def test_strength_goes_in_tenths_and_never_to_nothing(
    visibility: LayerVisibility, layer: str, step: int
) -> None:
    opacity = with_step(visibility, layer, step).opacities[layer]
    assert 0.1 <= opacity <= 1.0
    assert step_of(opacity) == max(1, min(10, step))


@given(st.permutations(IDS), st.sets(ids, min_size=1), st.data())
def test_moving_up_and_down_again_changes_nothing_in_the_list(
    drawn: list[str], seen: set[str], choose: st.DataObject
) -> None:
    listed = [one for one in drawn if one in seen]
    layer = choose.draw(st.sampled_from(listed))
    up = moved(LayerVisibility(), drawn, listed, layer, up=True)
    if listed[0] == layer:
        assert up == LayerVisibility()
        return
    after = list(reversed(up.order))
    assert sorted(after) == sorted(drawn)
    now = [one for one in after if one in seen]
    assert now.index(layer) == listed.index(layer) - 1
    down = moved(up, after, now, layer, up=False)
    assert [one for one in reversed(down.order) if one in seen] == listed
