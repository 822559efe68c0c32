"""市のデータベース on an encrypted file: threads, transactions and operators."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlcipher3 import dbapi2 as driver

from kurume_bousai.domain.access import Access, Right, Role
from kurume_bousai.domain.dates import JAPAN, in_japan
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, OperatorId, new_id
from kurume_bousai.domain.keys import require_passphrase
from kurume_bousai.services.facts import is_fictional
from kurume_bousai.services.ports.keeping import Operator
from kurume_bousai.storage import keyring
from kurume_bousai.storage.engine import reader_engine, writer_engine
from kurume_bousai.storage.filelock import FileLock
from kurume_bousai.storage.operators import Operators, access_of
from kurume_bousai.storage.problems import told
from kurume_bousai.storage.unit_of_work import Session

Now = Callable[[], datetime]


def now_in_japan() -> datetime:
    """Give this moment."""
    return datetime.now(JAPAN)


class EncryptedCityDatabase:
    """市のデータベース, opened for one operator. Implements ``CityDatabase`` and ``OperatorKeeping``.

    One writer at a time, up to two readers beside it (WAL). A session stays in the thread that opened
    it. ``reading`` inside the same thread's ``writing`` sees the state before the write.
    """

    def __init__(self, path: Path, key: bytes, lock: FileLock, *, now: Now = now_in_japan) -> None:
        self.path = path
        self._key = key
        self._lock = lock
        self._now = now
        self._writer: Engine = writer_engine(path, key)
        self._readers: Engine = reader_engine(path, key)
        # For reading inside writing: were it to wait for a reader that waits for the writer to finish
        # (an audit record), neither would ever go on.
        self._nested: Engine = reader_engine(path, key, size=1)
        self._writer_thread = 0
        self._turn = threading.RLock()
        self._current: Session | None = None
        self._reading: set[Any] = set()
        self._guard = threading.Lock()
        self._access: Access | None = None
        self.device = ""
        self.device_id = ""

    @property
    def access(self) -> Access:
        """Who opened it."""
        if self._access is None:
            raise RuntimeError("the database is not opened for an operator")
        return self._access

    def now(self) -> datetime:
        """Give this moment in Japan's time; tests give their own clock."""
        return in_japan(self._now())

    def open_for(self, operator: Operator, device: str, machine_id: str) -> None:
        """Say who works with it and which chain this machine writes."""
        self._access = access_of(operator)
        self.device = device
        self.device_id = f"{device}-{machine_id}"

    @property
    def writer_engine(self) -> Engine:
        """For migrations only."""
        return self._writer

    @contextmanager
    def lend_key(self) -> Iterator[bytes]:
        """The key for a copy of this file, while nobody changes the keyring."""
        with self._turn:
            yield self._key

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent view of the file."""
        nested = self._current is not None and self._writer_thread == threading.get_ident()
        readers = self._nested if nested else self._readers
        with told(self.path), readers.connect() as connection, connection.begin():
            raw = connection.connection.driver_connection
            with self._guard:
                self._reading.add(raw)
            try:
                yield Session(self, connection, is_writing=False)
            finally:
                with self._guard:
                    self._reading.discard(raw)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """All or nothing; durable when the context is left."""
        with self._turn:
            if self._current is not None:
                raise RuntimeError("writing inside writing: one act is one transaction")
            with told(self.path), self._writer.begin() as connection:
                self._writer_thread = threading.get_ident()
                self._current = Session(self, connection, is_writing=True)
                try:
                    yield self._current
                finally:
                    self._current = None

    @contextmanager
    def write_session(self) -> Iterator[Session]:
        """A writing session for one act out of a reading one: this thread's running one, or its own."""
        with self._turn:
            if self._current is not None:
                yield self._current
                return
            with self.writing() as session:
                yield session

    def interrupt_reads(self) -> None:
        """Stop every query that is being read now; it ends with ``Cancelled``. From any thread."""
        with self._guard:
            for raw in self._reading:
                with suppress(driver.Error):
                    raw.interrupt()

    def close(self) -> None:
        """Close every connection, fold the WAL into the file and let the file go."""
        self._readers.dispose()
        self._nested.dispose()
        with suppress(driver.Error):
            self.checkpoint()
        self._writer.dispose()
        self._key = b""
        self._lock.release()

    def checkpoint(self) -> None:
        """Fold the WAL into the file as far as readers allow."""
        raw = self._writer.raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.close()
        finally:
            raw.close()

    def broken_pages(self) -> int:
        """Pages whose seal does not fit: the whole file is read."""
        with told(self.path), self._readers.connect() as connection:
            return len(connection.exec_driver_sql("PRAGMA cipher_integrity_check").fetchall())

    def operators(self) -> list[Operator]:
        """All operators."""
        with self.reading() as session:
            return Operators(session).all()

    def add_operator(
        self,
        name: str,
        passphrase: str,
        *,
        roles: Iterable[Role],
        districts: Iterable[DistrictId] | None = None,
        handles_protected: bool = False,
    ) -> Operator:
        """A new operator with a slot of their own."""
        self.access.require(Right.KEEP_OPERATORS)
        require_operator_name(name)
        fictional = self.is_fictional
        require_passphrase(passphrase, fictional=fictional)
        operator = new_operator(name, roles, districts, handles_protected=handles_protected)
        stretching = keyring.FICTIONAL if fictional else keyring.CAREFUL
        keys = keyring.load(self.path).with_operator(name, passphrase, self._key, stretching)
        with self.writing() as session:
            Operators(session).add(operator)
            session.audit.record(self.access, "operator_added", [operator.operator_id], _described(operator))
            # A slot without an operator opens nothing, an operator without a slot cannot be used: the
            # slot goes first, inside the transaction.
            keyring.save(self.path, keys)
        return operator

    def change_roles(
        self,
        name: str,
        *,
        roles: Iterable[Role],
        districts: Iterable[DistrictId] | None = None,
        handles_protected: bool = False,
    ) -> Operator:
        """Other roles for an operator."""
        self.access.require(Right.KEEP_OPERATORS)
        with self.writing() as session:
            known = Operators(session).get(name)
            wanted = new_operator(name, roles, districts, handles_protected=handles_protected)
            changed = replace(wanted, operator_id=known.operator_id)
            Operators(session).change(changed)
            session.audit.record(self.access, "operator_changed", [known.operator_id], _described(changed))
        if name == self.access.name:
            self._access = access_of(changed)
        return changed

    def remove_operator(self, name: str) -> None:
        """Take an operator and their slot away."""
        self.access.require(Right.KEEP_OPERATORS)
        with self.writing() as session:
            operator = Operators(session).get(name)
            Operators(session).remove(name)
            session.audit.record(
                self.access, "operator_removed", [operator.operator_id], _described(operator)
            )
        with told(self.path):
            keyring.save(self.path, keyring.load(self.path).without_operator(name))

    def change_passphrase(self, old: str, new: str) -> None:
        """One's own passphrase."""
        keys = keyring.load(self.path)
        keys.unlock(self.access.name, old)
        fictional = self.is_fictional
        require_passphrase(new, fictional=fictional)
        stretching = keyring.FICTIONAL if fictional else keyring.CAREFUL
        self._replace_keys(
            keys.with_operator(self.access.name, new, self._key, stretching), "passphrase_changed"
        )

    def renew_recovery_key(self) -> str:
        """A new recovery key to print."""
        self.access.require(Right.KEEP_OPERATORS)
        keys, recovery_key = keyring.load(self.path).with_fresh_recovery(self._key)
        self._replace_keys(keys, "recovery_key_renewed")
        return recovery_key

    @property
    def is_fictional(self) -> bool:
        """True for a demo city."""
        with self.reading() as session:
            return is_fictional(session)

    def _replace_keys(self, keys: keyring.Keyring, action: str) -> None:
        with self.writing() as session:
            session.audit.record(self.access, action, [self.access.operator_id], {})
            keyring.save(self.path, keys)


