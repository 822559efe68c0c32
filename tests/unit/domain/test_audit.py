from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kurume_bousai.domain.audit import (
    ERASED_ACTION,
    GENESIS,
    AuditEntry,
    AuditPayload,
    format_head,
    hash_payload,
    parse_head,
    seal,
    verify_chain,
)
from kurume_bousai.domain.errors import KnownProblem

Heads = dict[str, tuple[int, str]]


def chain(length: int) -> tuple[list[AuditEntry], dict[str, AuditPayload], Heads]:
    entries: list[AuditEntry] = []
    payloads = {}
    previous = GENESIS
    for sequence in range(1, length + 1):
        payload = AuditPayload(f"salt{sequence}", f'{{"n":{sequence}}}')
        entry = seal(
            AuditEntry(
                "A", sequence, datetime(2026, 6, 1, tzinfo=UTC) + timedelta(minutes=sequence), "係", "saved",
                (f"m{sequence}",), hash_payload(str(payload.salt), str(payload.content)), previous,
            )
        )  # fmt: skip
        entries.append(entry)
        payloads[entry.label] = payload
        previous = entry.entry_hash
    return entries, payloads, {"A": (length, previous)}


def test_whole_chain() -> None:
    entries, payloads, heads = chain(5)
    assert verify_chain(entries, payloads, heads) == []
    for entry in entries:
        assert (
            verify_chain(entries, payloads, heads, format_head("A", entry.sequence, entry.entry_hash)) == []
        )
    assert verify_chain([], {}, {}) == []


@given(st.integers(0, 4), st.sampled_from(("operator", "action", "subjects", "at", "payload_hash")))
def test_edited_entry(index: int, name: str) -> None:
    entries, payloads, heads = chain(5)
    other = {
        "operator": "別人", "action": "x", "subjects": ("other",),
        "at": datetime(2020, 1, 1, tzinfo=UTC), "payload_hash": "1" * 64,
    }[name]  # fmt: skip
    entries[index] = replace(entries[index], **{name: other})  # type: ignore[arg-type]
    assert verify_chain(entries, payloads, heads)
    entries[index] = seal(entries[index])  # a careful hand renews the hash too
    assert verify_chain(entries, payloads, heads)


@given(st.integers(0, 4))
def test_removed_entry(index: int) -> None:
    entries, payloads, heads = chain(5)
    del entries[index]
    assert verify_chain(entries, payloads, heads)


@given(st.permutations(range(5)))
def test_reordered_entries(order: list[int]) -> None:
    entries, payloads, heads = chain(5)
    faults = verify_chain([entries[index] for index in order], payloads, heads)
    assert (faults == []) == (order == sorted(order))


def test_cut_tail_and_cut_everything() -> None:
    entries, payloads, heads = chain(5)
    assert verify_chain(entries[:3], payloads, heads)
    assert verify_chain([], payloads, heads)
    # Whoever cuts the head's table as well is found by a printed head.
    cut = {"A": (3, entries[2].entry_hash)}
    assert verify_chain(entries[:3], payloads, cut) == []
    printed = format_head("A", 5, entries[4].entry_hash)
    assert len(verify_chain(entries[:3], payloads, cut, printed)) == 1
    assert len(verify_chain(entries, payloads, heads, "A-0005-0000000000")) == 1


def test_altered_and_erased_payloads() -> None:
    entries, payloads, heads = chain(3)
    altered = {**payloads, "A-0002": AuditPayload("salt2", '{"n":9}')}
    assert len(verify_chain(entries, altered, heads)) == 1
    gone = {**payloads, "A-0002": AuditPayload(None, None)}
    assert len(verify_chain(entries, gone, heads)) == 1
    told = AuditPayload("s", "{}")
    erasure = seal(
        AuditEntry(
            "A", 4, datetime(2027, 1, 1, tzinfo=UTC), "係", ERASED_ACTION, ("A-0002",),
            hash_payload("s", "{}"), entries[-1].entry_hash,
        )
    )  # fmt: skip
    whole = verify_chain([*entries, erasure], {**gone, "A-0004": told}, {"A": (4, erasure.entry_hash)})
    assert whole == []


def test_head_is_short_and_forgiving() -> None:
    head = format_head("A", 42, "7f3c9a1b22" + "0" * 54)
    assert head == "A-0042-7F3C9A1B22"
    assert parse_head(" a-0042-7f3c9a1b22 ") == ("A", 42, "7f3c9a1b22")
    with pytest.raises(KnownProblem, match="audit_head_unreadable"):
        parse_head("42")
