"""Taking a committed import back whole, as long as nobody's later work would be lost with it.

What the program itself wrote since (a place found from the address, hazards read at it, a 区分) stands in
nobody's way: it is made again. What a person wrote does, and the refusal says how many, which numbers and
why. Imports that were committed together are taken back together.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.changes import Outcome, Topic
from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.ids import ImportId, MemberId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.services.collecting import let_go, rarely_collected
from kurume_bousai.services.ports.clock import Clock
from kurume_bousai.services.ports.imports import ImportRecord
from kurume_bousai.services.ports.members import MemberVersion
from kurume_bousai.services.ports.sessions import CityDatabase, ReadSession, WriteSession

#: What a version says that no person wrote (services.places.geocoding, services.hazard_update).
_BY_MACHINE: Final = frozenset({"住所から位置を決定", "地図データ", "スクリーニング"})
#: Fields that such a version writes; made again from the address when they are needed.
_MADE: Final = {
    "version": 0, "updated_at": None, "home": None, "flood_rank": None, "district_id": None,
    "district_method": None, "number": 0,
}  # fmt: skip
_NUMBERS_TOLD: Final = 10


class Obstacle(StrEnum):
    """取り消せないわけ of one person."""

    CHANGED = "changed"  # somebody wrote in the record, or a later file did
    PINNED = "pinned"  # the place was set by hand
    PLANNED = "planned"  # a plan was begun
    HANDED_OUT = "handed_out"  # a copy that names the person is in the ledger
    MERGED = "merged"  # taken together with another


_WORDS: Final[Mapping[Obstacle, str]] = {
    Obstacle.CHANGED: "登録が変わっている",
    Obstacle.PINNED: "位置を手で決めた",
    Obstacle.PLANNED: "マイプランがある",
    Obstacle.HANDED_OUT: "名簿を渡した",
    Obstacle.MERGED: "ほかの記録とまとめた",
}


@dataclasses.dataclass(frozen=True, slots=True)
class UndoneImport:
    """取り消した取込. The counts leave out whom the operator may not know of.

    ``together``: the imports that were committed in the same session and went with it.
    """

    import_id: ImportId
    taken_out: int
    put_back: int
    together: tuple[ImportId, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The object of ``import undo --json``."""
        return {
            "undone": str(self.import_id),
            "taken_out": self.taken_out,
            "put_back": self.put_back,
            "together": [str(one) for one in self.together],
        }


def undo_import(database: CityDatabase, import_id: ImportId, *, clock: Clock) -> Outcome[UndoneImport]:
    """Remove whom the import added and write the former versions of whom it changed or removed.

    Versions keep the history: a former version is written as a new one.

    Raises
    ------
    KnownProblem
        ``no_right``, ``import_unknown``, ``import_undone`` or ``import_touched`` (somebody wrote since;
        nothing is taken back).
    """
    access = database.access
    access.require(Right.IMPORT_PEOPLE)
    with rarely_collected(), database.writing() as session:
        record = _record(session, import_id)
        together = _together(session, record)
        stored = {member.member_id: member for member in session.matching.everyone()}
        _refuse_touched(session, access, together, stored)
        added = [one for kept in together for one in kept.added]
        changed = {key: version for kept in together for key, version in kept.changed.items()}
        result = UndoneImport(
            import_id,
            taken_out=_countable(access, added, stored),
            put_back=_countable(access, list(changed), stored),
            together=tuple(kept.import_id for kept in together if kept.import_id != import_id),
        )
        session.matching.take_back(access, [kept.import_id for kept in together])
        if added:
            session.members.purge_added(access, added)
        if changed:
            session.members.restore_versions(access, changed, source=record.source)
        for kept in together:
            session.imports.mark_undone(access, kept.import_id, clock.now())
        session.audit.record(access, "import.undo", [*added, *changed], {"import_id": str(import_id)})
        let_go(stored)
    return Outcome(result, frozenset({Topic.MEMBERS, Topic.CONSENTS, Topic.IMPORTS}))


def _together(session: ReadSession, record: ImportRecord) -> list[ImportRecord]:
    """All imports of one session that still stand."""
    if not record.session_id:
        return [record]
    return [
        one for one in session.imports.all() if one.session_id == record.session_id and one.undone_at is None
    ]


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
    session: WriteSession,
    access: Access,
    together: Sequence[ImportRecord],
    stored: Mapping[MemberId, RosterMember],
) -> None:
    found = _obstacles(session, access, together, stored)
    if not found:
        return
    shown = {
        member_id: why
        for member_id, why in found.items()
        if member_id in stored and (access.sees_protected or not stored[member_id].has_protected_address)
    }
    raise KnownProblem(
        "import_touched",
        _touched_words(access, shown, stored),
        where=str(together[0].import_id),
        advice="その人の画面で「前の版に戻す」を使うか、正しいファイルを取り込んでください。",
    )


