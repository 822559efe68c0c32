"""Taking a committed import back whole, as long as nothing later touched its people."""

from __future__ import annotations

import dataclasses
from typing import Any

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import ImportId, MemberId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.services.ports import CityDatabase, Clock, ImportRecord, ReadSession, WriteSession


@dataclasses.dataclass(frozen=True, slots=True)
class UndoneImport:
    """取り消した取込. The counts leave out whom the operator may not know of."""

    import_id: ImportId
    taken_out: int
    put_back: int

    def as_json(self) -> dict[str, Any]:
        """The object of ``import undo --json``."""
        return {
            "undone": str(self.import_id),
            "taken_out": self.taken_out,
            "put_back": self.put_back,
        }


def undo_import(database: CityDatabase, import_id: ImportId, *, clock: Clock) -> Outcome[UndoneImport]:
    """Remove whom the import added and write the former versions of whom it changed or removed.

    Versions keep the history: a former version is written as a new one.

    Raises
    ------
    KnownProblem
        ``no_right``, ``import_unknown``, ``import_undone`` or ``import_touched`` (somebody was changed
        since; nothing is taken back).
    """
    access = database.access
    access.require(Right.IMPORT_PEOPLE)
    with database.writing() as session:
        record = _record(session, import_id)
        stored = {
            member.member_id: member for member in session.members.by_source_keys(record.source).values()
        }
        _refuse_touched(session, access, record, stored)
        result = UndoneImport(
            import_id,
            taken_out=_countable(access, record.added, stored),
            put_back=_countable(access, tuple(record.changed), stored),
        )
        if record.added:
            session.members.purge_added(access, record.added)
        if record.changed:
            session.members.restore_versions(access, record.changed, source=record.source)
        session.imports.mark_undone(access, import_id, clock.now())
        session.audit.record(
            access, "import.undo", [*record.added, *record.changed], {"import_id": str(import_id)}
        )
    return Outcome(result, frozenset({Topic.MEMBERS, Topic.CONSENTS, Topic.IMPORTS}))


def _record(session: ReadSession, import_id: ImportId) -> ImportRecord:
    record = session.imports.get(import_id)
    if record is None:
        raise KnownProblem(
            "import_unknown",
            "その番号の取込はありません。",
            where=str(import_id),
            advice="取込の番号を確かめてください。",
        )
    if record.undone_at is not None:
        raise KnownProblem("import_undone", "この取込はもう取り消されています。", where=str(import_id))
    return record


def _refuse_touched(
    session: WriteSession, access: Access, record: ImportRecord, stored: dict[MemberId, RosterMember]
) -> None:
    touched = set(_changed_since(session, access, record, stored))
    touched.update(session.plans.by_member(access, record.added))
    if not touched:
        return
    countable = sum(
        access.sees_protected or not stored[member_id].has_protected_address
        for member_id in touched
        if member_id in stored
    )
    how_many = f"{countable}人の登録が変わっている" if countable else "登録が変わっている"
    raise KnownProblem(
        "import_touched",
        f"この取込の後に{how_many}ため、取り消せません。",
        where=str(record.import_id),
        advice="その人の画面で「前の版に戻す」を使うか、正しいファイルを取り込んでください。",
    )


def _changed_since(
    session: ReadSession, access: Access, record: ImportRecord, stored: dict[MemberId, RosterMember]
) -> list[MemberId]:
    """Members who are no longer as this import wrote them.

    A later import that was taken back wrote new versions, but the same content: that is no change, so
    that imports can be taken back one after the other, the last first.
    """
    removed = set(record.removed)
    written = dict.fromkeys(record.added, 1) | {key: before + 1 for key, before in record.changed.items()}
    touched: list[MemberId] = []
    for member_id, version in written.items():
        member = stored.get(member_id)
        if member_id in removed:
            if member is not None:
                touched.append(member_id)
        elif member is None or not _is_as_written(session, access, member, version):
            touched.append(member_id)
    return touched


def _is_as_written(session: ReadSession, access: Access, member: RosterMember, version: int) -> bool:
    if member.version == version:
        return True
    then = next(
        (
            kept.member
            for kept in session.members.versions(access, member.member_id)
            if kept.version == version
        ),
        None,
    )
    return then is not None and _content(then) == _content(member)


def _content(member: RosterMember) -> RosterMember:
    return dataclasses.replace(member, version=0, updated_at=None)


def _countable(access: Access, member_ids: tuple[MemberId, ...], stored: dict[MemberId, RosterMember]) -> int:
    """People an operator may count; somebody removed is not stored and was never hidden from who removed."""
    return sum(
        access.sees_protected or member_id not in stored or not stored[member_id].has_protected_address
        for member_id in member_ids
    )
