"""案内を出したときの名簿: 未案内 becomes 案内済, many people at a time, all of them or nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kurume_bousai.domain.access import Access
from kurume_bousai.domain.ids import MemberId
from kurume_bousai.domain.members import Registration, RegistrationState
from kurume_bousai.services.ports.sessions import WriteSession
from kurume_bousai.services.progress import Progress

#: People between two looks at 中止: under half a second of work.
AT_ONCE: Final = 1000
_SOURCE: Final = "案内を送付"


def mark_invited(
    session: WriteSession, access: Access, member_ids: Sequence[MemberId], progress: Progress
) -> None:
    """Store 案内済 for those of them who are 未案内, inside the caller's transaction.

    Raises
    ------
    Cancelled
        From ``progress``; the caller's transaction takes everything back.
    """
    total = len(member_ids)
    for start in range(0, total, AT_ONCE):
        progress(start, total, f"{total:,}人のうち{start:,}人を「案内済」にしました")
        fresh = [
            replace(one, registration=Registration(RegistrationState.INVITED))
            for one in session.members.get_many(access, member_ids[start : start + AT_ONCE])
            if one.registration.state is RegistrationState.NOT_INVITED
        ]
        session.members.save_many(access, fresh, source=_SOURCE)
    progress(total, total, "ファイルに書き込んでいます")
