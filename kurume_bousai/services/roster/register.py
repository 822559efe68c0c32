"""The list (FEATURES A1): find, look at, save as a new audited version, add, take off, put back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.consents import Consent, ConsentKind, check_answer
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.hazard_readings import HazardSource, StoredReading
from kurume_bousai.domain.ids import MemberId, new_id
from kurume_bousai.domain.members import MemberRow, RemovalReason, RosterMember
from kurume_bousai.domain.names import fold, kana_form
from kurume_bousai.domain.person_details import linked_ids
from kurume_bousai.domain.plans import DestinationKind, IndividualEvacuationPlan
from kurume_bousai.domain.supporters import Supporter
from kurume_bousai.services.matching.sources import FieldSource, said_by
from kurume_bousai.services.people.checks import check_details
from kurume_bousai.services.people.home_moves import left_behind
from kurume_bousai.services.places.hazard_update import hazard_sources
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.members import GroupField, MemberFilter, MemberQuery, MemberVersion
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession

#: What a version that a clerk wrote by hand says about where it came from.
BY_HAND: Final = "画面で入力"
#: Reasons a clerk may give; the others are the import's own.
CLERK_REASONS: Final = (
    RemovalReason.DIED,
    RemovalReason.MOVED_OUT,
    RemovalReason.ADMITTED,
    RemovalReason.NO_LONGER_ELIGIBLE,
)
_TOPICS: Final = frozenset({Topic.MEMBERS, Topic.CONSENTS})
#: What going back to an older version leaves as it is today.
_STAYS: Final = (
    "number", "version", "consents", "has_protected_address", "screening_class", "removed_on",
    "removal_reason", "updated_at",
)  # fmt: skip
_LONGEST: Final = 500
#: More than the tallest screen shows.
FIRST_ROWS: Final = 100
_TEXTS: Final[Mapping[str, str]] = {
    "name": "氏名", "kana": "フリガナ", "address": "住所", "building": "方書", "phone": "電話1",
    "phone_second": "電話2", "mail_or_fax": "メール・FAX", "neighborhood": "自治会",
    "commissioner": "民生委員", "information_means": "情報伝達手段", "home_story": "家の階",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FoundPeople:
    """さがした結果: rows in order of kana, the count of every filter, and everybody of the 校区."""

    rows: list[MemberRow] = field(repr=False)
    counts: Mapping[MemberFilter, int]
    total: int


@dataclass(frozen=True, slots=True)
class Relative:
    """名簿の家族: somebody of the list whom another record names as family."""

    member_id: MemberId
    number: int
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PersonFile:
    """一人の記録: the person with plan, supporters in the plan's order, and the destination's name.

    ``relatives``: the family that is on the list too; ``hazards``: what the layers say of the home,
    ``hazard_sources``: which layers those are.
    """

    member: RosterMember = field(repr=False)
    plan: IndividualEvacuationPlan | None = field(default=None, repr=False)
    supporters: tuple[Supporter, ...] = field(default=(), repr=False)
    destination: str = field(default="", repr=False)
    relatives: tuple[Relative, ...] = field(default=(), repr=False)
    hazards: tuple[StoredReading, ...] = field(default=(), repr=False)
    hazard_sources: tuple[HazardSource, ...] = ()


class RosterService:
    """名簿の用件 on one open database. Safe to call from any thread."""

    def __init__(self, database: CityDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @property
    def access(self) -> Access:
        """Who asks."""
        return self._database.access

    @property
    def today(self) -> date:
        """Today by the clock."""
        return self._clock.now().date()

    # -- reading -------------------------------------------------------------------------------

    def first(self, query: MemberQuery) -> list[MemberRow]:
        """The rows that a screen shows first, long before 20,000 are read.

        Raises
        ------
        KnownProblem
            ``no_right``.
        """
        self.access.require(Right.SEE_PEOPLE)
        with self._database.reading() as session:
            return session.members.rows(self.access, replace(query, most=FIRST_ROWS))

    def find(self, query: MemberQuery) -> FoundPeople:
        """Rows and counts of one query.

        Raises
        ------
        KnownProblem
            ``no_right``.
        """
        self.access.require(Right.SEE_PEOPLE)
        with self._database.reading() as session:
            members = session.members
            rows, counts = members.rows_and_counts(self.access, query)
            total = members.count(self.access, MemberQuery(district_id=query.district_id))
            return FoundPeople(rows, counts, total)

    def open(self, member_id: MemberId) -> PersonFile | None:
        """One person in full; None where the person does not exist for this operator (any more)."""
        with self._database.reading() as session:
            member = session.members.get(self.access, member_id)
            if member is None:
                return None
            relatives = self._relatives(session, member)
            read = session.layers.member_readings(self.access, [member_id])
            hazards = tuple(read.get(member_id, ()))
            sources = hazard_sources(session) if hazards else ()
            plan = session.plans.by_member(self.access, [member_id]).get(member_id)
            if plan is None:
                return PersonFile(member, relatives=relatives, hazards=hazards, hazard_sources=sources)
            found = (session.supporters.get(self.access, one) for one in plan.supporter_ids)
            supporters = tuple(supporter for supporter in found if supporter is not None)
            destination = _destination(session, plan)
            return PersonFile(member, plan, supporters, destination, relatives, hazards, sources)

    def relatives(self, *members: RosterMember) -> tuple[Relative, ...]:
        """Who of the list the records (versions) name as family, as far as this operator sees them."""
        with self._database.reading() as session:
            return self._relatives(session, *members)

    def groups(self, query: MemberQuery, by: GroupField) -> list[tuple[str, int]]:
        """The 自治会 or 民生委員 among matching people, with their number; raises ``no_right``."""
        self.access.require(Right.SEE_PEOPLE)
        with self._database.reading() as session:
            return session.members.groups(self.access, query, by)

    def history(self, member_id: MemberId) -> list[MemberVersion]:
        """The saved states, newest first."""
        with self._database.reading() as session:
            return session.members.versions(self.access, member_id)[::-1]

    def sources(self, member_id: MemberId) -> tuple[FieldSource, ...]:
        """Which office states what about a person, field by field."""
        with self._database.reading() as session:
            return said_by(session, self.access, member_id)

    def lookalikes(self, member: RosterMember) -> list[RosterMember]:
        """People already on the list with the same name and day of birth, as far as this operator sees."""
        if member.born_on is None:
            return []
        with self._database.reading() as session:
            rows = session.members.rows(self.access, MemberQuery(text=member.name))
            same = [
                row.member_id
                for row in rows
                if fold(row.name) == fold(member.name) and row.member_id != member.member_id
            ]
            found = session.members.get_many(self.access, same) if same else []
            return [one for one in found if one.born_on == member.born_on]

    # -- writing -------------------------------------------------------------------------------

    def blank(self) -> RosterMember:
        """A new person before anything is typed; nothing is stored."""
        return RosterMember(member_id=MemberId(new_id()), number=0, name="")

    def add(self, member: RosterMember) -> Outcome[RosterMember]:
        """Put a new person on the list.

        The statutory fields are enough (災対法49条の10②): 氏名, 住所 and at least one 事由; day of birth,
        sex and telephone may be unknown.

        Raises
        ------
        KnownProblem
            ``no_right``, ``name_missing``, ``address_missing``, ``reason_missing`` and what ``save``
            raises.
        """
        self._check(member, before=None)
        member = replace(member, kana=kana_form(member.kana))
        with self._database.writing() as session:
            session.members.add_many(self.access, [member], source=BY_HAND)
        return Outcome(member, _TOPICS)

    def save(self, member: RosterMember, before: RosterMember) -> Outcome[RosterMember]:
        """Save an edited person as a new version; ``before`` is what was read.

        Where nothing changed, nothing is written. Another house takes the place of the former one away.

        Raises
        ------
        KnownProblem
            ``no_right``, ``name_missing``, ``text_too_long``, ``birth_future``, ``consent_undated``,
            ``consent_unexplained``, ``protected_flag``, ``changed_meanwhile``.
        """
        self._check(member, before)
        member = left_behind(before, member)
        if member.kana != before.kana:
            member = replace(member, kana=kana_form(member.kana))
        if member == before:
            return Outcome(before)
        with self._database.writing() as session:
            session.members.save_many(self.access, [member], source=BY_HAND)
        return Outcome(member, _TOPICS)

    def remove(self, member: RosterMember, reason: RemovalReason) -> Outcome[MemberId]:
        """Take a person off the list with the reason; the history stays.

        Raises
        ------
        KnownProblem
            ``no_right``, ``person_gone`` (somebody removed them meanwhile).
        """
        self.access.require(Right.EDIT_PEOPLE)
        if reason not in CLERK_REASONS:
            raise ValueError(f"{reason} is not a reason a clerk gives")
        with self._database.writing() as session:
            self._present(session, member.member_id)
            session.members.remove_many(
                self.access, [member.member_id], reason, source=BY_HAND, on=self.today
            )
        return Outcome(member.member_id, _TOPICS)

    def restore(self, member_id: MemberId, version: int) -> Outcome[RosterMember]:
        """Write an older version as a new one.

        Consents and 支援措置 stay as they are today: going back to an old address must not bring back an
        agreement that was withdrawn since, or take a protection away. The number and the 区分 of the
        screening, which has records of its own, stay too.

        Raises
        ------
        KnownProblem
            ``no_right``, ``person_gone``, ``version_unknown``.
        """
        self.access.require(Right.EDIT_PEOPLE)
        with self._database.writing() as session:
            present = self._present(session, member_id)
            versions = session.members.versions(self.access, member_id)
            older = next((one.member for one in versions if one.version == version), None)
            if older is None or older.removed_on is not None:
                raise KnownProblem(
                    "version_unknown", "その版には戻せません。", advice="履歴を開き直してください。"
                )
            kept = {name: getattr(present, name) for name in _STAYS}
            restored = replace(older, **kept)
            session.members.save_many(self.access, [restored], source=f"第{version}版に戻した")
        return Outcome(restored, _TOPICS)

    def _relatives(self, session: ReadSession, *members: RosterMember) -> tuple[Relative, ...]:
        linked = dict.fromkeys(one for member in members for one in linked_ids(member.details))
        found = session.members.get_many(self.access, list(linked)) if linked else []
        return tuple(Relative(one.member_id, one.number, one.name) for one in found)

    def _present(self, session: ReadSession, member_id: MemberId) -> RosterMember:
        found = session.members.get_many(self.access, [member_id])
        if not found:
            raise KnownProblem(
                "person_gone",
                "この人はもう名簿にありません。",
                advice="画面を開き直して、いまの名簿を確かめてください。",
            )
        return found[0]

    # -- checking ------------------------------------------------------------------------------

    def _check(self, member: RosterMember, before: RosterMember | None) -> None:
        self.access.require(Right.EDIT_PEOPLE)
        _require(member.name.strip(), "name_missing", "氏名", "氏名を入れてください。")
        if before is None:
            _require(member.address.strip(), "address_missing", "住所", "住んでいる所を入れてください。")
            _require(member.reasons, "reason_missing", "事由", "あてはまる事由を1つ以上選んでください。")
        for name, words in _TEXTS.items():
            if len(getattr(member, name)) > _LONGEST:
                raise KnownProblem(
                    "text_too_long",
                    f"{words}が長すぎます。",
                    where=words,
                    advice=f"{_LONGEST}文字までにしてください。",
                )
        if member.born_on is not None and member.born_on > self.today:
            raise KnownProblem(
                "birth_future",
                "生年月日が今日より後になっています。",
                where="生年月日",
                advice="生年月日をもう一度確かめてください。",
            )
        check_details(member.details)
        self._check_flag(member, before)
        for kind in ConsentKind:
            was = Consent(kind) if before is None else before.consent(kind)
            check_answer(was, member.consent(kind), self.today)

    def _check_flag(self, member: RosterMember, before: RosterMember | None) -> None:
        had = before.has_protected_address if before is not None else False
        if member.has_protected_address != had and not self.access.sees_protected:
            raise KnownProblem(
                "protected_flag",
                "支援措置の扱いを変えられるのは、支援措置担当だけです。",
                where="支援措置",
                advice="支援措置担当に頼んでください。",
            )


def with_consent(member: RosterMember, consent: Consent) -> RosterMember:
    """The member with one kind of consent answered; other kinds stay."""
    if consent == member.consent(consent.kind):
        return member
    others = [kept for kept in member.consents if kept.kind is not consent.kind]
    merged = sorted((*others, consent), key=lambda one: list(ConsentKind).index(one.kind))
    return replace(member, consents=tuple(merged))


def _require(value: object, code: str, where: str, advice: str) -> None:
    if not value:
        raise KnownProblem(code, f"{where}が入っていません。", where=where, advice=advice)


def _destination(session: ReadSession, plan: IndividualEvacuationPlan) -> str:
    if plan.destination_id is None:
        return ""
    sites: Mapping[DestinationKind, list[tuple[str, str]]] = {
        DestinationKind.WELFARE_SHELTER: [(one.site_id, one.name) for one in session.shelters.welfare()],
        DestinationKind.DESIGNATED_SHELTER: [
            (one.site_id, one.name) for one in session.shelters.designated()
        ],
        DestinationKind.EMERGENCY_SITE: [(one.site_id, one.name) for one in session.shelters.emergency()],
    }
    names = dict(sites.get(plan.destination_kind, []))
    return names.get(plan.destination_id, "")
