"""Ports of tile packs: their register, their files beside the database, and files to make them of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.tile_packs import Tile, TileFacts, TilePack, TilePackId
from kurume_bousai.services.progress import Progress


class TilePackRepository(Protocol):
    """タイルの背景の登録. Without personal data and without the pictures."""

    def all(self) -> list[TilePack]:
        """In order of title."""

    def add(self, access: Access, pack: TilePack) -> None: ...

    def remove(self, access: Access, pack_id: TilePackId) -> None: ...


class TileFile(Protocol):
    """読みこんだ地図の画像のファイル: looked at, not yet kept.

    ``warnings`` are whole sentences on what is left out or done to it.
    """

    @property
    def facts(self) -> TileFacts: ...

    @property
    def warnings(self) -> Sequence[str]: ...

    def tiles(self, progress: Progress) -> Iterator[Tile]:
        """Every tile once. Raises ``KnownProblem`` for what cannot be read and what ``progress`` raises."""


class PackState(StrEnum):
    """ファイルの状態 of a registered pack."""

    WHOLE = "whole"
    MISSING = "missing"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """置いたファイル: its name (the hash of its bytes), its size and what it holds."""

    sha256: str
    size_bytes: int
    facts: TileFacts


class TileShelf(Protocol):
    """タイルの置き場: files beside the database, named by their hash. Safe on worker threads."""

    def keep(self, file: TileFile, facts: TileFacts, progress: Progress) -> StoredFile:
        """Write the tiles of a file as a pack; all of it or nothing. ``facts`` go into the pack."""

    def keep_copy(self, path: Path, progress: Progress) -> StoredFile:
        """Keep a pack that this program made, byte for byte, after looking at all of it."""

    def state(self, pack: TilePack) -> PackState:
        """Whether the file is there and is what was registered; slow once per file."""

    def path(self, sha256: str) -> Path: ...

    def remove(self, sha256: str) -> None:
        """Take a file away; nothing happens where there is none."""


#: Reads a file by its content and gives it for looking; raises ``KnownProblem``.
TileFileReader = Callable[[Path, Progress], TileFile]
