"""Older versions of the living, in which somebody wrote the name of one whose time of keeping is over."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Table, create_engine, insert

from kurume_bousai.domain.audit import canonical_json
from kurume_bousai.domain.consents import Consent, ConsentKind, ConsentState
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.person_details import PersonDetails
from kurume_bousai.domain.retention import NameEraser
from kurume_bousai.storage import codec, scrubbing
from kurume_bousai.storage.mapping import members as mapping
from kurume_bousai.storage.mapping.versions import with_empty
from kurume_bousai.storage.rows.people import MemberRecord, MemberVersionRecord
from tests.storage.people import person

NAME = "見張番太郎"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
VERSIONS = cast("Table", MemberVersionRecord.__table__)


def _spelled(member: RosterMember) -> str:
    return mapping.to_version(mapping.to_row(member, number=1, version=1, updated_at=NOW))


def _as_before(text: str) -> str:
    """The same version as a program spelled it that named what is empty, too."""
    row: dict[str, Any] = with_empty(json.loads(text))
    row["consents"] = codec.dumps(mapping.from_version(text).consents)
    return canonical_json(row)


def test_a_name_is_found_in_every_sentence_of_a_version() -> None:
    plain = person("架空花子", details=PersonDetails(), note="")
    corrected = Consent(ConsentKind.ROSTER, ConsentState.REFUSED, correction=f"{NAME}の分と取り違え")
    speaking = [
        replace(plain, note=f"{NAME}の妹"),
        replace(plain, details=PersonDetails(communication_note=f"{NAME}を呼ぶ")),
        replace(plain, consents=(corrected,)),
    ]
    texts = [_spelled(one) for one in (plain, *speaking)]
    texts += [_as_before(text) for text in texts]
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        cast("Table", MemberRecord.__table__).create(connection)
        VERSIONS.create(connection)
        rows = [
            {
                "member_id": "m1",
                "version": n,
                "saved_at": NOW,
                "operator": "係",
                "source": "",
                "content": text,
            }
            for n, text in enumerate(texts)
        ]
        connection.execute(insert(VERSIONS), rows)
        done = scrubbing._scrub_versions(connection, NameEraser([NAME]))
        kept = connection.execute(VERSIONS.select().order_by(VERSIONS.c.version)).all()
    engine.dispose()
    assert done == 6
    assert not any(NAME in row.content for row in kept)
    assert [row.content for row in kept if row.version in (0, 4)] == [texts[0], texts[4]]
    assert all(mapping.from_version(row.content).name == "架空花子" for row in kept)
