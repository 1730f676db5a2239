"""A column in a few numbers: what is missing, how many values differ, their range and histogram."""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from jaxtyping import Float, Integer

from descenso.data.columns.values import (
    Kind,
    as_booleans,
    as_dates,
    as_numbers,
    as_text,
    clean,
    days,
)
from descenso.data.table import Table

BINS = 16
MOST_FREQUENT = 5
MOST_COUNTED = 12  # numbers of so few different values are also counted one by one
OUTER_FENCE = 3.0  # distances between the quartiles
LONGEST_VALUE = 100  # characters of a category that are shown; the rest is cut off

Numbers = Float[np.ndarray, " _"]


@dataclass(frozen=True)
class Histogram:
    """How often values lie in each of some equal intervals.

    It spans the values but for outliers, those more than three times the distance between the
    quartiles beyond them (Tukey's outer fences), which are counted apart.

    Attributes:
        first, last: where the first interval begins and the last ends: numbers, or dates as text.
        counts: of each interval.
        below, above: outliers on either side.
    """

    first: float | str
    last: float | str
    counts: tuple[int, ...]
    below: int
    above: int


@dataclass(frozen=True)
class Summary:
    """What a column's values are like.

    Attributes:
        missing: how many are missing.
        distinct: how many different ones there are, not counting missing ones.
        least, most: the range, of finite numbers, or of dates as text; None for other kinds.
        mean, median, deviation: of finite numbers; None for other kinds.
        infinite: how many numbers are infinite.
        frequent: the most frequent values and how many rows have them, where values are counted:
            in categories, booleans, and numbers of few different values.
        commonest: the share of the present values that are the most frequent one.
        histogram: of numbers and dates; None for other kinds, and where no value is present.
    """

    missing: int
    distinct: int
    least: float | str | None = None
    most: float | str | None = None
    mean: float | None = None
    median: float | None = None
    deviation: float | None = None
    infinite: int = 0
    frequent: tuple[tuple[str | float | bool, int], ...] = ()
    commonest: float = 0.0
    histogram: Histogram | None = None


def summarise(
    values: pl.Series, kind: Kind, few: pl.Series, distinct: int | None = None
) -> Summary:
    """A column of any type, seen as a kind.

    Args:
        values: the whole column. Missing and different values, range, mean and the most frequent
            values are of all of it.
        kind: what it is; values that do not suit it count as missing.
        few: a sample of it, for the median, the histogram and the share of the commonest number.
        distinct: how many different values it has, where that is known: it takes longest.
    """
    if values.dtype.is_nested() or isinstance(values.dtype, pl.Binary | pl.Object):
        return Summary(values.null_count(), 0)
    match kind:
        case "number":
            if distinct is None:
                distinct = clean(values).drop_nulls().n_unique()
            return _of_numbers(as_array(values), as_array(few), distinct)
        case "date":
            return _of_dates(as_dates(clean(values)), as_dates(clean(few)))
        case "boolean":
            return _of_categories(as_booleans(clean(values)))
        case "category":
            return _of_categories(as_text(clean(values)))


def natural_kind(values: pl.Series) -> Kind:
    """How to look at a column that is no feature, by its type alone."""
    if isinstance(values.dtype, pl.Boolean):
        return "boolean"
    if isinstance(values.dtype, pl.Date | pl.Datetime):
        return "date"
    return "category" if isinstance(clean(values).dtype, pl.String) else "number"


def as_array(values: pl.Series) -> Numbers:
    """A column as numbers, NaN where one is missing."""
    # Numbers go to NumPy at once: in a wide table each call of Polars costs more than all the rest.
    return (
        (values if values.dtype.is_numeric() else as_numbers(clean(values)))
        .to_numpy()
        .astype(float)
    )


def _of_numbers(numbers: Numbers, few: Numbers, distinct: int) -> Summary:
    present = numbers[~np.isnan(numbers)]
    finite = present[np.isfinite(present)]
    missing = len(numbers) - len(present)
    if len(finite) == 0:
        return Summary(missing, len(np.unique(present)), infinite=len(present))
    ordered = np.sort(few[np.isfinite(few)])
    with np.errstate(over="ignore", invalid="ignore"):
        mean, deviation = finite.mean(), finite.std()
        median = np.median(ordered) if len(ordered) else np.nan
    return Summary(
        missing=missing,
        distinct=distinct,
        least=float(finite.min()),
        most=float(finite.max()),
        mean=_if_finite(mean),
        median=_if_finite(median),
        deviation=_if_finite(deviation),
        infinite=len(present) - len(finite),
        frequent=_counted(present) if distinct <= MOST_COUNTED else (),
        commonest=_commonest(np.sort(few[~np.isnan(few)])),
        histogram=_histogram(ordered) if len(ordered) else None,
    )


