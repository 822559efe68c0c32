"""案内のいま: how far one mailing is on paper, checked and answered, and how much is printed in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.domain.mailings import (
    Bundle,
    EnvelopeCheck,
    Letter,
    Mailing,
    ReplyKind,
    bundle_of,
    show_code,
    unchecked,
)

#: Letters printed in one go: more would fill the memory of a small computer and take minutes.
MOST_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class MailingStatus:
    """案内のいま: letters that stand, bundles, samples still to open, and replies."""

    mailing: Mailing
    letters: tuple[Letter, ...] = field(repr=False)
    bundles: tuple[Bundle, ...]
    checks: tuple[EnvelopeCheck, ...]
    replies: Mapping[ReplyKind | None, int]

    @property
    def printed(self) -> int:
        """Letters that are on paper."""
        return sum(one.printed_on is not None for one in self.letters)

    @property
    def next_bundles(self) -> tuple[int, int] | None:
        """The first bundle with a letter to print, and the last that fits into one print; None = all are."""
        size = self.mailing.bundle_size
        waiting = sorted({bundle_of(one, size) for one in self.letters if one.printed_on is None})
        if not waiting:
            return None
        last = waiting[0] + max(1, MOST_AT_ONCE // size) - 1
        return waiting[0], max(one for one in waiting if one <= last)

    @property
    def to_check(self) -> tuple[str, ...]:
        """Codes of the envelopes that still have to be opened, as printed."""
        return tuple(show_code(code) for code in unchecked(self.bundles, self.checks))


def bundle_range(bundle: int | None, last: int | None) -> range | None:
    """The bundles asked for; None = all."""
    return None if bundle is None else range(bundle, max(bundle, last or bundle) + 1)


def refuse_amount(chosen: Sequence[Letter], size: int, bundles: range | None) -> None:
    """Refuse a print of nothing, or of more than fits into one go."""
    where = "" if bundles is None else f"束 {bundles[0]}〜{bundles[-1]}"
    if not chosen:
        raise KnownProblem("no_such_bundle", "その束には、印刷する案内がありません。", where=where)
    if len(chosen) > MOST_AT_ONCE and len({bundle_of(one, size) for one in chosen}) > 1:
        raise KnownProblem(
            "letters_too_many",
            f"一度に印刷できるのは{MOST_AT_ONCE:,}通までです。この範囲には{len(chosen):,}通あります。",
            where=where,
            advice="束の番号で区切って、順に印刷してください。",
        )
