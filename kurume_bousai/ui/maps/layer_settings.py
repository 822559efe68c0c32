"""層の見え方の設定: what a person set on this installation, as text in the settings and as the maps read it.

Pure functions. The text holds ids of the catalogue and of task layers: nothing about a person.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from kurume_bousai.mapview.protocol import LayerVisibility
from kurume_bousai.settings import Settings

if TYPE_CHECKING:
    from kurume_bousai.ui.desktop import Desktop

SETTING: Final = "map_layers"
#: Steps of 濃さ: ten, and a layer that is on never becomes wholly invisible.
STEPS: Final = 10
#: People are a layer of the map screen; they stay off until they are asked for, at each start.
PEOPLE: Final = "person"


def visibility_of(settings: Settings) -> LayerVisibility:
    """Return what was set; the catalogue's own look for anything unreadable."""
    try:
        kept = json.loads(settings.text(SETTING) or "{}")
        return LayerVisibility(
            hidden=frozenset(_texts(kept.get("hidden", ()))),
            shown=frozenset(_texts(kept.get("shown", ()))),
            opacities=MappingProxyType(
                {str(key): _ratio(value) for key, value in kept.get("opacities", {}).items()}
            ),
            order=tuple(_texts(kept.get("order", ()))),
        )
    except (ValueError, TypeError, AttributeError, RecursionError):
        return LayerVisibility()


def text_of(visibility: LayerVisibility) -> str:
    """Write a visibility for the settings: equal ones alike."""
    kept: dict[str, Any] = {
        "hidden": sorted(visibility.hidden),
        "shown": sorted(visibility.shown),
        "opacities": dict(sorted(visibility.opacities.items())),
        "order": list(visibility.order),
    }
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def switched(visibility: LayerVisibility, layer_id: str, *, on: bool) -> LayerVisibility:
    """Return the visibility with one layer on or off."""
    here = frozenset({layer_id})
    if on:
        return replace(visibility, hidden=visibility.hidden - here, shown=visibility.shown | here)
    return replace(visibility, hidden=visibility.hidden | here, shown=visibility.shown - here)


def step_of(opacity: float) -> int:
    """Return 1–10: the step of 濃さ nearest to an opacity."""
    return max(1, min(STEPS, round(opacity * STEPS)))


def with_step(visibility: LayerVisibility, layer_id: str, step: int) -> LayerVisibility:
    """Return the visibility with another 濃さ of one layer, in steps of a tenth."""
    opacity = max(1, min(STEPS, step)) / STEPS
    return replace(visibility, opacities=MappingProxyType({**visibility.opacities, layer_id: opacity}))


def moved(
    visibility: LayerVisibility, drawn: Sequence[str], listed: Sequence[str], layer_id: str, *, up: bool
) -> LayerVisibility:
    """Return the visibility with one layer above or below its neighbour of the list.

    Parameters
    ----------
    drawn
        Ids of every layer, the topmost first.
    listed
        Those a person sees in the list, in the same order.
    """
    place = listed.index(layer_id)
    beside = place - 1 if up else place + 1
    if not 0 <= beside < len(listed):
        return visibility
    order = [one for one in drawn if one != layer_id]
    neighbour = order.index(listed[beside])
    order.insert(neighbour if up else neighbour + 1, layer_id)
    return replace(visibility, order=tuple(reversed(order)))


def use_settings(desktop: Desktop) -> None:
    """Let every map of the program look as it was set on this installation; once, at the start."""
    desktop.scenes.use(visibility_of(desktop.settings))


def _texts(values: object) -> list[str]:
    if not isinstance(values, list | tuple):
        raise TypeError("not a list of ids")
    return [str(value) for value in values]


def _ratio(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError("not a share")
    return max(0.0, min(1.0, float(value)))
