"""鍵束: the sidecar ``<file>.keys`` with the database key wrapped once per operator and once for recovery.

The database key is random and never stored in clear. A passphrase is stretched by Argon2id; the
recovery key has 128 random bits and needs no stretching. Each slot is AES-256-GCM with the file's id
and the slot's name as associated data, so that a slot cannot be moved to another file or operator.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.keys import (
    RECOVERY_KEY_BYTES,
    format_recovery_key,
    parse_recovery_key,
    passphrase_bytes,
)
from kurume_bousai.storage.files import write_atomically

FORMAT_VERSION: Final = 1
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_SALT_BYTES: Final = 16
_RECOVERY: Final = "\x00recovery"  # no operator can be called so


@dataclass(frozen=True, slots=True)
class Stretching:
    """Argon2id's cost; kept in each slot, so that it can rise later."""

    memory_kib: int
    iterations: int
    lanes: int


#: About a quarter of a second on a city laptop.
CAREFUL: Final = Stretching(memory_kib=98304, iterations=3, lanes=2)
#: The passphrase of a fictional city is printed in the manual; nothing to protect.
FICTIONAL: Final = Stretching(memory_kib=8192, iterations=1, lanes=1)
# A damaged or hostile file must not make the program take all memory.
_MOST: Final = Stretching(memory_kib=1 << 20, iterations=16, lanes=16)


@dataclass(frozen=True, slots=True)
class Slot:
    """One wrapped copy of the database key."""

    salt: bytes = field(repr=False)
    nonce: bytes = field(repr=False)
    wrapped: bytes = field(repr=False)
    stretching: Stretching | None = None  # None = the recovery key's slot


@dataclass(frozen=True, slots=True)
class Keyring:
    """鍵束 of one database file."""

    file_id: str
    operators: Mapping[str, Slot]
    recovery: Slot

    def unlock(self, operator: str, passphrase: str) -> bytes:
        """The database key.

        Raises
        ------
        KnownProblem
            ``wrong_passphrase``, for an unknown operator as well.
        """
        slot = self.operators.get(operator)
        if slot is None or slot.stretching is None:
            raise _wrong_passphrase()
        try:
            return _unwrap(slot, _stretch(passphrase, slot.salt, slot.stretching), self._bound(operator))
        except InvalidTag:
            raise _wrong_passphrase() from None

    def unlock_by_recovery(self, recovery_key: str) -> bytes:
        """The database key by the printed recovery key.

        Raises
        ------
        KnownProblem
            ``recovery_key_unreadable`` (mistyped) or ``wrong_recovery_key`` (of another file, or replaced).
        """
        secret = parse_recovery_key(recovery_key)
        try:
            return _unwrap(self.recovery, _spread(secret, self.recovery.salt), self._bound(_RECOVERY))
        except InvalidTag:
            raise KnownProblem(
                "wrong_recovery_key",
                "この回復キーは、このデータベースのものではありません。",
                advice="回復キーを作り直したことがあれば、新しいほうの紙を使ってください。",
            ) from None

    def with_operator(self, name: str, passphrase: str, key: bytes, stretching: Stretching) -> Keyring:
        """A keyring with a slot added or replaced."""
        salt = secrets.token_bytes(_SALT_BYTES)
        wrapped = _wrap(key, _stretch(passphrase, salt, stretching), self._bound(name))
        slot = Slot(salt, *wrapped, stretching)
        return replace(self, operators={**self.operators, name: slot})

    def without_operator(self, name: str) -> Keyring:
        """A keyring without one slot."""
        return replace(self, operators={key: slot for key, slot in self.operators.items() if key != name})

    def with_fresh_recovery(self, key: bytes) -> tuple[Keyring, str]:
        """A keyring with a new recovery key, and that key as printed; the old paper is worth nothing."""
        secret = secrets.token_bytes(RECOVERY_KEY_BYTES)
        return replace(self, recovery=_recovery_slot(key, secret, self.file_id)), format_recovery_key(secret)

    def _bound(self, name: str) -> bytes:
        return _associated(self.file_id, name)


def create(name: str, passphrase: str, stretching: Stretching) -> tuple[Keyring, bytes, str]:
    """A keyring for a new file: the keyring, the database key and the printed recovery key."""
    key = secrets.token_bytes(_KEY_BYTES)
    file_id = secrets.token_hex(16)
    secret = secrets.token_bytes(RECOVERY_KEY_BYTES)
    bare = Keyring(file_id, {}, _recovery_slot(key, secret, file_id))
    return bare.with_operator(name, passphrase, key, stretching), key, format_recovery_key(secret)


def keys_path(database: Path) -> Path:
    """``<file>.keys`` beside the database."""
    return database.with_name(database.name + ".keys")


def _previous_path(database: Path) -> Path:
    return database.with_name(database.name + ".keys.bak")


