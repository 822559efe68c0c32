"""ファイルの事実: the names of the single facts a city file keeps (``ReadSession.fact``), in one place.

A fact is text; what is not written yet reads as None.
"""

from __future__ import annotations

from typing import Final

from kurume_bousai.domain.consents import SharingMode
from kurume_bousai.services.ports.sessions import ReadSession

#: 「1」 in a demo city, 「0」 in a real one.
FACT_FICTIONAL: Final = "is_fictional"
#: What a demo city was made from; the number of people is written last, so that a broken-off one is told.
FACT_SEED: Final = "demo_seed"
FACT_MEMBERS: Final = "demo_members"
#: 「1」 where the statutory list itself is whole and so is the 対象者数 (RULEBOOK §5).
FACT_ELIGIBLE_FROM_LIST: Final = "eligible_from_list"
#: How names are shared in ordinary times (RULEBOOK §1): the value of a ``SharingMode``.
FACT_SHARING_MODE: Final = "sharing_mode"
#: Why no named paper may leave until a clerk has looked; empty = nothing is locked.
FACT_NAMED_OUTPUT_LOCKED: Final = "named_output_locked"
#: What the ids of imported 支援者 are made with, besides the ID of the file; random, made once per city file.
FACT_SUPPORTER_SALT: Final = "supporter_salt"
#: The city's values ⚙ that capacity depends on: JSON, written by ``services.city_settings``. The number is
#: that of the form: a program that would read another form uses another key.
FACT_CITY_SETTINGS: Final = "city_settings:1"
#: Followed by a 校区's id: what the seed has to say about it.
FACT_DISTRICT_NOTE: Final = "district_note:"


def is_fictional(session: ReadSession) -> bool:
    """Whether the file holds a demo city: 架空 must stand on every screen and paper."""
    return session.fact(FACT_FICTIONAL) == "1"


def sharing_mode(session: ReadSession) -> SharingMode:
    """The city's policy for ordinary times; the emergency mode is never a standing setting."""
    by_ordinance = session.fact(FACT_SHARING_MODE) == SharingMode.OPT_OUT_BY_ORDINANCE.value
    return SharingMode.OPT_OUT_BY_ORDINANCE if by_ordinance else SharingMode.OPT_IN
