"""保存した列の対応 of the fake city."""

from __future__ import annotations

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.mapping_profiles import MappingProfile, MappingProfileId
from kurume_bousai.domain.names import fold
from kurume_bousai.services.ports.mapping_profiles import KeptProfiles
from tests.fakes.state import CityState


class FakeMappingProfiles:
    """保存した列の対応 in memory."""

    def __init__(self, state: CityState) -> None:
        self._state = state

    def all(self, access: Access) -> KeptProfiles:
        access.require(Right.IMPORT_PEOPLE)
        found = self._state.mapping_profiles.values()
        return KeptProfiles(tuple(sorted(found, key=lambda one: fold(one.name))))

    def save(self, access: Access, profile: MappingProfile) -> None:
        access.require(Right.IMPORT_PEOPLE)
        self._state.mapping_profiles[profile.profile_id] = profile

    def remove(self, access: Access, profile_id: MappingProfileId) -> None:
        access.require(Right.IMPORT_PEOPLE)
        self._state.mapping_profiles.pop(profile_id, None)
