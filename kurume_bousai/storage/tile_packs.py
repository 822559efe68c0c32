"""The register of tile packs in the database. Implements ``TilePackRepository``."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table, insert, select

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.tile_packs import TilePack, TilePackId
from kurume_bousai.storage.repository import Repository
from kurume_bousai.storage.rows.tiles import TilePackRecord

_PACKS = cast("Table", TilePackRecord.__table__)


class TilePacks(Repository):
    """タイルの背景の登録."""

    def all(self) -> list[TilePack]:
        """In order of title."""
        statement = select(_PACKS).order_by(TilePackRecord.title, TilePackRecord.pack_id)
        return [TilePack(**row) for row in self.connection.execute(statement).mappings()]

    def add(self, access: Access, pack: TilePack) -> None:
        """Register a pack whose file is in its place."""
        self._write(access, "tile_pack_added", pack.pack_id, {"sha256": pack.sha256})
        values = {item.name: getattr(pack, item.name) for item in _PACKS.columns}
        self.connection.execute(insert(_PACKS).values(values))

    def remove(self, access: Access, pack_id: TilePackId) -> None:
        """Take a pack off the register; the audit keeps that it was there."""
        self._write(access, "tile_pack_removed", pack_id, {})
        self.delete_by(_PACKS, "pack_id", [pack_id])

    def _write(self, access: Access, action: str, pack_id: TilePackId, payload: dict[str, str]) -> None:
        self.require_writing()
        access.require(Right.EDIT_MAPS)
        self.session.audit.record(access, action, [pack_id], payload)
