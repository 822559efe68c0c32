"""The headings of a roster file, matched as far as their names allow."""

from __future__ import annotations

from pathlib import Path

from kurume_bousai.domain.mapping_profiles import ColumnMapping
from kurume_bousai.exchange.roster_columns import ROSTER_COLUMNS
from kurume_bousai.exchange.roster_mapping import positions_in, required_lacking
from kurume_bousai.exchange.roster_sift import file_notices, hidden_rows
from kurume_bousai.exchange.tables import read_table_by
from kurume_bousai.services.roster_import.headings import RosterColumn, RosterHeadings


def read_roster_headings(path: Path, mapping: ColumnMapping | None = None) -> RosterHeadings:
    """Read the row of a file that looks most like the headings of a roster, or of a mapping.

    Raises
    ------
    KnownProblem
        ``file_*``, ``encoding_unknown``, ``csv_damaged``, ``workbook_*`` or ``no_header``.
    """
    table = read_table_by(path, lambda header: len(required_lacking(header, mapping)))
    positions = {name: places[0] for name, places in positions_in(table.header, None).items()}
    columns = tuple(
        RosterColumn(
            column.name,
            column.explanation,
            column.is_required,
            table.header[positions[column.name]] if column.name in positions else "",
            column.choices,
        )
        for column in ROSTER_COLUMNS
    )
    return RosterHeadings(
        tuple(cell for cell in table.header if cell.strip()),
        columns,
        tuple(file_notices(table, positions, takes_hidden_rows=False)),
        bool(hidden_rows(table)),
    )
