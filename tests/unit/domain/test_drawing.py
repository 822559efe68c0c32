"""What can be drawn on a table's map, and what is refused with a sentence."""

from __future__ import annotations

import pytest

from kurume_bousai.domain import acts
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import TableId
from kurume_bousai.domain.operations import LINE_KINDS, REGION_KINDS, EntryKind, FeatureKind

_CORNERS = [LonLat(130.50, 33.30), LonLat(130.51, 33.30), LonLat(130.51, 33.31)]
_TABLE = TableId("t1")


def _least(kind: FeatureKind) -> int:
    return 3 if kind in REGION_KINDS else 2 if kind in LINE_KINDS else 1


@pytest.mark.parametrize("kind", list(FeatureKind))
def test_a_drawing_with_enough_corners_is_an_entry(kind: FeatureKind) -> None:
    act = acts.draw(kind, _CORNERS[: _least(kind)], _TABLE, " 夜は暗い ")
    ((entry, payload),) = act.entries
    assert entry is EntryKind.FEATURE_DRAWN
    assert payload["feature_kind"] == kind.value
    assert payload["text"] == "夜は暗い"
    assert len(payload["points"]) == _least(kind)


@pytest.mark.parametrize("kind", list(FeatureKind))
def test_too_few_corners_are_refused(kind: FeatureKind) -> None:
    for points in (_CORNERS[: _least(kind) - 1], [_CORNERS[0]] * (_least(kind) if _least(kind) > 1 else 0)):
        with pytest.raises(KnownProblem) as told:
            acts.draw(kind, points, _TABLE, "夜は暗い")
        assert told.value.code == "too_few_points"


def test_words_need_words_and_are_kept_short() -> None:
    with pytest.raises(KnownProblem) as told:
        acts.draw(FeatureKind.NOTE, _CORNERS[:1], _TABLE, " 　")
    assert told.value.code == "no_words"
    ((_, payload),) = acts.draw(FeatureKind.NOTE, _CORNERS[:1], _TABLE, "あ" * 200).entries
    assert len(payload["text"]) == acts.MOST_LETTERS
