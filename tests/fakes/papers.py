"""紙をつくる人 that keeps what it was asked to print."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kurume_bousai.services.papers.ports import CopyMark, PaperStamp, RenderedPaper, ReportFormat


class Recorder:
    """Implements as much of ``PaperMaker`` as a hand-out needs; nothing is drawn."""

    def __init__(self) -> None:
        self.made: list[tuple[object, CopyMark | None]] = []

    def render(
        self, content: object, stamp: PaperStamp, report_format: ReportFormat, copy: CopyMark | None = None
    ) -> RenderedPaper:
        self.made.append((content, copy))
        return RenderedPaper(b"%PDF", 1)

    def encrypt(self, content: bytes, report_format: ReportFormat, password: str) -> bytes:
        return content

    @contextmanager
    def staging(self) -> Iterator[object]:
        yield self
