"""Tables of what was done: operations and their log, ledger, imports, audit, operators, facts."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kurume_bousai.storage.base import Row


class FactRecord(Row):
    """A single kept fact of the file."""

    __tablename__ = "facts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str]


class OperatorRecord(Row):
    """操作者 with roles. The passphrase's slot lives in the keyring beside the file."""

    __tablename__ = "operators"
    __table_args__ = (UniqueConstraint("name"),)

    operator_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str]
    roles: Mapped[str]
    districts: Mapped[str | None]
    handles_protected: Mapped[bool]
    added_at: Mapped[datetime]


class DeviceRecord(Row):
    """端末: one chain of audit and one line of log stamps each; a restored file starts a new one."""

    __tablename__ = "devices"

    device: Mapped[str] = mapped_column(String(3), primary_key=True)
    machine_id: Mapped[str] = mapped_column(String(64))
    position: Mapped[int]
    added_at: Mapped[datetime]


class OperationRecord(Row):
    """運用. ``settings`` is JSON, kept as it was at the start."""

    __tablename__ = "operations"

    operation_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    settings: Mapped[str]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    held_on: Mapped[date | None]


class FrozenPersonRecord(Row):
    """訓練開始時の人. No foreign key to the list: the session stands even when a person leaves the list."""

    __tablename__ = "frozen_people"

    operation_id: Mapped[str] = mapped_column(ForeignKey("operations.operation_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    member_id: Mapped[str] = mapped_column(index=True)
    district_id: Mapped[str]
    content: Mapped[str]


class FrozenSiteRecord(Row):
    """訓練開始時の福祉避難所."""

    __tablename__ = "frozen_sites"

    operation_id: Mapped[str] = mapped_column(ForeignKey("operations.operation_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[str]


class LogRecord(Row):
    """クロノロジーの一件: only ever added."""

    __tablename__ = "log_entries"
    __table_args__ = (Index("ix_log_entries_stamp", "operation_id", "clock_ms", "counter"),)

    operation_id: Mapped[str] = mapped_column(ForeignKey("operations.operation_id"), primary_key=True)
    device_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    clock_ms: Mapped[int] = mapped_column(BigInteger)
    counter: Mapped[int]
    at: Mapped[datetime]
    operator: Mapped[str]
    kind: Mapped[str]
    table_id: Mapped[str | None]
    payload: Mapped[str]


class LedgerRecord(Row):
    """提供台帳: one numbered copy. ``second_ground`` NULL = of a program that knew no second person.

    ``shown_columns`` (JSON), ``recipient_body`` and ``consent_kinds`` (JSON) NULL = of an older program.
    """

    __tablename__ = "ledger"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    copy_number: Mapped[str] = mapped_column(String(32), unique=True)
    document: Mapped[str]
    recipient: Mapped[str]
    purpose: Mapped[str]
    issued_at: Mapped[datetime]
    operator: Mapped[str]
    expires_on: Mapped[date | None]
    due_on: Mapped[date | None]
    people: Mapped[int]
    returned_on: Mapped[date | None]
    second_person: Mapped[str | None]
    second_ground: Mapped[str | None]
    shown_columns: Mapped[str | None]
    recipient_body: Mapped[str | None]
    consent_kinds: Mapped[str | None]


class LedgerPersonRecord(Row):
    """Who is named in a copy: a flag that arrives late recalls what is out (RULEBOOK §1).

    ``member_version`` is the version that went out (NULL = of an older program). ``is_removed``: a 差分
    that said to strike them out by number; the copy does not name them.
    """

    __tablename__ = "ledger_people"

    copy_number: Mapped[str] = mapped_column(ForeignKey("ledger.copy_number"), primary_key=True)
    member_id: Mapped[str] = mapped_column(primary_key=True, index=True)
    member_version: Mapped[int | None]
    is_removed: Mapped[bool] = mapped_column(server_default=text("0"))


class ImportBatchRecord(Row):
    """取込の記録; ids as JSON, read whole when an import is taken back."""

    __tablename__ = "imports"

    import_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    source: Mapped[str]
    file_hash: Mapped[str]
    whole: Mapped[bool]
    committed_at: Mapped[datetime]
    operator: Mapped[str]
    counts: Mapped[str]
    added: Mapped[str]
    changed: Mapped[str]
    removed: Mapped[str]
    undone_at: Mapped[datetime | None]
    mismatch_reason: Mapped[str]
    session_id: Mapped[str] = mapped_column(String(64), server_default="")
    extracted_on: Mapped[date | None]


class AuditRecord(Row):
    """監査記録の一件: only ever added."""

    __tablename__ = "audit_entries"

    device: Mapped[str] = mapped_column(ForeignKey("devices.device"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    operator: Mapped[str]
    action: Mapped[str]
    subjects: Mapped[str]
    payload_hash: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    entry_hash: Mapped[str] = mapped_column(String(64))


class AuditPayloadRecord(Row):
    """監査記録の中身, with its salt: both go when it is erased."""

    __tablename__ = "audit_payloads"

    device: Mapped[str] = mapped_column(String(3), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    salt: Mapped[str | None]
    content: Mapped[str | None]


class AuditHeadRecord(Row):
    """The last entry of each chain, written in the same transaction, so that a cut tail is found."""

    __tablename__ = "audit_heads"

    device: Mapped[str] = mapped_column(ForeignKey("devices.device"), primary_key=True)
    sequence: Mapped[int]
    entry_hash: Mapped[str] = mapped_column(String(64))
