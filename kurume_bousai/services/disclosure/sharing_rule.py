"""同意の決まり ⚙: whether silence keeps somebody off the lists (opt_in) or an ordinance puts them on.

The mode is one of the city's facts (RULEBOOK §1); what is handed out, shown and counted follows it at once.
To share without an answer is to loosen: it needs the name of the ordinance and another operator.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.consents import SharingMode
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.second_person import Confirmation, SecondPersonGround, Vouched
from kurume_bousai.services.disclosure.loosening import vouch_for_loosening
from kurume_bousai.services.facts import FACT_SHARING_MODE, sharing_mode
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.hand_outs import SecondPerson
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession

#: The ordinance the mode rests on: JSON with its name and the day it is in force from.
FACT_SHARING_ORDINANCE: Final = "sharing_ordinance:1"
#: A list changes with the mode, and everything that shows it.
_TOPICS: Final = frozenset({Topic.CITY_SETTINGS, Topic.MEMBERS, Topic.CONSENTS})
LONGEST_NAME: Final = 100
#: Why nobody else has to agree (None = somebody must), and who could.
Asked = tuple[SecondPersonGround | None, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class SharingRule:
    """同意の決まり. ``ordinance`` and ``since`` belong to ``OPT_OUT_BY_ORDINANCE`` alone."""

    mode: SharingMode = SharingMode.OPT_IN
    ordinance: str = ""
    since: date | None = None


class SharingRuleService:
    """同意の決まりを読み書きする人. Safe to call from any thread."""

    def __init__(self, database: CityDatabase, second: SecondPerson, clock: Clock) -> None:
        self._database, self._second, self._clock = database, second, clock

    @property
    def may_change(self) -> bool:
        """True for a clerk and an administrator."""
        return self._database.access.has(Right.KEEP_CITY_RULES)

    def read(self) -> SharingRule:
        """What holds."""
        with self._database.reading() as session:
            return sharing_rule(session)

    def asks_for(
        self, before: SharingRule, after: SharingRule
    ) -> tuple[SecondPersonGround | None, tuple[str, ...]]:
        """Why nobody else has to agree (None = somebody must), and who could."""
        names = tuple(self._second.names(Right.KEEP_CITY_RULES))
        if not _loosens(before, after):
            return SecondPersonGround.NOT_ASKED, names
        return (SecondPersonGround.LONE if self._second.operators() <= 1 else None), names

    def save(
        self, before: SharingRule, after: SharingRule, confirmation: Confirmation | None = None
    ) -> Outcome[SharingRule]:
        """Keep another rule, audited with who agreed.

        Raises
        ------
        KnownProblem
            ``no_right``, ``ordinance_missing``, ``ordinance_not_in_force``, ``changed_meanwhile`` and
            those of ``vouch_for_loosening``.
        """
        access = self._database.access
        access.require(Right.KEEP_CITY_RULES)
        after = self._checked(after)
        vouched = Vouched(SecondPersonGround.NOT_ASKED)
        if _loosens(before, after):
            vouched = vouch_for_loosening(self._second, access, confirmation)
        with self._database.writing() as session:
            if sharing_rule(session) != before:
                raise KnownProblem(
                    "changed_meanwhile",
                    "開いている間に、ほかの人がこの決まりを変えました。",
                    advice="いまの決まりを確かめてから、もう一度選んでください。",
                )
            if after == before:
                return Outcome(before)
            session.set_fact(FACT_SHARING_MODE, after.mode.value)
            session.set_fact(FACT_SHARING_ORDINANCE, json.dumps(_plain(after), ensure_ascii=False))
            signed = {"second_person": vouched.operator_id or "", "second_ground": vouched.ground.value}
            told = {"before": _plain(before), "after": _plain(after), **signed}
            session.audit.record(access, "sharing_rule_saved", [], told)
        return Outcome(after, _TOPICS)

    def _checked(self, rule: SharingRule) -> SharingRule:
        if rule.mode is not SharingMode.OPT_OUT_BY_ORDINANCE:
            return SharingRule()
        name = rule.ordinance.strip()
        if not name or len(name) > LONGEST_NAME or rule.since is None:
            raise KnownProblem(
                "ordinance_missing",
                "条例の名前と、施行の日が要ります。",
                where="同意の決まり",
                advice="答えのない人の名簿を渡せるのは、条例に特別の定めがあるときだけです。名前と日を入れてください。",
            )
        if rule.since > self._clock.now().date():
            raise KnownProblem(
                "ordinance_not_in_force",
                "その条例は、まだ施行されていません。",
                where="施行の日",
                advice="施行の日になってから変えてください。",
            )
        return SharingRule(rule.mode, name, rule.since)


def _loosens(before: SharingRule, after: SharingRule) -> bool:
    return after.mode is SharingMode.OPT_OUT_BY_ORDINANCE and after != before


def sharing_rule(session: ReadSession) -> SharingRule:
    """The rule within a transaction; an ordinance that is not told stays empty."""
    mode = sharing_mode(session)
    if mode is not SharingMode.OPT_OUT_BY_ORDINANCE:
        return SharingRule()
    kept: dict[str, str] = json.loads(session.fact(FACT_SHARING_ORDINANCE) or "{}")
    since = kept.get("since", "")
    return SharingRule(mode, kept.get("ordinance", ""), date.fromisoformat(since) if since else None)


def _plain(rule: SharingRule) -> dict[str, str]:
    since = "" if rule.since is None else rule.since.isoformat()
    return {"mode": rule.mode.value, "ordinance": rule.ordinance, "since": since}
