"""Bringing 支援者 in: preview, and commit in one transaction. Nobody is taken away and no link is cut.

支援措置対象者 (RULEBOOK §1): whom the operator may not see is not on the list for them. A row that names
such a person is told exactly what a row is told that names nobody, and no link is made.
"""

from __future__ import annotations

import dataclasses
import hashlib
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.consents import ConsentState
from kurume_bousai.domain.errors import KnownProblem, RowProblem
from kurume_bousai.domain.ids import DistrictId, MemberId, PlanId, SupporterId, new_id
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.names import fold
from kurume_bousai.domain.plans import IndividualEvacuationPlan, PlanState
from kurume_bousai.domain.supporters import Supporter
from kurume_bousai.services.districts.names import DistrictNames
from kurume_bousai.services.facts import FACT_SUPPORTER_SALT
from kurume_bousai.services.ports.clock import DistrictLocator
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession, WriteSession

_CHARGES: Final = "担当する人"
#: Length of an id in hexadecimal digits, as ``new_id`` makes them.
_ID_DIGITS: Final = 32
#: A plan that stood before 「誰が」 was known is 作成中 once somebody is named; later states stay.
_BEFORE_DRAFTING: Final = frozenset({PlanState.NONE, PlanState.CONSENTED, PlanState.NO_SUPPORTER})
_UNWILLING: Final = frozenset({ConsentState.REFUSED, ConsentState.WITHDRAWN})

#: From this many, and when they are more than this share of the new ones, somebody must look (X2).
_DOUBTFUL_FROM: Final = 3
_DOUBTFUL_SHARE: Final = 0.2

MESSAGES: Final = {
    "charge_unknown": "この提供元とIDの人は、名簿にいません。この人の担当にはしません。",
    "charge_name_differs": "この提供元とIDの人は、書かれた氏名の人と違います。この人の担当にはしません。",
    "charge_refused": "この人は計画をつくることに同意していません。この人の担当にはしません。",
    "supporter_unwilling": "支援者が同意していないため、新しい担当にはしません。",
}


@dataclasses.dataclass(frozen=True, slots=True)
class ChargeKey:
    """担当する人 as a file names them: the source of the list, the ID within it, and the name as a check."""

    source: str = dataclasses.field(repr=False)
    key: str = dataclasses.field(repr=False)
    name: str = dataclasses.field(default="", repr=False, compare=False)


@dataclasses.dataclass(frozen=True, slots=True)
class NewCharge:
    """だれの情報がだれに渡るか (X2): one new link, shown before it is made.

    ``is_doubtful``: helper and helped live in different 校区, as nearly all do when rows slipped.
    """

    row: int
    supporter: str = dataclasses.field(repr=False)
    supporter_district: DistrictId | None
    number: int
    person: str = dataclasses.field(repr=False)
    person_district: DistrictId | None
    is_doubtful: bool

    def as_json(self) -> dict[str, Any]:
        """One of ``receives[]``: numbers and places, no names."""
        return {
            "row": self.row,
            "supporter_district": self.supporter_district,
            "number": self.number,
            "person_district": self.person_district,
            "doubtful": self.is_doubtful,
        }


