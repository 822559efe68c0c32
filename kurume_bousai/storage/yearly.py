"""年に一度の更新 and 活動の記録 in the database."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, delete, insert, select, update

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.activities import ActivityEntry, ActivityId, ActivityKind
from kurume_bousai.domain.audit import canonical_json
from kurume_bousai.domain.ids import DistrictId, OperationId
from kurume_bousai.domain.yearly_update import YearlyRecord, YearlyStep, YearlyUpdate
from kurume_bousai.storage.repository import Repository
from kurume_bousai.storage.rows.office import (
    ActivityEntryRecord,
    YearlyDueRecord,
    YearlyStepRecord,
    YearlyUpdateRecord,
)

_UPDATES = cast("Table", YearlyUpdateRecord.__table__)
_DUE = cast("Table", YearlyDueRecord.__table__)
_RECORDS = cast("Table", YearlyStepRecord.__table__)
_ENTRIES = cast("Table", ActivityEntryRecord.__table__)


class YearlyUpdates(Repository):
    """年に一度の更新. Implements ``YearlyUpdateRepository``."""

    def all(self) -> list[YearlyUpdate]:
        """The latest 年度 first."""
        statement = select(_UPDATES).order_by(YearlyUpdateRecord.fiscal_year.desc())
        own = self._own_due()
        return [
            _update_from_row(row, own.get(row["fiscal_year"], {}))
            for row in self.connection.execute(statement).mappings()
        ]

    def _own_due(self) -> dict[int, dict[DistrictId, dict[YearlyStep, date]]]:
        found: dict[int, dict[DistrictId, dict[YearlyStep, date]]] = {}
        for row in self.connection.execute(select(_DUE)).mappings():
            of_year = found.setdefault(row["fiscal_year"], {})
            of_year.setdefault(DistrictId(row["district_id"]), {})[YearlyStep(row["step"])] = row["due_on"]
        return found

    def records(self, fiscal_year: int) -> list[YearlyRecord]:
        """In the order they were written."""
        statement = (
            select(_RECORDS)
            .where(YearlyStepRecord.fiscal_year == fiscal_year)
            .order_by(YearlyStepRecord.record_id)
        )
        return [_record_from_row(row) for row in self.connection.execute(statement).mappings()]

    def start(self, access: Access, update: YearlyUpdate) -> None:
        """Begin a 年度."""
        self.require_writing()
        access.require(Right.EDIT_PEOPLE)
        due = {step.value: day.isoformat() for step, day in update.due.items()}
        self.connection.execute(
            insert(_UPDATES).values(
                fiscal_year=update.fiscal_year,
                started_at=update.started_at,
                started_by=access.name,
                due=canonical_json(due),
            )
        )
        payload = {"fiscal_year": update.fiscal_year, "due": due}
        self.session.audit.record(access, "yearly_update_started", [], payload)

    def set_due(
        self,
        access: Access,
        fiscal_year: int,
        districts: Sequence[DistrictId] | None,
        due: Mapping[YearlyStep, date],
        *,
        at: datetime,
    ) -> None:
        """Put days due in place; audited with those of before."""
        self.require_writing()
        access.require(Right.EDIT_PEOPLE)
        standing = next(one for one in self.all() if one.fiscal_year == fiscal_year)
        after = {step.value: day.isoformat() for step, day in due.items()}
        payload: dict[str, object] = {"fiscal_year": fiscal_year, "after": after}
        if districts is None:
            payload["before"] = {step.value: day.isoformat() for step, day in standing.due.items()}
            self.connection.execute(
                update(_UPDATES)
                .where(YearlyUpdateRecord.fiscal_year == fiscal_year)
                .values(due=canonical_json(after))
            )
        else:
            payload["before"] = {
                district_id: {step.value: day.isoformat() for step, day in own.items()}
                for district_id, own in standing.district_due.items()
                if district_id in districts
            }
            self._replace_due(access, fiscal_year, districts, due, at)
        self.session.audit.record(access, "yearly_due_set", sorted(districts or ()), payload)

    def _replace_due(
        self,
        access: Access,
        fiscal_year: int,
        districts: Sequence[DistrictId],
        due: Mapping[YearlyStep, date],
        at: datetime,
    ) -> None:
        self.connection.execute(
            delete(_DUE).where(
                YearlyDueRecord.fiscal_year == fiscal_year, YearlyDueRecord.district_id.in_(districts)
            )
        )
        same = {"fiscal_year": fiscal_year, "set_at": at, "set_by": access.name}
        self.insert_many(
            _DUE,
            [
                {**same, "district_id": district_id, "step": step.value, "due_on": day}
                for district_id in districts
                for step, day in due.items()
            ],
        )

    def record_many(  # noqa: PLR0913 - a record has these fields
        self,
        access: Access,
        fiscal_year: int,
        districts: Sequence[DistrictId],
        step: YearlyStep,
        *,
        done_on: date,
        at: datetime,
        note: str = "",
        copy_numbers: Sequence[str] = (),
        takes_back: bool = False,
    ) -> None:
        """Write one step of several 校区; audited as one act."""
        self.require_writing()
        access.require(Right.EDIT_PEOPLE)
        same = {
            "fiscal_year": fiscal_year,
            "step": step.value,
            "done_on": done_on,
            "recorded_at": at,
            "recorded_by": access.name,
            "note": note,
            "copy_numbers": canonical_json(list(copy_numbers)),
            "takes_back": takes_back,
        }
        self.insert_many(_RECORDS, [{**same, "district_id": district_id} for district_id in districts])
        action = "yearly_step_taken_back" if takes_back else "yearly_step_recorded"
        payload = {"fiscal_year": fiscal_year, "step": step.value, "done_on": done_on.isoformat()}
        self.session.audit.record(access, action, sorted(districts), payload)


class Activities(Repository):
    """活動の記録. Implements ``ActivityRepository``."""

    def all(self, *, with_removed: bool = False) -> list[ActivityEntry]:
        """In order of the day."""
        statement = select(_ENTRIES).order_by(ActivityEntryRecord.held_on, ActivityEntryRecord.activity_id)
        if not with_removed:
            statement = statement.where(ActivityEntryRecord.removed_at.is_(None))
        return [_entry_from_row(row) for row in self.connection.execute(statement).mappings()]

    def save(self, access: Access, entry: ActivityEntry) -> None:
        """Write a new or changed entry."""
        self.require_writing()
        access.require(Right.KEEP_ACTIVITIES)
        row = {name: getattr(entry, name) for name in ActivityEntry.__dataclass_fields__}
        self.upsert(_ENTRIES, [{**row, "kind": entry.kind.value, "recorded_by": access.name}])
        payload = {"kind": entry.kind.value, "held_on": entry.held_on.isoformat(), "times": entry.times}
        self.session.audit.record(access, "activity_saved", [entry.activity_id], payload)

    def remove(self, access: Access, activity_id: ActivityId, *, at: datetime) -> None:
        """Take one back; it stays in the file."""
        self.require_writing()
        access.require(Right.KEEP_ACTIVITIES)
        self.connection.execute(
            update(_ENTRIES)
            .where(ActivityEntryRecord.activity_id == activity_id, ActivityEntryRecord.removed_at.is_(None))
            .values(removed_at=at)
        )
        self.session.audit.record(access, "activity_removed", [activity_id], {})


def _update_from_row(
    row: Mapping[Any, Any], own: Mapping[DistrictId, Mapping[YearlyStep, date]]
) -> YearlyUpdate:
    due = {YearlyStep(step): date.fromisoformat(day) for step, day in json.loads(row["due"]).items()}
    return YearlyUpdate(row["fiscal_year"], row["started_at"], row["started_by"], due, own)


def _record_from_row(row: Mapping[Any, Any]) -> YearlyRecord:
    return YearlyRecord(
        **{
            **row,
            "district_id": DistrictId(row["district_id"]),
            "step": YearlyStep(row["step"]),
            "copy_numbers": tuple(json.loads(row["copy_numbers"])),
        }
    )


def _entry_from_row(row: Mapping[Any, Any]) -> ActivityEntry:
    district_id, operation_id = row["district_id"], row["operation_id"]
    return ActivityEntry(
        **{
            **row,
            "activity_id": ActivityId(row["activity_id"]),
            "kind": ActivityKind(row["kind"]),
            "district_id": None if district_id is None else DistrictId(district_id),
            "operation_id": None if operation_id is None else OperationId(operation_id),
        }
    )
