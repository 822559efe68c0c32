"""案内の紙の中身: letters with their forms, and the control sheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from kurume_bousai.domain.mailings import Bundle, EnvelopeOrder
from kurume_bousai.services.papers.ports import PaperStamp, RenderedPaper


@dataclass(frozen=True, slots=True)
class LetterSheet:
    """一通: the letter with its address, and the form, which carries the code and nothing of the person."""

    code: str  # as printed: 001-00345-6
    bundle: int
    name: str = field(repr=False)
    postal_code: str = field(repr=False)
    address: str = field(repr=False)
    building: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LetterBatch:
    """案内の一式 in the order of the envelopes: each letter is followed by its own form."""

    number: int
    title: str
    posted_words: date
    reply_by: date
    contact: str
    is_reminder: bool
    sheets: tuple[LetterSheet, ...] = field(repr=False)
    bundles: tuple[Bundle, ...] = ()


@dataclass(frozen=True, slots=True)
class ControlSheet:
    """封入の点検表: bundles with first and last code, count, and the envelopes to open. No names."""

    number: int
    title: str
    order: EnvelopeOrder
    check_every: int
    reply_by: date
    bundles: tuple[Bundle, ...]

    @property
    def letters(self) -> int:
        """Letters in all bundles."""
        return sum(bundle.letters for bundle in self.bundles)


class LetterMaker(Protocol):
    """案内の紙をつくる人 (implemented in reports). Nothing touches the disk."""

    def letters(self, batch: LetterBatch, stamp: PaperStamp) -> RenderedPaper:
        """Return the PDF of letters and forms; raises ``no_font``."""

    def control(self, sheet: ControlSheet, stamp: PaperStamp) -> RenderedPaper:
        """Return the PDF of the control sheet; raises ``not_reconciled``, ``no_font``."""
