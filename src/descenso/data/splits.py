"""Which rows a network learns from, which choose when to stop, and which judge it."""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from jaxtyping import Float, Integer

from descenso.errors import TableError
from descenso.messages import gettext as _
from descenso.messages import ngettext

Rows = Integer[np.ndarray, " _"]
Counts = Integer[np.ndarray, " classes"]


@dataclass(frozen=True)
class Split:
    """Row numbers of a table (from 0, ascending); every row is in exactly one of the four.

    Attributes:
        train, validation, test: the rows of each part; validation and test may be empty.
        left_out: rows that are for none of these.
        notes: what a person should know about the split, a sentence each.
    """

    train: Rows
    validation: Rows
    test: Rows
    left_out: Rows
    notes: tuple[str, ...] = ()


def split_rows(
    target: pl.Series, task: str, rows: Rows, *, validation: float, test: float, seed: int
) -> Split:
    """Split a table's rows at random; in classification each part has its share of every class.

    Args:
        target: the column to predict.
        task: regression, binary or multiclass.
        rows: those to split, ascending, at least one: their target is known. Others are left out.
        validation, test: fractions of `rows`, each in [0, 1).
        seed: the same seed splits the same rows alike.

    Returns:
        The split. Each class keeps a row for training at least, so a class of one row is only
        there, and a small table's validation may end empty.

    Raises:
        TableError: the fractions leave nothing to train on.
    """
    if validation + test >= 1:
        raise TableError(
            _(
                "validation {validation} and test {test} leave no rows for training: together they "
                "must be below 1."
            ).format(validation=validation, test=test)
        )
    generator = np.random.default_rng(seed)
    shuffled = generator.permutation(rows)
    groups = [shuffled] if task == "regression" else _by_class(shuffled, target)
    sizes = np.array([len(group) for group in groups])
    for_test = _shares(sizes, sizes - 1, test, generator)
    for_validation = _shares(sizes, sizes - 1 - for_test, validation, generator)
    parts = [
        np.split(group, [n_test, n_test + n_validation])
        for group, n_test, n_validation in zip(groups, for_test, for_validation, strict=True)
    ]
    test_rows, validation_rows, train_rows = (
        np.sort(np.concatenate(part)) for part in zip(*parts, strict=True)
    )
    left_out = np.setdiff1d(np.arange(len(target)), rows)
    split = Split(train_rows, validation_rows, test_rows, left_out)
    lonely = 0 if task == "regression" else int((sizes == 1).sum())
    return replace(split, notes=_notes(split, target.name, lonely, validation, test))


def left_out_notes(count: int, target: str) -> list[str]:
    """A sentence about rows whose target is missing, where there are any."""
    if count == 0:
        return []
    return [
        ngettext(
            "{n} row is left out: its {target} is missing.",
            "{n} rows are left out: their {target} is missing.",
            count,
        ).format(n=count, target=target)
    ]


def _by_class(rows: Rows, target: pl.Series) -> list[Rows]:
    """`rows`, one array per class, each in the order it had."""
    codes = target.gather(rows).rank("dense").to_numpy()
    by_class = np.argsort(codes, kind="stable")
    return np.split(rows[by_class], np.flatnonzero(np.diff(codes[by_class])) + 1)


def _shares(sizes: Counts, room: Counts, fraction: float, generator: np.random.Generator) -> Counts:
    """How many rows each class gives: in proportion, whole, at most its room, `fraction` in total.

    What the rounding leaves goes to the largest remainders (Hamilton's method), ties at random.
    """
    ideal: Float[np.ndarray, " classes"] = fraction * sizes
    shares = np.minimum(np.floor(ideal).astype(int), room)
    left = round(fraction * int(sizes.sum())) - int(shares.sum())
    best_first = np.lexsort((generator.random(len(sizes)), shares - ideal))
    takers = best_first[(shares < room)[best_first]][: max(left, 0)]
    shares[takers] += 1
    return shares


def _notes(
    split: Split, target: str, lonely: int, validation: float, test: float
) -> tuple[str, ...]:
    """What there is to say; `lonely` is how many classes have one row."""
    notes: list[str] = []
    if lonely and validation + test > 0:
        notes.append(
            ngettext(
                "{n} value of {target} occurs in one row only; that row is used for training.",
                "{n} values of {target} occur in one row only; those rows are used for training.",
                lonely,
            ).format(n=lonely, target=target)
        )
    if validation > 0 and len(split.validation) == 0:
        notes.append(_("The table is too small to keep rows for validation."))
    if test > 0 and len(split.test) == 0:
        notes.append(_("The table is too small to keep rows for a test."))
    return tuple(notes)
