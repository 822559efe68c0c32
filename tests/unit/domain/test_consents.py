"""同意 as a state machine: legal steps only, each with its days; a no takes effect for everybody at once."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.consents import (
    BodyAnswer,
    Consent,
    ConsentGiver,
    ConsentKind,
    ConsentMethod,
    ConsentState,
    SharingMode,
    check_answer,
    next_states,
    shares_with,
)
from kurume_bousai.domain.errors import KnownProblem

TODAY = date(2026, 11, 21)
GIVEN = Consent(
    ConsentKind.ROSTER, ConsentState.GIVEN, date(2026, 4, 1), date(2026, 3, 1), "架空の職員",
    method=ConsentMethod.WRITTEN, given_by=ConsentGiver.PERSON,
)  # fmt: skip
UNANSWERED = Consent(ConsentKind.ROSTER)

days = st.dates(date(2025, 1, 1), date(2027, 3, 31)) | st.none()
consents = st.builds(
    lambda state, decided, explained, by, covers, method, giver, relation, correction: dataclasses.replace(
        UNANSWERED,
        state=state,
        decided_on=decided,
        explained_on=min(explained, decided) if explained and decided else explained,
        explained_by=by,
        covers=covers,
        method=method,
        given_by=giver,
        relation=relation,
        correction=correction,
    ),
    st.sampled_from(ConsentState), days, days, st.sampled_from(["", "架空の職員"]),
    st.none() | st.sets(st.sampled_from(Body)).map(frozenset), st.sampled_from(ConsentMethod),
    st.sampled_from(ConsentGiver), st.sampled_from(["", "長女"]), st.sampled_from(["", "", "打ちまちがい"]),
)  # fmt: skip


def code(before: Consent, after: Consent) -> str | None:
    try:
        check_answer(before, after, TODAY)
    except KnownProblem as problem:
        return problem.code
    return None


class Answers(RuleBasedStateMachine):
    """Answers as they come; only what the machine lets through is kept.

    What was kept is never changed: looking at the last after every step has looked at all.
    """

    def __init__(self) -> None:
        super().__init__()
        self.kept = [UNANSWERED]

    @rule(answer=consents)
    def answered(self, answer: Consent) -> None:
        if code(self.kept[-1], answer) is None:
            self.kept.append(answer)

    @invariant()
    def every_step_is_legal_and_dated(self) -> None:
        for before, after in pairwise(self.kept[-2:]):
            is_corrected = bool(after.correction) and after.correction != before.correction
            assert after == before or is_corrected or after.state in next_states(before.state)
            if after.state is not ConsentState.UNANSWERED and after != before:
                assert after.decided_on is not None
                assert after.decided_on <= TODAY

    @invariant()
    def nobody_agreed_without_an_explanation_by_somebody(self) -> None:
        answer = self.kept[-1]
        if answer.state is ConsentState.GIVEN:
            assert answer.explained_on is not None
            assert answer.decided_on is not None
            assert answer.explained_on <= answer.decided_on
            assert answer.explained_by
            assert answer.method is not ConsentMethod.UNKNOWN
            assert answer.given_by is ConsentGiver.PERSON or answer.relation

    @invariant()
    def the_last_answer_alone_decides(self) -> None:
        last = self.kept[-1]
        for body in Body:
            shared = shares_with(last, (body,), SharingMode.OPT_IN, protected_address=False)
            assert not shared or last.state is ConsentState.GIVEN
            assert not shares_with(last, (body,), SharingMode.EMERGENCY, protected_address=True)


TestAnswers = Answers.TestCase


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"state": ConsentState.REFUSED, "decided_on": TODAY}, "consent_transition"),
        ({"state": ConsentState.UNANSWERED}, "consent_transition"),
        ({"state": ConsentState.WITHDRAWN, "decided_on": None}, "consent_undated"),
        ({"state": ConsentState.WITHDRAWN, "decided_on": TODAY + timedelta(1)}, "consent_future"),
        ({"state": ConsentState.WITHDRAWN, "decided_on": date(2026, 3, 31)}, "consent_older"),
        ({"state": ConsentState.WITHDRAWN, "decided_on": TODAY, "method": ConsentMethod.UNKNOWN}, None),
        ({"state": ConsentState.REFUSED, "decided_on": TODAY, "correction": "押しまちがい"}, None),
        ({"explained_by": " "}, "consent_explainer"),
        ({"explained_on": None}, "consent_unexplained"),
        ({"given_by": ConsentGiver.UNKNOWN}, "consent_method"),
        ({"given_by": ConsentGiver.AGENT}, "consent_relation"),
        ({"given_by": ConsentGiver.AGENT, "relation": "長女"}, None),
        ({}, None),
    ],
)
def test_what_may_follow_an_agreement(changes: dict[str, object], expected: str | None) -> None:
    assert code(GIVEN, dataclasses.replace(GIVEN, **changes)) == expected  # type: ignore[arg-type]


def test_after_a_no_a_new_yes_needs_a_new_day() -> None:
    refused = Consent(ConsentKind.ROSTER, ConsentState.REFUSED, date(2026, 5, 1))
    assert code(refused, GIVEN) == "consent_older"
    assert code(refused, dataclasses.replace(GIVEN, decided_on=date(2026, 6, 1))) is None
    assert code(refused, dataclasses.replace(refused, state=ConsentState.WITHDRAWN)) == "consent_transition"


@given(
    st.sampled_from(ConsentState),
    st.none() | st.sets(st.sampled_from(Body)).map(frozenset),
    st.sets(st.sampled_from(Body)),
    st.sampled_from(Body),
    st.sampled_from(SharingMode),
)
def test_an_answer_for_one_body_only_ever_narrows(
    state: ConsentState, covers: frozenset[Body] | None, excepted: set[Body], body: Body, mode: SharingMode
) -> None:
    plain = Consent(ConsentKind.ROSTER, state)
    narrow = dataclasses.replace(
        plain,
        covers=covers,
        exceptions=tuple(BodyAnswer(one, ConsentState.WITHDRAWN) for one in sorted(excepted)),
    )
    shared = shares_with(narrow, (body,), mode, protected_address=False)
    assert not shared or shares_with(plain, (body,), mode, protected_address=False)
    if mode is not SharingMode.EMERGENCY and (
        body in excepted or (covers is not None and body not in covers)
    ):
        assert not shared


def test_an_answer_for_one_body_cannot_be_a_yes() -> None:
    with pytest.raises(ValueError, match="narrow"):
        BodyAnswer(Body.POLICE, ConsentState.GIVEN)
