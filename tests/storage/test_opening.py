"""Bad luck: each with its clear message, nothing stored lost."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kurume_bousai.domain.access import Role
from kurume_bousai.domain.errors import Cancelled, KnownProblem
from kurume_bousai.domain.exercises import ExerciseSettings
from kurume_bousai.domain.ids import DistrictId, OperationId
from kurume_bousai.domain.operations import EntryKind, Operation, OperationKind, OperationState
from kurume_bousai.domain.presets import KURUME_60
from kurume_bousai.services.ports.keeping import OperatorKeeping
from kurume_bousai.services.ports.members import MemberQuery
from kurume_bousai.services.ports.sessions import CityDatabase
from kurume_bousai.storage import (
    EncryptedCityDatabase,
    create_database,
    engine,
    open_database,
    operator_names,
    recover_operator,
)
from kurume_bousai.storage.backup import backup, restore
from kurume_bousai.storage.problems import translate
from kurume_bousai.storage.rows.people import MemberRecord
from tests.storage.conftest import OPERATOR, PASSPHRASE
from tests.storage.people import person

ROOT = Path(__file__).resolve().parents[2]


def _code(call: object) -> str:
    with pytest.raises(KnownProblem) as caught:
        call()  # type: ignore[operator]
    assert caught.value.message
    assert caught.value.advice
    return caught.value.code


def _bytes(folder: Path) -> dict[str, bytes]:
    return {found.name: found.read_bytes() for found in folder.iterdir() if not found.name.endswith(".lock")}


def test_it_is_what_the_ports_ask_for(city: EncryptedCityDatabase) -> None:
    as_port: CityDatabase = city
    as_keeping: OperatorKeeping = city
    assert as_port.access.name == OPERATOR
    assert [operator.name for operator in as_keeping.operators()] == [OPERATOR]


def test_settings_of_the_connections(city: EncryptedCityDatabase) -> None:
    with city.writing() as session:
        asked = session.connection.exec_driver_sql
        assert asked("PRAGMA journal_mode").scalar() == "wal"
        assert asked("PRAGMA synchronous").scalar() == 2
        assert asked("PRAGMA foreign_keys").scalar() == 1
        assert asked("PRAGMA secure_delete").scalar() == 1
    with city.reading() as session:
        assert session.connection.exec_driver_sql("PRAGMA query_only").scalar() == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights in another way")
def test_warming_up_needs_no_file_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    engine.warm_up()
    assert MemberRecord.__mapper__.configured
    assert list(tmp_path.iterdir()) == []


def test_files_are_the_owners_alone(city: EncryptedCityDatabase) -> None:
    with city.writing() as session:
        session.set_fact("x", "y")
    created = city.path.parent / "new" / "own.db"
    database, _ = create_database(created, OPERATOR, PASSPHRASE, fictional=True)
    for found in created.parent.iterdir():
        assert stat.S_IMODE(found.stat().st_mode) == 0o600, found.name
    database.close()


def test_wrong_passphrase_changes_nothing(city_path: Path) -> None:
    before = _bytes(city_path.parent)
    assert _code(lambda: open_database(city_path, OPERATOR, "違う合言葉を入れました")) == "wrong_passphrase"
    assert _code(lambda: open_database(city_path, "知らない人", PASSPHRASE)) == "wrong_passphrase"
    assert _bytes(city_path.parent) == before
    open_database(city_path, OPERATOR, PASSPHRASE).close()


def test_missing_file(tmp_path: Path) -> None:
    assert _code(lambda: open_database(tmp_path / "none.db", OPERATOR, PASSPHRASE)) == "no_database"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("left", [0, 10, 4096, 40_000, -4096, -1])
def test_half_written_file_is_told_and_left_alone(city_path: Path, left: int) -> None:
    whole = city_path.read_bytes()
    city_path.write_bytes(whole[:left])
    assert _code(lambda: open_database(city_path, OPERATOR, PASSPHRASE)) == "not_a_database"
    assert city_path.read_bytes() == whole[:left]


def test_noise_and_foreign_files(city_path: Path, tmp_path: Path) -> None:
    city_path.write_bytes(os.urandom(50_000))
    assert _code(lambda: open_database(city_path, OPERATOR, PASSPHRASE)) == "not_a_database"
    plain = tmp_path / "plain.db"
    connection = sqlite3.connect(plain)
    connection.execute("CREATE TABLE x (y)")
    connection.close()
    assert _code(lambda: open_database(plain, OPERATOR, PASSPHRASE)) == "not_ours"


def test_newer_file_is_refused_untouched(city: EncryptedCityDatabase) -> None:
    with city.writing() as session:
        session.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    city.close()
    before = _bytes(city.path.parent)
    assert _code(lambda: open_database(city.path, OPERATOR, PASSPHRASE)) == "newer_file"
    assert _bytes(city.path.parent) == before


def test_second_copy_is_refused(city: EncryptedCityDatabase) -> None:
    assert _code(lambda: open_database(city.path, OPERATOR, PASSPHRASE)) == "already_open"
    city.close()
    open_database(city.path, OPERATOR, PASSPHRASE).close()


def test_lock_of_a_killed_program_is_no_obstacle(city_path: Path) -> None:
    script = f"""
        import os, pathlib
        from kurume_bousai.storage import open_database
        database = open_database(pathlib.Path({str(city_path)!r}), {OPERATOR!r}, {PASSPHRASE!r})
        print("open", flush=True)
        os.read(0, 1)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"open\n"
        assert _code(lambda: open_database(city_path, OPERATOR, PASSPHRASE)) == "already_open"
        child.kill()
    open_database(city_path, OPERATOR, PASSPHRASE).close()


