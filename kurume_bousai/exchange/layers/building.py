"""層を組み立てる: the tables of a package to layers, one per kind, with everything left out counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from kurume_bousai.domain.layers import Attribute, LayerFeature, LayerSource
from kurume_bousai.exchange.layers import own as own_layers
from kurume_bousai.exchange.layers import shapes as mending
from kurume_bousai.exchange.layers.coverage import coverage_of, has_enough_rivers, meshes_of
from kurume_bousai.exchange.layers.locating import place
from kurume_bousai.exchange.layers.notes import MOST_NAMES, Notes, empty_file
from kurume_bousai.exchange.layers.recognisers import Dataset, Recogniser, Recognisers
from kurume_bousai.exchange.layers.sorting import (
    FAR,
    NOT_WHOLE,
    Reasons,
    numbers_of,
    reasons_of,
    without_nonsense,
)
from kurume_bousai.exchange.layers.sources import TABLE, LayerPath
from kurume_bousai.exchange.layers.tables import RawTable, Shapes, attribute
from kurume_bousai.exchange.layers.values import (
    attributes_of,
    column_of,
    folder_value,
    parts_of,
    values_of,
)
from kurume_bousai.services.ports.layer_files import OwnMapping, ParsedLayer

#: The first words of a row that has no name column: enough to find it again.
_SHORT: Final = 40


@dataclass(slots=True)
class _Pile:
    """一つの層になる表: several rivers of one package."""

    recogniser: Recogniser
    features: list[LayerFeature] = field(default_factory=list)
    read: int = 0
    notes: Notes = field(default_factory=Notes)
    crs: dict[str, None] = field(default_factory=dict)
    encodings: dict[str, None] = field(default_factory=dict)
    coverage: list[Shapes] = field(default_factory=list)
    meshes: set[str] = field(default_factory=set)
    rivers: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)
    needs_crs: str = ""


class LayerBuilder:
    """組み立て: takes tables one after the other, gives the layers at the end."""

    def __init__(
        self,
        known: Recognisers,
        notes: Notes,
        *,
        kind: str | None,
        crs: str | None,
        is_everywhere: bool = False,
        own: OwnMapping | None = None,
    ) -> None:
        self._is_everywhere = is_everywhere
        self._own = own
        self._known = known
        self._notes = notes
        self._kind = kind
        self._crs = crs
        self._piles: dict[tuple[str, str, str], _Pile] = {}

    def add(self, table: RawTable, layer: LayerPath) -> None:
        """Take one table; raises as ``Recognisers.recognise`` and ``place`` do."""
        recogniser = self._recognised(table, layer)
        dataset = self._known.datasets.get(recogniser.dataset)
        if recogniser.skip:
            self._notes.tell(f"「{layer.shown}」{len(table.shapes):,}件: {recogniser.skip}")
            return
        key = recogniser.dataset, recogniser.kind, recogniser.scenario
        pile = self._piles.setdefault(key, _Pile(recogniser))
        placed = place(table, layer, dataset, self._crs, self._notes)
        pile.crs[placed.crs] = None
        pile.encodings[table.encoding] = None
        pile.needs_crs = pile.needs_crs or placed.needs_crs
        for note in (recogniser.note, dataset.note if dataset else ""):
            if note:
                self._notes.tell(note)
        shapes, nonsense = without_nonsense(placed.shapes)
        self._know_ground(pile, table, shapes, dataset)
        is_table = layer.format == TABLE
        reasons = reasons_of(
            shapes, nonsense, recogniser.geometry, is_everywhere=self._is_everywhere, is_table=is_table
        )
        self._leave_out(pile, table, reasons, layer)
        self._take(pile, table, shapes, np.flatnonzero(reasons == ""), layer)

    def _recognised(self, table: RawTable, layer: LayerPath) -> Recogniser:
        if self._own is not None:
            return own_layers.recogniser_of(self._own, table, where=layer.shown)
        if not len(table.shapes) and not table.columns:
            raise empty_file(layer.shown)
        return self._known.recognise(table.names, kind=self._kind, where=layer.shown)

    def _know_ground(self, pile: _Pile, table: RawTable, shapes: Shapes, dataset: Dataset | None) -> None:
        """Coverage, parts and rivers, from all shapes: those far from the city tell where the file ends."""
        pile.parts |= parts_of(table, pile.recogniser)
        river = pile.recogniser.keep.get("name", "")
        if dataset is None or not dataset.coverage:
            return
        if dataset.coverage == "mesh":
            pile.meshes |= set(meshes_of(shapes))
        if pile.recogniser.parts_column and (names := column_of(table, river)) is not None:
            pile.rivers |= {str(attribute(name)) for name in names if attribute(name) is not None}
        ground = coverage_of(table, shapes, dataset, self._known, river)
        if ground is not None:
            pile.coverage.append(ground)

    def _leave_out(self, pile: _Pile, table: RawTable, reasons: Reasons, layer: LayerPath) -> None:
        """Count what is not taken; those far away are too many to be named."""
        pile.read += len(reasons)
        unit = "行目" if layer.format == TABLE else "件目"
        for reason in dict.fromkeys(str(one) for one in reasons if one):
            rows = [int(row) for row in numbers_of(reasons, reason)]
            named = [] if reason == FAR else rows[:MOST_NAMES]
            names = _names(pile.recogniser, attributes_of(table, pile.recogniser, named), layer)
            pile.notes.leave_out(
                reason,
                len(rows),
                [f"{name}({table.row_of(row)}{unit})" for name, row in zip(names, named, strict=True)],
            )

    def _take(
        self, pile: _Pile, table: RawTable, shapes: Shapes, chosen: npt.NDArray[np.intp], layer: LayerPath
    ) -> None:
        if not len(chosen):
            return
        recogniser = pile.recogniser
        mended, broken = mending.repaired(np.asarray(shapes[chosen], dtype=object))
        mended, cut = (mended, 0) if self._is_everywhere else mending.cut_huge(mended)
        if cut:
            self._notes.tell(
                f"点が{mending.HUGE_VERTICES:,}個を超える図形が{cut}件あり、市とその周り(約5km)だけを残しました。"
            )
        rows = [int(row) for row in chosen]
        attributes, values, levels = self._read_values(recogniser, table, rows, layer)
        names = _names(recogniser, attributes, layer)
        pile.notes.repaired.extend(f"{names[int(one)]}({rows[int(one)] + 1}件目)" for one in broken)
        empty = shapely.is_missing(mended) | shapely.is_empty(mended)
        lost = [f"{names[int(one)]}({rows[int(one)] + 1}件目)" for one in np.flatnonzero(empty)]
        pile.notes.leave_out(NOT_WHOLE, len(lost), lost)
        for shape, value, level, kept, is_empty in zip(
            shapely.to_wkb(mended), values, levels, attributes, empty, strict=True
        ):
            if not is_empty:
                pile.features.append(LayerFeature(bytes(shape), value, level, kept))

    def _read_values(
        self, recogniser: Recogniser, table: RawTable, rows: list[int], layer: LayerPath
    ) -> tuple[list[dict[str, Attribute]], list[int | None], list[int | None]]:
        """Attributes, values and levels of the chosen rows."""
        if self._own is not None:
            attributes, values = own_layers.values_of(self._own, table, rows)
            return attributes, values, [None] * len(rows)
        attributes = attributes_of(table, recogniser, rows)
        self._doubt_names(recogniser, attributes)
        values = values_of(table, recogniser.value, self._known, rows, self._notes)
        levels = values_of(table, recogniser.level, self._known, rows, self._notes)
        return attributes, self._by_folder(recogniser, values, layer), levels

    def _doubt_names(self, recogniser: Recogniser, attributes: Sequence[Mapping[str, Attribute]]) -> None:
        """Names that are numbers: an edition in which the columns mean other things."""
        names = [row["name"] for row in attributes if row.get("name") is not None]
        if recogniser.needs and names and all(str(name).isdecimal() for name in names):
            self._notes.tell(
                f"「{recogniser.title}」の名称の列が、数字ばかりです。年度が違い、列の意味が変わっているおそれがあります。"
                "取り込む前に、新しい年度のデータかどうかを確かめてください。"
            )

    def _by_folder(
        self, recogniser: Recogniser, values: list[int | None], layer: LayerPath
    ) -> list[int | None]:
        told = folder_value(recogniser, f"{layer.folder}/{layer.shown}")
        if told is None:
            return values
        others = sum(1 for value in values if value not in {None, told})
        if others:
            words = self._known.words(recogniser.value.codes if recogniser.value else "", told)
            self._notes.tell(
                f"「{layer.folder}」の{others:,}件は、列の値がフォルダーの名前と違います。フォルダーの「{words}」としました。"
            )
        return [told] * len(values)

    def layers(self, file_name: str, sha256: str, edition: str) -> tuple[ParsedLayer, ...]:
        """The layers found, in order of kind and scenario."""
        return tuple(
            self._parsed(pile, file_name, sha256, edition) for _, pile in sorted(self._piles.items())
        )

    def _parsed(self, pile: _Pile, file_name: str, sha256: str, edition: str) -> ParsedLayer:
        recogniser = pile.recogniser
        dataset = self._known.datasets.get(recogniser.dataset)
        source = LayerSource(
            file_name=file_name,
            sha256=sha256,
            attribution=dataset.attribution if dataset else self._own.attribution if self._own else "",
            licence=dataset.licence if dataset else self._own.licence if self._own else "",
            edition=edition,
            crs="、".join(pile.crs),
            encoding="、".join(pile.encodings),
        )
        shapes = shapely.from_wkb([feature.wkb for feature in pile.features])
        bounds = [float(side) for side in shapely.total_bounds(shapes)] if pile.features else [0.0] * 4
        return ParsedLayer(
            dataset=recogniser.dataset,
            kind=recogniser.kind,
            scenario=recogniser.scenario,
            title=recogniser.title if dataset or self._own else file_name.rsplit(".", 1)[0],
            source=source,
            features=tuple(pile.features),
            extent=(bounds[0], bounds[1], bounds[2], bounds[3]),
            coverage=self._coverage(pile),
            meshes=tuple(sorted(pile.meshes)),
            parts=frozenset(pile.parts),
            wanted_parts=frozenset(recogniser.parts),
            read=pile.read,
            repaired=tuple(pile.notes.repaired),
            left_out=dict(pile.notes.left_out),
            left_out_names={reason: tuple(names) for reason, names in pile.notes.left_out_names.items()},
            needs_crs=pile.needs_crs,
        )

    def _coverage(self, pile: _Pile) -> bytes | None:
        if not pile.coverage:
            return None
        if pile.recogniser.parts and not has_enough_rivers(pile.rivers):
            self._notes.tell(
                f"「{pile.recogniser.title}」には川が{len(pile.rivers)}本しかありません。"
                "区域の外は「データなし」として扱います。"
            )
            return None
        ground = shapely.union_all(pile.coverage)
        dataset = self._known.datasets[pile.recogniser.dataset]
        # A file per river: only all of them together say how far the package reaches.
        whole = shapely.box(*shapely.bounds(ground)) if dataset.coverage == "extent" else ground
        return bytes(shapely.to_wkb(whole))


def _names(recogniser: Recogniser, rows: Sequence[Mapping[str, Attribute]], layer: LayerPath) -> list[str]:
    """A word for each row by which it is found in the file: its name, else the file's."""
    column = "name" if recogniser.needs or "name" in recogniser.keep else ""
    return [str(row.get(column) or layer.shown)[:_SHORT] for row in rows]