def load(database: Path) -> Keyring:
    """Read the keyring; a missing or half-written one is replaced by the one before it.

    Raises
    ------
    KnownProblem
        ``no_keys``: neither can be read.
    """
    for path in (keys_path(database), _previous_path(database)):
        try:
            return _decode(path.read_bytes())
        except FileNotFoundError:
            continue
        except (ValueError, KeyError, TypeError):
            continue
    raise KnownProblem(
        "no_keys",
        "データベースの鍵のファイル(.keys)が見つからないか、壊れています。",
        where=str(keys_path(database)),
        advice="データベースを移したときは、同じ名前の .keys ファイルも一緒に移してください。"
        "見つからないときは、控えから「復元」してください。",
    )


def operator_names(database: Path) -> list[str]:
    """Who has a slot: what the passphrase dialog offers. Empty where there is no keyring yet."""
    try:
        return sorted(load(database).operators)
    except (KnownProblem, OSError):
        return []


def save(database: Path, keyring: Keyring) -> None:
    """Write the keyring durably; ``.keys.bak`` holds the one before it meanwhile, and the same afterwards.

    The one before must not stay: a passphrase or recovery key that was replaced would open it for ever.

    Raises
    ------
    OSError
        What stood before stands.
    """
    path = keys_path(database)
    try:
        before = path.read_bytes()
        _decode(before)
    except (OSError, ValueError, KeyError, TypeError):
        before = b""
    if before:
        write_atomically(_previous_path(database), before)
    written = _encode(keyring)
    write_atomically(path, written)
    write_atomically(_previous_path(database), written)


def _recovery_slot(key: bytes, secret: bytes, file_id: str) -> Slot:
    salt = secrets.token_bytes(_SALT_BYTES)
    return Slot(salt, *_wrap(key, _spread(secret, salt), _associated(file_id, _RECOVERY)))


def _associated(file_id: str, name: str) -> bytes:
    return json.dumps(["kurume-bousai key slot", FORMAT_VERSION, file_id, name]).encode()


def _stretch(passphrase: str, salt: bytes, cost: Stretching) -> bytes:
    kdf = Argon2id(
        salt=salt, length=_KEY_BYTES,
        iterations=cost.iterations, lanes=cost.lanes, memory_cost=cost.memory_kib,
    )  # fmt: skip
    return kdf.derive(passphrase_bytes(passphrase))


def _spread(secret: bytes, salt: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=salt, info=b"recovery").derive(secret)


def _wrap(key: bytes, wrapping: bytes, associated: bytes) -> tuple[bytes, bytes]:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce, AESGCM(wrapping).encrypt(nonce, key, associated)


def _unwrap(slot: Slot, wrapping: bytes, associated: bytes) -> bytes:
    return AESGCM(wrapping).decrypt(slot.nonce, slot.wrapped, associated)


def _wrong_passphrase() -> KnownProblem:
    return KnownProblem(
        "wrong_passphrase",
        "操作者の名前か合言葉が違います。",
        advice="もう一度入れてください。忘れたときは、管理者か、印刷した回復キーで新しい合言葉を決められます。",
    )


def _encode(keyring: Keyring) -> bytes:
    body = {
        "format": "kurume-bousai keys",
        "version": FORMAT_VERSION,
        "file_id": keyring.file_id,
        "operators": {name: _slot_json(slot) for name, slot in keyring.operators.items()},
        "recovery": _slot_json(keyring.recovery),
    }
    return json.dumps(body, ensure_ascii=False, indent=1).encode()


def _slot_json(slot: Slot) -> dict[str, Any]:
    found: dict[str, Any] = {
        "salt": base64.b64encode(slot.salt).decode(),
        "nonce": base64.b64encode(slot.nonce).decode(),
        "wrapped": base64.b64encode(slot.wrapped).decode(),
    }
    if slot.stretching is not None:
        cost = slot.stretching
        found["argon2id"] = [cost.memory_kib, cost.iterations, cost.lanes]
    return found


def _decode(content: bytes) -> Keyring:
    body = json.loads(content.decode("utf-8"))
    if body["version"] != FORMAT_VERSION:
        raise KnownProblem(
            "newer_file",
            "このデータベースの鍵は、新しい版のソフトで作られています。ファイルには手を加えていません。",
            advice="このソフトを新しい版にしてから開いてください。",
        )
    return Keyring(
        str(body["file_id"]),
        {str(name): _slot(found) for name, found in body["operators"].items()},
        _slot(body["recovery"]),
    )


def _slot(found: Mapping[str, Any]) -> Slot:
    try:
        salt, nonce, wrapped = (
            base64.b64decode(found[name], validate=True) for name in ("salt", "nonce", "wrapped")
        )
    except binascii.Error as error:
        raise ValueError("not base64") from error
    cost = found.get("argon2id")
    if len(nonce) != _NONCE_BYTES or not wrapped:
        raise ValueError("impossible slot")
    return Slot(salt, nonce, wrapped, None if cost is None else _bounded(*map(int, cost)))


def _bounded(memory_kib: int, iterations: int, lanes: int) -> Stretching:
    if not (
        8 * lanes <= memory_kib <= _MOST.memory_kib
        and 1 <= iterations <= _MOST.iterations
        and 1 <= lanes <= _MOST.lanes
    ):
        raise ValueError("impossible cost")
    return Stretching(memory_kib, iterations, lanes)
