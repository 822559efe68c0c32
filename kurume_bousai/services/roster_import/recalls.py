"""前の名簿を持っている人に知らせること: what an import or a merge means for the copies that are out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.hand_outs import HandedCopy
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.roster_columns import RosterColumn, columns_of
from kurume_bousai.services.ports.sessions import ReadSession


@dataclass(frozen=True, slots=True)
class HolderNotice:
    """知らせ to one recipient: how many lines of its papers are to be struck out or changed.

    ``must_come_back``: somebody on the paper may not stand on any paper any more. Counts hold nobody the
    viewer may not know of.
    """

    recipient: str = field(repr=False)
    copy_numbers: tuple[str, ...]
    remove: int
    changed: int
    must_come_back: bool = False

    def as_json(self) -> dict[str, object]:
        """The object that the import's result prints."""
        return {
            "recipient": self.recipient,
            "copies": list(self.copy_numbers),
            "remove": self.remove,
            "changed": self.changed,
            "must_come_back": self.must_come_back,
        }


def tell_holders(
    session: ReadSession,
    access: Access,
    *,
    removed: Collection[MemberId],
    hidden: Collection[MemberId],
    changed: Mapping[MemberId, tuple[str, ...]],
    added: Collection[MemberId] = (),  # noqa: ARG001 - told by the next 差分, not by a notice
) -> tuple[HolderNotice, ...]:
    """Return what holders of older lists must be told now, in order of recipient.

    A copy that names a hidden person must come back; for a viewer without 支援措置担当 that person stands
    in no count, so the notice says no more than that the paper must come back.

    Parameters
    ----------
    removed
        Who left the list.
    hidden
        Who is under 支援措置 from now on.
    changed
        Of each changed person the fields that changed.
    """
    hidden_now, gone = set(hidden), set(removed) - set(hidden)
    if access.sees_protected:
        gone |= hidden_now
    differs = {key: columns_of(fields) for key, fields in changed.items() if key not in gone | hidden_now}
    naming = session.hand_outs.naming(access, gone | differs.keys())
    back = session.hand_outs.numbers_naming(access, hidden_now) if hidden_now else frozenset()
    grouped: dict[tuple[str, str], list[HandedCopy]] = {}
    for copy in session.hand_outs.copies(access):
        if copy.is_out and (copy.copy_number in naming or copy.copy_number in back):
            grouped.setdefault((copy.recipient, copy.partner_id or ""), []).append(copy)
    found = (
        _notice(recipient, sorted(copies, key=lambda one: one.copy_number), naming, gone, differs, back)
        for (recipient, _), copies in sorted(grouped.items())
    )
    return tuple(notice for notice in found if notice is not None)


def _notice(
    recipient: str,
    copies: Sequence[HandedCopy],
    naming: Mapping[str, frozenset[MemberId]],
    gone: Collection[MemberId],
    differs: Mapping[MemberId, frozenset[RosterColumn]],
    back: frozenset[str],
) -> HolderNotice | None:
    """None where nothing that stands on these papers changed: the recipient has other columns."""
    struck: set[MemberId] = set()
    altered: set[MemberId] = set()
    touched: list[str] = []
    for copy in copies:
        on_it = naming.get(copy.copy_number, frozenset())
        out = on_it & set(gone)
        other = {key for key in on_it - out if not copy.columns or differs[key] & copy.columns}
        if out or other or copy.copy_number in back:
            touched.append(copy.copy_number)
        struck |= out
        altered |= other
    if not touched:
        return None
    return HolderNotice(
        recipient, tuple(touched), len(struck), len(altered - struck), not back.isdisjoint(touched)
    )
