"""だれに見せてもよい場面: what of a map may be on a picture, in a file or on the wall.

Nobody's name can be in it: no people (their marks stand at their doors), no words that somebody typed, no
way that begins at somebody's home, and nothing that was looked for or selected.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kurume_bousai.mapview.protocol import DrawnMark, MapScene


def public_scene(scene: MapScene, *, with_ways: bool = False) -> MapScene:
    """Return the scene without anything about a person; ``with_ways`` only where none begins at a home."""
    return replace(
        scene,
        people=(),
        links=(),
        drawn=wordless(scene.drawn),
        ways=scene.ways if with_ways else (),
        found=None,
        table="",
        selected="",
        selected_feature="",
    )


def wordless(drawn: Iterable[DrawnMark]) -> tuple[DrawnMark, ...]:
    """Return drawings with their sign and place, without the words that somebody typed."""
    return tuple(replace(mark, text="") for mark in drawn)
