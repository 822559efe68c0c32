"""PDF by typst: data in memory, our font only, a template of ours; text is text and never markup."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from kurume_bousai.bundled import maps_folder
from kurume_bousai.reports.glyphs import font_file, glyph_notice, missing_glyphs
from kurume_bousai.reports.paper import (
    Answer,
    Bars,
    Block,
    Cell,
    Facts,
    Notes,
    Paper,
    Section,
    ShareBars,
    Table,
    cell_text,
    texts_of,
    without_details,
)
from kurume_bousai.services.papers.ports import RenderedPaper

if TYPE_CHECKING:
    import typst

# A word of many letters without a break would run out of its cell; this space of no width lets it turn.
_BREAK = "\u200b"
_LONGEST_RUN = 12


def render_pdf(paper: Paper) -> RenderedPaper:
    """Return the PDF of a paper, with a notice block where the font lacks characters."""
    paper = without_details(paper)
    notices: tuple[str, ...] = ()
    if missing := missing_glyphs(texts_of(paper)):
        notices = (glyph_notice(missing),)
        paper = replace(paper, blocks=(*paper.blocks, Notes("文字についての知らせ", notices)))
    template = "one_page.typ" if paper.is_one_page else "paper.typ"
    content = compile_template(template, _plain(paper), paper.made_at)
    return RenderedPaper(content, page_count(content), notices)


def compile_template(template: str, values: dict[str, Any], made_at: datetime | None = None) -> bytes:
    """Return the PDF of a template in ``maps/templates``; ``values`` reach it as JSON, never as a file."""
    import typst

    return typst.compile(
        _template(template),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"paper": json.dumps(values, ensure_ascii=False)},
        timestamp=None if made_at is None else int(made_at.timestamp()),
    )


@cache
def _template(name: str) -> bytes:
    return (maps_folder() / "templates" / name).read_bytes()


@cache
def _fonts() -> typst.Fonts:
    import typst

    # Embedded Latin fonts stay out: one face for the whole page, also where a letter is unknown to it.
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[font_file().parent]
    )


def page_count(content: bytes) -> int:
    """Return the number of pages of a PDF."""
    import pypdf

    return len(pypdf.PdfReader(io.BytesIO(content)).pages)


def breakable(text: str) -> str:
    """Return the text with places to turn in runs of more than 12 Latin letters or digits."""
    out, run = [], 0
    for letter in text:
        run = run + 1 if letter.isascii() and not letter.isspace() else 0
        out.append(letter)
        if run and run % _LONGEST_RUN == 0:
            out.append(_BREAK)
    return "".join(out)


def _plain(paper: Paper) -> dict[str, Any]:
    return {
        "title": paper.title,
        "subtitle": paper.subtitle,
        "marks": [breakable(mark) for mark in paper.marks],
        "footer": list(paper.footer),
        "landscape": paper.landscape,
        "after": paper.pages_after,
        "blocks": [_plain_block(block) for block in paper.blocks],
    }


def _plain_block(block: Block) -> dict[str, Any]:
    if isinstance(block, Section):
        return {
            "kind": "section",
            "title": block.title,
            "blocks": [_plain_block(part) for part in block.blocks],
        }
    if isinstance(block, Bars | ShareBars):
        return _plain_bars(block) if isinstance(block, Bars) else _plain_share_bars(block)
    if isinstance(block, Answer):
        return {"kind": "answer", "headline": block.headline, "lines": list(block.lines)}
    if isinstance(block, Facts):
        return {
            "kind": "facts",
            "heading": block.heading,
            "items": [[word, breakable(text)] for word, text in block.items],
        }
    if isinstance(block, Notes):
        return {
            "kind": "notes",
            "heading": block.heading,
            "lines": [breakable(line) for line in block.lines],
        }
    return _plain_table(block)


def _plain_bars(bars: Bars) -> dict[str, Any]:
    return {
        "kind": "bars",
        "heading": bars.heading,
        "basis": bars.basis,
        "unit": bars.unit,
        "bars": [
            {
                "words": breakable(bar.words),
                "inside": bar.inside,
                "outside": bar.outside,
                "left_only": bar.is_left_only,
                "inside_text": "" if bar.is_left_only else cell_text(bar.inside),
                "outside_text": cell_text(bar.outside),
            }
            for bar in bars.bars
        ],
    }


def _plain_share_bars(bars: ShareBars) -> dict[str, Any]:
    return {
        "kind": "share_bars",
        "heading": bars.heading,
        "basis": bars.basis,
        "target": None if bars.target is None else float(bars.target),
        "bars": [
            {
                "words": breakable(bar.words),
                "percent": None if bar.percent is None else float(bar.percent),
                "told": bar.told,
                "whole": bar.is_whole,
            }
            for bar in bars.bars
        ],
    }


def _plain_table(table: Table) -> dict[str, Any]:
    return {
        "kind": "table",
        "heading": table.heading,
        "basis": table.basis,
        "empty": table.empty,
        "roomy": table.roomy,
        "columns": [
            {"heading": column.heading, "share": column.share, "count": column.is_count}
            for column in table.columns
        ],
        "rows": [_plain_row(row) for row in table.rows],
        "withheld": _plain_row(table.withheld) if table.withheld is not None else None,
        "total": _plain_row(table.total) if table.total is not None else None,
    }


def _plain_row(row: tuple[Cell, ...]) -> list[str]:
    return [breakable(cell_text(cell)) for cell in row]
