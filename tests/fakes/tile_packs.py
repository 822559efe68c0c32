"""タイルの背景の登録 of the fake city."""

from __future__ import annotations

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.tile_packs import TilePack, TilePackId
from tests.fakes.state import CityState


class FakeTilePacks:
    """タイルの背景の登録 in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def all(self) -> list[TilePack]:
        return sorted(self._state.tile_packs.values(), key=lambda one: (one.title, one.pack_id))

    def add(self, access: Access, pack: TilePack) -> None:
        access.require(Right.EDIT_MAPS)
        self._state.tile_packs[pack.pack_id] = pack

    def remove(self, access: Access, pack_id: TilePackId) -> None:
        access.require(Right.EDIT_MAPS)
        del self._state.tile_packs[pack_id]
