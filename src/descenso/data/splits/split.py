"""What a split of the rows is, and what every way to split shares."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Integer

from descenso.data.table import RowNumbers
from descenso.errors import TableError
from descenso.i18n import gettext as _
from descenso.i18n import ngettext

Counts = Integer[np.ndarray, " blocks"]


@dataclass(frozen=True)
class Split:
    """Row numbers of a table (from 0, ascending); every row is in exactly one of the four.

    Attributes:
        train, validation, test: the rows of each part; validation and test may be empty.
        left_out: rows that are for none of these.
        notes: how the rows were split, where it was not at random, a sentence each.
        warnings: what a person should know about the split, a sentence each.
    """

    train: RowNumbers
    validation: RowNumbers
    test: RowNumbers
    left_out: RowNumbers
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def check_fractions(validation: float, test: float) -> None:
    """Raise TableError where validation and test together leave nothing to train on."""
    if validation + test >= 1:
        raise TableError(
            _(
                "test {test} and validation {validation} leave no rows for training: together they "
                "must be below 1. Lower test, or name a smaller validation (0 for none)."
            ).format(validation=validation, test=test)
        )


def make_split(height: int, train: RowNumbers, validation: RowNumbers, test: RowNumbers) -> Split:
    """The split of a table with `height` rows, whose other rows are left out."""
    left_out = np.ones(height, bool)
    for part in (train, validation, test):
        left_out[part] = False
    return Split(np.sort(train), np.sort(validation), np.sort(test), np.flatnonzero(left_out))


def nearest_cuts(sizes: Counts, validation: float, test: float) -> tuple[int, int]:
    """Where to cut a sequence of blocks, so that each part comes nearest to its share of the rows.

    Args:
        sizes: how many rows each block has; as many blocks as there are parts, at the least.
        validation, test: the shares; the rest is for training.

    Returns:
        The first block of validation and the first of test: training comes first, test last. A
        part with a share above 0 has a block at least.
    """
    before = np.concatenate([[0], np.cumsum(sizes)]) / np.sum(sizes)
    held_out = int(validation > 0)
    first_test = len(sizes)
    if test > 0:
        possible = np.arange(1 + held_out, len(sizes))
        first_test = int(possible[np.abs(before[possible] - (1 - test)).argmin()])
    if not held_out:
        return first_test, first_test
    possible = np.arange(1, first_test)
    wanted = 1 - test - validation
    return int(possible[np.abs(before[possible] - wanted).argmin()]), first_test


def left_out_notes(count: int, target: str) -> list[str]:
    """A sentence about rows whose target is missing, where there are any."""
    if count == 0:
        return []
    return [
        ngettext(
            "{n} row has no value in {target} and is left out.",
            "{n} rows have no value in {target} and are left out.",
            count,
        ).format(n=count, target=target)
    ]
