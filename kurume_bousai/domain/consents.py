"""同意: who may be told what about whom (災対法49条の11, RULEBOOK §1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from kurume_bousai.domain.bodies import Body
from kurume_bousai.domain.errors import KnownProblem


class ConsentKind(StrEnum):
    """同意の種類: consent is given per kind of information."""

    ROSTER = "roster"  # 名簿
    PLAN = "plan"  # 計画
    SUPPORTER = "supporter"  # 支援者


class ConsentState(StrEnum):
    """未回答・同意・不同意・撤回. No answer is never consent."""

    UNANSWERED = "unanswered"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ConsentMethod(StrEnum):
    """答えの受け方: how the answer reached the city."""

    WRITTEN = "written"  # 書面
    ORAL = "oral"  # 口頭
    PHONE = "phone"
    ONLINE = "online"  # 電子申請
    UNKNOWN = "unknown"


class ConsentGiver(StrEnum):
    """答えた人: the person, or somebody for them."""

    PERSON = "person"  # 本人
    AGENT = "agent"  # 代理
    UNKNOWN = "unknown"


class SharingMode(StrEnum):
    """情報提供のしかた: the city's policy, or the logged emergency mode."""

    OPT_IN = "opt_in"
    OPT_OUT_BY_ORDINANCE = "opt_out_by_ordinance"
    EMERGENCY = "emergency"


#: From one answer to the next. The same state again is a renewed answer and always in order. A person who
#: had agreed and now says no has withdrawn: what was given out before must be called back.
_NEXT: Final[dict[ConsentState, frozenset[ConsentState]]] = {
    ConsentState.UNANSWERED: frozenset({ConsentState.GIVEN, ConsentState.REFUSED}),
    ConsentState.GIVEN: frozenset({ConsentState.WITHDRAWN}),
    ConsentState.REFUSED: frozenset({ConsentState.GIVEN}),
    ConsentState.WITHDRAWN: frozenset({ConsentState.GIVEN, ConsentState.REFUSED}),
}


def next_states(state: ConsentState) -> frozenset[ConsentState]:
    """The states an answer may lead to; its own among them."""
    return _NEXT[state] | {state}


@dataclass(frozen=True, slots=True)
class BodyAnswer:
    """団体ごとの答え: one body that is not to be told; it can only narrow what the person agreed to."""

    body: Body
    state: ConsentState
    decided_on: date | None = None

    def __post_init__(self) -> None:
        if self.state not in (ConsentState.REFUSED, ConsentState.WITHDRAWN):
            raise ValueError("an answer for one body can only narrow the general one")


@dataclass(frozen=True, slots=True)
class Consent:
    """同意の記録 of one kind, with the explanation that must come before it (49条の14②).

    ``covers`` names the recipient classes the person agreed to; None = every body that the explanation
    lists (the city's 避難支援等関係者). ``exceptions`` are single bodies refused or withdrawn since, each
    with its day. ``relation`` is the 続柄 of who answered for the person. ``correction`` is why an answer
    that was typed wrongly was put right: then no new answer was given.
    """

    kind: ConsentKind
    state: ConsentState = ConsentState.UNANSWERED
    decided_on: date | None = None
    explained_on: date | None = None
    explained_by: str = field(default="", repr=False)
    covers: frozenset[Body] | None = None
    method: ConsentMethod = ConsentMethod.UNKNOWN
    given_by: ConsentGiver = ConsentGiver.UNKNOWN
    relation: str = field(default="", repr=False)
    exceptions: tuple[BodyAnswer, ...] = ()
    correction: str = field(default="", repr=False)

    def state_for(self, body: Body) -> ConsentState:
        """The answer as it holds for one recipient class.

        A body outside ``covers`` counts as refused: who named some bodies has not agreed to the others.
        """
        for answer in self.exceptions:
            if answer.body is body:
                return answer.state
        if self.covers is not None and body not in self.covers:
            return ConsentState.REFUSED
        return self.state

    def covers_bodies(self, bodies: Iterable[Body]) -> bool:
        """True where the answer holds for every one of ``bodies``."""
        excepted = {answer.body for answer in self.exceptions}
        return not any(
            body in excepted or (self.covers is not None and body not in self.covers) for body in bodies
        )

    def __post_init__(self) -> None:
        if (
            self.state is ConsentState.GIVEN
            and self.explained_on is not None
            and self.decided_on is not None
            and self.explained_on > self.decided_on
        ):
            raise KnownProblem(
                "consent_before_explanation",
                "説明日が同意日より後になっています。",
                advice="説明した日と同意した日を確かめてください。",
            )


