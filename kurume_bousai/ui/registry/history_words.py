"""履歴のことば: two versions of a record side by side, field by field, old and new."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from typing import Final

from kurume_bousai.domain.consents import Consent
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.dates import format_wareki, format_wareki_short
from kurume_bousai.domain.hazards import FloodRank
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import AdmissionCategory, Need, Reason, Registration, RosterMember
from kurume_bousai.domain.person_details import DETAIL_FIELDS
from kurume_bousai.labels import DETAIL_WORDS
from kurume_bousai.labels import label as word_of
from kurume_bousai.services.roster.register import Relative
from kurume_bousai.services.roster_import.merge import BOOKKEEPING
from kurume_bousai.ui.registry.detail_words import NAMING_DETAILS, detail_text, in_order
from kurume_bousai.ui.registry.words import FIELD_WORDS

#: Fields of a record whose old and new texts the room must not read while names are hidden.
NAMING_FIELDS: Final = frozenset(
    {
        "name", "kana", "born_on", "address", "building", "phone", "phone_second", "mail_or_fax",
        "postal_code", "commissioner", "home", "household_id", "household_size", "companion_count", "note",
        "source_key", "consents",
    }
)  # fmt: skip
_SETS: Final = (Reason, Need, AdmissionCategory)
_NOT_SHOWN: Final = BOOKKEEPING | {"details"}


@dataclasses.dataclass(frozen=True, slots=True)
class FieldPair:
    """項目の前と後. ``is_naming``: hidden while names are."""

    caption: str
    before: str = dataclasses.field(repr=False)
    after: str = dataclasses.field(repr=False)
    is_naming: bool = False

    @property
    def is_changed(self) -> bool:
        """Whether the version changed it."""
        return self.before != self.after


def compared(
    before: RosterMember | None, after: RosterMember, relatives: Mapping[MemberId, Relative]
) -> list[FieldPair]:
    """Every field of two versions; ``before`` None = there was none. Fields empty in both are left out."""
    pairs = [
        FieldPair(
            FIELD_WORDS.get(name, name),
            "" if before is None else _text(before, name),
            _text(after, name),
            name in NAMING_FIELDS,
        )
        for name in (item.name for item in dataclasses.fields(RosterMember))
        if name not in _NOT_SHOWN
    ]
    pairs += [
        FieldPair(
            DETAIL_WORDS[name],
            "" if before is None else detail_text(before.details, name, relatives),
            detail_text(after.details, name, relatives),
            name in NAMING_DETAILS,
        )
        for name in DETAIL_FIELDS
    ]
    return [pair for pair in pairs if pair.before or pair.after]


def changed_captions(before: RosterMember, after: RosterMember) -> list[str]:
    """The names of the fields that a version changed."""
    return [pair.caption for pair in compared(before, after, {}) if pair.is_changed]


def _text(member: RosterMember, name: str) -> str:
    if name == "flood_rank":
        return "" if member.flood_rank is None else word_of(FloodRank(member.flood_rank))
    return field_text(getattr(member, name))


def field_text(value: object) -> str:
    """One field of a record as a person reads it."""
    for kind, words in _WORDS:
        if isinstance(value, kind):
            return words(value)
    return "" if value is None else str(value)


def _set_words(value: frozenset[Enum]) -> str:
    kind = next((kind for kind in _SETS if any(isinstance(one, kind) for one in value)), None)
    return "" if kind is None else in_order(kind, value)


def _consent_words(value: tuple[Consent, ...]) -> str:
    return "\n".join(
        "　".join(
            part
            for part in (
                word_of(one.kind),
                word_of(one.state),
                format_wareki_short(one.decided_on) if one.decided_on else "",
                f"説明 {format_wareki_short(one.explained_on)}" if one.explained_on else "",
                one.explained_by,
            )
            if part
        )
        for one in value
    )


def _registration_words(value: Registration) -> str:
    on = format_wareki_short(value.registered_on) if value.registered_on else ""
    return f"{word_of(value.state)} {on}".strip()


_WORDS: Final[tuple[tuple[type, Callable[..., str]], ...]] = (
    (frozenset, _set_words),
    (tuple, _consent_words),
    (Registration, _registration_words),
    (LonLat, lambda value: f"東経{value.lon:.6f} 北緯{value.lat:.6f}"),
    (Enum, word_of),
    (bool, lambda value: "はい" if value else "いいえ"),
    (date, format_wareki),
    (float, lambda value: f"{value:g}"),
)
