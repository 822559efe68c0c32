"""架空の登録と同意: consistent with the plan's state, and always explained before agreed (49条の14②)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.consents import Consent, ConsentGiver, ConsentKind, ConsentMethod, ConsentState
from kurume_bousai.domain.members import Registration, RegistrationState
from kurume_bousai.domain.plans import PlanState
from kurume_bousai.services.fictional.draw import FICTIONAL
from kurume_bousai.services.fictional.profile import PeopleProfile

#: States that the law allows only with the person's consent to a plan (49条の14①).
AGREED_STATES: Final = frozenset(
    {
        PlanState.CONSENTED,
        PlanState.DRAFTING,
        PlanState.NO_SUPPORTER,
        PlanState.COMPLETE,
        PlanState.REHEARSED,
        PlanState.DUE,
    }
)
_EXPLAINER: Final = f"地域福祉課({FICTIONAL})"
#: What somebody may agree to who does not want the whole neighbourhood to know.
_LIMITED: Final = frozenset({Body.CITY, Body.FIRE_SERVICE, Body.POLICE, Body.WELFARE_COMMISSIONER})


@dataclass(frozen=True, slots=True)
class Answers:
    """登録と三種類の同意."""

    registration: Registration = field(repr=False)
    consents: tuple[Consent, ...] = field(repr=False)


def draw_answers(
    rng: Random, plan_state: PlanState, registration: RegistrationState, profile: PeopleProfile
) -> Answers:
    """Return the answers of one person; a plan beyond 未着手 needs an application.

    ``registration`` is the state dealt to people without a plan.
    """
    state = registration if plan_state is PlanState.NONE else RegistrationState.APPLIED
    asked_on = profile.base_date - timedelta(days=rng.randint(120, 2200))
    roster_state = profile.roster_consent[state].draw(rng)
    if plan_state in AGREED_STATES and roster_state is not ConsentState.GIVEN and rng.random() < 0.9:
        roster_state = ConsentState.GIVEN
    covers = _LIMITED if rng.random() < profile.limited_consent else None
    plan_consent = _plan_consent(rng, plan_state, profile)
    supporter_consent = (
        ConsentState.GIVEN
        if plan_state in AGREED_STATES and plan_state is not PlanState.CONSENTED
        else ConsentState.UNANSWERED
    )
    is_invited = state is not RegistrationState.NOT_INVITED
    is_agreed = plan_state in AGREED_STATES
    consents = (
        _answer(rng, ConsentKind.ROSTER, roster_state, asked_on, explained=is_invited, covers=covers),
        _answer(rng, ConsentKind.PLAN, plan_consent, asked_on, explained=plan_state is not PlanState.NONE),
        _answer(rng, ConsentKind.SUPPORTER, supporter_consent, asked_on, explained=is_agreed),
    )
    applied = state is RegistrationState.APPLIED
    return Answers(Registration(state, asked_on if applied else None), consents)


def _plan_consent(rng: Random, plan_state: PlanState, profile: PeopleProfile) -> ConsentState:
    if plan_state in AGREED_STATES:
        return ConsentState.GIVEN
    if plan_state is PlanState.REFUSED:
        return profile.refused_plan_consent.draw(rng)
    return ConsentState.UNANSWERED


def _answer(
    rng: Random,
    kind: ConsentKind,
    state: ConsentState,
    asked_on: date,
    *,
    explained: bool,
    covers: frozenset[Body] | None = None,
) -> Consent:
    """Explained on ``asked_on``, decided the same day or up to six weeks later."""
    if state is ConsentState.UNANSWERED and not explained:
        return Consent(kind)
    answered = state is not ConsentState.UNANSWERED
    # By the day, not by lot: the rest of the city stays as it is for the same seed.
    by_agent = answered and asked_on.day % 4 == 0
    given_by = ConsentGiver.AGENT if by_agent else ConsentGiver.PERSON
    return Consent(
        kind=kind,
        state=state,
        decided_on=asked_on + timedelta(days=rng.randint(0, 42)) if answered else None,
        explained_on=asked_on,
        explained_by=_EXPLAINER,
        covers=covers if state is ConsentState.GIVEN else None,
        method=ConsentMethod.WRITTEN if answered else ConsentMethod.UNKNOWN,
        given_by=given_by if answered else ConsentGiver.UNKNOWN,
        relation="長女" if by_agent else "",
    )
