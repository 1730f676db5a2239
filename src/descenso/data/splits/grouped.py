"""A split that keeps groups of rows together: all of a patient's visits, all houses of a street.

Rows of a group resemble one another, so a network that learned from some of them is judged too
kindly on the others.
"""

from dataclasses import replace

import numpy as np
import polars as pl
from jaxtyping import Float, Integer

from descenso.data.columns.values import clean
from descenso.data.splits.split import Split, check_fractions, make_split, nearest_cuts
from descenso.data.table import RowNumbers
from descenso.errors import TableError
from descenso.i18n import gettext as _
from descenso.i18n import ngettext

# So many random orders of the groups are tried, fewer where there are very many groups; and the
# draws are compared by so many classes, the rarer ones taken together.
DRAWS = 200
MOST_CLASSES = 20
MOST_COUNTS = 2_000_000  # groups × classes
MOST_WORK = 20_000_000  # groups × classes × draws

Codes = Integer[np.ndarray, " rows"]


def split_by_group(
    target: pl.Series,
    task: str,
    rows: RowNumbers,
    groups: pl.Series,
    *,
    validation: float,
    test: float,
    seed: int,
) -> Split:
    """Split a table's groups at random: all rows of a group are in the same part.

    Of many random orders, cut where the shares come nearest, the one is taken whose parts have the
    sizes that were asked for and, in classification, each its share of every class.

    Args:
        target, task, rows, validation, test, seed: as in `split_rows`.
        groups: the column whose equal values belong together.

    Returns:
        The split. Each class stays in training, if need be with a whole group of its own.

    Raises:
        TableError: a row has no group, there are fewer groups than parts, or the fractions leave
            nothing to train on.
    """
    check_fractions(validation, test)
    group = _codes_of_groups(groups, rows)
    label = np.zeros(len(rows), int) if task == "regression" else _codes(target.gather(rows))
    n_groups, parts = int(group.max()) + 1, 1 + (validation > 0) + (test > 0)
    if n_groups < parts:
        raise TableError(
            ngettext(
                "split_by: {column!r} has {n} group, too few for {parts} parts (training, "
                "validation, test). Choose a column of more groups, or keep no rows for some part "
                "(validation 0, test 0).",
                "split_by: {column!r} has {n} groups, too few for {parts} parts (training, "
                "validation, test). Choose a column of more groups, or keep no rows for some part "
                "(validation 0, test 0).",
                n_groups,
            ).format(column=groups.name, n=n_groups, parts=parts)
        )
    part = _best_draw(_counts(group, label, n_groups), validation, test, seed)
    part[_needed_in_training(group, label, part)] = 0
    of_row = part[group]
    split = make_split(len(target), *(rows[of_row == number] for number in range(3)))
    return replace(
        split,
        notes=(_note(groups.name, part),),
        warnings=_warnings(split, groups.name, validation, test),
    )


def _codes_of_groups(groups: pl.Series, rows: RowNumbers) -> Codes:
    values = clean(groups.gather(rows))
    if values.null_count():
        position = int(values.is_null().arg_true()[0])
        raise TableError(
            _(
                "split_by: {column!r} is missing in row {row}, so its group is unknown. Fill "
                "it in, or leave the row out."
            ).format(column=groups.name, row=int(rows[position]) + 1)
        )
    if values.dtype.is_nested() or isinstance(values.dtype, pl.Binary | pl.Object):
        raise TableError(
            _("split_by: {column!r} is of type {dtype}, which cannot form groups.").format(
                column=groups.name, dtype=values.dtype
            )
        )
    return _codes(values)


def _codes(values: pl.Series) -> Codes:
    return clean(values).rank("dense").to_numpy().astype(int) - 1


def _counts(group: Codes, label: Codes, n_groups: int) -> Float[np.ndarray, "groups classes"]:
    """How many rows of each class each group has; the last column holds all rarer classes."""
    by_size = np.argsort(-np.bincount(label), kind="stable")
    frequent = by_size[: int(np.clip(MOST_COUNTS // n_groups, 1, MOST_CLASSES))]
    column = np.full(len(by_size), len(frequent))
    column[frequent] = np.arange(len(frequent))
    width = int(column.max()) + 1
    cells = np.bincount(group * width + column[label], minlength=n_groups * width)
    return cells.reshape(n_groups, width).astype(float)


def _best_draw(
    counts: Float[np.ndarray, "groups classes"], validation: float, test: float, seed: int
) -> Integer[np.ndarray, " groups"]:
    """The part of each group: 0 training, 1 validation, 2 test."""
    generator = np.random.default_rng(seed)
    sizes, of_class = counts.sum(axis=1).astype(int), counts.sum(axis=0)
    ideal = np.outer([1 - validation - test, validation, test], of_class)
    best, least = np.zeros(len(counts), int), np.inf
    for _draw in range(int(np.clip(MOST_WORK // counts.size, 1, DRAWS))):
        order = generator.permutation(len(counts))
        first_validation, first_test = nearest_cuts(sizes[order], validation, test)
        found = np.stack(
            [
                counts[order[:first_validation]].sum(axis=0),
                counts[order[first_validation:first_test]].sum(axis=0),
                counts[order[first_test:]].sum(axis=0),
            ]
        )
        # Each class counts alike, so that a rare one is spread as well as a frequent one.
        off = found - ideal
        unlike = np.abs(off / of_class).sum() / len(of_class)
        unlike += np.abs(off.sum(axis=1)).sum() / of_class.sum()
        if unlike < least:
            least, best = unlike, np.zeros(len(counts), int)
            best[order[first_validation:first_test]] = 1
            best[order[first_test:]] = 2
    return best


def _needed_in_training(
    group: Codes, label: Codes, part: Integer[np.ndarray, " groups"]
) -> Integer[np.ndarray, " _"]:
    """For each class that no training row has, its smallest group."""
    taught = np.bincount(label, part[group] == 0) > 0
    pairs = np.unique(np.stack([label, group]), axis=1)
    pairs = pairs[:, ~taught[pairs[0]]]
    size = np.bincount(group)[pairs[1]]
    pairs = pairs[:, np.lexsort((size, pairs[0]))]
    first = np.unique(pairs[0], return_index=True)[1]
    return pairs[1, first]


def _note(column: str, part: Integer[np.ndarray, " groups"]) -> str:
    train, validation, test = np.bincount(part, minlength=3)
    return _(
        "Rows with the same {column} stay together: {train} groups for training, "
        "{validation} for validation, {test} for the test."
    ).format(column=column, train=train, validation=validation, test=test)


def _warnings(split: Split, column: str, validation: float, test: float) -> tuple[str, ...]:
    said: list[str] = []
    if validation > 0 and len(split.validation) == 0:
        said.append(
            _(
                "No group of {column} is left for validation: training needs them all to see "
                "every class."
            ).format(column=column)
        )
    if test > 0 and len(split.test) == 0:
        said.append(
            _(
                "No group of {column} is left for the test: training needs them all to see "
                "every class."
            ).format(column=column)
        )
    return tuple(said)
