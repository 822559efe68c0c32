"""地図データの取込の用件: look at a file, keep it, say what is in and what the city still lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.gazetteer import GazetteerSource, GazetteerSourceId
from kurume_bousai.domain.hazard_readings import QUESTIONS
from kurume_bousai.domain.layers import HAZARD_KINDS, LayerId, MapLayer
from kurume_bousai.services.places.gazetteer_import import (
    GazetteerImportResult,
    commit_gazetteer,
    preview_gazetteer,
    remove_gazetteer,
)
from kurume_bousai.services.places.hazard_update import HazardUpdateResult, update_hazards
from kurume_bousai.services.places.layer_import import (
    DUE_FACT,
    LayerImportResult,
    commit_layers,
    preview_layers,
    remove_layers,
)
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.gazetteer import GazetteerFile
from kurume_bousai.services.ports.layer_files import FileShapes, LayerFile, ParsedLayer
from kurume_bousai.services.ports.layers import WantedLayer
from kurume_bousai.services.ports.map_layers import LayerOrder, LayerPicture, LayerTools
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.services.progress import Progress, no_progress

_NEARLY_ALL: Final = 0.999


class Coverage(StrEnum):
    """知っている範囲 of a layer: how much of the city its file speaks for."""

    WHOLE = "whole"
    PART = "part"
    NONE = "none"  # a hazard whose file does not say where it ends
    NOT_ASKED = "not_asked"  # no hazard


class WantedState(StrEnum):
    """ほしいデータのそろい方."""

    THERE = "there"
    PART = "part"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Ground:
    """知っている地面: how much of the city a layer speaks for (``share`` of the city's box, 0 to 1), and of
    which rivers.
    """  # noqa: D205 - one sentence too long for a line

    coverage: Coverage
    share: float = 0.0
    parts: frozenset[str] = frozenset()
    missing_parts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StoredLayer:
    """入っている層 with what it knows of the city."""

    layer: MapLayer
    ground: Ground


@dataclass(frozen=True, slots=True)
class WantedNow:
    """ほしいデータの今: a line of the checklist, with what is missing in sentences."""

    wanted: WantedLayer
    state: WantedState
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LayersNow:
    """いま入っている地図データ. ``is_update_due``: hazard layers changed since homes were last read."""

    layers: tuple[StoredLayer, ...]
    gazetteers: tuple[GazetteerSource, ...]
    checklist: tuple[WantedNow, ...]
    is_update_due: bool = False


@dataclass(frozen=True, slots=True)
class LayerPreview:
    """点検の結果: the file as it was read, so that exactly this is kept, and what it would bring.

    ``grounds``: what each layer of the file knows of the city, in their order.
    """

    order: LayerOrder
    file: LayerFile = field(repr=False)
    result: LayerImportResult
    picture: LayerPicture = field(repr=False)
    grounds: tuple[Ground, ...] = ()


@dataclass(frozen=True, slots=True)
class GazetteerPreview:
    """住所の辞書の点検の結果."""

    file: GazetteerFile = field(repr=False)
    result: GazetteerImportResult


@dataclass(frozen=True, slots=True)
class MapLayersService:
    """地図データの取込 on one open database. Safe to call from the runner's threads."""

    database: CityDatabase
    tools: LayerTools
    clock: Clock

    def now(self) -> LayersNow:
        """Return what is in, and the checklist of what the city should have."""
        with self.database.reading() as session:
            layers = session.layers.all()
            gazetteers = tuple(session.gazetteer.sources())
            is_due = bool(session.fact(DUE_FACT))
        stored = tuple(StoredLayer(layer, self._ground(layer)) for layer in layers)
        return LayersNow(stored, gazetteers, self._checklist(layers), is_due)

    def preview(self, order: LayerOrder, progress: Progress = no_progress) -> LayerPreview:
        """Read a file and say what it would bring. Writes nothing.

        Raises
        ------
        KnownProblem
            ``no_right`` and what the reader says. ``Cancelled`` from ``progress``.
        """
        self.database.access.require(Right.EDIT_MAPS)
        file = self.tools.read_layers(order, progress)
        progress(0, 0, "見取り図をつくっています。")
        result = preview_layers(self.database, file, replace=order.replaces)
        grounds = tuple(self._ground(layer) for layer in file.layers)
        return LayerPreview(order, file, result, self._picture(file), grounds)

    def describe(self, path: Path, progress: Progress = no_progress) -> FileShapes:
        """Say what columns and shapes a file has that nobody recognises."""
        self.database.access.require(Right.EDIT_MAPS)
        return self.tools.describe(path, progress)

    def commit(self, preview: LayerPreview) -> Outcome[LayerImportResult]:
        """Keep exactly what was shown, in one transaction."""
        outcome = commit_layers(self.database, preview.file, clock=self.clock, replace=preview.order.replaces)
        self.tools.ground_changed()
        return outcome

    def remove(self, layer_ids: Sequence[LayerId]) -> Outcome[int]:
        """Take layers away; what was read of homes stays until it is read again."""
        outcome = remove_layers(self.database, layer_ids)
        self.tools.ground_changed()
        return outcome

    def update_hazards(self, progress: Progress = no_progress) -> Outcome[HazardUpdateResult]:
        """Read all homes and sites anew, all or nothing; raises as ``hazard_update.update_hazards``."""
        return update_hazards(self.database, make_locator=self.tools.make_hazard_locator, progress=progress)

    def preview_gazetteer(self, path: Path) -> GazetteerPreview:
        """Read a dictionary of addresses and say what it would bring. Writes nothing."""
        self.database.access.require(Right.EDIT_MAPS)
        file = self.tools.read_gazetteer(path)
        return GazetteerPreview(file, preview_gazetteer(self.database, file))

    def commit_gazetteer(self, preview: GazetteerPreview) -> Outcome[GazetteerImportResult]:
        """Write exactly the dictionary that was shown."""
        return commit_gazetteer(self.database, preview.file, self.clock)

    def remove_gazetteer(self, source_id: GazetteerSourceId) -> Outcome[None]:
        """Take a dictionary away; homes that it placed stay where they are."""
        return remove_gazetteer(self.database, source_id)

    # ------------------------------------------------------------------ inside
    def _ground(self, layer: MapLayer | ParsedLayer) -> Ground:
        if layer.kind not in HAZARD_KINDS:
            return Ground(Coverage.NOT_ASKED)
        missing = layer.wanted_parts - layer.parts
        share = 0.0 if layer.coverage is None else self.tools.city_share(layer.coverage)
        # A hair less than all is all: boxes of files end in rounded degrees.
        coverage = Coverage.NONE if share <= 0 else Coverage.WHOLE if share > _NEARLY_ALL else Coverage.PART
        return Ground(coverage, share, layer.parts & layer.wanted_parts, missing)

    def _checklist(self, layers: Sequence[MapLayer]) -> tuple[WantedNow, ...]:
        # Coverage and parts say what is missing; the features themselves are not needed.
        locator = self.tools.make_hazard_locator([(layer, ()) for layer in layers if layer.is_hazard])
        present = {layer.question for layer in layers}
        found = []
        for wanted in self.tools.wanted():
            there = [question for question in wanted.questions if question in present]
            gaps = tuple(
                sentence for question in there if question in QUESTIONS for sentence in locator.gaps(question)
            )
            state = WantedState.MISSING
            if there:
                state = WantedState.PART if gaps else WantedState.THERE
            found.append(WantedNow(wanted, state, gaps))
        return tuple(found)

    def _picture(self, file: LayerFile) -> LayerPicture:
        with self.database.reading() as session:
            outlines = [outline.wkb for outline in session.districts.outlines()]
        features = [feature.wkb for layer in file.layers for feature in layer.features]
        coverage = next((layer.coverage for layer in file.layers if layer.coverage is not None), None)
        return self.tools.make_picture(features, coverage, outlines)