@dataclasses.dataclass(frozen=True, slots=True)
class ParsedSupporter:
    """支援者の一行, read but not yet compared. ``values`` maps fields of ``Supporter`` to what is stated."""

    row: int
    key: str = dataclasses.field(repr=False)
    district_text: str = dataclasses.field(default="", repr=False)
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict, repr=False)
    charges: tuple[ChargeKey, ...] = dataclasses.field(default=(), repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class SupporterFile:
    """読みこんだ支援者ファイル. ``read`` counts its rows; those not in ``supporters`` were refused."""

    file_name: str
    file_hash: str
    encoding: str
    unused_columns: tuple[str, ...]
    read: int
    supporters: tuple[ParsedSupporter, ...] = dataclasses.field(repr=False)
    problems: tuple[RowProblem, ...] = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class SupporterImportResult:
    """支援者の取込の結果. ``read`` = added + changed + unchanged + rejected; ``links`` = new 担当."""

    encoding: str
    unused_columns: tuple[str, ...]
    read: int
    added: int
    changed: int
    unchanged: int
    rejected: int
    links: int
    problems: tuple[RowProblem, ...] = dataclasses.field(repr=False)
    is_committed: bool = False
    receives: tuple[NewCharge, ...] = dataclasses.field(default=(), repr=False)

    @property
    def doubtful_links(self) -> int:
        """New links whose two people live in different 校区."""
        return sum(one.is_doubtful for one in self.receives)

    @property
    def links_need_confirmation(self) -> bool:
        """So many that rows may have slipped: somebody must look at who receives whose data."""
        doubtful = self.doubtful_links
        return doubtful >= _DOUBTFUL_FROM and doubtful > len(self.receives) * _DOUBTFUL_SHARE

    def as_json(self) -> dict[str, Any]:
        """Return the object of ``import supporters --json``."""
        return {
            "read": self.read,
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "links": self.links,
            "problems": [problem.as_json() for problem in self.problems],
            "encoding": self.encoding,
            "unused_columns": list(self.unused_columns),
            "committed": self.is_committed,
            "receives": [one.as_json() for one in self.receives],
            "doubtful_links": self.doubtful_links,
            "links_need_confirmation": self.links_need_confirmation,
        }


def preview_supporters(
    database: CityDatabase, file: SupporterFile, *, locator: DistrictLocator | None = None
) -> SupporterImportResult:
    """Say what the file would add and change. Writes nothing.

    Raises
    ------
    KnownProblem
        ``no_right``: supporters and plans are personal, so ``EDIT_PEOPLE`` is needed.
    """
    database.access.require(Right.EDIT_PEOPLE)
    with database.reading() as session:
        salt = session.fact(FACT_SUPPORTER_SALT) or ""
        return _Planner(session, database.access, salt, locator).plan(file).result


def commit_supporters(
    database: CityDatabase,
    file: SupporterFile,
    *,
    locator: DistrictLocator | None = None,
    confirmed_links: int | None = None,
) -> Outcome[SupporterImportResult]:
    """Write supporters and their links in one transaction.

    ``confirmed_links``: how many doubtful links somebody looked at and found right (X2).

    Raises
    ------
    KnownProblem
        ``no_right``, ``links_unconfirmed``, ``links_differ``.
    """
    access = database.access
    access.require(Right.EDIT_PEOPLE)
    with database.writing() as session:
        plan = _Planner(session, access, _kept_salt(session), locator).plan(file)
        _require_looked_at(plan.result, confirmed_links, where=file.file_name)
        if plan.supporters:
            session.supporters.save_many(access, plan.supporters)
        if plan.plans:
            session.plans.save_many(access, plan.plans)
        result = dataclasses.replace(plan.result, is_committed=True)
        session.audit.record(
            access,
            "supporters.import",
            [*(one.supporter_id for one in plan.supporters), *(one.member_id for one in plan.plans)],
            {
                "file_hash": file.file_hash,
                "added": result.added,
                "changed": result.changed,
                "links": result.links,
            },
        )
    topics = {Topic.SUPPORTERS: plan.supporters, Topic.PLANS: plan.plans}
    return Outcome(result, frozenset(topic for topic, written in topics.items() if written))


def _require_looked_at(result: SupporterImportResult, confirmed: int | None, *, where: str) -> None:
    doubtful = result.doubtful_links
    if confirmed is not None and confirmed != doubtful:
        raise KnownProblem(
            "links_differ",
            f"確かめた担当の数が違います。確認は{confirmed:,}件、点検の結果は{doubtful:,}件です。",
            where=where,
            advice="もう一度点検して、だれの情報がだれに渡るかを確かめてください。",
        )
    if result.links_need_confirmation and confirmed is None:
        raise KnownProblem(
            "links_unconfirmed",
            f"新しい担当{len(result.receives):,}件のうち{doubtful:,}件で、支援者と本人の校区が違います。"
            "このままでは、本人の情報が知らない人に渡るおそれがあります。",
            where=where,
            advice="行がずれていないか、だれの情報がだれに渡るかを一件ずつ確かめてください。"
            f"正しければ --confirm-links {doubtful} を付けます。",
        )


def _kept_salt(session: WriteSession) -> str:
    """The salt of this city file: without it an id would tell the ID of the office's own list."""
    salt = session.fact(FACT_SUPPORTER_SALT)
    if not salt:
        salt = secrets.token_hex(32)
        session.set_fact(FACT_SUPPORTER_SALT, salt)
    return salt


def supporter_id_of(salt: str, key: str) -> SupporterId:
    """The same id for the same ID of the file, at every import into the same city file."""
    return SupporterId(hashlib.sha256(f"{salt}\n{key}".encode()).hexdigest()[:_ID_DIGITS])


@dataclasses.dataclass(frozen=True, slots=True)
class _Plan:
    """取込の計画: what would be written, and the result to tell."""

    supporters: tuple[Supporter, ...] = dataclasses.field(repr=False)
    plans: tuple[IndividualEvacuationPlan, ...] = dataclasses.field(repr=False)
    result: SupporterImportResult


class _Planner:
    """Compares a file with what is kept."""

    def __init__(
        self, session: ReadSession, access: Access, salt: str, locator: DistrictLocator | None
    ) -> None:
        self._session, self._access, self._salt, self._locator = session, access, salt, locator
        self._districts = DistrictNames(session.districts.all())
        self._kept = {one.supporter_id: one for one in session.supporters.all(access)}
        self._problems: list[RowProblem] = []
        self._receives: list[NewCharge] = []
        self._members: dict[MemberId, RosterMember] = {}
        self._people: dict[ChargeKey, MemberId] = {}
        self._plans: dict[MemberId, IndividualEvacuationPlan] = {}
        self._changed_plans: dict[MemberId, IndividualEvacuationPlan] = {}

    def plan(self, file: SupporterFile) -> _Plan:
        """Every row's fate, and what is to be written."""
        self._read_people(file.supporters)
        written: list[Supporter] = []
        added = changed = links = 0
        for row in file.supporters:
            before, after = self._merged(row)
            linked = self._link(row, after)
            links += linked
            is_new = before is None
            added += is_new
            changed += not is_new and (after != before or linked > 0)
            if after != before:
                written.append(after)
        result = SupporterImportResult(
            encoding=file.encoding,
            unused_columns=file.unused_columns,
            read=file.read,
            added=added,
            changed=changed,
            unchanged=len(file.supporters) - added - changed,
            rejected=file.read - len(file.supporters),
            links=links,
            problems=tuple(sorted((*file.problems, *self._problems), key=lambda problem: problem.row)),
            receives=tuple(self._receives),
        )
        return _Plan(tuple(written), tuple(self._changed_plans.values()), result)

    def _read_people(self, rows: Sequence[ParsedSupporter]) -> None:
        """Whom the operator may see, by source and ID; read only where a row names somebody."""
        wanted = {charge for row in rows for charge in row.charges}
        if not wanted:
            return
        seen = {one.member_id: one for one in self._session.members.in_district(self._access, None)}
        keys = [(one.source, one.source_key, one.member_id) for one in seen.values()]
        # Every office that names the person may be written, not only the one that brought them in.
        keys += [
            (one.source, one.key, one.member_id)
            for one in self._session.matching.statements()
            if one.content is not None and one.member_id in seen
        ]
        for source, key, member_id in keys:
            charge = ChargeKey(_half_width(source), _half_width(key))
            if charge in wanted:
                self._people[charge] = member_id
                self._members[member_id] = seen[member_id]
        self._plans = self._session.plans.by_member(self._access, list(self._people.values()))

    def _merged(self, row: ParsedSupporter) -> tuple[Supporter | None, Supporter]:
        supporter_id = supporter_id_of(self._salt, row.key)
        before = self._kept.get(supporter_id)
        after = dataclasses.replace(before or Supporter(supporter_id, row.values["name"]), **row.values)
        return before, dataclasses.replace(after, district_id=self._district(row, before, after))

    def _district(
        self, row: ParsedSupporter, before: Supporter | None, after: Supporter
    ) -> DistrictId | None:
        """The stated 校区; without one the kept, or where the home lies when that is new."""
        if row.district_text:
            stated = self._districts.find(row.district_text)
            if stated is not None:
                return stated
            near = self._districts.suggest(row.district_text)
            hint = f"46校区にない名前です。「{near}」ではありませんか。" if near else "46校区にない名前です。"
            self._problems.append(RowProblem(row.row, "校区", row.district_text, "district_unknown", hint))
        is_known = before is not None and before.district_id is not None and before.home == after.home
        if not is_known and after.home is not None and self._locator is not None:
            found, _method, _distance_m = self._locator.locate(after.home)
            if found is not None:
                return found
        return after.district_id

    def _link(self, row: ParsedSupporter, supporter: Supporter) -> int:
        """Put the supporter behind those already named in each person's plan; how many plans changed."""
        return sum(self._link_one(row.row, charge, supporter) for charge in row.charges)

    def _link_one(self, row: int, charge: ChargeKey, supporter: Supporter) -> bool:
        member_id = self._people.get(charge)
        if member_id is None:
            return self._refuse(row, charge, "charge_unknown")
        member = self._members[member_id]
        if charge.name and fold(charge.name) != fold(member.name):
            return self._refuse(row, charge, "charge_name_differs")
        plan = self._plans.get(member_id) or IndividualEvacuationPlan(PlanId(new_id()), member_id)
        if supporter.supporter_id in plan.supporter_ids:
            return False
        if supporter.consent in _UNWILLING:
            return self._refuse(row, charge, "supporter_unwilling")
        if plan.state is PlanState.REFUSED:
            return self._refuse(row, charge, "charge_refused")
        state = PlanState.DRAFTING if plan.state in _BEFORE_DRAFTING else plan.state
        linked = dataclasses.replace(
            plan, state=state, supporter_ids=(*plan.supporter_ids, supporter.supporter_id)
        )
        self._plans[member_id] = self._changed_plans[member_id] = linked
        homes = (supporter.district_id, member.district_id)
        apart = not supporter.is_organisation and None not in homes and homes[0] != homes[1]
        self._receives.append(
            NewCharge(row, supporter.name, homes[0], member.number, member.name, homes[1], apart)
        )
        return True

    def _refuse(self, row: int, charge: ChargeKey, code: str) -> bool:
        value = f"{charge.source}:{charge.key}"
        self._problems.append(RowProblem(row, _CHARGES, value, code, MESSAGES[code]))
        return False


def _half_width(text: str) -> str:
    """A source or an ID as the reader folds them, so that （） and () meet."""
    return unicodedata.normalize("NFKC", text).strip()
