"""端末: which chain this machine writes. A letter for people, a longer id for the log's stamps."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import Connection, Table, func, insert, select

from kurume_bousai.storage.rows.records import DeviceRecord

_DEVICES = cast("Table", DeviceRecord.__table__)


def known_device(connection: Connection, machine_id: str) -> str | None:
    """The letter of this machine's latest chain in the file."""
    return connection.scalar(
        select(DeviceRecord.device)
        .where(DeviceRecord.machine_id == machine_id)
        .order_by(DeviceRecord.position.desc())
        .limit(1)
    )


def add_device(connection: Connection, machine_id: str, at: datetime) -> str:
    """A fresh letter: A, B … Z, AA …

    A restored file gets one too, because its old chain may have gone on elsewhere.
    """
    position = (connection.scalar(select(func.count()).select_from(_DEVICES)) or 0) + 1
    device = _letters(position)
    connection.execute(
        insert(_DEVICES).values(device=device, machine_id=machine_id, position=position, added_at=at)
    )
    return device


def _letters(position: int) -> str:
    letters = ""
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
