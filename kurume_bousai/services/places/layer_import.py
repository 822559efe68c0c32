"""地図データの取込: preview, or keep the layers of a file; which layers are there, and taking them away."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import new_id
from kurume_bousai.domain.layers import HAZARD_KINDS, LayerId, MapLayer
from kurume_bousai.domain.meshes import CITY_MESHES, part_of_city
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.layer_files import LayerFile, ParsedLayer
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession

#: Dataset of a file of one's own (``maps/datasets.toml`` knows no such).
OWN_DATASET: Final = "other"
#: Set where hazard layers changed and homes were not read since; empty = nothing is due.
DUE_FACT: Final = "hazards_due"


@dataclasses.dataclass(frozen=True, slots=True)
class LayerImportResult:
    """地図データの取込の結果. ``replaced`` are layers that the import takes away.

    ``missing`` are those of the ``warnings`` that say what the whole picture still lacks; ``older`` are
    layers of the same question from other files; ``is_again``: this very file is in already.
    """

    file: LayerFile
    replaced: tuple[LayerId, ...]
    warnings: tuple[str, ...]
    is_committed: bool = False
    missing: tuple[str, ...] = ()
    older: tuple[MapLayer, ...] = ()
    is_again: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the object of ``import layer --json``."""
        layers = self.file.layers
        return {
            "kind": self.file.kind,
            "features": sum(len(layer.features) for layer in layers),
            "read": sum(layer.read for layer in layers),
            "repaired": sum(len(layer.repaired) for layer in layers),
            "crs": "、".join(dict.fromkeys(layer.source.crs for layer in layers)),
            "encoding": "、".join(dict.fromkeys(layer.source.encoding for layer in layers)),
            "needs_crs": self.file.needs_crs,
            "warnings": list(self.warnings),
            "layers": [layer.as_json() for layer in layers],
            "replaced": list(self.replaced),
            "sha256": self.file.sha256,
            "committed": self.is_committed,
        }


def preview_layers(database: CityDatabase, file: LayerFile, *, replace: bool = False) -> LayerImportResult:
    """Say what the file would bring; writes nothing. Raises ``no_right``."""
    database.access.require(Right.EDIT_MAPS)
    with database.reading() as session:
        return _result(session, file, replace=replace)


def commit_layers(
    database: CityDatabase, file: LayerFile, *, clock: Clock, replace: bool = False
) -> Outcome[LayerImportResult]:
    """Keep the layers of a file. The same file again replaces itself; ``replace`` also replaces other layers
    of the same dataset, kind and scenario (an older edition).

    Raises
    ------
    KnownProblem
        ``no_right``, or ``layer_crs_unconfirmed``: the file says no system and nobody confirmed one.
    """  # noqa: D205 - one sentence too long for a line
    access = database.access
    access.require(Right.EDIT_MAPS)
    if file.needs_crs:
        raise KnownProblem(
            "layer_crs_unconfirmed",
            f"座標系の記載がないファイルです。{file.needs_crs} でよいことを、確かめていません。",
            where=file.file_name,
            advice=f"公開元の説明で座標系を確かめ、確かめたことを示してください(--crs {file.needs_crs})。",
        )
    with database.writing() as session:
        result = _result(session, file, replace=replace)
        if result.replaced:
            session.layers.remove(access, result.replaced)
        for parsed in file.layers:
            kept = _kept(parsed, file, clock, access.name)
            session.layers.add(access, kept, parsed.features)
        if any(parsed.kind in HAZARD_KINDS for parsed in file.layers):
            session.set_fact(DUE_FACT, "1")
    return Outcome(dataclasses.replace(result, is_committed=True), frozenset({Topic.BACKGROUNDS}))


def remove_layers(database: CityDatabase, layer_ids: Sequence[LayerId]) -> Outcome[int]:
    """Take layers away; raises ``layer_none`` where one is not there."""
    access = database.access
    access.require(Right.EDIT_MAPS)
    with database.writing() as session:
        known = {layer.layer_id: layer for layer in session.layers.all()}
        if missing := [one for one in layer_ids if one not in known]:
            raise KnownProblem(
                "layer_none",
                "この番号の層はありません。",
                where="、".join(missing),
                advice="hazards で、今ある層の番号を確かめてください。",
            )
        session.layers.remove(access, layer_ids)
        if any(known[one].is_hazard for one in layer_ids):
            session.set_fact(DUE_FACT, "1")
    return Outcome(len(layer_ids), frozenset({Topic.BACKGROUNDS}))


