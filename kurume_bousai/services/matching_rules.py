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
from kurume_bousai.services.ports import CityDatabase, ReadSession

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


def save_matching_settings(database: CityDatabase, after: MatchingSettings) -> Outcome[MatchingSettings]:
    """Keep the values, audited.

    Raises
    ------
    KnownProblem
        ``no_right``.
    """
    access = database.access
    access.require(Right.KEEP_CITY_RULES)
    content = {
        "upper": after.rules.upper,
        "lower": after.rules.lower,
        "kinds": {source: kind.value for source, kind in after.sources.kinds.items()},
        "precedence": {
            name: [kind.value for kind in order] for name, order in after.sources.precedence.items()
        },
    }
    with database.writing() as session:
        session.set_fact(FACT_MATCHING, json.dumps(content, ensure_ascii=False, sort_keys=True))
        session.audit.record(access, "matching_rules_saved", [], content)
    return Outcome(after, frozenset({Topic.CITY_SETTINGS}))
