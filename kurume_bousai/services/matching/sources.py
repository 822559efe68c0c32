"""どの提供元が何と言っているか: statements kept per office, and whose word a field follows."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.audit import canonical_json
from kurume_bousai.domain.coordinates import LonLat
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import AdmissionCategory, Need, Reason, RosterMember
from kurume_bousai.domain.sources import ADDRESS_FIELDS, JOINED_FIELDS, PRECEDENCE, SourceRules
from kurume_bousai.services.matching.rules import matching_settings_of
from kurume_bousai.services.people.roster_file import ParsedRosterRow
from kurume_bousai.services.ports.sessions import ReadSession

#: What an office stated: field of ``RosterMember`` → value as JSON has it.
Stated = Mapping[str, Any]
_SET_KINDS: Final[Mapping[str, type[Reason | Need | AdmissionCategory]]] = {
    "reasons": Reason, "needs": Need, "categories": AdmissionCategory,
}  # fmt: skip
#: Fields shown with their source, in the order of the form.
SHOWN_FIELDS: Final = (*PRECEDENCE, "building", "postal_code", *JOINED_FIELDS)


def stated_by(row: ParsedRosterRow) -> dict[str, Any]:
    """What a row states, ready to be kept; empty cells say nothing."""
    # Nine values of ten are texts: an import asks this a million times. 0 says something, "" does not.
    stated: dict[str, Any] = {}
    for name, value in row.values.items():
        if type(value) is str:
            if value:
                stated[name] = value
        elif value is not None and ((said := _plain(value)) or isinstance(said, (int, float))):
            stated[name] = said
    for name, text in (("name", row.name), ("district", row.district_text)):
        if text:
            stated[name] = text
        else:
            stated.pop(name, None)
    if row.registration_state is not None:
        stated["registration"] = row.registration_state.value
    if row.consent.state is not None:
        stated["consent"] = row.consent.state.value
    if row.is_protected is not None:
        stated["protected"] = row.is_protected
    return stated


def statement_text(stated: Stated) -> str:
    """The JSON of a statement, the same for the same content."""
    return canonical_json(stated)


def signed(row: ParsedRosterRow) -> tuple[str, str]:
    """The sign and the JSON of what a row states."""
    text = statement_text(stated_by(row))
    return digest(text), text


def digest(text: str) -> str:
    """A short sign that tells one statement from another."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def stated_in(text: str | None) -> dict[str, Any]:
    """What a kept statement says; None = nothing any more."""
    found: dict[str, Any] = json.loads(text) if text else {}
    return found


def implied_by(member: RosterMember) -> dict[str, Any]:
    """What the source of a member must have stated, where nothing was kept of it (an older file)."""
    stated = {name: _plain(getattr(member, name)) for name in (*SHOWN_FIELDS, "home")}
    return {name: value for name, value in stated.items() if value not in ("", None, [])}


def _plain(value: Any) -> Any:  # noqa: ANN401 - fields of a member are of many types
    if isinstance(value, frozenset):
        return _words_of(value)
    if isinstance(value, LonLat):
        return [value.lon, value.lat]
    return value.isoformat() if isinstance(value, date) else value


@lru_cache(maxsize=1024)
def _words_of(values: frozenset[str]) -> list[str]:
    # The same few sets stand in thousands of rows; nobody changes the list.
    return sorted(map(str, values))


def settled_row(
    row: ParsedRosterRow, base: RosterMember, source: str, others: Mapping[str, Stated], rules: SourceRules
) -> ParsedRosterRow:
    """The row without what a source of earlier rank states, its sets joined with those of the others.

    ``others``: what the other sources of this person state, by source.
    """
    if not others:
        return row
    values = {
        name: value for name, value in row.values.items() if not _is_outranked(name, source, others, rules)
    }
    for name in JOINED_FIELDS:
        if name in values:
            stated = {item for said in others.values() for item in said.get(name, ())}
            values[name] = values[name] | frozenset(_SET_KINDS[name](item) for item in stated)
    name = str(values.get("name") or base.name)
    values["name"] = name
    keeps_district = "address" in row.values and "address" not in values and base.district_id is not None
    district_text = "" if keeps_district else row.district_text
    return dataclasses.replace(row, name=name, values=values, district_text=district_text)


def _is_outranked(name: str, source: str, others: Mapping[str, Stated], rules: SourceRules) -> bool:
    told = "address" if name in ADDRESS_FIELDS else name
    own = rules.rank(told, source)
    return any(said.get(told) not in (None, "", []) and rules.rank(told, other) < own
               for other, said in others.items())  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class FieldSource:
    """項目の出どころ: what each office states about one field; ``followed`` = whose word the list has.

    ``followed`` "" = nobody's: a clerk wrote it, or no office says anything.
    """

    field_name: str
    followed: str
    stated: tuple[tuple[str, str], ...] = dataclasses.field(repr=False)  # (source, text)


def said_by(session: ReadSession, access: Access, member_id: MemberId) -> tuple[FieldSource, ...]:
    """Which office states what about a person, field by field; somebody hidden has none for the others.

    Raises
    ------
    KnownProblem
        ``no_right``.
    """
    member = session.members.get(access, member_id)
    if member is None:
        return ()
    said = {
        one.source: stated_in(one.content)
        for one in session.matching.statements_of(member_id)
        if one.content is not None
    }
    rules = matching_settings_of(session).sources
    found = []
    for name in SHOWN_FIELDS:
        stated = [(source, _text(words[name])) for source, words in said.items() if name in words]
        if not stated:
            continue
        kept = _text(_plain(getattr(member, name)))
        stated.sort(key=lambda one: (rules.rank(name, one[0]), one[0]))
        followed = next((source for source, text in stated if text == kept), "")
        if name in JOINED_FIELDS:
            followed = "、".join(source for source, _text_of in stated)
        found.append(FieldSource(name, followed, tuple(stated)))
    return tuple(found)


def _text(value: Any) -> str:  # noqa: ANN401 - JSON
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ";".join(str(item) for item in value)
    return "" if value is None else str(value)