def new_operator(
    name: str,
    roles: Iterable[Role],
    districts: Iterable[DistrictId] | None,
    *,
    handles_protected: bool,
) -> Operator:
    """An operator with a fresh id.

    Raises
    ------
    KnownProblem
        ``flag_needs_clerk``: 支援措置担当 is given to clerks only (RULEBOOK §1).
    """
    wanted = frozenset(roles)
    if handles_protected and Role.CLERK not in wanted:
        raise KnownProblem(
            "flag_needs_clerk",
            "支援措置担当にできるのは、名簿担当の役割がある操作者だけです。",
            advice="名簿担当の役割もつけるか、支援措置担当を外してください。",
        )
    limit = None if districts is None else frozenset(districts)
    return Operator(OperatorId(new_id()), name, wanted, limit, handles_protected)


def require_operator_name(name: str) -> None:
    """Refuse a name that nobody could type or read."""
    if not name.strip() or name != name.strip() or len(name) > 50 or not name.isprintable():
        raise KnownProblem(
            "operator_name",
            "操作者の名前に使えない文字があるか、長すぎます。",
            advice="前後に空白のない、50文字までの名前にしてください。",
        )


def _described(operator: Operator) -> dict[str, Any]:
    return {
        "name": operator.name,
        "roles": sorted(operator.roles),
        "districts": None if operator.districts is None else sorted(operator.districts),
        "handles_protected": operator.handles_protected,
    }
