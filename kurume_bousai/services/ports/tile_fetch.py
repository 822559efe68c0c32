"""Ports of the one job that uses the network: a server of tiles, and the file that grows on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.tile_packs import Tile, TileFacts


class ServerBusyError(Exception):
    """The server did not answer as it should, but may in a moment; ``wait_s``: what it asked us to wait."""

    def __init__(self, wait_s: float = 0.0) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s


class TileServer(Protocol):
    """タイルの配信: asked for one tile after the other."""

    def get(self, path: str) -> bytes | None:
        """The picture at ``path`` below the address; None = the server has none there.

        Raises
        ------
        ServerBusyError
            No answer in time, or one that may be better in a moment.
        KnownProblem
            An answer that is not from the server of tiles: a page, a redirection, a refusal.
        """


class GrowingPack(Protocol):
    """取りかけのファイル: keeps each tile at once, so that a stopped job goes on later."""

    def known(self, zoom: int) -> set[tuple[int, int]]:
        """Columns and rows of a zoom that were asked for, found or not."""

    def put(self, tile: Tile) -> None: ...

    def put_absent(self, zoom: int, column: int, row: int) -> None:
        """The server has no such tile: it is not asked again."""

    def tiles(self) -> Iterator[Tile]: ...

    def counts(self) -> tuple[int, int]:
        """How many tiles were found, and how many are absent."""


@dataclass(frozen=True, slots=True)
class FetchTools:
    """取りに行く道具: what only the outer layers can do, as callables safe on a worker thread.

    ``connect``: the server at an address ("" = that of 国土地理院); raises for any other. ``grow``: the
    unfinished file beside ``out`` of an order told by a text; raises where it belongs to another one.
    ``finish``: write the whole pack; the unfinished file then goes away. ``wait``: pause for seconds.
    """

    connect: Callable[[str], TileServer] = field(repr=False)
    grow: Callable[[Path, str], AbstractContextManager[GrowingPack]] = field(repr=False)
    finish: Callable[[Path, GrowingPack, TileFacts], None] = field(repr=False)
    district_box: Callable[[DistrictId], tuple[float, float, float, float]] = field(repr=False)
    wait: Callable[[float], None] = field(repr=False)
    monotonic: Callable[[], float] = field(repr=False)
