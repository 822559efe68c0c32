from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.storage import keyring


@pytest.fixture(scope="module")
def made() -> tuple[keyring.Keyring, bytes, str]:
    return keyring.create("係", "長い合言葉です架空", keyring.FICTIONAL)


def test_both_ways_give_the_key(made: tuple[keyring.Keyring, bytes, str]) -> None:
    keys, key, recovery_key = made
    assert len(key) == 32
    assert keys.unlock("係", "長い合言葉です架空") == key
    assert keys.unlock_by_recovery(recovery_key) == key


def test_a_slot_fits_only_its_name_and_file(made: tuple[keyring.Keyring, bytes, str]) -> None:
    keys, _, recovery_key = made
    moved = keyring.Keyring(keys.file_id, {"別人": keys.operators["係"]}, keys.recovery)
    elsewhere = keyring.Keyring("0" * 32, keys.operators, keys.recovery)
    with pytest.raises(KnownProblem, match="wrong_passphrase"):
        moved.unlock("別人", "長い合言葉です架空")
    with pytest.raises(KnownProblem, match="wrong_passphrase"):
        elsewhere.unlock("係", "長い合言葉です架空")
    with pytest.raises(KnownProblem, match="wrong_recovery_key"):
        elsewhere.unlock_by_recovery(recovery_key)


def test_damaged_keys_fall_back_to_their_copy(
    made: tuple[keyring.Keyring, bytes, str], tmp_path: Path
) -> None:
    keys, key, _ = made
    database = tmp_path / "city.db"
    keyring.save(database, keys)
    keyring.save(database, keys.with_operator("二人目", "demo", key, keyring.FICTIONAL))
    path = keyring.keys_path(database)
    assert set(keyring.load(database).operators) == {"係", "二人目"}
    whole = path.read_bytes()
    for damaged in (b"", whole[: len(whole) // 2], b"[]", b"\xff\xfe", b'{"version": 1}'):
        path.write_bytes(damaged)
        assert set(keyring.load(database).operators) == {"係", "二人目"}
    path.unlink()
    assert keyring.load(database).unlock("係", "長い合言葉です架空") == key
    path.with_name("city.db.keys.bak").unlink()
    with pytest.raises(KnownProblem, match="no_keys"):
        keyring.load(database)


def test_no_replaced_slot_stays_beside_the_file(
    made: tuple[keyring.Keyring, bytes, str], tmp_path: Path
) -> None:
    keys, key, old_paper = made
    database = tmp_path / "city.db"
    keyring.save(database, keys)
    fresh, _ = keys.with_operator("係", "あたらしい合言葉です", key, keyring.FICTIONAL).with_fresh_recovery(
        key
    )
    keyring.save(database, fresh)
    keyring.keys_path(database).unlink()
    left = keyring.load(database)
    with pytest.raises(KnownProblem, match="wrong_passphrase"):
        left.unlock("係", "長い合言葉です架空")
    with pytest.raises(KnownProblem, match="wrong_recovery_key"):
        left.unlock_by_recovery(old_paper)


def test_damaged_keys_are_never_copied(made: tuple[keyring.Keyring, bytes, str], tmp_path: Path) -> None:
    keys, key, _ = made
    database = tmp_path / "city.db"
    keyring.save(database, keys)
    keyring.save(database, keys)
    keyring.keys_path(database).write_bytes(b"half")
    keyring.save(database, keys.with_operator("二人目", "demo", key, keyring.FICTIONAL))
    keyring.keys_path(database).unlink()
    assert set(keyring.load(database).operators) == {"係", "二人目"}


def test_hostile_costs_are_refused(made: tuple[keyring.Keyring, bytes, str], tmp_path: Path) -> None:
    database = tmp_path / "city.db"
    keyring.save(database, made[0])
    path = keyring.keys_path(database)
    body = json.loads(path.read_text("utf-8"))
    body["operators"]["係"]["argon2id"] = [1 << 40, 1, 1]
    path.write_text(json.dumps(body), "utf-8")
    path.with_name("city.db.keys.bak").unlink()
    with pytest.raises(KnownProblem, match="no_keys"):
        keyring.load(database)


def test_keys_of_a_newer_program(made: tuple[keyring.Keyring, bytes, str], tmp_path: Path) -> None:
    database = tmp_path / "city.db"
    keyring.save(database, made[0])
    path = keyring.keys_path(database)
    path.write_text(path.read_text("utf-8").replace('"version": 1', '"version": 2'), "utf-8")
    with pytest.raises(KnownProblem, match="newer_file"):
        keyring.load(database)


@given(st.binary(max_size=200))
def test_no_content_of_the_file_is_a_defect(content: bytes) -> None:
    with contextlib.suppress(ValueError, KeyError, TypeError, KnownProblem):
        keyring._decode(content)
