"""案内のファイルの台帳: a file of letters is a copy of people's addresses, so it has a number like any other.

Its letters go to the people themselves, so it stands on nobody's consent; who confirmed it, whose addresses
it holds and that it was destroyed after use are kept as of a list.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.hand_outs import CopyContents
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.mailings import Mailing
from kurume_bousai.domain.members import RosterMember
from kurume_bousai.domain.roster_columns import RosterColumn
from kurume_bousai.domain.second_person import Vouched
from kurume_bousai.services.ports.ledger import LedgerEntry
from kurume_bousai.services.ports.sessions import WriteSession

_RECIPIENT: Final = "案内のあて先の一人ひとり"
_COLUMNS: Final = frozenset({RosterColumn.NAME, RosterColumn.ADDRESS})


def issue_letter_file(
    session: WriteSession,
    access: Access,
    mailing: Mailing,
    people: Mapping[MemberId, RosterMember],
    vouched: Vouched,
    at: datetime,
) -> LedgerEntry | None:
    """Write the file's row of the ledger; None for a mailing to 支援措置対象者, which the audit alone keeps.

    Nobody under 支援措置 is named in the ledger, whose rows others read (RULEBOOK §1).
    """
    if mailing.is_protected:
        return None
    [entry] = session.ledger.issue(
        access,
        document=f"案内のファイル 第{mailing.number}回",
        recipient=_RECIPIENT,
        purpose=mailing.title,
        copies=1,
        member_ids=sorted(people),
        at=at,
        expires_on=None,
        due_on=None,
        versions={one.member_id: one.version for one in people.values()},
        second=vouched,
        contents=CopyContents(_COLUMNS, None, frozenset()),
    )
    return entry
