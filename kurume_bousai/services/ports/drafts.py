"""Port for what a form holds before it is saved: kept inside the encrypted file, offered after a crash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Draft:
    """書きかけ: the fields of one form as typed, and when they were kept."""

    form: str
    kept_at: datetime
    fields: Mapping[str, str] = field(repr=False)


class DraftRepository(Protocol):
    """書きかけの置き場. One draft per operator and form; nobody sees another's."""

    def load(self, form: str) -> Draft | None:
        """The draft a crash left; None where there is none."""

    def keep(self, draft: Draft) -> None:
        """Keep a draft in place of the one before."""

    def forget(self, form: str) -> None:
        """Forget it: it was saved, or thrown away."""
