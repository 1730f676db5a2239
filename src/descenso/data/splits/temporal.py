"""A split in time: train on the past, validate on what follows, test on the latest.

Where a network is to predict what comes, a random split judges it too kindly: it would have learned
from rows that are later than those it is judged on.
"""

from dataclasses import replace

import numpy as np
import polars as pl

from descenso.data.columns.dates import date_order
from descenso.data.columns.values import as_dates, as_numbers, clean
from descenso.data.splits.split import Split, check_fractions, make_split, nearest_cuts
from descenso.data.table import RowNumbers
from descenso.errors import TableError
from descenso.i18n import gettext as _
from descenso.i18n import ngettext


def split_in_time(
    target: pl.Series,
    task: str,
    rows: RowNumbers,
    times: pl.Series,
    *,
    validation: float,
    test: float,
) -> Split:
    """Split a table's rows in time. Rows of the same time are in the same part.

    Args:
        target, task, rows, validation, test: as in `split_rows`; rows of a class that
            training never saw are left out, since a network cannot know it.
        times: the column that orders the rows: dates, or numbers such as years.

    Returns:
        The split, whose shares are as near as rows of the same time allow.

    Raises:
        TableError: a row has no time, the column does not contain times, there are fewer times than
            parts, or the fractions leave nothing to train on.
    """
    check_fractions(validation, test)
    moments = _moments(times, rows)
    different, moment = np.unique(moments, return_inverse=True)
    parts = 1 + (validation > 0) + (test > 0)
    if len(different) < parts:
        raise TableError(
            ngettext(
                "split_time: {column!r} has {n} time, too few for {parts} parts (training, "
                "validation, test). Choose a column of more times, or keep no rows for some part "
                "(validation 0, test 0).",
                "split_time: {column!r} has {n} times, too few for {parts} parts (training, "
                "validation, test). Choose a column of more times, or keep no rows for some part "
                "(validation 0, test 0).",
                len(different),
            ).format(column=times.name, n=len(different), parts=parts)
        )
    cuts = nearest_cuts(np.bincount(moment), validation, test)
    part = np.searchsorted(cuts, moment, side="right")
    train, later, latest = (rows[part == number] for number in range(3))
    notes = (_note(times, moments, part, rows),)
    warnings: list[str] = []
    if task != "regression":
        known = target.gather(train).unique()
        held_out = len(later) + len(latest)
        later, latest = (each[_is_among(target.gather(each), known)] for each in (later, latest))
        strangers = held_out - len(later) - len(latest)
        warnings += _stranger_warnings(strangers, target.name)
    return replace(
        make_split(len(target), train, later, latest), notes=notes, warnings=tuple(warnings)
    )


def _moments(times: pl.Series, rows: RowNumbers) -> np.ndarray:
    """The times as numbers that order them."""
    values = clean(times.gather(rows))
    if values.null_count():
        position = int(values.is_null().arg_true()[0])
        raise TableError(
            _(
                "split_time: {column!r} is missing in row {row}, so its time is unknown. Fill "
                "it in, or leave the row out."
            ).format(column=times.name, row=int(rows[position]) + 1)
        )
    is_text = isinstance(values.dtype, pl.String)
    if is_text or isinstance(values.dtype, pl.Date | pl.Datetime):
        moments = as_dates(values, (date_order(values) if is_text else None) or "year")
    else:
        moments = as_numbers(values)
    if moments.null_count() or isinstance(values.dtype, pl.Boolean):
        position = int(moments.is_null().arg_max() or 0)
        raise TableError(
            _(
                "split_time: {column!r}, row {row}: {value!r} is not a time. The column must "
                "contain dates (2024-12-31 or 2024-12-31 23:59) or numbers."
            ).format(
                column=times.name,
                row=int(rows[position]) + 1,
                value=values.gather([position]).to_list()[0],
            )
        )
    return moments.to_physical().to_numpy()


def _is_among(classes: pl.Series, known: pl.Series) -> np.ndarray:
    return classes.is_in(known.implode()).to_numpy()


def _note(times: pl.Series, moments: np.ndarray, part: np.ndarray, rows: RowNumbers) -> str:
    """What each part spans, in the column's own words."""
    sentences = (
        _("training on {first} to {last}"),
        _("validation on {first} to {last}"),
        _("test on {first} to {last}"),
    )
    spans: list[str] = []
    for number, sentence in enumerate(sentences):
        here = np.flatnonzero(part == number)
        if len(here):
            ends = rows[here[[moments[here].argmin(), moments[here].argmax()]]]
            first, last = times.gather(ends).to_list()
            spans.append(sentence.format(first=first, last=last))
    return _("Split in time by {column}: {spans}.").format(
        column=times.name, spans=", ".join(spans)
    )


def _stranger_warnings(count: int, target: str) -> list[str]:
    if count == 0:
        return []
    return [
        ngettext(
            "{n} row for validation or test is left out: the class in {target} is not in "
            "the earlier training rows.",
            "{n} rows for validation or test are left out: their classes in {target} are "
            "not in the earlier training rows.",
            count,
        ).format(n=count, target=target)
    ]