def _touched_words(
    access: Access, shown: Mapping[MemberId, Obstacle], stored: Mapping[MemberId, RosterMember]
) -> str:
    if not shown:
        return "この取込の後に登録が変わっているため、取り消せません。"
    sentences = []
    for obstacle, words in _WORDS.items():
        numbers = sorted(stored[one].number for one, why in shown.items() if why is obstacle)
        if not numbers:
            continue
        told = (
            f"{len(numbers):,}人の{words}"
            if obstacle is Obstacle.CHANGED
            else f"{words}人が{len(numbers):,}人いる"
        )
        if access.has(Right.SEE_PEOPLE):
            first = "、".join(map(str, numbers[:_NUMBERS_TOLD]))
            told += f"（番号{first}{'ほか' if len(numbers) > _NUMBERS_TOLD else ''}）"
        sentences.append(told)
    return f"この取込の後に{'、'.join(sentences)}ため、取り消せません。"


def _obstacles(
    session: WriteSession,
    access: Access,
    together: Sequence[ImportRecord],
    stored: Mapping[MemberId, RosterMember],
) -> dict[MemberId, Obstacle]:
    """Whose later work would be lost, with the first reason."""
    added = [one for record in together for one in record.added]
    changed = {key: before for record in together for key, before in record.changed.items()}
    removed = {one for record in together for one in record.removed}
    pinned = {key for key, place in session.gazetteer.kept_places().items() if place.is_by_hand}
    found: dict[MemberId, Obstacle] = {}
    for member_id, version in (
        dict.fromkeys(added, 1) | {key: old + 1 for key, old in changed.items()}
    ).items():
        member = stored.get(member_id)
        if member_id in removed:
            if member is not None:
                found[member_id] = Obstacle.CHANGED
        elif member is None or not _is_as_written(session, access, member, version):
            is_pin = member is not None and member_id in pinned
            found[member_id] = Obstacle.PINNED if is_pin else Obstacle.CHANGED
    for member_id in session.plans.by_member(access, added):
        found.setdefault(member_id, Obstacle.PLANNED)
    merged = {one for merge in session.matching.merges() for one in (merge.kept_id, merge.absorbed_id)
              if merge.split_at is None}  # fmt: skip
    for member_id in {*added, *changed} & merged:
        found[member_id] = Obstacle.MERGED
    for member_id in _handed_out(session, access, added):
        found.setdefault(member_id, Obstacle.HANDED_OUT)
    return found


def _handed_out(session: ReadSession, access: Access, added: Sequence[MemberId]) -> frozenset[MemberId]:
    """Whom a copy names: the ledger must still be able to say whose data was on it."""
    if not added or not access.has(Right.PRINT_NAMED) or not session.ledger.all(access):
        return frozenset()
    named = session.hand_outs.naming(access, frozenset(added))
    return frozenset(member_id for people in named.values() for member_id in people)


def _is_as_written(session: ReadSession, access: Access, member: RosterMember, version: int) -> bool:
    """Whether nobody wrote since: the version stands, or only the program wrote, or it was put back."""
    if member.version == version:
        return True
    kept = session.members.versions(access, member.member_id)
    then = next((one for one in kept if one.version == version), None)
    if then is None:
        return False
    if _content(then.member) == _content(member):
        return True
    later = [one for one in kept if one.version > version]
    return all(one.source in _BY_MACHINE for one in later) and _spoken(then) == _spoken(later[-1])


def _content(member: RosterMember) -> RosterMember:
    return dataclasses.replace(member, version=0, updated_at=None)


def _spoken(version: MemberVersion) -> RosterMember:
    """A version without what the program makes by itself."""
    return dataclasses.replace(version.member, **_MADE, screening_class=None)  # type: ignore[arg-type]


def _countable(
    access: Access, member_ids: Sequence[MemberId], stored: Mapping[MemberId, RosterMember]
) -> int:
    """People an operator may count; somebody removed is not stored and was never hidden from who removed."""
    return sum(
        access.sees_protected or member_id not in stored or not stored[member_id].has_protected_address
        for member_id in member_ids
    )
