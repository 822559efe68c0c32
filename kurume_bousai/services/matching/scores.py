"""同じ人をさがす: records under their headings, so that a list of 30,000 is matched with one of 20,000."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.matching import (
    MatchRules,
    MatchScore,
    PairVerdict,
    PersonFacts,
    Prepared,
    compare_above,
    prepare,
    prepare_all,
)
from kurume_bousai.domain.members import RosterMember, Sex
from kurume_bousai.domain.quick import quickly
from kurume_bousai.services.collecting import let_go
from kurume_bousai.services.people.roster_file import ParsedRosterRow
from kurume_bousai.services.ports.matching import PairDecision, SourceKey, member_ref, source_ref

#: More records than this under one heading are no names any more (a test list, a slip of a column);
#: looking on would take hours and ask nothing that a person could answer.
MOST_UNDER_ONE_KEY: Final = 200
#: The same for one sound of a name with one day of birth, which even twins share with one other.
_MOST_OF_A_DAY: Final = 20
_FOLDED_AT_ONCE: Final = 200  # some milliseconds
#: Records that were expected and not asked for: rows that an office knows, or that were refused.
_MOST_PASSED: Final = 3
_facts: Final = quickly(PersonFacts)


def facts_of(member: RosterMember) -> PersonFacts:
    """What a member is compared by."""
    sex = "" if member.sex is Sex.UNKNOWN else member.sex.value
    return _facts(member.name, member.kana, member.born_on, sex, member.address, member.phone)


def facts_of_row(row: ParsedRosterRow) -> PersonFacts:
    """What a row is compared by."""
    values: Mapping[str, Any] = row.values
    sex = values.get("sex") or Sex.UNKNOWN
    return _facts(
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
    _last: Prepared | None = field(default=None, repr=False)
    _ahead: deque[Prepared] = field(default_factory=deque, repr=False)

    @classmethod
    def of(cls, members: Iterable[RosterMember]) -> MatchIndex:
        """Everybody of a list."""
        index = cls()
        kept = list(members)
        for start in range(0, len(kept), _FOLDED_AT_ONCE):
            part = kept[start : start + _FOLDED_AT_ONCE]
            records = prepare_all([facts_of(member) for member in part])
            for member, record in zip(part, records, strict=True):
                index._put(member.member_id, record)
        return index

    def expect(self, records: Sequence[PersonFacts]) -> None:
        """Fold at once what will be asked for next, one after the other; some of it may be passed over."""
        self._ahead = deque(prepare_all(records))

    def add(self, member_id: MemberId, facts: PersonFacts) -> None:
        """Put a record under its headings."""
        self._put(member_id, self._prepared(facts))

    def _put(self, member_id: MemberId, record: Prepared) -> None:
        self._records[member_id] = record
        for key in record.headings:
            found = self._under.setdefault(key, [])
            if len(found) < (_MOST_OF_A_DAY if key.startswith("c") else MOST_UNDER_ONE_KEY):
                found.append(member_id)

    def alike(self, facts: PersonFacts, rules: MatchRules) -> list[tuple[MemberId, MatchScore]]:
        """Who may be the same person, the likeliest first."""
        return self._alike(self._prepared(facts), rules)

    def _prepared(self, facts: PersonFacts) -> Prepared:
        # Who is like nobody is put into the index next: the same record is folded once.
        if self._last is None or self._last.facts != facts:
            self._last = self._expected(facts) or prepare(facts)
        return self._last

    def _expected(self, facts: PersonFacts) -> Prepared | None:
        for passed, record in enumerate(self._ahead):
            if record.facts == facts:
                for _one in range(passed + 1):
                    self._ahead.popleft()
                return record
            if passed == _MOST_PASSED:
                break
        return None

    def _alike(
        self, record: Prepared, rules: MatchRules, among: Collection[MemberId] | None = None
    ) -> list[tuple[MemberId, MatchScore]]:
        near: dict[MemberId, None] = {}
        for key in record.headings:
            if key in self._under:
                near.update(dict.fromkeys(self._under[key]))
        asked = []
        for one in near:
            if among is not None and one not in among:
                continue
            points = compare_above(record, self._records[one], rules.lower)
            if points is not None and points.points >= rules.lower:
                asked.append((one, points))
        return sorted(asked, key=lambda pair: -pair[1].points)

    def let_go(self) -> None:
        """Empty the index part by part."""
        let_go(self._under, self._records)

    def pairs(self, rules: MatchRules) -> Iterator[tuple[MemberId, MemberId, MatchScore]]:
        """Every pair of the index that may be one person, each once, the earlier record first.

        The later record looks for the earlier ones: those stand under a heading however crowded it is.
        """
        earlier: set[MemberId] = set()
        for one, record in self._records.items():
            for other, points in self._alike(record, rules, earlier):
                yield other, one, points
            earlier.add(one)


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
