"""Dates and times written as text: year first as ISO has it, or day or month first."""

from typing import Literal, cast

import numpy as np
import polars as pl
from jaxtyping import Integer

from descenso.i18n import gettext as _
from descenso.i18n import ngettext

# What a date begins with.
DateOrder = Literal["year", "day", "month"]

_MONTH = r"^((?:18|19|20|21)\d\d-(?:0[1-9]|1[0-2]))$"
_YEAR_FIRST = r"^\d{4}[-/]\d{1,2}[-/]\d{1,2}"
_YEAR_LAST = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\b"
_YEAR_FIRST_OR_LAST = rf"{_YEAR_FIRST}|{_YEAR_LAST}"
# How a date is rewritten year first, by what it begins with: there is no month beyond 12.
_TURNED: dict[DateOrder, tuple[tuple[str, str], ...]] = {
    "day": ((_YEAR_LAST, "${3}-${2}-${1}"),),
    "month": ((_YEAR_LAST, "${3}-${1}-${2}"),),
    "year": (
        (r"^(1[3-9]|[23]\d)[-/.](\d{1,2})[-/.](\d{4})\b", "${3}-${2}-${1}"),
        (r"^(\d{1,2})[-/.](1[3-9]|[23]\d)[-/.](\d{4})\b", "${3}-${1}-${2}"),
    ),
}
_FORMATS = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"),
    *("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y/%m/%d %H:%M:%S%.f", "%Y/%m/%d %H:%M"),
)
_WITH_ZONE = ("%+", "%Y-%m-%d %H:%M:%S%.f%#z")
_SAMPLE = 100


def read_dates(text: pl.Series, order: DateOrder = "year") -> pl.Series:
    """Text as Datetime in microseconds without a time zone; null where it is no date.

    A time with an offset is taken to UTC, a month (2024-12) for its first day.

    Args:
        order: what a date begins with that has its year last; "year" where that is not known, so
            that it must show itself. A date that begins with its year is understood in any case.
    """
    if not text.str.contains(_YEAR_FIRST).all():
        text = text.str.replace(_MONTH, "${1}-01")
        for pattern, turned in _TURNED[order]:
            text = text.str.replace(pattern, turned)
    text = text.set(~text.str.contains(_YEAR_FIRST), None)
    # A format at a time, each only for what the earlier ones left: most columns need one.
    dates = pl.Series(text.name, [None], dtype=pl.Datetime("us")).new_from_index(0, len(text))
    for form in (*_FORMATS, *_WITH_ZONE):
        if dates.null_count() == text.null_count():
            break
        left = text.set(dates.is_not_null(), None)
        parsed = left.str.to_datetime(form, strict=False, time_unit="us")
        dates = dates.zip_with(dates.is_not_null(), parsed.dt.replace_time_zone(None))
    return dates


def date_order(text: pl.Series) -> DateOrder | None:
    """What the dates in a column of text begin with; None where they are none, or it may be both.

    A year is known by its four digits. Where it stands last, a first number beyond 12 shows that
    the day comes first, a second one that the month does; both or neither show nothing.
    """
    if 1 in (_share(text, _YEAR_FIRST), _share(text, _MONTH)):
        return "year" if _are_dates(text, "year") else None
    if _share(text, _YEAR_FIRST_OR_LAST) < 1:
        return None
    order = shown_order(text)
    return order if order != "year" and _are_dates(text, order) else None


def shown_order(text: pl.Series) -> DateOrder:
    """What the dates in a column begin with that have their year last; "year" where none shows it.

    Values that are no dates show nothing.
    """
    first, second = _largest(text)
    if first > 12 >= second:
        return "day"
    return "month" if second > 12 >= first else "year"


def almost_dates(text: pl.Series, rows: Integer[np.ndarray, " rows"]) -> str:
    """A remark where a column is dates but for a few values, or they may be read both ways; or "".

    Args:
        text: values that `date_order` finds to be no dates.
        rows: their row numbers in the table, from 0.
    """
    if _share(text, _YEAR_FIRST_OR_LAST) <= 0.5:
        return ""
    wrong = {order: read_dates(text, order).is_null() & text.is_not_null() for order in _TURNED}
    counts = {order: int(each.sum()) for order, each in wrong.items()}
    least, present = min(counts.values()), len(text) - text.null_count()
    if counts["day"] == counts["month"] == 0:
        return _(
            "; dates such as {example} are ambiguous (day or month first?): write them as "
            "2024-12-31 to use them as dates"
        ).format(example=text.filter(wrong["year"])[0])
    if not 0 < least <= present / 10:
        return ""
    strays = next(wrong[order] for order in wrong if counts[order] == least).arg_true()
    return ngettext(
        "; {n} of {present} values is no date, such as {value!r} (row {row}): correct it, or leave "
        "the cell empty if the value is missing",
        "; {n} of {present} values are no dates, such as {value!r} (row {row}): correct them, or "
        "leave the cells empty if the values are missing",
        least,
    ).format(n=least, present=present, value=text[strays[0]], row=int(rows[strays[0]]) + 1)


def is_ambiguous_date(date: str) -> bool:
    """Whether a text is a date that may begin with the day or the month.

    >>> is_ambiguous_date("3/4/2024"), is_ambiguous_date("31/4/2024")
    (True, False)
    """
    text = pl.Series([date])
    return all(read_dates(text, order).null_count() == 0 for order in ("day", "month"))


def _share(text: pl.Series, pattern: str) -> float:
    """How many of a column's first values begin like a pattern, of all."""
    sample = text.drop_nulls().head(_SAMPLE)
    return 0.0 if sample.is_empty() else int(sample.str.contains(pattern).sum()) / len(sample)


def _largest(text: pl.Series) -> tuple[int, int]:
    """The largest of the first and of the second numbers of dates whose year stands last."""
    first, second = (
        text.str.extract(_YEAR_LAST, group).cast(pl.Int32, strict=False).max() for group in (1, 2)
    )
    return cast("int", first or 0), cast("int", second or 0)


def _are_dates(text: pl.Series, order: DateOrder) -> bool:
    return read_dates(text, order).null_count() == text.null_count()
