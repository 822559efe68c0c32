"""家族のつながり between people of the list: nobody is named to whom they do not exist (RULEBOOK §1).

A record may link somebody who is hidden, has left the list or lives in another 校区. Such a link is not
given out, and a save by an operator who could not see it does not take it away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from kurume_bousai.domain.access import Access, Right
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.person_details import (
    NO_DETAILS,
    PersonDetails,
    led_on,
    linked_ids,
    with_kept_links,
    without_links,
)
from kurume_bousai.storage.absorbed import kept_for
from kurume_bousai.storage.mapping.members import details_of
from kurume_bousai.storage.repository import chunks
from kurume_bousai.storage.rows.people import MemberRecord
from kurume_bousai.storage.visible import visible_members

#: How a link stands in the canonical JSON of ``members.details``; one that links nobody has null there.
_LINK = '"link":"'


def as_seen(connection: Connection, access: Access, members: Sequence[RosterMember]) -> list[RosterMember]:
    """The members without links to people who do not exist for the operator."""
    linked = {one for member in members for one in _links(member.details)}
    if not linked:
        return list(members)
    unseen = linked - _seen(connection, access, linked)
    return [
        replace(member, details=without_links(member.details, frozenset(unseen)))
        if unseen.intersection(_links(member.details))
        else member
        for member in members
    ]


def with_links_kept(
    connection: Connection, access: Access, members: Sequence[RosterMember]
) -> list[RosterMember]:
    """The members to save, with the links that the operator could not see put back.

    A link to a record that was taken into another one since (an older version, a file) leads to that one.
    """
    members = _led_on(connection, members)
    kept = _kept_with_links(connection, [member.member_id for member in members])
    linked = {one for details in kept.values() for one in linked_ids(details)}
    unseen = frozenset(linked - _seen(connection, access, linked)) if linked else frozenset()
    if not unseen:
        return list(members)
    return [
        replace(member, details=with_kept_links(member.details, kept[member.member_id], unseen))
        if member.member_id in kept
        else member
        for member in members
    ]


def _led_on(connection: Connection, members: Sequence[RosterMember]) -> Sequence[RosterMember]:
    if not any(_links(member.details) for member in members):
        return members
    kept = kept_for(connection)
    return [
        replace(member, details=_details_led_on(member, kept)) if kept.keys() & set(_links(member.details))
        else member
        for member in members
    ]  # fmt: skip


def _details_led_on(member: RosterMember, kept: Mapping[MemberId, MemberId]) -> PersonDetails:
    details = member.details
    for link in linked_ids(details):
        if link in kept:
            details = led_on(details, link, kept[link])
    return without_links(details, frozenset({member.member_id}))


def _links(details: PersonDetails) -> tuple[MemberId, ...]:
    return () if details is NO_DETAILS else linked_ids(details)


def _seen(connection: Connection, access: Access, member_ids: Iterable[MemberId]) -> set[MemberId]:
    found: set[MemberId] = set()
    if not access.has(Right.SEE_PEOPLE):
        return found  # an administrator's import sees nobody, and takes nobody's link away
    for part in chunks(sorted(member_ids)):
        statement = visible_members(access).where(MemberRecord.member_id.in_(part))
        found.update(MemberId(member_id) for member_id in connection.scalars(statement))
    return found


def _kept_with_links(connection: Connection, member_ids: Sequence[MemberId]) -> dict[MemberId, PersonDetails]:
    found: dict[MemberId, PersonDetails] = {}
    for part in chunks(member_ids):
        statement = select(MemberRecord.member_id, MemberRecord.details).where(
            MemberRecord.member_id.in_(part), MemberRecord.details.contains(_LINK)
        )
        found.update((MemberId(key), details_of(text)) for key, text in connection.execute(statement))
    return found
