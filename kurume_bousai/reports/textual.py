"""CSV, HTML and JSON of an anonymous paper. What stands in a cell is never executed anywhere."""

from __future__ import annotations

import csv
import html
import io
import json
from decimal import Decimal
from typing import Any, Final

from kurume_bousai.reports.paper import (
    Answer,
    Bars,
    Block,
    Cell,
    Facts,
    Notes,
    Paper,
    Part,
    Section,
    ShareBar,
    ShareBars,
    Table,
    Withheld,
    cell_text,
    plain,
    without_details,
    without_drawings,
)
from kurume_bousai.services.papers.ports import RenderedPaper

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def inert(text: str) -> str:
    """Return text that a spreadsheet shows as it is: a leading ' stands before what it would compute."""
    stripped = text.lstrip(" \u3000")
    return f"'{text}" if stripped.startswith(_FORMULA_STARTS) or text.startswith(("\t", "\r")) else text


def _csv_cell(cell: Cell) -> str | int:
    value = plain(cell)
    if isinstance(value, int):
        return value
    if value is None:
        return ""
    return inert(str(value) if isinstance(value, Decimal) else cell_text(value))


def render_csv(paper: Paper) -> RenderedPaper:
    """Return UTF-8 with a BOM (Excel reads it so), CRLF, one block after another."""
    paper = without_drawings(without_details(paper))
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([inert(paper.title), inert(paper.subtitle)])
    writer.writerows([inert(mark)] for mark in paper.marks)
    for block in paper.blocks:
        inner = (block,) if not isinstance(block, Section) else block.blocks
        if isinstance(block, Section):
            writer.writerows([[], [inert(block.title)]])
        for part in inner:
            writer.writerow([])
            writer.writerows(_csv_rows(part))
    writer.writerow([])
    writer.writerows([inert(line)] for line in paper.footer)
    return RenderedPaper(out.getvalue().encode("utf-8-sig"), 0)


def _csv_rows(block: Part) -> list[list[str | int]]:
    if isinstance(block, Answer):
        return _csv_lines(block.headline, *block.lines)
    if isinstance(block, Notes):
        return _csv_lines(block.heading, *block.lines)
    if isinstance(block, Facts):
        pairs: list[list[str | int]] = [[inert(word), inert(text)] for word, text in block.items]
        return [*_csv_lines(block.heading), *pairs]
    if isinstance(block, ShareBars):
        return []
    if isinstance(block, Bars):
        block = block.as_table()
    rows = [*block.rows, *(row for row in (block.withheld, block.total) if row is not None)]
    return [
        [inert(block.heading), inert(block.basis)],
        [inert(column.heading) for column in block.columns],
        *([_csv_cell(cell) for cell in row] for row in rows),
    ]


def _csv_lines(*lines: str) -> list[list[str | int]]:
    return [[inert(line)] for line in lines]


_STYLE: Final = """
body{font-family:"BIZ UDPGothic","Yu Gothic UI",Meiryo,IPAexGothic,sans-serif;color:#1C1F23;
max-width:60rem;margin:2rem auto;padding:0 1rem;line-height:1.6}
table{border-collapse:collapse;width:100%;margin:.5rem 0 2rem}
th,td{border-bottom:1px solid #D9D9D4;padding:.3rem .6rem;text-align:left;vertical-align:top;
overflow-wrap:anywhere}
th{border-bottom:2px solid #1C1F23}.n{text-align:right}
tfoot td{border-top:2px solid #1C1F23;background:#F3F3F1}
.answer{border:2px solid #1C1F23;padding:1rem}.answer strong{font-size:2rem;font-weight:normal}
.mark{border:2px solid #1C1F23;padding:.1rem .6rem;margin-right:.5rem}
.track{width:60%}.bar{display:block;height:.8rem;background:#8A9199}.bar.whole{background:#444C55}
.bar.none{background:repeating-linear-gradient(135deg,#fff 0 4px,#8A9199 4px 5px)}
.quiet,footer{color:#545A62;font-size:.9rem}dt{color:#545A62}
"""


_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def render_html(paper: Paper) -> RenderedPaper:
    """Return one page that loads nothing and runs nothing (a policy in its head says so)."""
    paper = without_details(paper)
    parts = [
        '<!DOCTYPE html><html lang="ja"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>{_text(paper.title)}</title><style>{_STYLE}</style></head><body>",
        "".join(f'<span class="mark">{_text(mark)}</span>' for mark in paper.marks),
        f'<h1>{_text(paper.title)}</h1><p class="quiet">{_text(paper.subtitle)}</p>',
        *(_html_block(block) for block in paper.blocks),
        "<footer>" + "".join(f"<p>{_text(line)}</p>" for line in paper.footer) + "</footer>",
        "</body></html>",
    ]
    return RenderedPaper("\n".join(parts).encode(), 0)


def _text(text: str) -> str:
    return html.escape(text, quote=True)


