"""保存した列の対応 in the database. Implements ``MappingProfileRepository``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Table, select

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.audit import canonical_json
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.mapping_json import mapping_from_json, mapping_json
from kurume_bousai.domain.mapping_profiles import MappingProfile, MappingProfileId
from kurume_bousai.domain.names import fold
from kurume_bousai.services.ports.mapping_profiles import KeptProfiles, RefusedProfile
from kurume_bousai.storage.repository import Repository
from kurume_bousai.storage.rows.mapping_profiles import MappingProfileRecord

_PROFILES = cast("Table", MappingProfileRecord.__table__)


class MappingProfiles(Repository):
    """保存した列の対応."""

    def all(self, access: Access) -> KeptProfiles:
        """By name; those of a newer program apart, each with what is wrong."""
        access.require(Right.IMPORT_PEOPLE)
        profiles: list[MappingProfile] = []
        refused: list[RefusedProfile] = []
        statement = select(_PROFILES).order_by(MappingProfileRecord.folded_name)
        for row in self.connection.execute(statement).mappings():
            try:
                profiles.append(_from_row(row))
            except KnownProblem as problem:
                refused.append(RefusedProfile(MappingProfileId(row["profile_id"]), row["name"], problem))
        return KeptProfiles(tuple(profiles), tuple(refused))

    def save(self, access: Access, profile: MappingProfile) -> None:
        """Store one, new or changed."""
        self._write(access, "mapping_profile_saved", profile.profile_id)
        self.upsert(_PROFILES, [_to_row(profile)])

    def remove(self, access: Access, profile_id: MappingProfileId) -> None:
        """Take one away."""
        self._write(access, "mapping_profile_removed", profile_id)
        self.delete_by(_PROFILES, "profile_id", [profile_id])

    def _write(self, access: Access, action: str, profile_id: MappingProfileId) -> None:
        self.require_writing()
        access.require(Right.IMPORT_PEOPLE)
        self.session.audit.record(access, action, [profile_id], {})


def _to_row(profile: MappingProfile) -> dict[str, Any]:
    return {
        "profile_id": profile.profile_id,
        "name": profile.name,
        "folded_name": fold(profile.name),
        "header": json.dumps(list(profile.header), ensure_ascii=False),
        "mapping": canonical_json(mapping_json(profile.mapping)),
        "saved_at": profile.saved_at,
        "saved_by": profile.saved_by,
    }


def _from_row(row: Mapping[Any, Any]) -> MappingProfile:
    return MappingProfile(
        profile_id=MappingProfileId(row["profile_id"]),
        name=row["name"],
        header=tuple(json.loads(row["header"])),
        mapping=mapping_from_json(json.loads(row["mapping"])),
        saved_at=row["saved_at"],
        saved_by=row["saved_by"],
    )
