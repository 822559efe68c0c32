"""提供元の種類と優先の決めごと ⚙ as the screen changes them: beside the points, in the same fact."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome
from kurume_bousai.domain.sources import PRECEDENCE, SourceKind, SourceRules
from kurume_bousai.services.matching.rules import (
    MatchingRulesService,
    MatchingSettings,
    matching_settings_of,
)
from kurume_bousai.services.ports.sessions import CityDatabase

#: Fields whose word follows the same offices, by the first of them; one choice for each group.
GROUPS: Final[tuple[tuple[tuple[SourceKind, ...], tuple[str, ...]], ...]] = tuple(
    (order, tuple(name for name, own in PRECEDENCE.items() if own == order))
    for order in dict.fromkeys(PRECEDENCE.values())
)


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """提供元の設定: ``names`` are the offices that extracts came from, or that have a kind of their own."""

    names: tuple[str, ...] = ()
    settings: MatchingSettings = field(default_factory=MatchingSettings)

    def with_kind(self, name: str, kind: SourceKind | None) -> SourceSettings:
        """The settings with this office of that kind; None = as its name suggests."""
        kinds = {key: one for key, one in self.settings.sources.kinds.items() if key != name}
        if kind is not None:
            kinds[name] = kind
        return self._with(SourceRules(MappingProxyType(kinds), self.settings.sources.precedence))

    def first_of(self, group: int) -> SourceKind:
        """Whose word counts first for the fields of a group."""
        order, names = GROUPS[group]
        return self.settings.sources.precedence.get(names[0], order)[0]

    def with_first(self, group: int, kind: SourceKind) -> SourceSettings:
        """The settings with another office first for a group; the others follow in their usual order."""
        if kind is self.first_of(group):
            return self
        usual, names = GROUPS[group]
        kept = {name: order for name, order in self.settings.sources.precedence.items() if name not in names}
        if kind is not usual[0]:
            kept |= dict.fromkeys(names, (kind, *(one for one in usual if one is not kind)))
        return self._with(SourceRules(self.settings.sources.kinds, MappingProxyType(kept)))

    def _with(self, sources: SourceRules) -> SourceSettings:
        return replace(self, settings=replace(self.settings, sources=sources))


class SourceRulesService:
    """提供元の決めごとを変える人 on one open database."""

    def __init__(self, database: CityDatabase) -> None:
        self._database = database
        self._rules = MatchingRulesService(database)

    @property
    def may_change(self) -> bool:
        """True for a clerk and an administrator."""
        return self._rules.may_change

    def read(self) -> SourceSettings:
        """What holds, and the offices known; raises as ``matching_settings_of``."""
        access = self._database.access
        with self._database.reading() as session:
            settings = matching_settings_of(session)
            records = session.imports.told(access) if access.has(Right.IMPORT_PEOPLE) else []
        names = dict.fromkeys([*(record.source for record in records), *sorted(settings.sources.kinds)])
        return SourceSettings(tuple(names), settings)

    def save(self, before: SourceSettings, after: SourceSettings) -> Outcome[SourceSettings]:
        """Keep other kinds and orders; raises as ``MatchingRulesService.save``."""
        done = self._rules.save(before.settings, after.settings)
        return Outcome(replace(after, settings=done.value), done.changes)
