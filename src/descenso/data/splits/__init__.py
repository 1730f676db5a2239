"""Which rows train the network, which validate it, and which test it."""

import polars as pl

from descenso.data.splits.grouped import split_by_group
from descenso.data.splits.random import split_at_random
from descenso.data.splits.split import Split, left_out_notes
from descenso.data.splits.temporal import split_in_time
from descenso.data.table import RowNumbers

__all__ = [
    "Split",
    "left_out_notes",
    "split_rows",
]


def split_rows(
    target: pl.Series,
    task: str,
    rows: RowNumbers,
    *,
    validation: float,
    test: float,
    seed: int,
    groups: pl.Series | None = None,
    times: pl.Series | None = None,
) -> Split:
    """Split a table's rows: by groups or in time where their column is given, else at random.

    Args:
        target: the column to predict.
        task: regression, binary or multiclass.
        rows: those to split, ascending, at least one: their target is known. Others are left out.
        validation, test: fractions of `rows`, each in [0, 1).
        seed: the same seed splits the same rows alike.
        groups: the column whose equal values stay together.
        times: the column that orders the rows in time; not together with `groups`.

    Raises:
        TableError: the fractions leave nothing to train on, or a column cannot be split by.
    """
    if groups is not None:
        return split_by_group(
            target, task, rows, groups, validation=validation, test=test, seed=seed
        )
    if times is not None:
        return split_in_time(target, task, rows, times, validation=validation, test=test)
    return split_at_random(target, task, rows, validation=validation, test=test, seed=seed)
