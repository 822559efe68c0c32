"""条件を保存する: capacity questions under a name, with what they answered when they were kept."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.capacity_conditions import CapacityConditions, refuse_bad_conditions
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import new_id
from kurume_bousai.domain.names import fold
from kurume_bousai.domain.scenarios import SavedScenario, ScenarioId, ScenarioTotals
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.scenarios import KeptScenarios, RefusedScenario
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession, WriteSession

LONGEST_NAME: Final = 40
#: Stands beside the field of the name.
NAME_HINT: Final = "紙や画面に出る名前です。人の名前や住所など、個人がわかることは書かないでください。"
_TOPICS: Final = frozenset({Topic.SCENARIOS})


class ScenarioService:
    """条件を保存する人 on one open database. Safe to call from any thread.

    Whoever sees counts may read. A facilitator, the desk and a clerk may save (``KEEP_SCENARIOS``).
    """

    def __init__(self, database: CityDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    @property
    def may_save(self) -> bool:
        """True where the operator may save, rename and remove."""
        return self._database.access.has(Right.KEEP_SCENARIOS)

    def all(self) -> list[SavedScenario]:
        """Every one that this program can ask, the newest first."""
        return list(self._read().scenarios)

    def refused(self) -> list[RefusedScenario]:
        """Those a newer program kept: shown with their problem, never asked half."""
        return list(self._read().refused)

    def save(
        self, name: str, conditions: CapacityConditions, totals: ScenarioTotals | None = None
    ) -> Outcome[SavedScenario]:
        """Keep a question under a new name.

        Raises
        ------
        KnownProblem
            ``no_right``, ``scenario_name`` (1–40 letters), ``scenario_name_taken`` (width, case and kana
            do not make another name), ``conditions``.
        """
        self._require()
        refuse_bad_conditions(conditions)
        scenario = SavedScenario(
            scenario_id=ScenarioId(new_id()),
            name=_clean_name(name),
            conditions=conditions,
            saved_at=self._clock.now(),
            saved_by=self._database.access.name,
            totals=totals,
        )
        with self._database.writing() as session:
            _require_free_name(session, scenario)
            return self._store(session, scenario)

    def replace_totals(self, scenario_id: ScenarioId, totals: ScenarioTotals) -> Outcome[SavedScenario]:
        """Keep today's answer in place of the older one; raises ``no_right`` and ``scenario_gone``."""
        self._require()
        with self._database.writing() as session:
            kept = _present(session, scenario_id)
            answered = replace(
                kept, totals=totals, saved_at=self._clock.now(), saved_by=self._database.access.name
            )
            return self._store(session, answered)

    def rename(self, scenario_id: ScenarioId, name: str) -> Outcome[SavedScenario]:
        """Give another name; raises as ``save``, and ``scenario_gone``."""
        self._require()
        with self._database.writing() as session:
            renamed = replace(_present(session, scenario_id), name=_clean_name(name))
            _require_free_name(session, renamed)
            return self._store(session, renamed)

    def remove(self, scenario_id: ScenarioId) -> Outcome[ScenarioId]:
        """Take one away, a refused one too; raises ``no_right`` and ``scenario_gone``."""
        self._require()
        with self._database.writing() as session:
            kept = session.scenarios.all()
            known: Iterable[SavedScenario | RefusedScenario] = (*kept.scenarios, *kept.refused)
            if all(one.scenario_id != scenario_id for one in known):
                raise _gone()
            session.scenarios.remove(self._database.access, scenario_id)
        return Outcome(scenario_id, _TOPICS)

    def _require(self) -> None:
        self._database.access.require(Right.KEEP_SCENARIOS)

    def _read(self) -> KeptScenarios:
        self._database.access.require(Right.SEE_COUNTS)
        with self._database.reading() as session:
            return session.scenarios.all()

    def _store(self, session: WriteSession, scenario: SavedScenario) -> Outcome[SavedScenario]:
        session.scenarios.save(self._database.access, scenario)
        return Outcome(scenario, _TOPICS)


def _clean_name(name: str) -> str:
    """One line without spaces around it."""
    cleaned = " ".join(unicodedata.normalize("NFC", name).split())
    is_plain = not any(unicodedata.category(letter).startswith("C") for letter in cleaned)
    if not (1 <= len(cleaned) <= LONGEST_NAME and fold(cleaned) and is_plain):
        raise KnownProblem(
            "scenario_name",
            f"名前は1文字から{LONGEST_NAME}文字までにしてください。",
            where="条件の名前",
            advice="例: 「想定最大・夜間・6割だけ開く」",
        )
    return cleaned


def _require_free_name(session: ReadSession, scenario: SavedScenario) -> None:
    kept = session.scenarios.all()
    known: Iterable[SavedScenario | RefusedScenario] = (*kept.scenarios, *kept.refused)
    wanted = fold(scenario.name)
    if any(fold(one.name) == wanted and one.scenario_id != scenario.scenario_id for one in known):
        raise KnownProblem(
            "scenario_name_taken",
            "同じ名前の条件がもうあります。",
            where=scenario.name,
            advice="別の名前にするか、前の条件を消してから保存してください。",
        )


def _present(session: ReadSession, scenario_id: ScenarioId) -> SavedScenario:
    for one in session.scenarios.all().scenarios:
        if one.scenario_id == scenario_id:
            return one
    raise _gone()


def _gone() -> KnownProblem:
    return KnownProblem(
        "scenario_gone",
        "この条件は、もう保存されていません。",
        advice="一覧を開き直して、いまある条件を確かめてください。",
    )