def test_creation_refuses_and_leaves_nothing(tmp_path: Path, city_path: Path) -> None:
    before = _bytes(city_path.parent)
    assert _code(lambda: create_database(city_path, "係", "十分に長い合言葉です")) == "already_exists"
    assert _bytes(city_path.parent) == before
    path = tmp_path / "new.db"
    assert _code(lambda: create_database(path, "係", "短い")) == "passphrase_too_short"
    assert _code(lambda: create_database(path, "係", "demo")) == "passphrase_too_short"
    assert _code(lambda: create_database(path, " ", "十分に長い合言葉です")) == "operator_name"
    wanted = [Role.CLERK]
    assert (
        _code(lambda: create_database(path, "係", "十分に長い合言葉です", roles=wanted))
        == "first_administrator"
    )
    assert not path.exists()


def test_folder_that_cannot_be_written(city_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform != "win32" and os.geteuid() != 0:
        city_path.parent.chmod(0o500)
        try:
            assert _code(lambda: open_database(city_path, OPERATOR, PASSPHRASE)) == "read_only"
        finally:
            city_path.parent.chmod(0o700)
    # The administrator of a machine may write anywhere: what the system would say is checked apart.
    problem = translate(OSError(errno.EROFS, "read-only"), city_path)
    assert isinstance(problem, KnownProblem)
    assert problem.code == "read_only"


def test_clock_set_back_never_reorders(city_path: Path) -> None:
    moment = datetime(2026, 6, 1, 12, tzinfo=UTC)
    clock = [moment]
    city = open_database(city_path, OPERATOR, PASSPHRASE, now=lambda: clock[0])
    settings = ExerciseSettings(DistrictId("津福"), KURUME_60, ())
    operation = Operation(OperationId("o"), OperationKind.EXERCISE, OperationState.RUNNING, settings)
    with city.writing() as session:
        session.operations.save(city.access, operation)
    stamps = []
    for hours in (0, -30, -10, 2, 1):
        clock[0] = moment + timedelta(hours=hours)
        with city.writing() as session:
            entry = session.operations.append(
                city.access, OperationId("o"), EntryKind.NOTE_ADDED, {"text": ""}, table_id=None, at=clock[0]
            )
            session.audit.record(city.access, "x", [], {})
        stamps.append(entry.stamp)
    with city.reading() as session:
        moments = [entry.at for entry in session.audit.entries()]
        assert [entry.stamp for entry in session.operations.entries(OperationId("o"))] == stamps
    city.close()
    assert stamps == sorted(set(stamps))
    assert moments == sorted(moments)
    assert [stamp.sequence for stamp in stamps] == [0, 1, 2, 3, 4]


def test_long_read_can_be_stopped(city: EncryptedCityDatabase) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    started, stopped = threading.Event(), threading.Event()

    def read() -> None:
        try:
            with city.reading() as session:
                started.set()
                session.connection.exec_driver_sql(endless)
        except Cancelled:
            stopped.set()

    thread = threading.Thread(target=read)
    thread.start()
    assert started.wait(10)
    while not stopped.wait(0.01):
        city.interrupt_reads()
    thread.join()
    with city.reading() as session:
        assert session.fact("is_fictional") == "1"


def test_a_reader_sees_one_moment_while_another_writes(city: EncryptedCityDatabase) -> None:
    with city.reading() as before:
        assert before.members.count(city.access, MemberQuery()) == 0
        with city.writing() as session:
            session.members.add_many(city.access, [person()], source="x")
        assert before.members.count(city.access, MemberQuery()) == 0
    with city.reading() as after:
        assert after.members.count(city.access, MemberQuery()) == 1


def test_full_disk_loses_nothing(empty_city: Path, tmp_path: Path) -> None:
    """On a file system of two megabytes, in a name space of its own."""
    if shutil.which("unshare") is None:
        pytest.skip("needs unshare")
    script = f"""
        import pathlib, shutil, subprocess, sys
        place = pathlib.Path({str(tmp_path)!r}) / "small"
        place.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "none", str(place)], check=True)
        for name in ("city.db", "city.db.keys"):
            shutil.copy(pathlib.Path({str(empty_city.parent)!r}) / name, place / name)
        from kurume_bousai.domain.errors import KnownProblem
        from kurume_bousai.services.ports.members import MemberQuery
        from kurume_bousai.storage import open_database
        from tests.storage.people import person
        city = open_database(place / "city.db", {OPERATOR!r}, {PASSPHRASE!r})
        saved, code = 0, ""
        while not code:
            try:
                with city.writing() as session:
                    session.members.add_many(city.access, [person() for _ in range(50)], source="x")
                saved += 50
            except KnownProblem as problem:
                code = problem.code
        with city.reading() as session:
            assert session.members.count(city.access, MemberQuery()) == saved
        city.close()
        (place / "city.db.lock").unlink()
        shutil.copytree(place, place.parent / "rescued")
        print(code, saved)
    """
    done = subprocess.run(
        ["unshare", "--mount", sys.executable, "-c", textwrap.dedent(script)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "unshare" in done.stderr or "mount" in done.stderr:
        pytest.skip("no right to mount here")
    code, saved = done.stdout.split()
    assert (code, done.returncode) == ("disk_full", 0), done.stderr
    city = open_database(tmp_path / "rescued" / "city.db", OPERATOR, PASSPHRASE)
    with city.reading() as session:
        assert session.members.count(city.access, MemberQuery()) == int(saved) > 0
        assert session.audit.verify() == []
    assert city.broken_pages() == 0
    city.close()


def test_recovery_key_gives_a_new_passphrase(tmp_path: Path) -> None:
    path = tmp_path / "own.db"
    database, recovery_key = create_database(path, OPERATOR, PASSPHRASE, fictional=True)
    database.close()
    typed = recovery_key.lower().replace("0", "o").replace("1", "l").replace("-", " ")
    assert _code(lambda: recover_operator(path, OPERATOR, typed, "短い")) == "passphrase_too_short"
    recover_operator(path, OPERATOR, typed, "新しい合言葉にしました")
    assert _code(lambda: open_database(path, OPERATOR, PASSPHRASE)) == "wrong_passphrase"
    database = open_database(path, OPERATOR, "新しい合言葉にしました")
    fresh = database.renew_recovery_key()
    database.close()
    assert (
        _code(lambda: recover_operator(path, OPERATOR, recovery_key, "新しい合言葉にしました"))
        == "wrong_recovery_key"
    )
    recover_operator(path, OPERATOR, fresh, "もう一つの新しい合言葉")


def test_operators_come_and_go(city: EncryptedCityDatabase) -> None:
    district = DistrictId("津福")
    city.add_operator("進行", "demo", roles=[Role.FACILITATOR], districts=[district])
    assert operator_names(city.path) == [OPERATOR, "進行"]
    assert _code(lambda: city.add_operator("進行", "demo", roles=[Role.CLERK])) == "operator_exists"
    assert (
        _code(lambda: city.add_operator("係", "demo", roles=[Role.DESK], handles_protected=True))
        == "flag_needs_clerk"
    )
    assert _code(lambda: city.remove_operator(OPERATOR)) == "last_administrator"
    assert _code(lambda: city.change_roles(OPERATOR, roles=[Role.CLERK])) == "last_administrator"
    city.change_passphrase(PASSPHRASE, "別の長い合言葉を決めた")
    city.close()
    helper = open_database(city.path, "進行", "demo")
    assert helper.access.roles == {Role.FACILITATOR}
    assert helper.access.districts == frozenset({district})
    assert _code(lambda: helper.remove_operator(OPERATOR)) == "no_right"
    helper.close()
    again = open_database(city.path, OPERATOR, "別の長い合言葉を決めた")
    again.remove_operator("進行")
    again.close()
    assert _code(lambda: open_database(city.path, "進行", "demo")) == "wrong_passphrase"


def test_slot_of_a_removed_operator_opens_nothing(city: EncryptedCityDatabase) -> None:
    city.add_operator("係", "demo", roles=[Role.CLERK])
    keys = city.path.with_name("city.db.keys").read_bytes()
    city.remove_operator("係")
    city.close()
    city.path.with_name("city.db.keys").write_bytes(keys)
    assert _code(lambda: open_database(city.path, "係", "demo")) == "no_operator"


def test_backup_and_restore(city: EncryptedCityDatabase, tmp_path: Path) -> None:
    with city.writing() as session:
        session.members.add_many(city.access, [person("控えの人")], source="x")
    target = tmp_path / "out" / "city.backup"
    head = backup(city, target)
    assert _code(lambda: backup(city, target)) == "already_exists"
    assert sorted(found.name for found in target.parent.iterdir()) == ["city.backup"]
    place = tmp_path / "again" / "city.db"
    assert _code(lambda: restore(target, place, OPERATOR, "違う合言葉を入れました")) == "wrong_passphrase"
    assert not place.exists()
    restored = restore(target, place, OPERATOR, PASSPHRASE)
    with restored.reading() as session:
        assert session.members.count(restored.access, MemberQuery("控")) == 1
        assert session.audit.verify(head) == []
        assert session.audit.head().startswith("B-0001-")
    assert restored.device_id != city.device_id
    restored.close()
    assert _code(lambda: restore(target, place, OPERATOR, PASSPHRASE)) == "already_exists"
    target.write_bytes(target.read_bytes()[:-2000])
    assert _code(lambda: restore(target, tmp_path / "third.db", OPERATOR, PASSPHRASE)) == "not_a_backup"
    assert not (tmp_path / "third.db").exists()


def test_reading_inside_writing_never_waits_for_readers(city: EncryptedCityDatabase) -> None:
    """Both readers wait for the writer (an audit record) while the writer reads: nobody hangs."""
    someone = person()
    with city.writing() as session:
        session.members.add_many(city.access, [someone], source="x")
    inside = threading.Barrier(3)

    def look() -> None:
        with city.reading() as session:
            inside.wait(10)
            assert session.members.get(city.access, someone.member_id) is not None

    readers = [threading.Thread(target=look) for _ in range(2)]
    with city.writing() as session:
        session.set_fact("x", "new")
        for reader in readers:
            reader.start()
        inside.wait(10)
        with city.reading() as nested:
            assert nested.fact("x") is None
            assert nested.members.get(city.access, someone.member_id) is not None
    for reader in readers:
        reader.join(10)
        assert not reader.is_alive()


def test_a_session_stays_in_its_thread(city: EncryptedCityDatabase) -> None:
    told: list[str] = []

    def misuse(fact: Callable[[str], str | None]) -> None:
        try:
            fact("is_fictional")
        except RuntimeError as error:
            told.append(str(error))

    with city.reading() as session:
        thread = threading.Thread(target=misuse, args=(session.fact,))
        thread.start()
        thread.join()
    assert told == ["a session stays in the thread that opened it"]


def test_change_of_roles_keeps_the_rules(city: EncryptedCityDatabase) -> None:
    city.add_operator("係", "demo", roles=[Role.CLERK], handles_protected=True)
    assert (
        _code(lambda: city.change_roles("係", roles=[Role.DESK], handles_protected=True))
        == "flag_needs_clerk"
    )
    changed = city.change_roles("係", roles=[Role.CLERK, Role.ADMINISTRATOR])
    assert not changed.handles_protected
    city.remove_operator(OPERATOR)
    assert [operator.name for operator in city.operators()] == ["係"]
