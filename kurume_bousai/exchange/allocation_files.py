"""Files of ``allocate``: parties and sites in, the answer out (CLI.md, "allocate in detail")."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.errors import KnownProblem, RowProblem
from kurume_bousai.domain.members import AdmissionCategory, Need
from kurume_bousai.domain.placement import Placement, PlacementParty, PlacementSite, PlanePoint, Position
from kurume_bousai.domain.placement_input import party_problems, site_problems
from kurume_bousai.domain.shelters import UNLIMITED, Unlimited

Word = TypeVar("Word", bound=StrEnum)
Value = TypeVar("Value")
Things = TypeVar("Things", PlacementParty, PlacementSite)


@dataclass(slots=True)
class _Row:
    """One line of a file; reading a bad cell notes a problem and goes on with a harmless value."""

    number: int
    cells: Mapping[str, str] = field(repr=False)
    problems: list[RowProblem] = field(default_factory=list)

    def text(self, column: str) -> str:
        return self.cells.get(column, "").strip()

    def refuse(self, column: str, code: str, message: str) -> None:
        self.problems.append(RowProblem(self.number, column, self.text(column), code, message))

    def read(self, column: str, parse: Callable[[str], Value], fallback: Value, message: str) -> Value:
        try:
            return parse(self.text(column))
        except ValueError:
            self.refuse(column, column, message)
            return fallback

    def words(self, column: str, kind: type[Word]) -> frozenset[Word]:
        found: set[Word] = set()
        for word in filter(None, (part.strip() for part in self.text(column).split(";"))):
            try:
                found.add(kind(word))
            except ValueError:
                allowed = "・".join(member.value for member in kind)
                self.refuse(column, "unknown_word", f"「{word}」は使えません。使えるのは {allowed} です。")
        return frozenset(found)

    def flag(self, column: str) -> bool:
        text = self.text(column)
        if text not in ("", "0", "1"):
            self.refuse(column, "flag", "1、0、空のどれかにしてください。")
        return text == "1"

    def position(self) -> Position:
        plane = "x_m" in self.cells and "y_m" in self.cells
        pair = ("x_m", "y_m") if plane else ("lon", "lat")
        first, second = (self.read(column, _finite, 0.0, "数を入れてください。") for column in pair)
        if plane:
            return PlanePoint(first, second)
        try:
            return LonLat(first, second)
        except ValueError:
            self.refuse("lon", "position", "経度・緯度の範囲を外れています。列の順は経度、緯度です。")
            return LonLat(0.0, 0.0)


def read_parties(path: Path) -> tuple[list[PlacementParty], list[tuple[str, RowProblem]]]:
    """Parties of a CSV file and every bad row (source, problem).

    Raises ``KnownProblem`` where the file cannot be read at all or lacks a column.
    """
    return _things(path, ("id", "size"), lambda row, _: _party(row), party_problems)


def read_sites(path: Path) -> tuple[list[PlacementSite], list[tuple[str, RowProblem]]]:
    """Sites of a CSV file and every bad row, as ``read_parties``."""
    return _things(path, ("id", "capacity"), _site, site_problems)


def _things(
    path: Path,
    required: Sequence[str],
    make: Callable[[_Row, frozenset[str]], Things],
    check: Callable[[Sequence[Things], Sequence[int]], list[RowProblem]],
) -> tuple[list[Things], list[tuple[str, RowProblem]]]:
    header, rows = _read_csv(path, required)
    things = [make(row, header) for row in rows]
    problems = [problem for row in rows for problem in row.problems]
    told = {(problem.row, problem.column) for problem in problems}
    found = check(things, [row.number for row in rows])
    problems += [problem for problem in found if (problem.row, problem.column) not in told]
    problems.sort(key=lambda problem: problem.row)
    return things, [(path.name, problem) for problem in problems]


def _party(row: _Row) -> PlacementParty:
    return PlacementParty(
        id=row.text("id"),
        position=row.position(),
        size=row.read("size", int, 1, "人数は1以上の整数にしてください。"),
        needs=row.words("needs", Need),
        categories=row.words("category", AdmissionCategory),
        band=row.read("band", lambda text: int(text or "3"), 3, "優先度は1・2・3のどれかにしてください。"),
        max_m=row.read("max_m", _optional_finite, None, "距離の上限は0以上の数にしてください。"),
    )


def _site(row: _Row, header: frozenset[str]) -> PlacementSite:
    return PlacementSite(
        id=row.text("id"),
        position=row.position(),
        capacity=row.read("capacity", _optional_count, None, "定員は0以上の整数か空にしてください。"),
        accepts=_accepts(row, header),
        need_capacity={need: _units(row, header, f"cap_{need.value}") for need in Need},
        power_first=row.flag("power_first"),
        closed=row.flag("closed"),
        excluded=row.flag("excluded"),
    )


def _accepts(row: _Row, header: frozenset[str]) -> frozenset[AdmissionCategory] | Unlimited | None:
    text = row.text("accepts_category")
    if "accepts_category" not in header or text == "*":
        return UNLIMITED
    return row.words("accepts_category", AdmissionCategory) if text else None


def _units(row: _Row, header: frozenset[str], column: str) -> int | Unlimited | None:
    if column not in header or row.text(column) == "*":
        return UNLIMITED
    return row.read(column, _optional_count, None, "0以上の整数、*、空のどれかにしてください。")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _optional_finite(text: str) -> float | None:
    return _finite(text) if text else None


def _optional_count(text: str) -> int | None:
    return int(text) if text else None


def _read_csv(path: Path, required: Sequence[str]) -> tuple[frozenset[str], list[_Row]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise KnownProblem(
            "encoding",
            "ファイルの文字コードがUTF-8ではありません。",
            where=path.name,
            advice="表計算ソフトで「CSV UTF-8」を選んで保存し直してください。",
        ) from error
    except OSError as error:
        raise KnownProblem(
            "file_unreadable",
            "ファイルを読めません。",
            where=path.name,
            advice="ファイルの場所と、開く権限を確かめてください。",
        ) from error
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise KnownProblem(
            "csv",
            "CSVとして読めません。",
            where=path.name,
            advice="引用符の閉じ忘れがないか確かめてください。",
        ) from error
    header = [cell.strip() for cell in lines[0]] if lines else []
    _require_columns(path, header, required)
    rows = [_row(number, header, line) for number, line in enumerate(lines[1:], start=2) if any(line)]
    return frozenset(header), rows


def _row(number: int, header: Sequence[str], line: Sequence[str]) -> _Row:
    row = _Row(number, dict(zip(header, line, strict=False)))
    if len(line) > len(header):
        row.problems.append(
            RowProblem(
                number, "", ",".join(line[len(header) :]), "too_many_cells", "見出しより列が多い行です。"
            )
        )
    return row


def _require_columns(path: Path, header: Sequence[str], required: Sequence[str]) -> None:
    missing = [column for column in required if column not in header]
    if not ({"lon", "lat"} <= set(header) or {"x_m", "y_m"} <= set(header)):
        missing.append("lon, lat")
    repeated = sorted({column for column in header if column and header.count(column) > 1})
    if missing or repeated:
        names = "、".join(missing or repeated)
        message = f"列が足りません：{names}" if missing else f"同じ名前の列が二つあります：{names}"
        raise KnownProblem(
            "columns", message, where=f"{path.name} 1行目", advice="1行目の見出しを直してください。"
        )


def placement_json(placement: Placement) -> dict[str, object]:
    """Return the object ``allocate --json`` prints; keys of CLI.md."""
    return {
        "status": placement.status.value,
        "phases": [
            {
                "name": phase.name,
                "value": phase.value,
                "bound": phase.bound,
                "gap": phase.gap,
                "proven": phase.proven,
            }
            for phase in placement.phases
        ],
        "total_cost": placement.total_cost,
        "placed_people": placement.placed_people,
        "unplaced_people": placement.unplaced_people,
        "opened": list(placement.opened),
        "assignments": [
            {"party": a.party_id, "site": a.site_id, "distance_m": a.distance_m}
            for a in placement.assignments
        ],
        "unplaced": [
            {"party": u.party_id, "reasons": [{"site": r.site_id, "reason": r.reason} for r in u.reasons]}
            for u in placement.unplaced
        ],
        "sites": [
            {"id": s.site_id, "capacity": s.capacity, "used": s.used, "remaining": s.remaining}
            for s in placement.sites
        ],
        "solver_s": placement.solver_s,
    }


def write_placement(path: Path, placement: Placement) -> None:
    """Write the answer: ``.json`` as printed, anything else as CSV with one line per party.

    The file appears whole or not at all. Raises ``KnownProblem`` where it cannot be written.
    """
    if path.suffix.lower() == ".json":
        text = json.dumps(placement_json(placement), ensure_ascii=False, indent=1)
    else:
        text = _csv_text(placement)
    _write_whole(path, text)


def _csv_text(placement: Placement) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["party", "site", "distance_m", "reasons"])
    writer.writerows(_inert([a.party_id, a.site_id, repr(a.distance_m), ""]) for a in placement.assignments)
    for unplaced in placement.unplaced:
        reasons = ";".join(f"{reason.site_id}:{reason.reason}" for reason in unplaced.reasons)
        writer.writerow(_inert([unplaced.party_id, "", "", reasons]))
    return "\ufeff" + out.getvalue()


def _inert(cells: Iterable[str]) -> list[str]:
    """Put an apostrophe before a cell that a spreadsheet would run as a formula."""
    return [f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell for cell in cells]


def _write_whole(path: Path, text: str) -> None:
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".allocate-", suffix=".part")
    except OSError as error:
        raise _not_written(path) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            out.write(text)
        Path(name).replace(path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise _not_written(path) from error


def _not_written(path: Path) -> KnownProblem:
    return KnownProblem(
        "file_unwritable",
        "結果のファイルを書けません。",
        where=path.name,
        advice="書き込める場所か、空き容量があるかを確かめてください。",
    )
