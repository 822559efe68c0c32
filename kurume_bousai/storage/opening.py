"""Opening and creating a database file, with every kind of bad luck told plainly."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from sqlalchemy import insert
from sqlcipher3 import dbapi2 as driver

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId
from kurume_bousai.domain.keys import require_passphrase
from kurume_bousai.services.facts import FACT_FICTIONAL
from kurume_bousai.services.ports.keeping import Operator
from kurume_bousai.storage import keyring, migrations, problems
from kurume_bousai.storage.city_database import (
    EncryptedCityDatabase,
    Now,
    new_operator,
    now_in_japan,
    require_operator_name,
)
from kurume_bousai.storage.devices import add_device, known_device
from kurume_bousai.storage.engine import connect, create_file
from kurume_bousai.storage.filelock import FileLock
from kurume_bousai.storage.files import sync_folder
from kurume_bousai.storage.locations import machine_id
from kurume_bousai.storage.operators import Operators, read_operators
from kurume_bousai.storage.problems import told
from kurume_bousai.storage.rows.records import FactRecord

_PLAIN_SQLITE = b"SQLite format 3\x00"


def open_database(
    path: Path, operator: str, passphrase: str, *, now: Now = now_in_japan
) -> EncryptedCityDatabase:
    """Open a file for one operator; an older schema is brought up to date, after a copy of the file.

    Raises
    ------
    KnownProblem
        ``no_database``, ``not_ours``, ``not_a_database``, ``no_keys``, ``wrong_passphrase``,
        ``already_open``, ``newer_file``, ``read_only``, ``disk_full``, ``no_operator``. The file is
        untouched in each case.
    """
    _require_file(path)
    with told(path):
        lock = FileLock(path)
        lock.acquire()
        try:
            key = keyring.load(path).unlock(operator, passphrase)
            return open_checked(path, key, operator, lock, now=now)
        except BaseException:
            lock.release()
            raise


def create_database(
    path: Path,
    operator: str,
    passphrase: str,
    *,
    roles: Iterable[Role] = (Role.ADMINISTRATOR,),
    districts: Iterable[DistrictId] | None = None,
    handles_protected: bool = False,
    fictional: bool = False,
    now: Now = now_in_japan,
) -> tuple[EncryptedCityDatabase, str]:
    """A new file with the current schema and its first operator, who must be an administrator.

    Built under another name and renamed when whole. Returns the opened database and the recovery key,
    which is kept nowhere and can be shown only now.

    Raises
    ------
    KnownProblem
        ``already_exists``, ``passphrase_too_short``, ``operator_name``, ``first_administrator``,
        ``read_only``, ``disk_full``.
    """
    require_operator_name(operator)
    require_passphrase(passphrase, fictional=fictional)
    first = new_operator(operator, roles, districts, handles_protected=handles_protected)
    if Role.ADMINISTRATOR not in first.roles:
        raise KnownProblem(
            "first_administrator",
            "最初の操作者には、管理者の役割が必要です。",
            advice="役割に administrator を加えてください。",
        )
    with told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path)
        lock.acquire()
        try:
            _require_absent(path)
            stretching = keyring.FICTIONAL if fictional else keyring.CAREFUL
            keys, key, recovery_key = keyring.create(operator, passphrase, stretching)
            _build(path, key, first, now, fictional=fictional)
            keyring.save(path, keys)
            _building_path(path).replace(path)
            sync_folder(path.parent)
            database = open_checked(path, key, operator, lock, now=now)
        except BaseException:
            with suppress(OSError):
                _remove_leftovers(path)
            lock.release()
            raise
    return database, recovery_key


def recover_operator(path: Path, operator: str, recovery_key: str, passphrase: str) -> None:
    """Give an operator a new passphrase by the printed recovery key.

    Raises
    ------
    KnownProblem
        ``recovery_key_unreadable``, ``wrong_recovery_key``, ``passphrase_too_short``, ``no_operator``
        and what ``open_database`` raises.
    """
    _require_file(path)
    with told(path):
        lock = FileLock(path)
        lock.acquire()
        try:
            keys = keyring.load(path)
            key = keys.unlock_by_recovery(recovery_key)
            database = open_checked(path, key, operator, lock)
        except BaseException:
            lock.release()
            raise
        try:
            fictional = database.is_fictional
            require_passphrase(passphrase, fictional=fictional)
            stretching = keyring.FICTIONAL if fictional else keyring.CAREFUL
            with database.writing() as session:
                session.audit.record(
                    database.access, "passphrase_recovered", [database.access.operator_id], {}
                )
                keyring.save(path, keys.with_operator(operator, passphrase, key, stretching))
        finally:
            database.close()


def _require_file(path: Path) -> None:
    with told(path):
        if not path.is_file():
            raise problems.not_found(path)
        with path.open("rb") as file:
            start = file.read(len(_PLAIN_SQLITE))
    if start == _PLAIN_SQLITE:
        raise problems.not_ours(path)
    if len(start) < len(_PLAIN_SQLITE):
        raise problems.not_a_database(path)


def _require_absent(path: Path) -> None:
    if path.exists():
        raise KnownProblem(
            "already_exists",
            "同じ名前のデータベースがすでにあります。",
            where=str(path),
            advice="開くか、別の場所や名前を指定してください。",
        )


def _building_path(path: Path) -> Path:
    return path.with_name(path.name + ".building")


def _remove_leftovers(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        building = _building_path(path)
        building.with_name(building.name + ending).unlink(missing_ok=True)


def _build(path: Path, key: bytes, first: Operator, now: Now, *, fictional: bool) -> None:
    """Schema, first operator and first facts, in a file that is renamed when it is whole."""
    _remove_leftovers(path)
    building = _building_path(path)
    create_file(building)
    database = EncryptedCityDatabase(building, key, FileLock(building), now=now)
    try:
        migrations.upgrade(database.writer_engine)
        machine = machine_id()
        with database.writing() as session:
            device = add_device(session.connection, machine, database.now())
            database.open_for(first, device, machine)
            Operators(session).add(first)
            session.connection.execute(
                insert(FactRecord).values(key=FACT_FICTIONAL, value="1" if fictional else "0")
            )
            session.audit.record(database.access, "database_created", [first.operator_id], {})
    finally:
        database.close()


def open_checked(
    path: Path,
    key: bytes,
    operator: str,
    lock: FileLock,
    *,
    now: Now = now_in_japan,
    fresh_device: bool = False,
) -> EncryptedCityDatabase:
    """Check a locked file and its schema, then open it. The key is right: what does not fit is the file."""
    _check_whole(path, key)
    database = EncryptedCityDatabase(path, key, lock, now=now)
    try:
        _bring_up_to_date(database)
        _register(database, operator, fresh_device=fresh_device)
    except BaseException:
        database.close()
        raise
    return database


def _check_whole(path: Path, key: bytes) -> None:
    """Find a cut-off file before anything is written.

    While a WAL holds changes the file may rightly be shorter than its pages, so only a file whose WAL
    is empty is measured.
    """
    connection = connect(path, key)
    try:
        pages = int(connection.execute("PRAGMA page_count").fetchone()[0])
        size = int(connection.execute("PRAGMA page_size").fetchone()[0])
        left = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        if left[0] == 0 and path.stat().st_size < pages * size:
            raise driver.DatabaseError("file is not a database: shorter than its pages")
    finally:
        connection.close()


def _bring_up_to_date(database: EncryptedCityDatabase) -> None:
    with database.writer_engine.connect() as connection:
        revision = migrations.current_revision(connection)
    if revision is None:
        raise problems.not_ours(database.path)
    migrations.require_known(revision, database.path)
    if revision != migrations.HEAD:
        database.checkpoint()
        migrations.copy_before(database.path, revision)
        migrations.upgrade(database.writer_engine)


def _register(database: EncryptedCityDatabase, operator: str, *, fresh_device: bool) -> None:
    """Find the operator and this machine's chain; both stand in the file before anything is shown."""
    machine = machine_id()
    with database.writer_engine.connect() as connection:
        found = next((known for known in read_operators(connection) if known.name == operator), None)
        device = None if fresh_device else known_device(connection, machine)
    if found is None:
        raise KnownProblem(
            "no_operator",
            "この操作者は、このデータベースから外されています。",
            where=operator,
            advice="管理者に確かめてください。",
        )
    if device is None:
        with database.writer_engine.begin() as connection:
            device = add_device(connection, machine, database.now())
    database.open_for(found, device, machine)
    with database.writing() as session:
        session.audit.record(database.access, "restored" if fresh_device else "opened", [], {})
