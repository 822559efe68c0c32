"""Identifiers. They are opaque text, safe in map pages, logs and file names."""

from __future__ import annotations

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


def new_id() -> str:
    """A fresh identifier that says nothing about whom it stands for."""
    return secrets.token_hex(_ID_BYTES)
