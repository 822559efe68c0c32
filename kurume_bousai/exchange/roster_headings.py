"""The headings of a roster file, matched as far as their names allow."""

from __future__ import annotations

from pathlib import Path

from kurume_bousai.exchange.columns import fold_heading, missing_columns
from kurume_bousai.exchange.roster_columns import ROSTER_COLUMNS
from kurume_bousai.exchange.tables import read_table_by
from kurume_bousai.services.roster_headings import RosterColumn, RosterHeadings


def read_roster_headings(path: Path) -> RosterHeadings:
    """Read the row of a file that looks most like the headings of a roster.

    Raises
    ------
    KnownProblem
        ``file_*``, ``encoding_unknown``, ``csv_damaged``, ``workbook_damaged`` or ``no_header``.
    """
    table = read_table_by(path, lambda header: len(missing_columns(header, ROSTER_COLUMNS)))
    by_heading = {fold_heading(cell): cell for cell in reversed(table.header) if cell.strip()}
    columns = []
    for column in ROSTER_COLUMNS:
        names = (fold_heading(name) for name in (column.name, *column.aliases))
        heading = next((by_heading[name] for name in names if name in by_heading), "")
        columns.append(RosterColumn(column.name, column.explanation, column.is_required, heading))
    return RosterHeadings(tuple(cell for cell in table.header if cell.strip()), tuple(columns))
