"""控えと復元: database and keyring in one file, as encrypted as they are, with the audit head beside them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlcipher3 import dbapi2 as driver

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.storage import keyring, migrations
from kurume_bousai.storage.city_database import EncryptedCityDatabase
from kurume_bousai.storage.engine import connect, create_file
from kurume_bousai.storage.filelock import FileLock
from kurume_bousai.storage.files import sync_file, sync_folder, write_atomically
from kurume_bousai.storage.opening import open_checked
from kurume_bousai.storage.problems import told

_FORMAT: Final = "kurume-bousai backup"
_VERSION: Final = 1
_DATABASE, _KEYS, _MANIFEST = "city.db", "city.db.keys", "manifest.json"
_PAGES_AT_ONCE: Final = 2000


def backup(database: EncryptedCityDatabase, target: Path) -> str:
    """Write a whole copy of an opened database into one file; others keep working. Returns the audit head.

    Raises
    ------
    KnownProblem
        ``no_right``, ``already_exists``, ``disk_full``, ``read_only``.
    """
    database.access.require(Right.VERIFY_AUDIT)
    if target.exists():
        raise KnownProblem(
            "already_exists",
            "同じ名前の控えがすでにあります。",
            where=str(target),
            advice="別の名前を指定してください。",
        )
    with database.writing() as session:
        session.audit.record(database.access, "backup_written", [], {})
        head = session.audit.head()
    copy = target.with_name(target.name + ".copying")
    unfinished = target.with_name(target.name + ".new")
    with told(target):
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            copy.unlink(missing_ok=True)
            _copy_pages(database, copy)
            _pack(copy, keyring.keys_path(database.path), unfinished, head, database.now())
            unfinished.replace(target)
            sync_folder(target.parent)
        finally:
            for path in (copy, unfinished):
                with suppress(OSError):
                    path.unlink(missing_ok=True)
    return head


def restore(source: Path, path: Path, operator: str, passphrase: str) -> EncryptedCityDatabase:
    """Make a database out of a backup and open it. A database that stands there is never overwritten.

    The restored file starts a new chain of audit and of log stamps, because the old ones may have
    gone on in the file that was lost.

    Raises
    ------
    KnownProblem
        ``no_backup``, ``not_a_backup``, ``already_exists``, ``wrong_passphrase`` and what
        ``open_database`` raises. Nothing stays behind.
    """
    if path.exists():
        raise KnownProblem(
            "already_exists",
            "復元する場所に、すでにデータベースがあります。",
            where=str(path),
            advice="いまのファイルを別の場所に移すか、別の名前を指定してください。",
        )
    with told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path)
        lock.acquire()
        try:
            key = _unpack(source, path, operator, passphrase)
            return open_checked(path, key, operator, lock, fresh_device=True)
        except BaseException:
            for name in (path, keyring.keys_path(path), *_sidecars(path)):
                with suppress(OSError):
                    name.unlink(missing_ok=True)
            lock.release()
            raise


def _copy_pages(database: EncryptedCityDatabase, copy: Path) -> None:
    """SQLite's own backup: a consistent picture while others read and write."""
    create_file(copy)
    with database.lend_key() as key:
        source = connect(database.path, key, query_only=True)
        try:
            target = driver.connect(str(copy), isolation_level=None)
            try:
                target.execute("PRAGMA cipher_log_level = NONE")
                target.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
                source.backup(target, pages=_PAGES_AT_ONCE)
            finally:
                target.close()
        finally:
            source.close()


def _pack(copy: Path, keys: Path, target: Path, head: str, at: datetime) -> None:
    manifest = {
        "format": _FORMAT, "version": _VERSION, "schema": migrations.HEAD, "audit_head": head,
        "written_at": at.isoformat(timespec="seconds"), "sha256": _digest(copy),
    }  # fmt: skip
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    # Encrypted pages do not shrink: stored as they are.
    with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        archive.write(keys, _KEYS)
        archive.write(copy, _DATABASE)
    sync_file(target)


def _unpack(source: Path, path: Path, operator: str, passphrase: str) -> bytes:
    if not source.is_file():
        raise KnownProblem(
            "no_backup",
            "控えのファイルが見つかりません。",
            where=str(source),
            advice="場所を確かめてください。",
        )
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = json.loads(archive.read(_MANIFEST))
            if manifest["format"] != _FORMAT or manifest["version"] != _VERSION:
                raise _not_a_backup(source)
            write_atomically(keyring.keys_path(path), archive.read(_KEYS))
            key = keyring.load(path).unlock(operator, passphrase)
            create_file(path)
            with archive.open(_DATABASE) as packed, path.open("wb") as file:
                shutil.copyfileobj(packed, file, 1 << 20)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError):
        raise _not_a_backup(source) from None
    sync_file(path)
    sync_folder(path.parent)
    if _digest(path) != manifest["sha256"]:
        raise _not_a_backup(source)
    return key


def _sidecars(path: Path) -> list[Path]:
    return [path.with_name(path.name + ending) for ending in ("-wal", "-shm")]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _not_a_backup(source: Path) -> KnownProblem:
    return KnownProblem(
        "not_a_backup",
        "控えのファイルではないか、途中で切れています。",
        where=str(source),
        advice="別の控えを選んでください。",
    )
