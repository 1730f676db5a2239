"""Looking at some rows instead of all, where a look at all would take too long."""

from dataclasses import replace

import numpy as np
from jaxtyping import Integer

from descenso.data.table import Table

MOST_ROWS = 50_000
LEAST_ROWS = 500
MOST_CELLS = 5_000_000


def sample(table: Table, rows: Integer[np.ndarray, " rows"], cells: int = MOST_CELLS) -> Table:
    """A table of some of `rows`, drawn at random, in order. The same rows give the same sample.

    Args:
        cells: rows × columns, at the most, but for the least number of rows.
    """
    most = int(np.clip(cells // len(table.names), LEAST_ROWS, MOST_ROWS))
    if len(rows) > most:
        drawn = np.random.default_rng(0).choice(len(rows), most, replace=False, shuffle=False)
        rows = rows[np.sort(drawn)]
    elif len(rows) == table.height:
        return table
    matrix = None if table.matrix is None else table.matrix[rows]
    return replace(table, columns=table.columns[rows], matrix=matrix)
