"""だれがだれを支援するか (FEATURES A1, RULES B): the supporters of one person, found, asked, ordered, let go.

A link says whom the city means to ask for help. Whose data a supporter may be given is another question: the
person's own consent of the kind 支援者, and that is asked, never assumed. A supporter who said no is linked
to nobody by it. Every act is audited with both ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.consents import ConsentKind, ConsentState
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import MemberId, PlanId, SupporterId, new_id
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.names import fold, fold_digits
from kurume_bousai.domain.plans import COMPLETE_STATES, IndividualEvacuationPlan, PlanState
from kurume_bousai.domain.supporters import Supporter
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession, WriteSession

#: As many as a person looks through; more are narrowed by another letter.
MOST_FOUND: Final = 30
LONGEST: Final = 100
_TOPICS: Final = frozenset({Topic.MEMBERS, Topic.PLANS})
_UNWILLING: Final = frozenset({ConsentState.REFUSED, ConsentState.WITHDRAWN})
#: A plan that stood before 「誰が」 was known is 作成中 once somebody is named; later states stay.
_BEFORE_DRAFTING: Final = frozenset({PlanState.NONE, PlanState.CONSENTED, PlanState.NO_SUPPORTER})


@dataclass(frozen=True, slots=True)
class HelpersFile:
    """一人の支援者: in the plan's order. ``unseen``: those whom this operator may not know.

    ``person_agrees``: the person's own answer of the kind 支援者.
    """

    member: RosterMember = field(repr=False)
    supporters: tuple[Supporter, ...] = field(repr=False)
    unseen: int
    person_agrees: ConsentState
    version: int  # of the plan; 0 = there is none yet


@dataclass(frozen=True, slots=True)
class FoundSupporters:
    """さがした支援者: neighbours first. ``total`` counts those behind the last one shown too."""

    supporters: tuple[Supporter, ...] = field(repr=False)
    total: int


class PersonSupporters:
    """支援者をつなぐ人 on one open database. Every method may run on a worker thread."""

    def __init__(self, database: CityDatabase) -> None:
        self._database = database

    def look(self, member_id: MemberId) -> HelpersFile:
        """The supporters of a person.

        Raises
        ------
        KnownProblem
            ``no_right``, ``person_gone``.
        """
        with self._database.reading() as session:
            return self._look(session, member_id)

    def search(self, member_id: MemberId, text: str) -> FoundSupporters:
        """Supporters by name, kana or telephone, neighbours first; raises as ``look``."""
        access = self._access()
        with self._database.reading() as session:
            kept = self._look(session, member_id)
            there = {one.supporter_id for one in kept.supporters}
            wanted, digits = fold(text), fold_digits(text)
            found = [
                one
                for one in session.supporters.all(access)
                if one.supporter_id not in there and _matches(one, wanted, digits)
            ]
        member = kept.member
        found.sort(key=lambda one: (_distance(one, member), one.kana or one.name, one.supporter_id))
        return FoundSupporters(tuple(found[:MOST_FOUND]), len(found))

    def add(self, seen: HelpersFile, supporter_id: SupporterId) -> Outcome[HelpersFile]:
        """Put a supporter behind those already named; ``seen`` is what the screen showed.

        Raises
        ------
        KnownProblem
            ``no_right``, ``person_gone``, ``changed_meanwhile``, ``supporter_gone``,
            ``supporter_unwilling``, ``person_refuses`` (不同意・撤回 of 支援者, or a refused plan).
        """
        with self._database.writing() as session:
            supporter = self._supporter(session, supporter_id)
            return self._add(session, seen, supporter)

    def add_new(self, seen: HelpersFile, supporter: Supporter) -> Outcome[HelpersFile]:
        """Keep somebody new as a supporter, and link them; raises as ``add``, and ``supporter_invalid``."""
        access = self._access()
        texts = (supporter.name, supporter.kana, supporter.phone, supporter.relation, supporter.address)
        if not supporter.name.strip() or any(len(text) > LONGEST for text in texts):
            raise KnownProblem(
                "supporter_invalid",
                f"支援者の氏名を入れてください。どの項目も{LONGEST}文字までです。",
                where="氏名",
            )
        made = replace(
            supporter,
            supporter_id=SupporterId(new_id()),
            name=supporter.name.strip(),
            district_id=supporter.district_id or seen.member.district_id,
            neighborhood=supporter.neighborhood or seen.member.neighborhood,
        )
        with self._database.writing() as session:
            session.supporters.save_many(access, [made])
            return self._add(session, seen, made)

    def remove(self, seen: HelpersFile, supporter_id: SupporterId) -> Outcome[HelpersFile]:
        """Let a supporter go from this person; the supporter's own record stays. Raises as ``look``."""
        access = self._access()
        with self._database.writing() as session:
            plan = self._plan(session, seen)
            left = tuple(one for one in plan.supporter_ids if one != supporter_id)
            if left != plan.supporter_ids:
                after = replace(plan, supporter_ids=left, state=_without_helpers(plan.state, left))
                session.plans.save_many(access, [after])
                _note(session, access, "supporter_let_go", seen.member.member_id, supporter_id)
            return Outcome(self._look(session, seen.member.member_id), _TOPICS)

    def first(self, seen: HelpersFile, supporter_id: SupporterId) -> Outcome[HelpersFile]:
        """Ask this supporter first; the others keep their order. Raises as ``look``."""
        access = self._access()
        with self._database.writing() as session:
            plan = self._plan(session, seen)
            if supporter_id in plan.supporter_ids:
                others = tuple(one for one in plan.supporter_ids if one != supporter_id)
                session.plans.save_many(access, [replace(plan, supporter_ids=(supporter_id, *others))])
                _note(session, access, "supporter_put_first", seen.member.member_id, supporter_id)
            return Outcome(self._look(session, seen.member.member_id), _TOPICS)

    def answered(
        self, seen: HelpersFile, supporter_id: SupporterId, answer: ConsentState
    ) -> Outcome[HelpersFile]:
        """Write whether the supporter takes it on; who says no is let go from this person.

        Raises
        ------
        KnownProblem
            As ``remove``, and ``supporter_gone``.
        """
        access = self._access()
        with self._database.writing() as session:
            supporter = self._supporter(session, supporter_id)
            if supporter.consent is not answer:
                session.supporters.save_many(access, [replace(supporter, consent=answer)])
                payload = {"before": supporter.consent.value, "after": answer.value}
                subjects = [str(supporter_id), str(seen.member.member_id)]
                session.audit.record(access, "supporter_answered", subjects, payload)
            plan = self._plan(session, seen)
            if answer in _UNWILLING and supporter_id in plan.supporter_ids:
                left = tuple(one for one in plan.supporter_ids if one != supporter_id)
                after = replace(plan, supporter_ids=left, state=_without_helpers(plan.state, left))
                session.plans.save_many(access, [after])
                _note(session, access, "supporter_let_go", seen.member.member_id, supporter_id)
            return Outcome(self._look(session, seen.member.member_id), _TOPICS)

    # -- inside ----------------------------------------------------------------------------------

    def _access(self) -> Access:
        access = self._database.access
        access.require(Right.EDIT_PEOPLE)
        return access

    def _look(self, session: ReadSession, member_id: MemberId) -> HelpersFile:
        access = self._access()
        member = session.members.get(access, member_id)
        if member is None:
            raise KnownProblem(
                "person_gone",
                "この人はもう名簿にありません。",
                advice="画面を開き直して、いまの名簿を確かめてください。",
            )
        plan = session.plans.by_member(access, [member_id]).get(member_id)
        agrees = member.consent_state(ConsentKind.SUPPORTER)
        if plan is None:
            return HelpersFile(member, (), 0, agrees, 0)
        found = [session.supporters.get(access, one) for one in plan.supporter_ids]
        supporters = tuple(one for one in found if one is not None)
        return HelpersFile(member, supporters, len(found) - len(supporters), agrees, plan.version)

    def _plan(self, session: ReadSession, seen: HelpersFile) -> IndividualEvacuationPlan:
        """The plan as it was shown, or a new one; somebody else's change in between is not overwritten."""
        member_id = seen.member.member_id
        plan = session.plans.by_member(self._access(), [member_id]).get(member_id)
        if (0 if plan is None else plan.version) != seen.version:
            raise KnownProblem(
                "changed_meanwhile",
                "開いている間に、ほかの人がこの人の計画を変えました。",
                advice="画面を開き直して、いまの支援者を確かめてください。",
            )
        return plan or IndividualEvacuationPlan(PlanId(new_id()), member_id)

    def _supporter(self, session: ReadSession, supporter_id: SupporterId) -> Supporter:
        found = session.supporters.get(self._access(), supporter_id)
        if found is None:
            raise KnownProblem(
                "supporter_gone", "この支援者の記録はもうありません。", advice="もう一度さがしてください。"
            )
        return found

    def _add(self, session: WriteSession, seen: HelpersFile, supporter: Supporter) -> Outcome[HelpersFile]:
        access, member_id = self._access(), seen.member.member_id
        now = self._look(session, member_id)
        plan = self._plan(session, seen)
        _require_willing(now, plan, supporter)
        if supporter.supporter_id not in plan.supporter_ids:
            state = PlanState.DRAFTING if plan.state in _BEFORE_DRAFTING else plan.state
            helpers = (*plan.supporter_ids, supporter.supporter_id)
            session.plans.save_many(access, [replace(plan, state=state, supporter_ids=helpers)])
            _note(session, access, "supporter_linked", member_id, supporter.supporter_id)
        return Outcome(self._look(session, member_id), _TOPICS)


