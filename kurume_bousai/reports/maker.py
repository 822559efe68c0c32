"""紙をつくる人: the adapter behind ``PaperMaker``."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

from kurume_bousai.domain.errors import KnownProblem
from kurume_bousai.reports import files, protect
from kurume_bousai.reports.contexts import make_paper
from kurume_bousai.reports.paper import Paper
from kurume_bousai.reports.pdf import render_pdf
from kurume_bousai.reports.textual import render_csv, render_html, render_json
from kurume_bousai.reports.workbook import render_workbook
from kurume_bousai.services.papers.ports import (
    CopyMark,
    PaperStamp,
    PersonMap,
    RenderedPaper,
    ReportContent,
    ReportFormat,
    Staging,
)
from kurume_bousai.services.papers.registration import RegistrationReport

_RENDERERS: Final[dict[ReportFormat, Callable[[Paper], RenderedPaper]]] = {
    ReportFormat.PDF: render_pdf,
    ReportFormat.XLSX: render_workbook,
    ReportFormat.CSV: render_csv,
    ReportFormat.HTML: render_html,
    ReportFormat.JSON: render_json,
}


class ReportMaker:
    """Papers by typst, workbooks by xlsxwriter; ``staging`` is the only thing that touches the disk."""

    def render(
        self,
        content: ReportContent,
        stamp: PaperStamp,
        report_format: ReportFormat,
        copy: CopyMark | None = None,
    ) -> RenderedPaper:
        """Return the bytes of one paper; raises ``not_reconciled``, ``no_font`` and ``map_needs_pdf``."""
        if isinstance(content, PersonMap):
            return _person_map(content, stamp, report_format, copy)
        if isinstance(content, RegistrationReport) and report_format is ReportFormat.PDF:
            from kurume_bousai.reports.registration_pdf import registration_pdf  # draws a map too

            return registration_pdf(content, stamp)
        return _RENDERERS[report_format](make_paper(content, stamp, copy))

    def encrypt(self, content: bytes, report_format: ReportFormat, password: str) -> bytes:
        """Encrypt in memory; raises for a weak password or a form that cannot be encrypted."""
        return protect.encrypt(content, report_format, password)

    def staging(self) -> AbstractContextManager[Staging]:
        """Files that appear together or not at all."""
        return files.staging()


def _person_map(
    content: PersonMap, stamp: PaperStamp, report_format: ReportFormat, copy: CopyMark | None
) -> RenderedPaper:
    from kurume_bousai.reports.maps.person import (
        person_map_pdf,
    )  # the map's libraries only where one is drawn

    if copy is None:
        raise ValueError("a named paper is never made without a numbered copy")
    if report_format is not ReportFormat.PDF:
        raise KnownProblem(
            "map_needs_pdf",
            "地図の紙は、PDFだけです。",
            where=report_format.value,
            advice="ファイルの終わりを .pdf にしてください。",
        )
    return person_map_pdf(content, stamp, copy)
