"""How well each column alone predicts the target, on held-out rows.

A column that predicts it almost perfectly leaks it, most often: it was recorded afterwards, or is
another name for it, and will not be known when predictions are needed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from jaxtyping import Float, Integer

from descenso.data.columns.summary import MOST_CELLS, sample
from descenso.data.columns.values import clean
from descenso.data.table import Table

FOLDS = 5
MOST_BINS = 64
LEAST_BINS = 10
LEAST_ROWS = 50  # with fewer, chance alone looks like skill
MOST_CLASSES = 20  # rarer ones count as one class

# A single column with this skill or more leaks the target. Honest columns reach 0.94 (the petals of
# irises); the target under another name reaches 1, with noise 0.97.
LEAK_SKILL = 0.97
# So does one of this skill if no other column comes near it: two honest columns that know nearly
# everything usually measure the same thing, as the two sizes of a petal do.
LONELY_LEAK_SKILL, NEXT_BEST_SKILL = 0.9, 0.6

Codes = Integer[np.ndarray, " rows"]


@dataclass(frozen=True)
class _Truth:
    """The target on the sampled rows, made ready to be predicted.

    Attributes:
        codes: the classes, where there are such.
        ranks: of a number, between 0 and 1, so that a few huge values do not decide.
        mixed: the rows in any order: that of the table may be the target's.
    """

    codes: Codes | None
    ranks: Float[np.ndarray, " rows"] | None
    mixed: Codes

    @property
    def fold(self) -> Codes:
        """Which part of the rows each row is judged with."""
        return self.mixed % FOLDS


def predictive_power(
    table: Table,
    names: Sequence[str],
    target: str,
    task: str,
    rows: Integer[np.ndarray, " rows"],
    cells: int = MOST_CELLS,
) -> dict[str, float]:
    """The skill of each column alone, by cross-validation on a sample of the rows.

    A column's values are put into bins, and each row's target is predicted as what the other folds'
    rows of its bin have: the commonest class, or the mean rank. That finds any relation, also one
    that goes up and down; a category that stands in one row predicts nothing. Where a border
    between classes lies within a bin, neighbouring rows are compared as
    well: of a class, the better of both counts.

    Args:
        names: the columns to try; empty ones, and those of lists and the like, are passed over.
        target: the column to predict, known in `rows`.
        task: regression, binary or multiclass.
        rows: those to look at.
        cells: rows × columns to look at, at the most; see `sample`.

    Returns:
        1 - errors / errors of the best constant, at most 1, by name. Of a regression the errors
        are squared differences of ranks. Empty where there are too few rows.
    """
    if len(rows) < LEAST_ROWS:
        return {}
    few = sample(table, rows, cells)
    truth = _truth(clean(few.column(target)), task)
    if truth is None:
        return {}
    found: dict[str, float] = {}
    for name in names:
        skill = _skill(few.column(name), truth)
        if skill is not None:
            found[name] = skill
    return found


def leaking(power: Mapping[str, float]) -> list[str]:
    """The columns that give the target away, the best first.

    None where these are all the columns that there are: a target that follows from its columns is
    an honest problem.

    Args:
        power: the skill of each column alone, by name; see `predictive_power`.

    >>> leaking({"letter": 0.96, "age": 0.2})
    ['letter']
    >>> leaking({"petal_length": 0.93, "petal_width": 0.94, "sepal_length": 0.6})
    []
    >>> leaking({"x": 1.0})
    []
    """
    order = sorted(power, key=lambda name: -power[name])
    found = [name for name in order if power[name] >= LEAK_SKILL]
    if not found and len(order) > 1:
        best, second = order[:2]
        if power[best] >= LONELY_LEAK_SKILL and power[second] <= NEXT_BEST_SKILL:
            found = [best]
    return found if len(found) < len(order) else []


def _truth(values: pl.Series, task: str) -> _Truth | None:
    if values.dtype.is_nested() or values.n_unique() < 2:
        return None
    mixed = np.random.default_rng(0).permutation(len(values))
    if task == "regression":
        ranks = values.rank("average").cast(pl.Float64).to_numpy() / len(values)
        return _Truth(None, ranks, mixed)
    codes = values.rank("dense").to_numpy().astype(int) - 1
    frequent = np.argsort(-np.bincount(codes), kind="stable")[:MOST_CLASSES]
    order = np.full(codes.max() + 1, MOST_CLASSES)
    order[frequent] = np.arange(len(frequent))
    return _Truth(order[codes], None, mixed)


def _skill(values: pl.Series, truth: _Truth) -> float | None:
    """The skill of a column; None where it is empty, or holds lists and the like."""
    if values.dtype.is_nested() or isinstance(values.dtype, pl.Binary | pl.Object | pl.Null):
        return None
    if not (values.dtype.is_numeric() or values.dtype.is_temporal()):
        words = clean(values).rank("dense").fill_null(0).to_numpy().astype(int)
        return _skill_of_codes(words, truth)
    if values.dtype.is_temporal():
        values = values.to_physical()
    # NumPy from here on: in a wide table a call of Polars takes longer than all of this.
    numbers = values.to_numpy().astype(float)
    if np.isnan(numbers).all():
        return None
    skill = _skill_of_codes(_binned(numbers), truth)
    if truth.codes is None:
        return skill
    return max(skill, _skill_in_order(numbers[truth.mixed], truth.codes[truth.mixed]))


def _binned(numbers: Float[np.ndarray, " rows"]) -> Codes:
    """The bin of each number; 0 where it is missing."""
    present = np.sort(numbers[~np.isnan(numbers)])
    bins = int(np.clip(len(numbers) ** 0.5, LEAST_BINS, MOST_BINS))
    quantiles = present[np.arange(1, bins) * len(present) // bins]
    codes = np.searchsorted(np.unique(quantiles), numbers, "right") + 1
    # A frequent value, such as 0 in many tables, has a bin of its own.
    frequent = np.unique(quantiles[1:][quantiles[1:] == quantiles[:-1]])
    codes += np.searchsorted(frequent, numbers, "left")
    return np.where(np.isnan(numbers), 0, codes)


def _skill_of_codes(codes: Codes, truth: _Truth) -> float:
    if truth.ranks is not None:
        return _skill_on_ranks(codes, truth.ranks, truth.fold)
    assert truth.codes is not None, "a target has ranks or classes"
    return _skill_on_classes(codes, truth.codes, truth.fold)


def _skill_on_ranks(codes: Codes, y: Float[np.ndarray, " rows"], fold: Codes) -> float:
    width = int(codes.max()) + 1
    cell = fold * width + codes
    sums = np.bincount(cell, y, FOLDS * width).reshape(FOLDS, width)
    counts = np.bincount(cell, minlength=FOLDS * width).reshape(FOLDS, width)
    # What the other folds have in the same bin; where nothing, their mean.
    sums, counts = sums.sum(axis=0) - sums, counts.sum(axis=0) - counts
    constant = sums.sum(axis=1) / counts.sum(axis=1)
    predicted = sums[fold, codes] / np.maximum(counts[fold, codes], 1)
    predicted[counts[fold, codes] == 0] = constant[fold][counts[fold, codes] == 0]
    return 1 - float(np.sum((y - predicted) ** 2)) / float(np.sum((y - constant[fold]) ** 2))


def _skill_on_classes(codes: Codes, y: Codes, fold: Codes) -> float:
    width, classes = int(codes.max()) + 1, int(y.max()) + 1
    cell = fold * width + codes
    counts = np.bincount(cell * classes + y, minlength=FOLDS * width * classes)
    counts = counts.reshape(FOLDS, width, classes)
    counts = counts.sum(axis=0) - counts
    constant = counts.sum(axis=1).argmax(axis=1)
    predicted = counts.argmax(axis=2)[fold, codes]
    # Where the other folds have nothing in the bin, their commonest class.
    nothing = counts.max(axis=2)[fold, codes] == 0
    predicted[nothing] = constant[fold][nothing]
    return 1 - float(np.sum(predicted != y)) / float(np.sum(constant[fold] != y))


def _skill_in_order(numbers: Float[np.ndarray, " rows"], y: Codes) -> float:
    """The same where a row's class is predicted as that of the two rows before and after it.

    Rows of one value stay in the order that they are given in.
    """
    y = y[np.argsort(numbers, kind="stable")]
    around = np.pad(y, 2, mode="reflect")
    votes = np.zeros((len(y), int(y.max()) + 1), np.int8)
    for step in (0, 1, 3, 4):
        votes[np.arange(len(y)), around[step : step + len(y)]] += 1
    commonest = np.bincount(y).argmax()
    return 1 - float(np.sum(votes.argmax(axis=1) != y)) / float(np.sum(y != commonest))
