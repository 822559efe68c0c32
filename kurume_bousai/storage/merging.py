"""What a person's records beside the list do when two people of the list turn out to be one.

Every table that names a person has its rule in ``RULES``; a test holds the schema against it. What *moves*
goes to the kept record and back again at a split; what was written since the merge stays with the kept one.
What is *followed* stays as it was written, and whoever reads it asks ``storage.absorbed``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, cast

from sqlalchemy import Table, and_, delete, insert, select, update

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.person_details import PersonDetails, led_on
from kurume_bousai.services.ports.matching import member_ref
from kurume_bousai.storage.mapping import members as mapping
from kurume_bousai.storage.members import Members
from kurume_bousai.storage.merged_findings import join_findings, part_findings
from kurume_bousai.storage.repository import Repository, chunks
from kurume_bousai.storage.rows.gazetteer import HomePlaceRecord, HomeUndecidedRecord
from kurume_bousai.storage.rows.layers import MemberHazardRecord
from kurume_bousai.storage.rows.letters import MailingLetterRecord, MailingRecord
from kurume_bousai.storage.rows.matching import PairDecisionRecord
from kurume_bousai.storage.rows.people import (
    MemberRecord,
    MemberVersionRecord,
    PlanRecord,
    PlanSupporterRecord,
)
from kurume_bousai.storage.rows.reception import ScreeningRecord

_PLACES = cast("Table", HomePlaceRecord.__table__)
_UNDECIDED = cast("Table", HomeUndecidedRecord.__table__)
_HAZARDS = cast("Table", MemberHazardRecord.__table__)
_SCREENINGS = cast("Table", ScreeningRecord.__table__)
_LETTERS = cast("Table", MailingLetterRecord.__table__)
_DECISIONS = cast("Table", PairDecisionRecord.__table__)
#: What is known of where a home lies: of a person at most one set, and it goes with the home.
_AT_HOME: Final = (_PLACES, _UNDECIDED, _HAZARDS)
_SOURCE: Final = "記録をまとめる・分ける"


class Rule(StrEnum):
    """まとめるときの扱い of a table that names people."""

    MOVES = "moves"  # to the kept record, and back at a split
    BY_KEY = "by_key"  # what an office states follows its own ID
    WITH_HOME = "with_home"  # where the kept record takes the other's home, or has none
    COPIED = "copied"  # the kept one gets what it lacks; the other keeps its own for a split
    FOLLOWED = "followed"  # history: read through ``storage.absorbed``
    JOINED = "joined"  # the kept one has what both said, until it is said anew
    STAYS = "stays"  # of the record itself; nobody reads it while the record is not on the list


RULES: Final[Mapping[str, Rule]] = {
    "members": Rule.STAYS,  # the links of other people's families in it move
    "member_versions": Rule.STAYS,
    "screenings": Rule.MOVES,
    "mailing_letters": Rule.MOVES,
    "source_statements": Rule.BY_KEY,
    "pair_decisions": Rule.COPIED,
    "plans": Rule.COPIED,
    "home_places": Rule.WITH_HOME,
    "home_undecided": Rule.WITH_HOME,
    "member_hazards": Rule.WITH_HOME,
    "ledger_people": Rule.FOLLOWED,
    "frozen_people": Rule.FOLLOWED,
    "reception_entries": Rule.FOLLOWED,
    "member_merges": Rule.FOLLOWED,
    # Judged of one record's own facts: the next run judges the one that holds.
    "eligibility_findings": Rule.JOINED,
    "eligibility_decisions": Rule.JOINED,
}


class Merging(Repository):
    """まとめるときに動く記録. Every method inside the transaction that merges or splits."""

    def take_over(
        self, access: Access, kept_id: MemberId, absorbed_id: MemberId, *, with_home: bool
    ) -> dict[str, Any]:
        """Bring the absorbed person's records to the kept one; returns what ``give_back`` needs.

        Before the absorbed record leaves the list.
        """
        self.require_writing()
        return {
            "screenings": self._move(_SCREENINGS, "screening_id", absorbed_id, kept_id),
            "letters": self._move_letters(absorbed_id, kept_id),
            "home": self._take_home(absorbed_id, kept_id) if with_home else None,
            "decisions": self._copy_decisions(absorbed_id, kept_id),
            "links": self._relink(access, absorbed_id, kept_id),
            "findings": join_findings(self.connection, kept_id, absorbed_id),
        }

    def give_back(
        self,
        access: Access,
        kept_id: MemberId,
        absorbed_id: MemberId,
        taken: Mapping[str, Any],
        *,
        with_home: bool,
    ) -> None:
        """Undo ``take_over``; ``with_home`` = nobody moved the kept one's home since.

        After the absorbed record is on the list again.
        """
        self.require_writing()
        self._give(_SCREENINGS, "screening_id", taken["screenings"], absorbed_id)
        self._give(_LETTERS, "code", taken["letters"], absorbed_id)
        if taken["home"] is not None and with_home:
            self._put_home(kept_id, taken["home"])
        for first, second in taken["decisions"]:
            of_pair = and_(PairDecisionRecord.first == first, PairDecisionRecord.second == second)
            self.connection.execute(delete(_DECISIONS).where(of_pair))
        self._unlink(access, absorbed_id, kept_id, taken["links"])
        if "findings" in taken:  # a merge of an older program joined none
            part_findings(self.connection, kept_id, taken["findings"])

    def remove_plan(self, plan_id: str) -> None:
        """Take away a plan that a merge made and nobody touched since."""
        self.require_writing()
        for table in (PlanSupporterRecord.__table__, PlanRecord.__table__):
            self.connection.execute(delete(cast("Table", table)).where(table.c.plan_id == plan_id))

    # -- rows that move --------------------------------------------------------------------------

    def _move(self, table: Table, key: str, of: MemberId, to: MemberId) -> list[str]:
        statement = select(table.c[key]).where(table.c.member_id == of).order_by(table.c[key])
        keys = [str(found) for found in self.connection.scalars(statement)]
        self._give(table, key, keys, to)
        return keys

    def _give(self, table: Table, key: str, keys: Sequence[str], to: MemberId) -> None:
        for part in chunks(keys):
            self.connection.execute(update(table).where(table.c[key].in_(part)).values(member_id=to))

    def _move_letters(self, of: MemberId, to: MemberId) -> list[str]:
        """Not a letter that is still to be printed for somebody who gets one in the same mailing."""
        own = select(MailingLetterRecord.mailing_id).where(MailingLetterRecord.member_id == to)
        statement = (
            select(MailingLetterRecord.code)
            .join(MailingRecord, MailingRecord.mailing_id == MailingLetterRecord.mailing_id)
            .where(
                MailingLetterRecord.member_id == of,
                MailingLetterRecord.printed_on.is_not(None) | MailingLetterRecord.mailing_id.not_in(own),
            )
            .order_by(MailingLetterRecord.code)
        )
        codes = [str(code) for code in self.connection.scalars(statement)]
        self._give(_LETTERS, "code", codes, to)
        return codes

    # -- where the home lies ---------------------------------------------------------------------

    def _take_home(self, of: MemberId, to: MemberId) -> dict[str, list[dict[str, Any]]]:
        """Copy how the absorbed one's home was decided; returns what the kept one had."""
        before = self._home_of(to)
        self._put_home(to, self._home_of(of))
        return before

    def _home_of(self, member_id: MemberId) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for table in _AT_HOME:
            rows = self.connection.execute(select(table).where(table.c.member_id == member_id)).mappings()
            found[table.name] = [
                {name: _plain(value) for name, value in row.items() if name != "member_id"} for row in rows
            ]
        return found

    def _put_home(self, member_id: MemberId, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        for table in _AT_HOME:
            self.connection.execute(delete(table).where(table.c.member_id == member_id))
            found = [{**row, "member_id": member_id} for row in rows[table.name]]
            for row in found:
                if "set_at" in row:
                    row["set_at"] = datetime.fromisoformat(row["set_at"])
            if found:
                self.connection.execute(insert(table), found)

    # -- decisions about pairs -------------------------------------------------------------------

    def _copy_decisions(self, of: MemberId, to: MemberId) -> list[list[str]]:
        """What was decided about the absorbed record holds for the kept one, where nothing else does."""
        old, new = member_ref(of), member_ref(to)
        about = PairDecisionRecord.first.in_((old, new)) | PairDecisionRecord.second.in_((old, new))
        rows = list(self.connection.execute(select(_DECISIONS).where(about)).mappings())
        there = {(row["first"], row["second"]) for row in rows}
        copies = []
        for row in rows:
            other = row["second"] if row["first"] == old else row["first"]
            pair = (min(new, other), max(new, other))
            if old in (row["first"], row["second"]) and other != new and pair not in there:
                copies.append({**row, "first": pair[0], "second": pair[1]})
        self.upsert(_DECISIONS, copies)
        return [[copy["first"], copy["second"]] for copy in copies]

    # -- other people's families -----------------------------------------------------------------

    def _relink(self, access: Access, of: MemberId, to: MemberId) -> list[list[Any]]:
        """Let the families that name the absorbed person name the kept one, hidden people's too."""
        statement = select(MemberRecord.member_id, MemberRecord.version, MemberRecord.details).where(
            MemberRecord.details.contains(f'"link":"{of}"'),
            MemberRecord.removed_on.is_(None),
            MemberRecord.member_id.not_in((of, to)),
        )
        found = list(self.connection.execute(statement))
        changed = {MemberId(row.member_id): led_on(mapping.details_of(row.details), of, to) for row in found}
        Members(self.session).save_details(access, changed, source=_SOURCE)
        return [[row.member_id, row.version] for row in found]

    def _unlink(self, access: Access, of: MemberId, to: MemberId, links: Sequence[tuple[str, int]]) -> None:
        changed: dict[MemberId, PersonDetails] = {}
        for member_id, version in links:
            then = {number: self._details_then(member_id, number) for number in (version, version + 1)}
            text = self.connection.scalar(
                select(MemberRecord.details).where(
                    MemberRecord.member_id == member_id, MemberRecord.anonymised_on.is_(None)
                )
            )
            before, merged = then[version], then[version + 1]
            if text is None or before is None:
                continue
            now = mapping.details_of(text)
            changed[MemberId(member_id)] = before if now == merged else _parted(now, before, of, to)
        Members(self.session).save_details(access, changed, source=_SOURCE)

    def _details_then(self, member_id: str, version: int) -> PersonDetails | None:
        content = self.connection.scalar(
            select(MemberVersionRecord.content).where(
                MemberVersionRecord.member_id == member_id, MemberVersionRecord.version == version
            )
        )
        return None if content is None else mapping.details_of(json.loads(content).get("details") or "")


def _plain(value: Any) -> Any:  # noqa: ANN401 - columns of several tables
    return value.isoformat() if isinstance(value, datetime) else value


def _parted(now: PersonDetails, before: PersonDetails, of: MemberId, to: MemberId) -> PersonDetails:
    """The family as it stands now, with the absorbed person named in it again."""
    named = next((one for one in before.household if one.link == of), None)
    if named is None:
        return now
    knew_both = any(one.link == to for one in before.household)
    rest = tuple(one for one in now.household if knew_both or one.link != to)
    return replace(now, household=(*rest, named))
