"""日付: how a command names a day, in any of the ways people write one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kurume_bousai.domain.dates import parse_date
from kurume_bousai.domain.errors import KnownProblem

if TYPE_CHECKING:
    from datetime import date


def day(text: str | None, where: str) -> date | None:
    """Return the day (R8.11.21, 令和8年11月21日, 2026-11-21); None = not given.

    Raises
    ------
    KnownProblem
        ``day_unreadable``.
    """
    if text is None:
        return None
    try:
        return parse_date(text)
    except KnownProblem:
        raise KnownProblem(
            "day_unreadable",
            "日付として読めません。",
            where=where,
            advice="R8.11.21 や 2026-11-21 のように入れてください。",
        ) from None
