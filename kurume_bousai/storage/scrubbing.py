"""人が書いた文から、保存期限の過ぎた人の名前を消す: every column into which somebody may type a name.

A spelling that a person of the list, a supporter or an operator has too is left alone: of whom the sentence
speaks is not known then, and what is written of a living person is not ours to change. What belongs to
another person's own record (their emergency contact, their family, their 民生委員) is theirs and stays.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Any, Final, cast

from sqlalchemy import Connection, Table, and_, func, or_, select, update

from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.retention import NameEraser
from kurume_bousai.storage.repository import chunks
from kurume_bousai.storage.rows.every import metadata
from kurume_bousai.storage.rows.people import MemberRecord, MemberVersionRecord, SupporterRecord
from kurume_bousai.storage.rows.records import AuditPayloadRecord, OperatorRecord

#: Columns of free text, table by table. A test holds the whole schema against these and ``NO_FREE_TEXT``.
FREE_TEXT: Final[dict[str, tuple[str, ...]]] = {
    "activity_entries": ("place", "note"),
    "copy_events": ("holder", "note"),
    "copy_notes": ("holder",),
    "eligibility_decisions": ("reason",),
    "emergencies": ("event", "reason", "end_note"),
    "facts": ("value",),
    "hand_out_orders": ("purpose",),
    "imports": ("mismatch_reason",),
    "ledger": ("recipient", "purpose", "second_ground"),
    "log_entries": ("payload",),
    "mailings": ("title", "unchecked_reason"),
    "mapping_profiles": ("name", "folded_name", "header", "mapping"),
    "operations": ("settings",),
    "reception_entries": ("reported_by", "note", "report"),
    "scenarios": ("name", "folded_name", "conditions"),
    "screenings": ("basis", "wanted"),
    "task_features": ("text",),
    "task_layers": ("title",),
    "task_steps": ("content",),
    "yearly_records": ("note",),
}
#: Tables into which nobody types a sentence about a person, or which have a rule of their own here or in
#: ``Retention`` (people and their versions, what offices stated, the audit).
NO_FREE_TEXT: Final = frozenset({
    "activity_figures", "audit_entries", "audit_heads", "audit_payloads", "backgrounds", "care_facilities",
    "designated_shelters", "devices", "districts", "district_outlines", "eligibility_findings",
    "eligibility_runs", "eligibility_sets", "emergency_copies", "emergency_sites", "frozen_people",
    "frozen_sites", "gazetteer_points", "gazetteer_sources", "home_places", "home_undecided",
    "layer_features", "layers", "ledger_people", "mailing_checks", "mailing_letters", "member_hazards",
    "member_merges", "member_versions", "members", "operators", "pair_decisions", "plan_supporters", "plans",
    "registration_years", "site_hazards", "source_statements", "support_partners", "supporters",
    "tile_packs", "welfare_shelters", "yearly_due", "yearly_updates",
})  # fmt: skip
#: How a version spells a consent that nobody put right: JSON as text in JSON.
_NO_CORRECTION: Final = r"\"correction\":\"\""
#: Sentences among くわしい記録.
_SENTENCES: Final = (
    "consideration_note", "communication_note", "allergies", "medicine", "belongings", "pets",
    "services_used", "disability",
)  # fmt: skip
_SHORTEST_NUMBER: Final = 8


def spellings(members: Iterable[RosterMember]) -> set[str]:
    """How the expired may stand in a sentence: names, kana, addresses, telephones."""
    found: set[str] = set()
    for member in members:
        details = member.details
        names = (member.name, member.kana, details.display_name, details.display_kana)
        places = (member.address, member.phone, member.phone_second, member.mail_or_fax)
        found.update(name.strip() for name in names if len("".join(name.split())) > 1)
        found.update(place.strip() for place in places if len(place.strip()) >= _SHORTEST_NUMBER)
    return found


def shared(connection: Connection, found: Collection[str], expired: Collection[str]) -> set[str]:
    """Those of the spellings that somebody else has too."""
    bare = {"".join(one.split()): one for one in found}
    others: set[str] = set()
    columns = ("name", "kana", "address", "phone", "phone_second", "mail_or_fax")
    statement = select(MemberRecord.member_id, *(getattr(MemberRecord, name) for name in columns))
    gone = set(expired)
    for member_id, *texts in connection.execute(statement):
        if member_id not in gone:
            others.update(texts)
    helpers = select(
        SupporterRecord.name, SupporterRecord.kana, SupporterRecord.phone, SupporterRecord.address
    )
    for row in connection.execute(helpers):
        others.update(row)
    others.update(connection.scalars(select(OperatorRecord.name)))
    return {bare[key] for key in {"".join(one.split()) for one in others} & bare.keys()}


def scrub(connection: Connection, eraser: NameEraser) -> int:
    """Take the spellings out of every sentence; returns how many rows were changed."""
    if not eraser:
        return 0
    done = sum(
        _scrub_table(connection, metadata.tables[name], columns, eraser)
        for name, columns in FREE_TEXT.items()
    )
    return done + _scrub_members(connection, eraser) + _scrub_versions(connection, eraser)


def payloads_naming(connection: Connection, eraser: NameEraser) -> list[tuple[str, int]]:
    """Entries of the audit whose contents name one of them: erased whole, since a hash stands over them."""
    statement = select(
        AuditPayloadRecord.device, AuditPayloadRecord.sequence, AuditPayloadRecord.content
    ).where(AuditPayloadRecord.content.is_not(None))
    return [
        (device, sequence)
        for device, sequence, content in connection.execute(statement)
        if content is not None and eraser.erase(content) != content
    ]


def _scrub_table(connection: Connection, table: Table, columns: tuple[str, ...], eraser: NameEraser) -> int:
    keys = list(table.primary_key.columns)
    texts = [table.c[name] for name in columns]
    filled = or_(*(text != "" for text in texts))
    done = 0
    for row in connection.execute(select(*keys, *texts).where(filled)).all():
        key, found = row[: len(keys)], row[len(keys) :]
        changed = {
            text.name: after
            for text, before in zip(texts, found, strict=True)
            if before and (after := eraser.erase(before)) != before
        }
        if changed:
            here = and_(*(column == value for column, value in zip(keys, key, strict=True)))
            connection.execute(update(table).where(here).values(changed))
            done += 1
    return done


def _scrub_members(connection: Connection, eraser: NameEraser) -> int:
    table = cast("Table", MemberRecord.__table__)
    statement = select(
        MemberRecord.member_id, MemberRecord.note, MemberRecord.details, MemberRecord.consents
    ).where(
        or_(MemberRecord.note != "", MemberRecord.details != "", MemberRecord.consents.contains("correction"))
    )
    done = 0
    for member_id, note, details, consents in connection.execute(statement).all():
        before = {"note": note, "details": details, "consents": consents}
        after = _without_names(before, eraser)
        if after != before:
            connection.execute(update(table).where(table.c.member_id == member_id).values(after))
            done += 1
    return done


def _scrub_versions(connection: Connection, eraser: NameEraser) -> int:
    """Older versions of everybody: only those with a sentence in them are opened."""
    table = cast("Table", MemberVersionRecord.__table__)
    keys = select(MemberVersionRecord.member_id, MemberVersionRecord.version, MemberVersionRecord.content)
    kept_as = MemberVersionRecord.content
    # An empty column is left out, or named empty by an older program. Consents stand in it as text in a text.
    speaks = or_(
        kept_as.contains('"details":"{'),
        and_(kept_as.contains('"note":"'), ~kept_as.contains('"note":""')),
        func.replace(kept_as, _NO_CORRECTION, "").contains("correction"),
    )
    done = 0
    for member_id, version, content in connection.execute(keys.where(speaks)).all():
        if eraser.erase(content) == content:
            continue
        kept: dict[str, Any] = json.loads(content)
        parts = {name: kept.get(name) or "" for name in ("note", "details", "consents")}
        after = _without_names(parts, eraser)
        if after != parts:
            text = json.dumps({**kept, **after}, ensure_ascii=False, separators=(",", ":"))
            here = and_(table.c.member_id == member_id, table.c.version == version)
            connection.execute(update(table).where(here).values(content=text))
            done += 1
    return done


def _without_names(parts: dict[str, str], eraser: NameEraser) -> dict[str, str]:
    """A record's own sentences without the names: not its contacts, its family, its names."""
    after = {"note": eraser.erase(parts["note"]), "details": parts["details"], "consents": parts["consents"]}
    if parts["details"] and eraser.erase(parts["details"]) != parts["details"]:
        details: dict[str, Any] = json.loads(parts["details"])
        for name in _SENTENCES:
            if name in details:
                details[name] = eraser.erase(details[name])
        for one in (*details.get("contacts", ()), *details.get("household", ())):
            if "note" in one:
                one["note"] = eraser.erase(one["note"])
        after["details"] = _dumps(details)
    if "correction" in parts["consents"] and eraser.erase(parts["consents"]) != parts["consents"]:
        consents: list[dict[str, Any]] = json.loads(parts["consents"])
        for consent in consents:
            consent["correction"] = eraser.erase(consent.get("correction", ""))
        after["consents"] = _dumps(consents)
    return after


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def forget_helpers(connection: Connection, supporter_ids: Collection[str]) -> None:
    """Delete supporters; a plan or a log that names one of them leads nowhere."""
    table = cast("Table", SupporterRecord.__table__)
    for part in chunks(sorted(supporter_ids)):
        connection.execute(table.delete().where(table.c.supporter_id.in_(part)))
