"""照合と提供元の決めごと ⚙: one fact of the file, changed with an audit (``Right.KEEP_CITY_RULES``)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.matching import MatchRules
from kurume_bousai.domain.sources import SourceKind, SourceRules
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession

#: The number is that of the form, as with ``services.facts.FACT_CITY_SETTINGS``.
FACT_MATCHING: Final = "matching_rules:1"


@dataclass(frozen=True, slots=True)
class MatchingSettings:
    """照合の設定: points, and whose word counts."""

    rules: MatchRules = field(default_factory=MatchRules)
    sources: SourceRules = field(default_factory=SourceRules)


def matching_settings_of(session: ReadSession) -> MatchingSettings:
    """The city's values; what was never decided has its default.

    Raises
    ------
    KnownProblem
        ``matching_rules_unreadable``: never answered with a default in silence.
    """
    text = session.fact(FACT_MATCHING)
    if not text:
        return MatchingSettings()
    try:
        kept: dict[str, Any] = json.loads(text)
        default = MatchRules()
        rules = MatchRules(int(kept.get("upper", default.upper)), int(kept.get("lower", default.lower)))
        kinds = {str(source): SourceKind(kind) for source, kind in kept.get("kinds", {}).items()}
        precedence = {
            str(name): tuple(SourceKind(kind) for kind in order)
            for name, order in kept.get("precedence", {}).items()
        }
        return MatchingSettings(rules, SourceRules(kinds, precedence))
    except (KnownProblem, ValueError, TypeError, AttributeError) as error:
        raise KnownProblem(
            "matching_rules_unreadable",
            "照合の決めごと(同じ人とする点、提供元の順)が読めません。",
            advice="新しい版のソフトで保存したファイルかもしれません。ソフトを新しくするか、バックアップから戻してください。",
        ) from error


class MatchingRulesService:
    """照合の決めごとを変える人 on one open database."""

    def __init__(self, database: CityDatabase) -> None:
        self._database = database

    @property
    def may_change(self) -> bool:
        """True for a clerk and an administrator."""
        return self._database.access.has(Right.KEEP_CITY_RULES)

    def read(self) -> MatchingSettings:
        """What holds; raises as ``matching_settings_of``."""
        with self._database.reading() as session:
            return matching_settings_of(session)

    def save(self, before: MatchingSettings, after: MatchingSettings) -> Outcome[MatchingSettings]:
        """Keep other values, audited with those before; ``before`` is what the screen showed.

        Raises
        ------
        KnownProblem
            ``no_right``, ``changed_meanwhile``.
        """
        access = self._database.access
        access.require(Right.KEEP_CITY_RULES)
        with self._database.writing() as session:
            if matching_settings_of(session) != before:
                raise KnownProblem(
                    "changed_meanwhile",
                    "開いている間に、ほかの人が照合の決めごとを変えました。",
                    advice="画面を開き直して、いまの値を確かめてください。",
                )
            if after != before:
                content = _plain(after)
                session.set_fact(FACT_MATCHING, json.dumps(content, ensure_ascii=False, sort_keys=True))
                told = {"before": _plain(before), "after": content}
                session.audit.record(access, "matching_rules_saved", [], told)
        return Outcome(after, frozenset({Topic.CITY_SETTINGS}))


def _plain(settings: MatchingSettings) -> dict[str, Any]:
    return {
        "upper": settings.rules.upper,
        "lower": settings.rules.lower,
        "kinds": {source: kind.value for source, kind in settings.sources.kinds.items()},
        "precedence": {
            name: [kind.value for kind in order] for name, order in settings.sources.precedence.items()
        },
    }
