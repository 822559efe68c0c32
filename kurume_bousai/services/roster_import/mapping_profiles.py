"""列の対応を保存する: each office's columns under its name, recognised the next time by the headings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from kurume_bousai.domain.access import Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import new_id
from kurume_bousai.domain.mapping_profiles import (
    ColumnMapping,
    HeaderDifference,
    MappingProfile,
    MappingProfileId,
    header_fingerprint,
    require_profile_name,
)
from kurume_bousai.domain.names import fold
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.mapping_profiles import KeptProfiles, RefusedProfile
from kurume_bousai.services.ports.sessions import CityDatabase

#: At most one heading in so many may have come or gone for a file to count as the same office's.
_NEAR: Final = 4
_TOPICS: Final = frozenset({Topic.IMPORTS})


@dataclass(frozen=True, slots=True)
class Recognised:
    """見分けた対応: the profile meant for a file, and how the file differs from the one it was made of."""

    profile: MappingProfile
    difference: HeaderDifference

    @property
    def can_be_used(self) -> bool:
        """True where every heading the mapping needs is there."""
        return not self.difference.missing


class MappingProfileService:
    """列の対応を保存する人 on one open database. Safe to call from any thread; needs ``IMPORT_PEOPLE``."""

    def __init__(self, database: CityDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def all(self) -> list[MappingProfile]:
        """Every profile this program can use, by name."""
        return list(self._read().profiles)

    def refused(self) -> list[RefusedProfile]:
        """Those a newer program kept: shown with their problem, never used half."""
        return list(self._read().refused)

    def named(self, name: str) -> MappingProfile:
        """The profile of a name (width, case and kana do not make another name).

        Raises
        ------
        KnownProblem
            ``no_right``, ``profile_missing``.
        """
        kept = self._read()
        key = fold(name)
        found = next((one for one in kept.profiles if fold(one.name) == key), None)
        if found is not None:
            return found
        for refused in kept.refused:
            if fold(refused.name) == key:
                raise refused.problem
        names = "、".join(one.name for one in kept.profiles) or "なし"
        raise KnownProblem(
            "profile_missing",
            f"その名前の列の対応はありません。保存した対応: {names}。",
            advice="名前を確かめるか、列の対応のファイルを指定してください。",
        )

    def recognised(self, header: Sequence[str], source: str = "") -> Recognised | None:
        """The profile a file is meant for: by its headings, else the one that bears the office's name.

        Else the one whose headings are nearly these, with every heading it uses: an office that adds a
        column after a year is not asked for everything anew. What differs is told in any case.
        """
        profiles = self.all()
        fingerprint = header_fingerprint(header)
        same = [one for one in profiles if one.fingerprint == fingerprint]
        own = [one for one in profiles if source.strip() and fold(one.name) == fold(source)]
        near = [one for one in profiles if _is_near(one, header)]
        found = next((one for one in own if one in same), None) or next(iter((*same, *own, *near)), None)
        return None if found is None else Recognised(found, found.differences(header))

    def save(
        self, name: str, header: Sequence[str], mapping: ColumnMapping, *, columns: Iterable[str]
    ) -> Outcome[MappingProfile]:
        """Keep a mapping under a name; one of the same name is replaced. ``columns``: the canonical ones.

        Raises
        ------
        KnownProblem
            ``no_right``, ``profile_name_bad`` or ``mapping_bad``.
        """
        self._database.access.require(Right.IMPORT_PEOPLE)
        cleaned = require_profile_name(name)
        if faults := mapping.faults(columns):
            raise KnownProblem("mapping_bad", f"列の対応が使えません。{''.join(faults)}")
        with self._database.writing() as session:
            kept = session.mapping_profiles.all(self._database.access)
            known: tuple[MappingProfile | RefusedProfile, ...] = (*kept.profiles, *kept.refused)
            same = [one for one in known if fold(one.name) == fold(cleaned)]
            profile = MappingProfile(
                profile_id=same[0].profile_id if same else MappingProfileId(new_id()),
                name=cleaned,
                header=tuple(header),
                mapping=mapping,
                saved_at=self._clock.now(),
                saved_by=self._database.access.name,
            )
            session.mapping_profiles.save(self._database.access, profile)
        return Outcome(profile, _TOPICS)

    def remove(self, profile_id: MappingProfileId) -> Outcome[MappingProfileId]:
        """Take one away; raises ``no_right``."""
        self._database.access.require(Right.IMPORT_PEOPLE)
        with self._database.writing() as session:
            session.mapping_profiles.remove(self._database.access, profile_id)
        return Outcome(profile_id, _TOPICS)

    def _read(self) -> KeptProfiles:
        self._database.access.require(Right.IMPORT_PEOPLE)
        with self._database.reading() as session:
            return session.mapping_profiles.all(self._database.access)


def require_usable(recognised: Recognised, *, where: str) -> ColumnMapping:
    """The mapping of a recognised profile.

    Raises
    ------
    KnownProblem
        ``profile_differs``: headings it needs are gone; told with all that differs.
    """
    if recognised.can_be_used:
        return recognised.profile.mapping
    raise KnownProblem(
        "profile_differs",
        f"保存した列の対応「{recognised.profile.name}」のときと、ファイルの見出しがちがいます。"
        f"{''.join(recognised.difference.sentences())}",
        where=where,
        advice="提供元に確かめ、列の対応を直して保存し直してください。",
    )


def _is_near(profile: MappingProfile, header: Sequence[str]) -> bool:
    """Whether a file has all headings the mapping uses and few others than those it was made of."""
    if not profile.header:
        return False
    difference = profile.differences(header)
    changes = len(difference.gone) + len(difference.added)
    return not difference.missing and changes * _NEAR <= len(profile.header)
