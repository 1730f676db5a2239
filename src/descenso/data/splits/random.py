"""A split at random, in which each part has its share of every class."""

from dataclasses import replace

import numpy as np
import polars as pl
from jaxtyping import Float, Integer

from descenso.data.splits.split import Split, check_fractions, make_split
from descenso.data.table import RowNumbers
from descenso.i18n import gettext as _
from descenso.i18n import ngettext

Counts = Integer[np.ndarray, " classes"]


def split_at_random(
    target: pl.Series, task: str, rows: RowNumbers, *, validation: float, test: float, seed: int
) -> Split:
    """Split a table's rows at random; in classification each part has its share of every class.

    Args:
        target, task, rows, validation, test, seed: as in `split_rows`.

    Returns:
        The split. Each class keeps a row for training at least, so a class of one row is only
        there, and a small table's validation may end empty.

    Raises:
        TableError: the fractions leave nothing to train on.
    """
    check_fractions(validation, test)
    generator = np.random.default_rng(seed)
    shuffled = generator.permutation(rows)
    classes = [shuffled] if task == "regression" else _by_class(shuffled, target)
    sizes = np.array([len(each) for each in classes])
    for_test = _shares(sizes, sizes - 1, test, generator)
    for_validation = _shares(sizes, sizes - 1 - for_test, validation, generator)
    parts = [
        np.split(each, [n_test, n_test + n_validation])
        for each, n_test, n_validation in zip(classes, for_test, for_validation, strict=True)
    ]
    test_rows, validation_rows, train_rows = map(np.concatenate, zip(*parts, strict=True))
    split = make_split(len(target), train_rows, validation_rows, test_rows)
    single_row_classes = 0 if task == "regression" else int((sizes == 1).sum())
    warnings = _warnings(split, target.name, single_row_classes, validation, test)
    return replace(split, warnings=warnings)


def _by_class(rows: RowNumbers, target: pl.Series) -> list[RowNumbers]:
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


def _warnings(
    split: Split, target: str, single_row_classes: int, validation: float, test: float
) -> tuple[str, ...]:
    """What there is to say; `single_row_classes` is how many classes have one row."""
    warnings: list[str] = []
    if single_row_classes and validation + test > 0:
        warnings.append(
            ngettext(
                "{n} value of {target} occurs in one row only; that row is used for training.",
                "{n} values of {target} occur in one row only; those rows are used for training.",
                single_row_classes,
            ).format(n=single_row_classes, target=target)
        )
    if validation > 0 and len(split.validation) == 0:
        warnings.append(_("The table is too small for a validation set."))
    if test > 0 and len(split.test) == 0:
        warnings.append(_("The table is too small for a test set."))
    return tuple(warnings)
