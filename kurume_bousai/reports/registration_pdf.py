"""登録率の報告のPDF: the pages of the paper, then the map of the same numbers, numbered through."""

from __future__ import annotations

import io
from dataclasses import replace

from kurume_bousai.domain.map_papers import PaperSize, ThemeMeasure
from kurume_bousai.reports.maps.theme import write_theme
from kurume_bousai.reports.pdf import render_pdf
from kurume_bousai.reports.registration_context import registration_paper, theme_of
from kurume_bousai.services.papers.ports import PaperStamp, RenderedPaper
from kurume_bousai.services.papers.registration import RegistrationReport
from kurume_bousai.services.papers.theme_ports import ThemeOrder


def registration_pdf(content: RegistrationReport, stamp: PaperStamp) -> RenderedPaper:
    """Return the paper with its map as the last page; without 校区 there is no map.

    Raises
    ------
    KnownProblem
        ``too_few_people``, ``no_font``.
    """
    paper = registration_paper(content, stamp)
    if not content.districts:
        return render_pdf(paper)
    words = render_pdf(replace(paper, pages_after=1))
    pages = words.pages + 1
    picture = io.BytesIO()
    order = ThemeOrder(ThemeMeasure.REGISTRATION, PaperSize.A4)
    made = write_theme(theme_of(content), order, stamp, picture, page_words=f"{pages} / {pages}")
    joined = _joined(words.content, picture.getvalue())
    return RenderedPaper(joined, pages, tuple(dict.fromkeys((*words.notices, *made.notices))))


def _joined(first: bytes, last: bytes) -> bytes:
    """Both PDFs as one, with the title of the first."""
    import pypdf

    writer = pypdf.PdfWriter()
    for part in (first, last):
        writer.append(io.BytesIO(part))
    told = pypdf.PdfReader(io.BytesIO(first)).metadata
    if told is not None:
        writer.add_metadata({key: str(value) for key, value in told.items()})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
