"""作業の層: drawings of people's own on the map of the city, kept under a name, and the steps that made them.

Every act is a step with what stood before and after, so that it can be taken back and done again, also
after the program was closed. Pure: a board is frozen, and a step makes another one of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType, TypeVar

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.operations import FeatureKind

TaskLayerId = NewType("TaskLayerId", str)
TaskFeatureId = NewType("TaskFeatureId", str)
#: Letters of a layer's name that fit its line in the panel.
LONGEST_TITLE: Final = 40

_Key = TypeVar("_Key")
_Kept = TypeVar("_Kept")


class StepAct(StrEnum):
    """作業の種類: what a step did. The value is stored, so it never changes."""

    LAYER_ADDED = "layer_added"
    LAYER_RENAMED = "layer_renamed"
    LAYER_REMOVED = "layer_removed"
    DRAWN = "drawn"
    WORDS_CHANGED = "words_changed"
    MOVED = "moved"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class TaskLayer:
    """作業の層. ``title`` is free text: it may name somebody."""

    layer_id: TaskLayerId
    title: str = field(repr=False)
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class TaskFeature:
    """層に描いたもの: a point, or the corners of a line or of a ring (not closed), in EPSG:6668.

    ``text`` is free text: it may name somebody, so it is shown to those only who may see people.
    """

    feature_id: TaskFeatureId
    layer_id: TaskLayerId
    kind: FeatureKind
    points: tuple[LonLat, ...]
    text: str = field(repr=False)
    drawn_at: datetime
    drawn_by: str


@dataclass(frozen=True, slots=True)
class LayerChange:
    """層の変化; None = it was not there, or is not there any more."""

    before: TaskLayer | None
    after: TaskLayer | None


@dataclass(frozen=True, slots=True)
class FeatureChange:
    """描いたものの変化; None = it was not there, or is not there any more."""

    before: TaskFeature | None
    after: TaskFeature | None


@dataclass(frozen=True, slots=True)
class TaskStep:
    """作業の一歩: one act with all it changed, so that it can be taken back and done again."""

    act: StepAct
    layers: tuple[LayerChange, ...] = ()
    features: tuple[FeatureChange, ...] = ()

    def reversed(self) -> TaskStep:
        """The step that takes this one back."""
        return TaskStep(
            self.act,
            tuple(LayerChange(change.after, change.before) for change in self.layers),
            tuple(FeatureChange(change.after, change.before) for change in self.features),
        )


@dataclass(frozen=True, slots=True)
class TaskBoard:
    """作業の板: every layer with its drawings, in the order in which they were made."""

    layers: tuple[TaskLayer, ...] = ()
    features: tuple[TaskFeature, ...] = ()

    def layer(self, layer_id: TaskLayerId) -> TaskLayer:
        """One layer; KnownProblem ``layer_gone`` where somebody has deleted it."""
        for layer in self.layers:
            if layer.layer_id == layer_id:
                return layer
        raise KnownProblem("layer_gone", "この層は、もうありません。", advice="ほかの層を選んでください。")

    def feature(self, feature_id: TaskFeatureId) -> TaskFeature:
        """One drawing; KnownProblem ``feature_gone`` where somebody has deleted it."""
        for feature in self.features:
            if feature.feature_id == feature_id:
                return feature
        raise KnownProblem(
            "feature_gone", "この描いたものは、もうありません。", advice="地図で選び直してください。"
        )

    def of_layer(self, layer_id: TaskLayerId) -> tuple[TaskFeature, ...]:
        """The drawings of one layer."""
        return tuple(feature for feature in self.features if feature.layer_id == layer_id)

    def without_words(self) -> TaskBoard:
        """The same for those who may not see people: no texts, and nothing that is only text."""
        return TaskBoard(
            self.layers,
            tuple(
                replace(feature, text="") for feature in self.features if feature.kind is not FeatureKind.NOTE
            ),
        )

    def after(self, step: TaskStep) -> TaskBoard:
        """The board after a step.

        Raises
        ------
        KnownProblem
            ``changed_meanwhile`` where what stands is not what the step began with, or a drawing would be
            left without its layer: somebody else has been at work since.
        """
        layers = {layer.layer_id: layer for layer in self.layers}
        features = {feature.feature_id: feature for feature in self.features}
        for layer_change in step.layers:
            _put(layers, _layer_key(layer_change), layer_change.before, layer_change.after)
        for feature_change in step.features:
            _put(features, _feature_key(feature_change), feature_change.before, feature_change.after)
        if any(feature.layer_id not in layers for feature in features.values()):
            raise _changed_meanwhile()
        return TaskBoard(
            tuple(sorted(layers.values(), key=lambda one: (one.created_at, one.layer_id))),
            tuple(sorted(features.values(), key=lambda one: (one.drawn_at, one.feature_id))),
        )


def _layer_key(change: LayerChange) -> TaskLayerId:
    layer = change.after or change.before
    assert layer is not None  # noqa: S101 - a change from nothing to nothing is never made
    return layer.layer_id


def _feature_key(change: FeatureChange) -> TaskFeatureId:
    feature = change.after or change.before
    assert feature is not None  # noqa: S101 - a change from nothing to nothing is never made
    return feature.feature_id


def _put(kept: dict[_Key, _Kept], key: _Key, before: _Kept | None, after: _Kept | None) -> None:
    if kept.get(key) != before:
        raise _changed_meanwhile()
    if after is None:
        del kept[key]
    else:
        kept[key] = after


def _changed_meanwhile() -> KnownProblem:
    return KnownProblem(
        "changed_meanwhile",
        "ほかの人がそのあとで直したため、ここは戻せません。",
        advice="地図で、いまの様子を確かめてください。",
    )


@dataclass(frozen=True, slots=True)
class StepHistory:
    """戻せる一歩とやり直せる一歩 of one operator; None = there is none."""

    undoable: StepAct | None = None
    redoable: StepAct | None = None


def clean_title(title: str) -> str:
    """A layer's name as it is kept: one line, no blanks around.

    Raises
    ------
    KnownProblem
        ``layer_title`` for none, or more than ``LONGEST_TITLE`` letters.
    """
    cleaned = " ".join(title.split())
    if not 1 <= len(cleaned) <= LONGEST_TITLE:
        raise KnownProblem(
            "layer_title",
            "層の名前は、1文字から40文字までです。",
            advice="「津福の危険箇所」のような、みじかい名前を入れてください。",
        )
    return cleaned


def free_title(board: TaskBoard) -> str:
    """「作業の層1」: a name that no layer has yet."""
    taken = {layer.title for layer in board.layers}
    number = len(board.layers) + 1
    while f"作業の層{number}" in taken:
        number += 1
    return f"作業の層{number}"
