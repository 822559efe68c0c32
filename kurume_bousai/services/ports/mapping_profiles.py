"""Port of the saved column mappings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.mapping_profiles import MappingProfile, MappingProfileId


@dataclass(frozen=True, slots=True)
class RefusedProfile:
    """使えない列の対応: kept by a newer program; it can be removed, never used half."""

    profile_id: MappingProfileId
    name: str
    problem: KnownProblem


@dataclass(frozen=True, slots=True)
class KeptProfiles:
    """保存した列の対応のすべて by name, apart from those that this program cannot read."""

    profiles: tuple[MappingProfile, ...] = ()
    refused: tuple[RefusedProfile, ...] = ()


class MappingProfileRepository(Protocol):
    """保存した列の対応. Reading and writing need ``IMPORT_PEOPLE``; nothing in it is personal."""

    def all(self, access: Access) -> KeptProfiles: ...

    def save(self, access: Access, profile: MappingProfile) -> None:
        """Store one, new or changed; audited by its id only, because a name is typed by a person."""

    def remove(self, access: Access, profile_id: MappingProfileId) -> None:
        """Take one away, a refused one too."""


class MappingSession(Protocol):
    """読み出し: the saved mappings of a session."""

    @property
    def mapping_profiles(self) -> MappingProfileRepository: ...
