"""保存期限 (FEATURES H4): how long the record of somebody who left the list is kept, and its end.

Years ⚙ after the removal a record is made anonymous: nothing says any more who it was, while counts of past
years and the chain of the audit stay as they are. It cannot be undone; an older backup still holds the names.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.dates import years_before
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.retention import DEFAULT_YEARS, LEAST_YEARS, MOST_YEARS, ExpiryCount
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession
from kurume_bousai.services.progress import Progress, no_progress

#: JSON; the number is that of the form.
FACT_RETENTION: Final = "roster_retention:1"


@dataclass(frozen=True, slots=True)
class ExpiryPreview:
    """期限の下見. ``until``: who left the list on that day or before is due."""

    years: int
    until: date
    count: ExpiryCount


class RetentionService:
    """保存期限を扱う人 on one open database. Safe to call from any thread."""

    def __init__(self, database: CityDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @property
    def may_expire(self) -> bool:
        """True for a clerk."""
        return self._database.access.has(Right.EDIT_PEOPLE)

    @property
    def may_change(self) -> bool:
        """True for a clerk and an administrator."""
        return self._database.access.has(Right.KEEP_CITY_RULES)

    def years(self) -> int:
        """How many years a removed record is kept.

        Raises
        ------
        KnownProblem
            ``retention_unreadable``: never answered with a default in silence.
        """
        with self._database.reading() as session:
            return _years(session)

    def set_years(self, before: int, after: int) -> Outcome[int]:
        """Keep another number of years, audited; nothing is made anonymous by it.

        Raises
        ------
        KnownProblem
            ``no_right``, ``retention_years``, ``changed_meanwhile``.
        """
        access = self._database.access
        access.require(Right.KEEP_CITY_RULES)
        if not LEAST_YEARS <= after <= MOST_YEARS:
            raise KnownProblem(
                "retention_years",
                f"保存する年数は、{LEAST_YEARS}年から{MOST_YEARS}年までにしてください。",
                where="保存する年数",
                advice="市の文書の保存期間を確かめてください。",
            )
        with self._database.writing() as session:
            if _years(session) != before:
                raise KnownProblem(
                    "changed_meanwhile",
                    "開いている間に、ほかの人が保存する年数を変えました。",
                    advice="画面を開き直して、いまの年数を確かめてください。",
                )
            if after != before:
                session.set_fact(FACT_RETENTION, json.dumps({"years": after}))
                session.audit.record(access, "retention_saved", [], {"before": before, "after": after})
        return Outcome(after, frozenset({Topic.CITY_SETTINGS}))

    def preview(self) -> ExpiryPreview:
        """Count who is due today, of those who exist for the operator; raises ``no_right``."""
        with self._database.reading() as session:
            return self._look(session)

    def expire(self, confirmed: int, progress: Progress = no_progress) -> Outcome[int]:
        """Make them anonymous; ``confirmed`` is the number that was shown and typed again.

        Raises
        ------
        KnownProblem
            ``no_right``, ``expiry_nobody``, ``expiry_count_differs``.
        """
        access = self._database.access
        access.require(Right.EDIT_PEOPLE)
        with self._database.writing() as session:
            found = self._look(session)
            people = found.count.people
            if not people:
                raise KnownProblem("expiry_nobody", "保存期限の過ぎた人はいません。何も変えていません。")
            if people != confirmed:
                raise KnownProblem(
                    "expiry_count_differs",
                    f"確かめた人数({confirmed}人)と、いま期限の過ぎている人数({people}人)が違います。"
                    "何も変えていません。",
                    advice="もう一度下見をして、人数を確かめてください。",
                )
            done = session.retention.anonymise(access, found.until, on=self._today, progress=progress)
        return Outcome(done, frozenset({Topic.MEMBERS, Topic.PLANS, Topic.LEDGER}))

    @property
    def _today(self) -> date:
        return self._clock.now().date()

    def _look(self, session: ReadSession) -> ExpiryPreview:
        years = _years(session)
        until = years_before(self._today, years)
        return ExpiryPreview(years, until, session.retention.due(self._database.access, until))


def _years(session: ReadSession) -> int:
    content = session.fact(FACT_RETENTION)
    if not content:
        return DEFAULT_YEARS
    try:
        years = json.loads(content)["years"]
    except (ValueError, KeyError, TypeError):
        years = None
    if not isinstance(years, int) or not LEAST_YEARS <= years <= MOST_YEARS:
        raise KnownProblem(
            "retention_unreadable",
            "名簿を保存する年数が読めません。",
            where="設定の「名簿の保存期限」",
            advice="新しい版のソフトで保存したファイルかもしれません。ソフトを新しくしてください。",
        )
    return years
