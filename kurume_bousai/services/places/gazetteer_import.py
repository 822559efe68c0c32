"""住所辞書を取り込む: preview, or commit in one transaction in place of the dictionary of the same kind."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from typing import Any

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.addresses import place_key
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.gazetteer import GazetteerKind, GazetteerSource, GazetteerSourceId, PlaceLevel
from kurume_bousai.domain.ids import new_id
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.gazetteer import GazetteerFile
from kurume_bousai.services.ports.sessions import CityDatabase


@dataclasses.dataclass(frozen=True, slots=True)
class GazetteerImportResult:
    """住所辞書の取込の結果. ``replaced`` = points of the same kind's dictionary that make room for it."""

    kind: GazetteerKind
    crs: str
    encoding: str
    edition: str
    licence: str
    sha256: str
    read: int
    features: int
    towns: int
    levels: Mapping[PlaceLevel, int]
    left_out: Mapping[str, int]
    replaced: int
    is_same_file: bool
    warnings: tuple[str, ...]
    is_committed: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the object of ``import gazetteer --json``."""
        return {
            "kind": self.kind.value,
            "features": self.features,
            "repaired": 0,
            "crs": self.crs,
            "encoding": self.encoding,
            "warnings": list(self.warnings),
            "read": self.read,
            "towns": self.towns,
            "levels": {level.value: count for level, count in self.levels.items()},
            "left_out": dict(self.left_out),
            "edition": self.edition,
            "licence": self.licence,
            "sha256": self.sha256,
            "replaced": self.replaced,
            "same_file": self.is_same_file,
            "committed": self.is_committed,
        }


def preview_gazetteer(database: CityDatabase, file: GazetteerFile) -> GazetteerImportResult:
    """Say what an import would bring. Writes nothing.

    Raises
    ------
    KnownProblem
        ``no_right``.
    """
    database.access.require(Right.EDIT_MAPS)
    with database.reading() as session:
        return _result(file, session.gazetteer.sources())


def commit_gazetteer(
    database: CityDatabase, file: GazetteerFile, clock: Clock
) -> Outcome[GazetteerImportResult]:
    """Write the dictionary with its source, date, licence and hash.

    Raises
    ------
    KnownProblem
        ``no_right``.
    """
    access = database.access
    access.require(Right.EDIT_MAPS)
    source = GazetteerSource(
        source_id=GazetteerSourceId(new_id()),
        kind=file.kind,
        file_name=file.file_name,
        edition=file.edition,
        licence=file.licence,
        sha256=file.sha256,
        encoding=file.encoding,
        crs=file.crs,
        points=len(file.points),
        imported_at=clock.now(),
        imported_by=access.name,
    )
    with database.writing() as session:
        result = _result(file, session.gazetteer.sources())
        session.gazetteer.replace(access, source, file.points)
    return Outcome(dataclasses.replace(result, is_committed=True), frozenset({Topic.GAZETTEER}))


def remove_gazetteer(database: CityDatabase, source_id: GazetteerSourceId) -> Outcome[None]:
    """Take a dictionary away; homes that were placed by it stay where they are. Raises ``no_right``."""
    access = database.access
    access.require(Right.EDIT_MAPS)
    with database.writing() as session:
        session.gazetteer.remove(access, source_id)
    return Outcome(None, frozenset({Topic.GAZETTEER}))


def _result(file: GazetteerFile, kept: list[GazetteerSource]) -> GazetteerImportResult:
    older = [source for source in kept if source.kind is file.kind]
    counts = Counter(point.level for point in file.points)
    return GazetteerImportResult(
        kind=file.kind,
        crs=file.crs,
        encoding=file.encoding,
        edition=file.edition,
        licence=file.licence,
        sha256=file.sha256,
        read=file.read,
        features=len(file.points),
        towns=len({place_key(point.town) for point in file.points}),
        levels={level: counts[level] for level in PlaceLevel if counts[level]},
        left_out=file.left_out,
        replaced=sum(source.points for source in older),
        is_same_file=any(source.sha256 == file.sha256 for source in older),
        warnings=file.warnings,
    )
