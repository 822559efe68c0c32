"""A sheet as it was read, before anybody knows which row is its header."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class MergedCells:
    """結合した欄: rows and columns counted from 0, the last ones included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class SheetMarks:
    """シートの印: what the values alone do not say. Rows and columns count from 0."""

    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    struck: Mapping[int, tuple[int, ...]] = field(default_factory=dict)  # row → columns
    uncomputed: Mapping[int, tuple[int, ...]] = field(default_factory=dict)  # row → columns
    errors: Mapping[int, tuple[int, ...]] = field(default_factory=dict)  # row → columns
    has_formulas: bool = False
    is_known: bool = True  # False: a kind of file that tells nothing of hidden rows


@dataclass(frozen=True, slots=True)
class Sheet:
    """シート: its rows from row 1 on, as text."""

    name: str
    rows: Sequence[Sequence[str]] = field(repr=False)
    merged: tuple[MergedCells, ...] = ()
    marks: SheetMarks = field(default_factory=SheetMarks)


@dataclass(frozen=True, slots=True)
class SheetFile:
    """ファイル一つの中身: its sheets, and codes of what is told of the file as a whole."""

    encoding: str
    sheets: tuple[Sheet, ...]
    codes: tuple[str, ...] = ()
    hidden: tuple[Sheet, ...] = ()  # only the first rows of each: whether people stand there
    is_from_1904: bool = False  # day numbers count from 1904, as in books of old Macintoshes
