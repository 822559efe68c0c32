"""同意: who may be told what about whom (災対法49条の11, RULEBOOK §1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

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


class SharingMode(StrEnum):
    """情報提供のしかた: the city's policy, or the logged emergency mode."""

    OPT_IN = "opt_in"
    OPT_OUT_BY_ORDINANCE = "opt_out_by_ordinance"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class Consent:
    """同意の記録 of one kind, with the explanation that must come before it (49条の14②).

    ``covers`` names the recipient classes the person agreed to; None = every body that the explanation
    lists (the city's 避難支援等関係者).
    """

    kind: ConsentKind
    state: ConsentState = ConsentState.UNANSWERED
    decided_on: date | None = None
    explained_on: date | None = None
    explained_by: str = field(default="", repr=False)
    covers: frozenset[Body] | None = None

    def covers_bodies(self, bodies: Iterable[Body]) -> bool:
        """True where the answer holds for every one of ``bodies``."""
        return self.covers is None or all(body in self.covers for body in bodies)

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