def _html_block(block: Block) -> str:
    if isinstance(block, Section):
        inner = "".join(_html_block(part) for part in block.blocks)
        return f"<section><h1>{_text(block.title)}</h1>{inner}</section>"
    if isinstance(block, Answer):
        lines = "".join(f"<p>{_text(line)}</p>" for line in block.lines)
        return f'<div class="answer"><strong>{_text(block.headline)}</strong>{lines}</div>'
    if isinstance(block, Facts):
        items = "".join(f"<dt>{_text(word)}</dt><dd>{_text(text)}</dd>" for word, text in block.items)
        return f"<h2>{_text(block.heading)}</h2><dl>{items}</dl>"
    if isinstance(block, Notes):
        items = "".join(f"<li>{_text(line)}</li>" for line in block.lines)
        return f"<h2>{_text(block.heading)}</h2><ul>{items}</ul>"
    if isinstance(block, ShareBars):
        return _html_shares(block)
    return _html_table(block.as_table() if isinstance(block, Bars) else block)


def _html_shares(bars: ShareBars) -> str:
    """Return the bars as a table whose middle column is drawn by widths: no picture, no script."""
    rows = "".join(
        f'<tr><td>{_text(bar.words)}</td><td class="track">{_html_bar(bar)}</td>'
        f'<td class="n">{_text(bar.told)}</td></tr>'
        for bar in bars.bars
    )
    return f'<h2>{_text(bars.heading)}</h2><p class="quiet">{_text(bars.basis)}</p><table>{rows}</table>'


def _html_bar(bar: ShareBar) -> str:
    if bar.percent is None:
        return '<span class="bar none" style="width:100%"></span>'
    kind = "bar whole" if bar.is_whole else "bar"
    return f'<span class="{kind}" style="width:{min(bar.percent, Decimal(100))}%"></span>'


def _html_table(table: Table) -> str:
    title = f'<h2>{_text(table.heading)}</h2><p class="quiet">{_text(table.basis)}</p>'
    if not table.rows:
        return f"{title}<p>{_text(table.empty)}</p>"
    head = "".join(
        f'<th scope="col"{_right(column.is_count)}>{_text(column.heading)}</th>' for column in table.columns
    )
    closing = [row for row in (table.withheld, table.total) if row is not None]
    body = "".join(_html_row(table, row) for row in table.rows)
    foot = "".join(_html_row(table, row) for row in closing)
    return f"{title}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody><tfoot>{foot}</tfoot></table>"


def _right(is_count: bool) -> str:  # noqa: FBT001 - one attribute, one answer
    return ' class="n"' if is_count else ""


def _html_row(table: Table, row: tuple[Cell, ...]) -> str:
    cells = "".join(
        f"<td{_right(column.is_count)}>{_text(cell_text(cell))}</td>"
        for column, cell in zip(table.columns, row, strict=True)
    )
    return f"<tr>{cells}</tr>"


def render_json(paper: Paper) -> RenderedPaper:
    """Return the paper as one object; withheld cells are their words, never their numbers."""
    paper = without_drawings(paper)
    values = {
        "kind": paper.kind,
        "title": paper.title,
        "subtitle": paper.subtitle,
        "marks": list(paper.marks),
        "figures": dict(paper.figures),
        "made_at": paper.made_at.isoformat() if paper.made_at is not None else None,
        "blocks": [_json_block(block) for block in paper.blocks],
        "footer": list(paper.footer),
    }
    return RenderedPaper(json.dumps(values, ensure_ascii=False, indent=2).encode(), 0)


def _json_block(block: Block) -> dict[str, Any]:
    if isinstance(block, Answer):
        return {"kind": "answer", "headline": block.headline, "lines": list(block.lines)}
    if isinstance(block, Notes):
        return {"kind": "notes", "heading": block.heading, "lines": list(block.lines)}
    if isinstance(block, Facts):
        return {"kind": "facts", "heading": block.heading, "items": dict(block.items)}
    if isinstance(block, Section):
        return {
            "kind": "section",
            "title": block.title,
            "blocks": [_json_block(part) for part in block.blocks],
        }
    if isinstance(block, ShareBars):
        return {"kind": "share_bars", "heading": block.heading}
    if isinstance(block, Bars):
        block = block.as_table()
    return {
        "kind": "table",
        "key": block.key,
        "heading": block.heading,
        "basis": block.basis,
        "columns": [column.heading for column in block.columns],
        "rows": [[_json_cell(cell) for cell in row] for row in block.rows],
        "withheld": None if block.withheld is None else [_json_cell(cell) for cell in block.withheld],
        "total": None if block.total is None else [_json_cell(cell) for cell in block.total],
    }


def _json_cell(cell: Cell) -> str | int | float | None:
    value = plain(cell)
    if isinstance(value, Decimal):
        return float(value)
    return value.words if isinstance(value, Withheld) else value
