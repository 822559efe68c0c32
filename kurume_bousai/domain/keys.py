"""鍵と合言葉: the printed recovery key as text, and what a passphrase must be. Pure; no cipher here."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Final

from kurume_bousai.domain.errors import KnownProblem

#: Crockford's base 32: no I, L, O, U, so that a printed key cannot be misread.
_SYMBOLS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS: Final = str.maketrans("OIL", "011")
_KEY_BYTES: Final = 16  # 128 bits
_KEY_SYMBOLS: Final = 26
_CHECK_SYMBOLS: Final = 2
_GROUP: Final = 4

MINIMUM_PASSPHRASE: Final = 10
#: The one short passphrase there is, and only for a fictional city (CLI.md, "Common").
DEMO_PASSPHRASE: Final = "demo"  # noqa: S105 - printed in the manual; opens fictional people only

RECOVERY_KEY_BYTES: Final = _KEY_BYTES


def format_recovery_key(secret: bytes) -> str:
    """Seven groups of four letters and digits: 128 bits and two symbols of checksum.

    Raises
    ------
    ValueError
        ``secret`` is not 16 bytes long.
    """
    if len(secret) != _KEY_BYTES:
        raise ValueError("a recovery key has 16 bytes")
    text = _symbols(int.from_bytes(secret, "big"), _KEY_SYMBOLS) + _checksum(secret)
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def parse_recovery_key(text: str) -> bytes:
    """The 16 bytes behind a typed recovery key.

    Lower case, full width, missing or other separators, O for 0 and I or L for 1 are understood.

    Raises
    ------
    KnownProblem
        ``recovery_key_unreadable``: too short, too long, an impossible letter, or a wrong checksum.
    """
    cleaned = "".join(
        letter for letter in unicodedata.normalize("NFKC", text).upper() if letter.isalnum()
    ).translate(_READ_AS)
    if len(cleaned) != _KEY_SYMBOLS + _CHECK_SYMBOLS or any(letter not in _SYMBOLS for letter in cleaned):
        raise _unreadable()
    number = 0
    for letter in cleaned[:_KEY_SYMBOLS]:
        number = number * len(_SYMBOLS) + _SYMBOLS.index(letter)
    if number.bit_length() > _KEY_BYTES * 8:
        raise _unreadable()
    secret = number.to_bytes(_KEY_BYTES, "big")
    if _checksum(secret) != cleaned[_KEY_SYMBOLS:]:
        raise _unreadable()
    return secret


def require_passphrase(passphrase: str, *, fictional: bool) -> None:
    """Refuse a passphrase that is too short.

    Raises
    ------
    KnownProblem
        ``passphrase_too_short``.
    """
    if fictional and passphrase == DEMO_PASSPHRASE:
        return
    if len(passphrase.strip()) < MINIMUM_PASSPHRASE:
        raise KnownProblem(
            "passphrase_too_short",
            f"合言葉は{MINIMUM_PASSPHRASE}文字以上にしてください。",
            advice="短い言葉をいくつかつなげると、長くても覚えやすくなります。",
        )


def passphrase_bytes(passphrase: str) -> bytes:
    """The bytes a passphrase stands for, the same from every keyboard (NFC; 濁点 typed apart or not)."""
    return unicodedata.normalize("NFC", passphrase).encode("utf-8")


def _symbols(number: int, count: int) -> str:
    letters = []
    for _ in range(count):
        number, index = divmod(number, len(_SYMBOLS))
        letters.append(_SYMBOLS[index])
    return "".join(reversed(letters))


def _checksum(secret: bytes) -> str:
    digest = hashlib.sha256(b"kurume-bousai recovery key" + secret).digest()
    return _symbols(int.from_bytes(digest[:8], "big") % len(_SYMBOLS) ** _CHECK_SYMBOLS, _CHECK_SYMBOLS)


def _unreadable() -> KnownProblem:
    return KnownProblem(
        "recovery_key_unreadable",
        "回復キーを読み取れませんでした。",
        advice="紙に印刷された4文字ずつ7組の文字を、もう一度確かめて入れてください。",
    )
