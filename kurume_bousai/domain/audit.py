"""監査記録: an append-only chain of who did what, whose payloads can be erased without breaking it.

Each device keeps a chain of its own, because one global chain would make writers wait for each
other. An entry carries only a salted hash of its payload; salt and payload live apart, so that both
can be erased at expiry and nothing can be guessed back from the hash. The head of a chain is printed
on papers and backups: a bare chain cannot see that its tail was cut, a printed head can.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from kurume_bousai.domain.errors import KnownProblem

#: What stands before the first entry of every chain.
GENESIS: Final = "0" * 64
#: The action by which payloads are erased; its subjects name the erased entries ("A-0042").
ERASED_ACTION: Final = "audit_payloads_erased"
_HEAD_DIGITS: Final = 10
_HEAD = re.compile(r"^([A-Z]{1,3})-(\d{4,})-([0-9A-F]{10})$")


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """監査記録の一件. ``sequence`` counts from 1 within a device's chain; hashes are lower-case hex."""

    device: str
    sequence: int
    at: datetime
    operator: str
    action: str
    subjects: tuple[str, ...]
    payload_hash: str
    previous_hash: str
    entry_hash: str = ""

    @property
    def label(self) -> str:
        """A-0042: how an entry is named in messages and in the subjects of an erasure."""
        return f"{self.device}-{self.sequence:04d}"


@dataclass(frozen=True, slots=True)
class AuditPayload:
    """監査記録の中身, erasable. ``content`` None = erased, and then the salt is gone too."""

    salt: str | None = field(repr=False)
    content: str | None = field(repr=False)  # canonical JSON


#: Made once: ``json.dumps`` with options would make one for each of a hundred thousand entries.
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical_json(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """The one spelling of a JSON value: sorted keys, no spaces, real characters."""
    return _ENCODER.encode(value)


def hash_payload(salt: str, content: str) -> str:
    """SHA-256 of salt and canonical JSON."""
    return hashlib.sha256(f"{salt}\n{content}".encode()).hexdigest()


def hash_entry(entry: AuditEntry) -> str:
    """SHA-256 over every field of an entry, the hash of the entry before it included."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [
        entry.device, entry.sequence, at, entry.operator, entry.action,
        list(entry.subjects), entry.payload_hash, entry.previous_hash,
    ]  # fmt: skip
    return hashlib.sha256(canonical_json(parts).encode()).hexdigest()


def seal(entry: AuditEntry) -> AuditEntry:
    """The entry with its own hash filled in."""
    return replace(entry, entry_hash=hash_entry(entry))


def format_head(device: str, sequence: int, entry_hash: str) -> str:
    """A-0042-7F3C9A1B22, short enough to be read out."""
    return f"{device}-{sequence:04d}-{entry_hash[:_HEAD_DIGITS].upper()}"


def parse_head(text: str) -> tuple[str, int, str]:
    """Device, sequence and first digits of the hash of a printed head.

    Raises
    ------
    KnownProblem
        ``audit_head_unreadable``.
    """
    match = _HEAD.match(text.strip().upper())
    if match is None:
        raise KnownProblem(
            "audit_head_unreadable",
            "監査番号の形が違います。",
            advice="紙にある「A-0042-7F3C9A1B22」の形のまま入れてください。",
        )
    return match.group(1), int(match.group(2)), match.group(3).lower()


def verify_chain(
    entries: Sequence[AuditEntry],
    payloads: Mapping[str, AuditPayload],
    heads: Mapping[str, tuple[int, str]],
    expected_head: str | None = None,
) -> list[str]:
    """Look for edited, removed, reordered and cut-off entries, and for altered payloads.

    Parameters
    ----------
    entries
        All entries in stored order: by device, then by sequence.
    payloads
        By label of the entry.
    heads
        Per device the last sequence and hash, kept in a table of their own.
    expected_head
        A head printed on a paper or kept with a backup; of any earlier day.

    Returns
    -------
    list
        One Japanese sentence per fault; empty = whole.

    Raises
    ------
    KnownProblem
        ``audit_head_unreadable``.
    """
    chains: dict[str, list[AuditEntry]] = {}
    for entry in entries:
        chains.setdefault(entry.device, []).append(entry)
    faults: list[str] = []
    for device in sorted({*chains, *heads}):
        faults += _chain_faults(device, chains.get(device, []), heads.get(device))
    faults += _payload_faults(entries, payloads)
    if expected_head is not None:
        faults += _head_faults(chains, expected_head)
    return faults


def _chain_faults(device: str, chain: Sequence[AuditEntry], head: tuple[int, str] | None) -> list[str]:
    faults = []
    previous, expected = GENESIS, 1
    for entry in chain:
        if entry.sequence != expected:
            faults.append(
                f"監査記録 {device}-{expected:04d} の前後で記録が抜けているか、順序が変わっています。"
            )
        elif entry.previous_hash != previous:
            faults.append(f"監査記録 {entry.label} は直前の記録とつながりません。")
        if hash_entry(entry) != entry.entry_hash:
            faults.append(f"監査記録 {entry.label} は書きかえられています。")
        previous, expected = entry.entry_hash, entry.sequence + 1
    last = (chain[-1].sequence, chain[-1].entry_hash) if chain else None
    if last != head:
        faults.append(
            f"監査記録 {device} の終わりが控えと合いません。最後の記録が切り取られたおそれがあります。"
        )
    return faults


def _payload_faults(entries: Iterable[AuditEntry], payloads: Mapping[str, AuditPayload]) -> list[str]:
    entries = list(entries)
    erased = {label for entry in entries if entry.action == ERASED_ACTION for label in entry.subjects}
    faults = []
    for entry in entries:
        payload = payloads.get(entry.label)
        if payload is None or payload.content is None or payload.salt is None:
            if entry.label not in erased:
                faults.append(f"監査記録 {entry.label} の中身が、消去の記録なしに失われています。")
        elif hash_payload(payload.salt, payload.content) != entry.payload_hash:
            faults.append(f"監査記録 {entry.label} の中身が書きかえられています。")
    return faults


def _head_faults(chains: Mapping[str, Sequence[AuditEntry]], expected_head: str) -> list[str]:
    device, sequence, digits = parse_head(expected_head)
    found = next((entry for entry in chains.get(device, ()) if entry.sequence == sequence), None)
    if found is None:
        return [f"監査番号 {expected_head} の記録がありません。その後の記録が切り取られたおそれがあります。"]
    if not found.entry_hash.startswith(digits):
        return [f"監査番号 {expected_head} と記録 {found.label} が合いません。"]
    return []
