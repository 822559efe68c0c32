from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.keys import (
    format_recovery_key,
    parse_recovery_key,
    passphrase_bytes,
    require_passphrase,
)

secrets = st.binary(min_size=16, max_size=16)


@given(secrets)
def test_key_survives_paper(secret: bytes) -> None:
    printed = format_recovery_key(secret)
    assert len(printed.split("-")) == 7
    assert not set(printed) & set("OILU")
    assert parse_recovery_key(printed) == secret
    assert (
        parse_recovery_key(printed.lower().replace("-", "　").replace("0", "o").replace("1", "l")) == secret
    )
    assert parse_recovery_key(printed.replace("0", "Ｏ").replace("1", "I")) == secret


@given(secrets, st.integers(0, 27), st.sampled_from("23456789ABCDEFGH"))
def test_one_wrong_letter_is_nearly_always_found(secret: bytes, index: int, letter: str) -> None:
    text = format_recovery_key(secret).replace("-", "")
    if text[index] == letter:
        return
    with pytest.raises(KnownProblem, match="recovery_key_unreadable"):
        parse_recovery_key(text[:index] + letter + text[index + 1 :])


@pytest.mark.parametrize("text", ["", "ABC", "U" * 28, "Z" * 28, "あ" * 28, "0" * 27, "0" * 29])
def test_unreadable_keys(text: str) -> None:
    with pytest.raises(KnownProblem, match="recovery_key_unreadable"):
        parse_recovery_key(text)


def test_passphrases() -> None:
    require_passphrase("demo", fictional=True)
    require_passphrase("十文字以上の合言葉で", fictional=False)
    for passphrase, fictional in (
        ("demo", False),
        ("九文字だけの合言葉", False),
        (" " * 20, False),
        ("dem", True),
    ):
        with pytest.raises(KnownProblem, match="passphrase_too_short"):
            require_passphrase(passphrase, fictional=fictional)
    assert passphrase_bytes("か\u3099") == passphrase_bytes("が")
