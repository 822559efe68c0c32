"""Identifiers. They are opaque text, safe in map pages, logs and file names."""

from __future__ import annotations

import os
import secrets
from typing import Final, NewType

MemberId = NewType("MemberId", str)
SupporterId = NewType("SupporterId", str)
PlanId = NewType("PlanId", str)
DistrictId = NewType("DistrictId", str)  # the 校区's name, e.g. "津福": the city's own key
SiteId = NewType("SiteId", str)  # welfare shelter, designated shelter or emergency site
OperationId = NewType("OperationId", str)
TableId = NewType("TableId", str)
OperatorId = NewType("OperatorId", str)
ImportId = NewType("ImportId", str)
BackgroundId = NewType("BackgroundId", str)


_ID_BYTES: Final = 16
_AT_ONCE: Final = 256
_waiting: list[str] = []


def new_id() -> str:
    """A fresh identifier that says nothing about whom it stands for; safe on any thread.

    Drawn many at a time: asking the system gives the interpreter away and takes it back at once, and whoever
    asks for 30,000 in a row keeps every other thread, the window's too, from ever having its turn.
    """
    try:
        return _waiting.pop()
    except IndexError:
        drawn = secrets.token_hex(_ID_BYTES * _AT_ONCE)
        length = 2 * _ID_BYTES
        first, *others = (drawn[at : at + length] for at in range(0, len(drawn), length))
        _waiting.extend(others)
        return first


if hasattr(os, "register_at_fork"):  # a child would hand out the same ones as its parent
    os.register_at_fork(after_in_child=_waiting.clear)
