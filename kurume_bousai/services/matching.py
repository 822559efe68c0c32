"""同じ人をさがす: records under their headings, so that a list of 30,000 is matched with one of 20,000."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.matching import (
    MatchRules,
    MatchScore,
    PairVerdict,
    PersonFacts,
    Prepared,
    compare,
    headings,
    prepare,
)
from kurume_bousai.domain.members import RosterMember, Sex
from kurume_bousai.services.ports_matching import PairDecision, SourceKey, member_ref, source_ref
from kurume_bousai.services.roster_file import ParsedRosterRow

#: More records than this under one heading are no names any more (a test list, a slip of a column);
#: looking on would take hours and ask nothing that a person could answer.
MOST_UNDER_ONE_KEY: Final = 200
#: The same for one sound of a name with one day of birth, which even twins share with one other.
_MOST_OF_A_DAY: Final = 20


def facts_of(member: RosterMember) -> PersonFacts:
    """What a member is compared by."""
    sex = "" if member.sex is Sex.UNKNOWN else member.sex.value
    return PersonFacts(member.name, member.kana, member.born_on, sex, member.address, member.phone)


def facts_of_row(row: ParsedRosterRow) -> PersonFacts:
    """What a row is compared by."""
    values: Mapping[str, Any] = row.values
    sex = values.get("sex") or Sex.UNKNOWN
    return PersonFacts(
        row.name,
        str(values.get("kana") or ""),
        values.get("born_on"),
        "" if sex is Sex.UNKNOWN else str(sex),
        str(values.get("address") or ""),
        str(values.get("phone") or ""),
    )


@dataclass(slots=True)
class MatchIndex:
    """照合の索引. Records keep the order in which they came, so that every run finds the same."""

    _records: dict[MemberId, Prepared] = field(default_factory=dict, repr=False)
    _under: dict[str, list[MemberId]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, members: Iterable[RosterMember]) -> MatchIndex:
        """Everybody of a list."""
        index = cls()
        for member in members:
            index.add(member.member_id, facts_of(member))
        return index

    def add(self, member_id: MemberId, facts: PersonFacts) -> None:
        """Put a record under its headings."""
        record = self._records[member_id] = prepare(facts)
        for key in headings(record):
            found = self._under.setdefault(key, [])
            if len(found) < (_MOST_OF_A_DAY if key.startswith("c") else MOST_UNDER_ONE_KEY):
                found.append(member_id)

    def alike(self, facts: PersonFacts, rules: MatchRules) -> list[tuple[MemberId, MatchScore]]:
        """Who may be the same person, the likeliest first."""
        return self._alike(prepare(facts), rules)

    def _alike(self, record: Prepared, rules: MatchRules) -> list[tuple[MemberId, MatchScore]]:
        near = dict.fromkeys(one for key in headings(record) for one in self._under.get(key, ()))
        found = [(one, compare(record, self._records[one])) for one in near]
        asked = [(one, points) for one, points in found if points.points >= rules.lower]
        return sorted(asked, key=lambda pair: -pair[1].points)

    def pairs(self, rules: MatchRules) -> Iterator[tuple[MemberId, MemberId, MatchScore]]:
        """Every pair of the index that may be one person, each once."""
        order = {member_id: place for place, member_id in enumerate(self._records)}
        for one, record in self._records.items():
            for other, points in self._alike(record, rules):
                if order[other] > order[one]:
                    yield one, other, points


@dataclass(frozen=True, slots=True)
class Decisions:
    """覚えている判断: what people decided about pairs, asked by any of the references of both."""

    _kept: Mapping[tuple[str, str], PairVerdict] = field(default_factory=dict, repr=False)
    _same: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, decisions: Iterable[PairDecision]) -> Decisions:
        """From what is kept."""
        kept: dict[tuple[str, str], PairVerdict] = {}
        same: dict[str, tuple[str, ...]] = {}
        for one in decisions:
            kept[one.first, one.second] = one.verdict
            if one.verdict is PairVerdict.SAME:
                same[one.first] = (*same.get(one.first, ()), one.second)
                same[one.second] = (*same.get(one.second, ()), one.first)
        return cls(kept, same)

    def verdict(self, refs: Iterable[str], others: Iterable[str]) -> PairVerdict | None:
        """What was decided about two people who are known by these references; None = nothing yet."""
        if not self._kept:
            return None
        seconds = tuple(others)
        for first in refs:
            for second in seconds:
                found = self._kept.get((min(first, second), max(first, second)))
                if found is not None:
                    return found
        return None

    def same_as(self, ref: str) -> tuple[str, ...]:
        """References that were decided to be the same person."""
        return self._same.get(ref, ())


def refs_of(member_id: MemberId, keys: Iterable[SourceKey]) -> tuple[str, ...]:
    """Every reference a person is known by."""
    return (member_ref(member_id), *(source_ref(key) for key in keys))


def in_order(one: str, other: str) -> tuple[str, str]:
    """A pair as decisions keep it."""
    return (one, other) if one <= other else (other, one)
