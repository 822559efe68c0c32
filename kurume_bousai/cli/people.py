"""番号と時刻: how a command names a person and a moment. Never a name: commands stay in a shell's history."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from kurume_bousai.domain.dates import JAPAN
from kurume_bousai.domain.errors import KnownProblem

if TYPE_CHECKING:
    from kurume_bousai.domain.ids import MemberId
    from kurume_bousai.services.ports.sessions import CityDatabase


def member_of_number(
    database: CityDatabase, number: int, advice: str = "番号を確かめてください。"
) -> MemberId:
    """Return the person with a 番号; raises ``KnownProblem`` ``person_gone``, ``no_right``."""
    from kurume_bousai.services.ports.members import MemberQuery

    with database.reading() as session:
        for row in session.members.rows(database.access, MemberQuery()):
            if row.number == number:
                return row.member_id
    raise KnownProblem(
        "person_gone",
        "この番号の人は名簿にありません。",
        where="--person",
        advice=advice,
    )


def moment(text: str | None, where: str = "--at") -> datetime | None:
    """Return 2026-07-10T06:30 on Japan's clock (or with an offset of its own); None = not given."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise KnownProblem(
            "moment_unreadable",
            "日時として読めません。",
            where=where,
            advice="例: 2026-07-10T06:30 のように入れてください。",
        ) from error
    return found if found.tzinfo is not None else found.replace(tzinfo=JAPAN)
