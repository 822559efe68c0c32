"""スクリーニング (FEATURES E18): write a judgement down, look back, count by the latest ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import DistrictId, MemberId, new_id
from kurume_bousai.domain.plans import TravelMode
from kurume_bousai.domain.screening import (
    Profession,
    Screening,
    ScreeningClass,
    ScreeningCount,
    ScreeningResult,
)
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.sessions import CityDatabase

LONGEST_BASIS: Final = 400
LONGEST_WANTED: Final = 100
MOST_ESCORTS: Final = 20
#: Two clocks in one hall differ by this much without anybody being wrong.
CLOCK_SLACK: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ScreeningDraft:
    """書きこむスクリーニング: what the form holds. ``screened_at`` None = now; else aware."""

    member_id: MemberId
    screening_class: ScreeningClass = field(repr=False)
    profession: Profession
    screened_at: datetime | None = None
    basis: str = field(default="", repr=False)
    wanted: str = field(default="", repr=False)
    transport: TravelMode | None = field(default=None, repr=False)
    escort_count: int = field(default=0, repr=False)
    result: ScreeningResult = field(default=ScreeningResult.WAITING, repr=False)
    arrived_at: datetime | None = field(default=None, repr=False)


class ScreeningService:
    """スクリーニングを書く人 on one open database. Safe to call from any thread.

    The desk and a clerk write (``SCREEN_PEOPLE``); whoever may see the person may look back; the counts
    need ``SEE_COUNTS`` only.
    """

    def __init__(self, database: CityDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @property
    def may_record(self) -> bool:
        """True where the operator may write."""
        return self._database.access.has(Right.SCREEN_PEOPLE)

    def record(self, draft: ScreeningDraft) -> Outcome[Screening]:
        """Write one down; the person's 区分 becomes that of the latest screening, in one transaction.

        A paper typed late does not push a newer judgement aside. Nothing is corrected: a wrong one is
        followed by a right one.

        Raises
        ------
        KnownProblem
            ``no_right``, ``person_gone``, ``screening_invalid``.
        """
        access = self._database.access
        access.require(Right.SCREEN_PEOPLE)
        now = self._clock.now()
        screening = Screening(
            screening_id=new_id(),
            member_id=draft.member_id,
            screening_class=draft.screening_class,
            screened_at=draft.screened_at or now,
            profession=draft.profession,
            basis=draft.basis.strip(),
            wanted=draft.wanted.strip(),
            transport=draft.transport,
            escort_count=draft.escort_count,
            result=draft.result,
            arrived_at=draft.arrived_at,
            recorded_by=access.name,
            recorded_at=now,
        )
        _refuse_bad(screening, now)
        with self._database.writing() as session:
            session.screenings.add(access, screening)
        return Outcome(screening, frozenset({Topic.MEMBERS}))

    def history(self, member_id: MemberId) -> list[Screening]:
        """Return those of one person, the newest first; raises ``no_right``."""
        self._database.access.require(Right.SEE_PEOPLE)
        with self._database.reading() as session:
            return session.screenings.of_member(self._database.access, member_id)

    def latest_counts(self, district_id: DistrictId | None = None) -> list[ScreeningCount]:
        """Count people per 区分, four rows, with the age of the oldest and the newest record.

        支援措置対象者 are in none of them (RULEBOOK §1). Raises ``no_right``.
        """
        with self._database.reading() as session:
            return session.screenings.counts(self._database.access, district_id)


def _refuse_bad(screening: Screening, now: datetime) -> None:
    arrived = screening.arrived_at
    checks = (
        (screening.screened_at <= now + CLOCK_SLACK, "日時", "見た日時が、今より後になっています。"),
        (
            arrived is None or screening.screened_at <= arrived <= now + CLOCK_SLACK,
            "到着",
            "着いた日時は、見た日時から今までの間にしてください。",
        ),
        (len(screening.basis) <= LONGEST_BASIS, "根拠", f"根拠は{LONGEST_BASIS}文字までにしてください。"),
        (len(screening.wanted) <= LONGEST_WANTED, "行先", f"行先は{LONGEST_WANTED}文字までにしてください。"),
        (
            0 <= screening.escort_count <= MOST_ESCORTS,
            "付添",
            f"付添は0人から{MOST_ESCORTS}人までにしてください。",
        ),
    )
    for holds, where, message in checks:
        if not holds:
            raise KnownProblem(
                "screening_invalid", message, where=where, advice="直してから、もう一度保存してください。"
            )