def _require_willing(now: HelpersFile, plan: IndividualEvacuationPlan, supporter: Supporter) -> None:
    if supporter.consent in _UNWILLING:
        raise KnownProblem(
            "supporter_unwilling",
            "この支援者は、支援を引き受けないと答えています。",
            advice="考えが変わったときは、先に支援者の答えを書き直してください。",
        )
    if now.person_agrees in _UNWILLING or plan.state is PlanState.REFUSED:
        raise KnownProblem(
            "person_refuses",
            "本人が、支援者に情報を渡すこと、または計画をつくることに同意していません。",
            where="本人の同意",
            advice="本人の考えが変わったときは、先に「この人を直す」で同意を書き直してください。",
        )


def _without_helpers(state: PlanState, left: Sequence[SupporterId]) -> PlanState:
    """A plan without anybody to help is not ready: a new one waits for a supporter, a ready one is due."""
    if left:
        return state
    if state in COMPLETE_STATES:
        return PlanState.DUE
    return PlanState.NO_SUPPORTER if state is PlanState.DRAFTING else state


def _matches(supporter: Supporter, wanted: str, digits: str) -> bool:
    if not wanted:
        return True
    if wanted in fold(supporter.name) or wanted in fold(supporter.kana):
        return True
    return digits.isdigit() and digits in fold_digits(supporter.phone)


def _distance(supporter: Supporter, member: RosterMember) -> int:
    """0 = the same 自治会, 1 = the same 校区, 2 = elsewhere or unknown."""
    if supporter.district_id is None or supporter.district_id != member.district_id:
        return 2
    return 0 if supporter.neighborhood and supporter.neighborhood == member.neighborhood else 1


def _note(
    session: WriteSession, access: Access, action: str, member_id: MemberId, supporter_id: SupporterId
) -> None:
    session.audit.record(access, action, [str(member_id), str(supporter_id)], {})
