"""災害時提供モード in the database. Implements ``EmergencyRepository``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, insert, select, update

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.audit import canonical_json
from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.emergency import EmergencyId, EmergencyMode
from kurume_bousai.domain.ids import DistrictId, OperationId
from kurume_bousai.domain.recipients import PartnerId
from kurume_bousai.services.ports.office_papers import EmergencyCopyLine
from kurume_bousai.storage.repository import Repository
from kurume_bousai.storage.rows.office import EmergencyCopyRecord, EmergencyRecord
from kurume_bousai.storage.rows.records import LedgerRecord

_MODES = cast("Table", EmergencyRecord.__table__)
_COPIES = cast("Table", EmergencyCopyRecord.__table__)
_LEDGER_COLUMNS = tuple(getattr(LedgerRecord, name) for name in EmergencyCopyLine.__dataclass_fields__)


class Emergencies(Repository):
    """災害時提供モードの記録."""

    def all(self) -> list[EmergencyMode]:
        """The latest first."""
        order = (EmergencyRecord.started_at.desc(), EmergencyRecord.emergency_id)
        return [_from_row(row) for row in self.connection.execute(select(_MODES).order_by(*order)).mappings()]

    def get(self, emergency_id: EmergencyId) -> EmergencyMode | None:
        """One of them."""
        wanted = select(_MODES).where(EmergencyRecord.emergency_id == emergency_id)
        row = self.connection.execute(wanted).mappings().first()
        return None if row is None else _from_row(row)

    def add(self, access: Access, mode: EmergencyMode) -> None:
        """Write one that begins, with who did it; audited in full, for nothing in it is about a person."""
        self.require_writing()
        access.require(Right.SWITCH_EMERGENCY)
        kept = replace(mode, started_by=access.name, ended_at=None, ended_by="", end_note="")
        self.connection.execute(insert(_MODES).values(_to_row(kept)))
        payload = {
            "event": mode.event,
            "operation": mode.operation_id,
            "districts": None if mode.districts is None else sorted(mode.districts),
            "bodies": sorted(body.value for body in mode.bodies),
            "partners": sorted(mode.partner_ids),
            "reason": mode.reason,
            "until": None if mode.until is None else mode.until.isoformat(),
        }
        self.session.audit.record(access, "emergency_switched_on", [mode.emergency_id], payload)

    def end(self, access: Access, emergency_id: EmergencyId, *, at: datetime, note: str) -> None:
        """Write that one was ended by hand; a second end changes nothing."""
        self.require_writing()
        access.require(Right.SWITCH_EMERGENCY)
        self.connection.execute(
            update(_MODES)
            .where(EmergencyRecord.emergency_id == emergency_id, EmergencyRecord.ended_at.is_(None))
            .values(ended_at=at, ended_by=access.name, end_note=note)
        )
        self.session.audit.record(access, "emergency_switched_off", [emergency_id], {"note": note})

    def note_copies(self, access: Access, emergency_id: EmergencyId, copy_numbers: Sequence[str]) -> None:
        """Write which copies left under it."""
        self.require_writing()
        access.require(Right.PRINT_NAMED)
        rows = [{"copy_number": number, "emergency_id": emergency_id} for number in copy_numbers]
        self.insert_many(_COPIES, rows)
        self.session.audit.record(access, "copies_under_emergency", [emergency_id, *copy_numbers], {})

    def copies(self, access: Access, emergency_id: EmergencyId) -> list[EmergencyCopyLine]:
        """The rows of the ledger that left under it."""
        if not access.has(Right.SWITCH_EMERGENCY):
            access.require(Right.PRINT_NAMED)
        left = select(EmergencyCopyRecord.copy_number).where(EmergencyCopyRecord.emergency_id == emergency_id)
        statement = (
            select(*_LEDGER_COLUMNS).where(LedgerRecord.copy_number.in_(left)).order_by(LedgerRecord.position)
        )
        return [EmergencyCopyLine(**row) for row in self.connection.execute(statement).mappings()]


def _to_row(mode: EmergencyMode) -> dict[str, Any]:
    same = {name: getattr(mode, name) for name in _SAME}
    return {
        **same,
        "districts": None if mode.districts is None else canonical_json(sorted(mode.districts)),
        "bodies": canonical_json(sorted(body.value for body in mode.bodies)),
        "partner_ids": canonical_json(sorted(mode.partner_ids)),
    }


def _from_row(row: Mapping[Any, Any]) -> EmergencyMode:
    districts = row["districts"]
    operation_id = row["operation_id"]
    return EmergencyMode(
        emergency_id=EmergencyId(row["emergency_id"]),
        event=row["event"],
        operation_id=None if operation_id is None else OperationId(operation_id),
        districts=None if districts is None else frozenset(map(DistrictId, json.loads(districts))),
        bodies=frozenset(map(Body, json.loads(row["bodies"]))),
        partner_ids=frozenset(map(PartnerId, json.loads(row["partner_ids"]))),
        reason=row["reason"],
        started_at=row["started_at"],
        started_by=row["started_by"],
        until=row["until"],
        ended_at=row["ended_at"],
        ended_by=row["ended_by"],
        end_note=row["end_note"],
    )


_SAME = (
    "emergency_id", "event", "operation_id", "reason", "started_at", "started_by", "until", "ended_at",
    "ended_by", "end_note",
)  # fmt: skip