def _result(session: ReadSession, file: LayerFile, *, replace: bool) -> LayerImportResult:
    kept = session.layers.all()
    questions = {_identity(layer) for layer in file.layers}
    same = [layer.layer_id for layer in kept if layer.source.sha256 == file.sha256]
    beside = [layer for layer in kept if layer.layer_id not in same and _identity(layer) in questions]
    missing = _missing(file, kept, beside)
    warnings = [*file.warnings, *_told(file), *missing]
    if same:
        warnings.append("同じ内容のファイルを前に取り込んでいます。入れかえます。")
    if beside and not replace:
        titles = "、".join(dict.fromkeys(f"{layer.title}({layer.source.file_name})" for layer in beside))
        warnings.append(
            f"同じ種類の層が前からあります: {titles}。両方を使います。"
            "古い版なら、入れかえてください(--replace)。"
        )
    replaced = (*same, *(layer.layer_id for layer in beside)) if replace else tuple(same)
    return LayerImportResult(
        file,
        tuple(replaced),
        tuple(warnings),
        missing=tuple(missing),
        older=tuple(beside),
        is_again=bool(same),
    )


def _identity(layer: MapLayer | ParsedLayer) -> tuple[str, str, str, str]:
    """What makes a layer an edition of another: its question; of maps of one's own also the name."""
    return layer.dataset, layer.kind, layer.scenario, layer.title if layer.dataset == OWN_DATASET else ""


def _told(file: LayerFile) -> list[str]:
    """What is repaired and left out, as sentences."""
    told: list[str] = []
    for layer in file.layers:
        if layer.repaired:
            names = "、".join(layer.repaired[:10])
            rest = f" ほか{len(layer.repaired) - 10}件" if len(layer.repaired) > 10 else ""
            told.append(
                f"「{layer.title}」の、輪の並びが正しくない図形を{len(layer.repaired):,}件直しました: "
                f"{names}{rest}。"
            )
        for reason, count in layer.left_out.items():
            told.append(f"「{layer.title}」の{count:,}件は、取り込みません。わけ: {reason}。")
            if named := layer.left_out_names.get(reason):
                told.append(f"取り込まないもの: {'、'.join(named[:10])}{'ほか' if count > 10 else ''}。")
    return told


def _missing(file: LayerFile, kept: Sequence[MapLayer], beside: Sequence[MapLayer]) -> list[str]:
    """What belongs to the whole picture and neither the file nor what is in has."""
    told: list[str] = []
    for layer in file.layers:
        told.extend(_parts_told(layer, beside))
        told.extend(_meshes_told(layer, kept))
    return told


def _parts_told(layer: ParsedLayer, beside: Sequence[MapLayer]) -> list[str]:
    there = frozenset(
        part for other in beside if (other.kind, other.scenario) == (layer.kind, layer.scenario)
        for part in other.parts
    )  # fmt: skip
    missing = layer.wanted_parts - layer.parts - there
    return [
        f"「{layer.title}」に、{part}の区域が入っていません。区域の外は「データなし」として扱います。"
        for part in sorted(missing)
    ]


def _meshes_told(layer: ParsedLayer, kept: Sequence[MapLayer]) -> list[str]:
    if not layer.meshes:
        return []
    there = {
        mesh
        for other in kept
        if (other.dataset, other.kind, other.scenario) == (layer.dataset, layer.kind, layer.scenario)
        for mesh in other.parts
    }
    return [
        f"「{layer.title}」に、1次メッシュ{mesh}({part_of_city(mesh)})が入っていません。そこは「データなし」です。"
        for mesh in CITY_MESHES
        if mesh not in layer.meshes and mesh not in there
    ]


def _kept(parsed: ParsedLayer, file: LayerFile, clock: Clock, operator: str) -> MapLayer:
    return MapLayer(
        layer_id=LayerId(new_id()),
        dataset=parsed.dataset,
        kind=parsed.kind,
        scenario=parsed.scenario,
        title=parsed.title,
        source=parsed.source,
        imported_at=clock.now(),
        imported_by=operator,
        extent=parsed.extent,
        coverage=parsed.coverage,
        # Of A31b the parts are its meshes; none is wanted of it, because a mesh is whole by itself.
        parts=parsed.parts | frozenset(parsed.meshes),
        wanted_parts=parsed.wanted_parts,
        feature_count=len(parsed.features),
        repaired=parsed.repaired,
        left_out=parsed.left_out,
        warnings=(*file.warnings, *_named(parsed)),
    )


def _named(parsed: ParsedLayer) -> list[str]:
    """What was left out by name, so that the list can still be opened after the import."""
    return [
        f"取り込まなかったもの({reason}): {'、'.join(names)}。"
        for reason, names in parsed.left_out_names.items()
        if names
    ]
