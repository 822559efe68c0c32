"""Rows that every model shares: places of each site, and units of each need where they are limited."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kurume_bousai.geo.allocation.instance import NEEDS, FloatArray, Instance, IntArray


@dataclass(frozen=True, slots=True)
class LimitRows:
    """Row numbers, counted from 0: m rows of places, then one per limited need of a site.

    ``unit_row`` (m × needs) is −1 where the site has no limit; ``unit_site`` and ``unit_need`` name
    the rows after the first m; ``limit`` holds the right sides of all.
    """

    unit_row: IntArray
    unit_site: IntArray
    unit_need: IntArray
    limit: FloatArray

    @property
    def count(self) -> int:
        """Number of rows."""
        return len(self.limit)


def limit_rows(instance: Instance) -> LimitRows:
    """Rows for one instance; a need with 0 units needs no row, nobody with it is allowed there."""
    m = instance.site_count
    limited = instance.units > 0
    unit_site, unit_need = np.nonzero(limited)
    unit_row = np.full((m, len(NEEDS)), -1, np.int64)
    unit_row[unit_site, unit_need] = m + np.arange(len(unit_site))
    limit = np.concatenate([instance.capacity, instance.units[unit_site, unit_need]]).astype(float)
    return LimitRows(unit_row, unit_site, unit_need, limit)


def limit_entries(
    instance: Instance, rows: LimitRows, party: IntArray, site: IntArray
) -> tuple[IntArray, IntArray, FloatArray]:
    """Triplets (row, column, value) of the columns "party k goes to site k"."""
    columns = np.arange(len(party), dtype=np.int64)
    row_parts, column_parts = [site.astype(np.int64)], [columns]
    value_parts = [instance.size[party].astype(float)]
    for need in range(len(NEEDS)):
        row = rows.unit_row[site, need]
        used = np.nonzero(instance.needs[party, need] & (row >= 0))[0]
        row_parts.append(row[used])
        column_parts.append(used)
        value_parts.append(np.ones(len(used)))
    return np.concatenate(row_parts), np.concatenate(column_parts), np.concatenate(value_parts)