def _if_finite(number: float | np.floating) -> float | None:
    return float(number) if np.isfinite(number) else None


def _of_dates(dates: pl.Series, few: pl.Series) -> Summary:
    present, some = dates.drop_nulls(), few.drop_nulls()
    missing = len(dates) - len(present)
    if present.is_empty():
        return Summary(missing, 0)
    ordered = np.sort(days(some).to_numpy())
    histogram = _histogram(ordered) if len(ordered) else None
    if histogram is not None:
        first, last = (_date_text(float(end)) for end in (histogram.first, histogram.last))
        histogram = replace(histogram, first=first, last=last)
    span = days(pl.Series([present.min(), present.max()], dtype=present.dtype)).to_list()
    return Summary(
        missing=missing,
        distinct=present.n_unique(),
        least=_date_text(span[0]),
        most=_date_text(span[1]),
        commonest=_commonest(ordered),
        histogram=histogram,
    )


def _of_categories(values: pl.Series) -> Summary:
    present = values.drop_nulls()
    if present.is_empty():
        return Summary(len(values), 0)
    counts = present.value_counts(sort=True)
    # Ties in the order of the values, so that the same table always looks the same.
    top = counts.filter(counts["count"] >= counts["count"][min(MOST_FREQUENT, len(counts)) - 1])
    top = top.sort("count", present.name, descending=[True, False]).head(MOST_FREQUENT)
    frequent = tuple((_cut(value), count) for value, count in top.rows())
    return Summary(
        missing=len(values) - len(present),
        distinct=len(counts),
        frequent=frequent,
        commonest=frequent[0][1] / len(present),
    )


def _counted(present: Numbers) -> tuple[tuple[float, int], ...]:
    values, counts = np.unique(present, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:MOST_FREQUENT]
    return tuple((float(values[i]), int(counts[i])) for i in order if np.isfinite(values[i]))


def _commonest(ordered: Numbers) -> float:
    """The share of the most frequent value among sorted ones."""
    if len(ordered) == 0:
        return 0.0
    begins = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1], [True]]))
    return float(np.diff(begins).max() / len(ordered))


def _histogram(ordered: Numbers) -> Histogram:
    """The histogram of sorted numbers."""
    quartile, third = (float(x) for x in np.quantile(ordered, (0.25, 0.75), method="lower"))
    reach = OUTER_FENCE * (third - quartile)
    below = above = 0
    # Where half of the values are equal there is no scale to call others outliers by.
    if 0 < reach < np.inf:
        below = int(np.searchsorted(ordered, quartile - reach, side="left"))
        above = len(ordered) - int(np.searchsorted(ordered, third + reach, side="right"))
    inner = ordered[below : len(ordered) - above]
    first, last = float(inner.min()), float(inner.max())
    steps = last - first
    if not np.isfinite(steps):
        return Histogram(first, last, (), below, above)
    # Counted from the first on, not where they lie: there floats may be too few for so many edges.
    if steps == 0 or (steps < BINS and (inner == np.floor(inner)).all()):
        # One value, or whole numbers of a short range: an interval around each.
        counts, _edges = np.histogram(inner - first, int(steps) + 1, (-0.5, steps + 0.5))
        first, last = first - 0.5, last + 0.5
    else:
        counts, _edges = np.histogram((inner - first) / steps, BINS, (0, 1))
    return Histogram(first, last, tuple(counts.tolist()), below, above)


def _date_text(day: float) -> str:
    moment = np.datetime64(round(day * 86_400), "s")
    return str(moment).removesuffix("T00:00:00")


def _cut(value: str | bool) -> str | bool:
    if isinstance(value, str) and len(value) > LONGEST_VALUE:
        return value[: LONGEST_VALUE - 1] + "…"
    return value


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