_SHAREABLE: dict[SharingMode, frozenset[ConsentState]] = {
    SharingMode.OPT_IN: frozenset({ConsentState.GIVEN}),
    SharingMode.OPT_OUT_BY_ORDINANCE: frozenset({ConsentState.GIVEN, ConsentState.UNANSWERED}),
    SharingMode.EMERGENCY: frozenset(ConsentState),
}


def may_share(state: ConsentState, mode: SharingMode, *, protected_address: bool) -> bool:
    """The table of RULEBOOK §1. A 支援措置対象者 is never shared in any mode."""
    return not protected_address and state in _SHAREABLE[mode]


def shares_with(
    consent: Consent, bodies: Iterable[Body], mode: SharingMode, *, protected_address: bool
) -> bool:
    """True where ``may_share`` holds for the general answer and for every one of ``bodies``."""
    states = [consent.state, *(consent.state_for(body) for body in bodies)]
    return all(may_share(state, mode, protected_address=protected_address) for state in states)


def check_answer(before: Consent, after: Consent, today: date) -> None:
    """Refuse an answer that a clerk cannot have been given; an unchanged one is not looked at again.

    Raises
    ------
    KnownProblem
        ``consent_transition``, ``consent_undated``, ``consent_unexplained``, ``consent_explainer``,
        ``consent_method``, ``consent_relation``, ``consent_future``, ``consent_older``.
    """
    if after == before:
        return
    _check_transition(before, after)
    if after.state is not ConsentState.UNANSWERED:
        _check_days(before, after, today)
        _check_who(after)


def _check_transition(before: Consent, after: Consent) -> None:
    if after.state in next_states(before.state) or _corrects(before, after):
        return
    has_agreed = before.state is ConsentState.GIVEN and after.state is ConsentState.REFUSED
    raise KnownProblem(
        "consent_transition",
        "同意していた人の答えは、「不同意」ではなく「撤回」です。"
        if has_agreed
        else "前の答えから、この答えには変えられません。",
        where="同意",
        advice="前に入れた答えがまちがいだったときは、「入力のまちがいを直す」に、わけを入れてください。",
    )


def _corrects(before: Consent, after: Consent) -> bool:
    """A correction has a reason of its own, not the one of the record before."""
    return bool(after.correction.strip()) and after.correction != before.correction


def _check_days(before: Consent, after: Consent, today: date) -> None:
    decided = after.decided_on
    if decided is None:
        raise KnownProblem(
            "consent_undated",
            "答えた日が入っていません。",
            where="同意日",
            advice="本人が答えた日を入れてください。",
        )
    if after.state is ConsentState.GIVEN and after.explained_on is None:
        raise KnownProblem(
            "consent_unexplained",
            "同意の前に説明した日が入っていません。",
            where="説明日",
            advice="説明した日を入れてください。同意日より後にはなりません。",
        )
    if decided > today:
        raise KnownProblem(
            "consent_future",
            "答えた日が今日より後になっています。",
            where="同意日",
            advice="本人が答えた日をもう一度確かめてください。",
        )
    if before.decided_on is not None and decided < before.decided_on and not _corrects(before, after):
        raise KnownProblem(
            "consent_older",
            "前の答えより古い日付になっています。",
            where="同意日",
            advice="新しい答えの日を入れてください。前の入力がまちがいだったときは、「入力のまちがいを直す」に、わけを入れてください。",
        )


def _check_who(after: Consent) -> None:
    """Only an agreement needs all of it: nothing stands between a person and their no."""
    if after.state is not ConsentState.GIVEN:
        return
    if not after.explained_by.strip():
        raise KnownProblem(
            "consent_explainer",
            "同意の前に説明した人が入っていません。",
            where="説明者",
            advice="だれが説明したかを入れてください。",
        )
    if after.method is ConsentMethod.UNKNOWN or after.given_by is ConsentGiver.UNKNOWN:
        raise KnownProblem(
            "consent_method",
            "答えの受け方と、答えた人が選ばれていません。",
            where="受け方・答えた人",
            advice="書面・口頭などの受け方と、本人か代理かを選んでください。",
        )
    if after.given_by is ConsentGiver.AGENT and not after.relation.strip():
        raise KnownProblem(
            "consent_relation",
            "代理で答えた人と本人の続柄が入っていません。",
            where="続柄",
            advice="長女、成年後見人などのように入れてください。",
        )
