"""Canonical columns: their order, words and explanations, from which templates and readers are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.mapping_profiles import fold_heading

__all__ = [
    "Column",
    "ColumnMatch",
    "fold_heading",
    "match_columns",
    "missing_columns",
    "names_of",
    "rename_headings",
]


@dataclass(frozen=True, slots=True)
class Column:
    """列: one canonical column. ``choices`` make a list to choose from in the template."""

    name: str
    explanation: str
    example: str = ""
    choices: tuple[str, ...] = ()
    is_required: bool = False
    aliases: tuple[str, ...] = ()
    width: int = 14


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """列の対応: canonical name → position in the file, and the headings nothing was found for."""

    positions: Mapping[str, int]
    unused: tuple[str, ...]


def names_of(columns: Sequence[Column]) -> list[str]:
    """The canonical names in order."""
    return [column.name for column in columns]


def missing_columns(header: Sequence[str], columns: Sequence[Column]) -> list[str]:
    """Required columns that the header lacks."""
    folded = {fold_heading(cell) for cell in header}
    return [
        column.name
        for column in columns
        if column.is_required
        and not any(fold_heading(name) in folded for name in (column.name, *column.aliases))
    ]


def rename_headings(header: Sequence[str], mapping: Mapping[str, str] | None) -> list[str]:
    """The header with an office's own headings turned into canonical names.

    ``mapping``: canonical name → heading in the file.
    """
    if not mapping:
        return list(header)
    by_heading = {fold_heading(heading): name for name, heading in mapping.items()}
    return [by_heading.get(fold_heading(cell), cell) for cell in header]


def match_columns(header: Sequence[str], columns: Sequence[Column], *, where: str) -> ColumnMatch:
    """Find each canonical column in a header.

    Raises
    ------
    KnownProblem
        ``columns_missing`` (a required one is not there) or ``columns_repeated``.
    """
    missing = missing_columns(header, columns)
    if missing:
        found = "、".join(" ".join(cell.split()) for cell in header if cell.strip()) or "なし"
        raise KnownProblem(
            "columns_missing",
            f"必要な列がありません: {'、'.join(missing)}。見つかった列: {found}。",
            where=where,
            advice="「template」で様式を作り、列の名前を合わせてください。",
        )
    wanted = {
        fold_heading(name): column.name for column in columns for name in (*column.aliases, column.name)
    }
    positions: dict[str, int] = {}
    unused: list[str] = []
    for position, cell in enumerate(header):
        name = wanted.get(fold_heading(cell))
        if name is None:
            if cell.strip():
                unused.append(cell.strip())
        elif name in positions:
            raise KnownProblem(
                "columns_repeated",
                f"同じ意味の列が2つあります: {name}。",
                where=where,
                advice="どちらか一方だけを残してください。",
            )
        else:
            positions[name] = position
    return ColumnMatch(positions, tuple(unused))
