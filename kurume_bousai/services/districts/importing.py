"""Bringing 校区 polygons in. A 校区 is not a school: what a school file lacks stays as it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.districts import DistrictOutline, SchoolDistrict
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.services.districts.names import DistrictNames
from kurume_bousai.services.ports.clock import DistrictLocator
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession

#: Builds a locator over given outlines (implemented in geo).
LocatorMaker = Callable[[Sequence[DistrictOutline]], DistrictLocator]


@dataclasses.dataclass(frozen=True, slots=True)
class ParsedOutline:
    """一つの区域: the name as the file has it and its polygons as WKB in EPSG:6668."""

    name: str
    wkb: bytes = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class DistrictFile:
    """読みこんだ校区ファイル. ``repaired`` names the features whose rings were rebuilt."""

    file_name: str
    kind: str  # "A27", "name"
    crs: str
    encoding: str
    outlines: tuple[ParsedOutline, ...]
    repaired: tuple[str, ...]
    warnings: tuple[str, ...]
    source: str


@dataclasses.dataclass(frozen=True, slots=True)
class DistrictImportResult:
    """校区の取込の結果. ``outside_people`` None = this operator may not count people."""

    kind: str
    crs: str
    encoding: str
    features: int
    matched: int
    repaired: tuple[str, ...]
    missing: tuple[DistrictId, ...]
    unmatched: tuple[str, ...]
    warnings: tuple[str, ...]
    outside_people: int | None
    outside_numbers: tuple[int, ...] = dataclasses.field(repr=False)
    is_committed: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the object of ``import districts --json``."""
        return {
            "kind": self.kind,
            "features": self.features,
            "matched": self.matched,
            "repaired": len(self.repaired),
            "repaired_names": list(self.repaired),
            "crs": self.crs,
            "encoding": self.encoding,
            "missing": [str(district) for district in self.missing],
            "unmatched": list(self.unmatched),
            "warnings": list(self.warnings),
            "outside_people": self.outside_people,
            "outside_numbers": list(self.outside_numbers),
            "committed": self.is_committed,
        }


def preview_districts(
    database: CityDatabase, file: DistrictFile, *, make_locator: LocatorMaker
) -> DistrictImportResult:
    """Say which 校区 the file covers and whose homes would lie outside their 校区. Writes nothing.

    Raises
    ------
    KnownProblem
        ``no_right`` or ``districts_none`` (no feature is one of the 46).
    """
    database.access.require(Right.EDIT_MAPS)
    with database.reading() as session:
        outlines, result = _compare(session, file)
        return _with_people(session, database.access, outlines, result, make_locator)


def commit_districts(
    database: CityDatabase, file: DistrictFile, *, make_locator: LocatorMaker, today: date
) -> Outcome[DistrictImportResult]:
    """Replace the outlines of the 校区 in the file; the others keep theirs. Nobody is moved.

    People whose home lies outside their stored 校区 are listed by number for a clerk to decide.
    """
    access = database.access
    access.require(Right.EDIT_MAPS)
    with database.writing() as session:
        outlines, result = _compare(session, file, today=today)
        session.districts.replace_outlines(access, outlines)
        done = _with_people(session, access, outlines, result, make_locator)
        session.audit.record(
            access,
            "districts.import",
            [],
            {"features": done.features, "matched": done.matched, "kind": done.kind},
        )
    return Outcome(dataclasses.replace(done, is_committed=True), frozenset({Topic.DISTRICTS}))


def _compare(
    session: ReadSession, file: DistrictFile, *, today: date | None = None
) -> tuple[list[DistrictOutline], DistrictImportResult]:
    districts = session.districts.all()
    found, unmatched = _match(file, DistrictNames(districts))
    if not found:
        raise KnownProblem(
            "districts_none",
            "46校区のどれとも名前が合いません。",
            where=file.file_name,
            advice="校区または小学校区の名前の列があるファイルを選んでください。",
        )
    kept = {outline.district_id: outline for outline in session.districts.outlines()}
    merged = kept | {
        district_id: DistrictOutline(
            district_id, wkb, approximate=False, valid_from=today, source=file.source
        )
        for district_id, wkb in found.items()
    }
    order = {district.district_id: district.order for district in districts}
    outlines = sorted(merged.values(), key=lambda outline: order.get(outline.district_id, len(order)))
    missing = tuple(district.district_id for district in districts if district.district_id not in found)
    result = DistrictImportResult(
        kind=file.kind,
        crs=file.crs,
        encoding=file.encoding,
        features=len(file.outlines),
        matched=len(found),
        repaired=file.repaired,
        missing=missing,
        unmatched=tuple(unmatched),
        warnings=(*file.warnings, *_warnings(districts, missing, unmatched)),
        outside_people=None,
        outside_numbers=(),
    )
    return outlines, result


def _match(file: DistrictFile, names: DistrictNames) -> tuple[dict[DistrictId, bytes], list[str]]:
    found: dict[DistrictId, bytes] = {}
    unmatched: list[str] = []
    for outline in file.outlines:
        district_id = names.find(outline.name)
        if district_id is None:
            unmatched.append(outline.name)
        elif district_id in found:
            raise KnownProblem(
                "districts_repeated",
                f"「{district_id}」の区域が2つあります。",
                where=file.file_name,
                advice="どちらか一方だけを残すか、一つの区域にまとめてください。",
            )
        else:
            found[district_id] = outline.wkb
    return found, unmatched


def _warnings(
    districts: Sequence[SchoolDistrict], missing: Sequence[DistrictId], unmatched: Sequence[str]
) -> list[str]:
    warnings = []
    if missing:
        names = "、".join(missing)
        warnings.append(
            f"{len(districts)}校区のうち{len(missing)}校区の区域がファイルにありません: {names}。"
            "校区は小学校の統合では減らないので、今の区域のまま残します。新しい区域と重なる所を地図で確かめてください。"
        )
    if unmatched:
        warnings.append(f"46校区にない名前の区域は取り込みません: {'、'.join(unmatched)}。")
    return warnings


def _with_people(
    session: ReadSession,
    access: Access,
    outlines: Sequence[DistrictOutline],
    result: DistrictImportResult,
    make_locator: LocatorMaker,
) -> DistrictImportResult:
    """Count those whose home lies outside their stored 校区, among people this operator may see."""
    if not access.has(Right.SEE_PEOPLE):
        return result
    covered = {outline.district_id for outline in outlines if not outline.approximate}
    locator = make_locator(outlines)
    numbers = sorted(
        member.number
        for member in session.members.in_district(access, None)
        if member.home is not None
        and member.district_id in covered
        and locator.locate(member.home)[0] != member.district_id
    )
    return dataclasses.replace(result, outside_people=len(numbers), outside_numbers=tuple(numbers))
