"""What a column's values mean: text as numbers, numbers as text, spellings of "missing".

`clean` makes every missing value a null. The conversions take a clean series of any type, and give
null for what they cannot convert; `convert` turns a new null into an error that names the row.
"""

import re
import shlex
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, cast

import numpy as np
import polars as pl
from jaxtyping import Integer

from descenso.data.columns.dates import (
    DateOrder,
    date_order,
    is_ambiguous_date,
    read_dates,
    shown_order,
)
from descenso.data.columns.numerals import Numerals
from descenso.errors import NonFiniteError, TableError
from descenso.hints import as_dropped, shown
from descenso.i18n import gettext as _

Kind = Literal["number", "category", "boolean", "date"]

# pandas' list (pandas.read_csv, na_values), the "?" of older tables in the UCI repository, and the
# "n/d" of Spanish ones (no disponible).
MISSING = (
    *("", "NA", "N/A", "n/a", "<NA>", "#N/A", "#NA", "#N/A N/A", "NaN", "nan", "-NaN", "-nan"),
    *("NULL", "null", "None", "?", "n/d", "N/D", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"),
)

LARGEST = float(np.finfo(np.float32).max)

# From here on whole numbers exceed Int64.
BEYOND_INT64 = 2.0**63

Stored = Literal["text", "number", "boolean"]


@dataclass(frozen=True)
class Spelling:
    """How the text of a column is to be understood, whatever other values stand beside it.

    Attributes:
        stored: what the column held in training: there 3.0 and 3 were one category if it held
            numbers, and two if it held text.
        order: what dates begin with.
        numerals: how numbers are written.
    """

    stored: Stored = "text"
    order: DateOrder = "year"
    numerals: Numerals = field(default_factory=Numerals)


def parse_text(text: pl.Series, numerals: Numerals | None = None) -> pl.Series:
    """A column of text as what it spells: whole numbers, numbers or booleans where all values are.

    Whole numbers with leading zeros (007, 01234) stay text: they are codes, and their zeros count.
    So do whole numbers with more digits than any number here can hold, such as those of accounts.

    Args:
        numerals: how numbers are written; None for 1234.5.
    """
    numerals = numerals or Numerals()
    # Stripping blanks costs more than all else here, so numbers are first tried as they stand.
    text = text.set(text.is_in(MISSING), None)
    numbers = _spelled_numbers(text, numerals)
    if numbers is None:
        text = clean_text(text)
        numbers = _spelled_numbers(text, numerals)
    if numbers is not None:
        has_zeros = numbers.dtype == pl.Int64 and text.str.contains(r"^\s*[+-]?0\d").any()
        return text if has_zeros or _loses_digits(text, numbers) else numbers
    booleans = _spelled_booleans(text, ("true",), ("false",))
    return booleans if _complete(booleans, text) else text


def clean(series: pl.Series) -> pl.Series:
    """A column with null for all that means "missing" (NaN, "NA", ...), and text for categories."""
    if isinstance(series.dtype, pl.String | pl.Categorical | pl.Enum):
        return clean_text(series.cast(pl.String))
    if not series.dtype.is_float():
        return series
    # NumPy's look costs a thirtieth of Polars' where a table has thousands of short columns. In
    # NumPy a null is NaN too.
    has_nan = np.isnan(series.to_numpy()).sum() > series.null_count()
    return series.fill_nan(None) if has_nan else series


def clean_text(text: pl.Series) -> pl.Series:
    """Text without surrounding blanks, and null where it spells that a value is missing."""
    text = text.str.strip_chars()
    return text.set(text.is_in(MISSING), None)


def spelling_of(series: pl.Series, kind: Kind, numerals: Numerals) -> Spelling:
    """How a column is spelled that training learns from as `kind`."""
    order: DateOrder | None = None
    if kind == "date" and isinstance(series.dtype, pl.String):
        order = date_order(series)
    stored: Stored = "text"
    if isinstance(series.dtype, pl.Boolean):
        stored = "boolean"
    elif series.dtype.is_numeric():
        stored = "number"
    return Spelling(stored, order or "year", numerals)


def convert(
    series: pl.Series,
    kind: Kind,
    rows: Integer[np.ndarray, " rows"] | None,
    table: str,
    spelling: Spelling | None = None,
) -> pl.Series:
    """`series` as numbers, text, booleans or dates; null where it was missing.

    Args:
        series: one column's clean values in `rows`.
        kind: what they shall be.
        rows: their row numbers in the table, from 0; None for all rows.
        table: what to call the table in an error.
        spelling: how to understand text; None as it stands.

    Raises:
        TableError: a value cannot be converted, or a number is infinite or beyond float32.
    """
    converted = _converted(series, kind, spelling or Spelling())
    if converted.null_count() > series.null_count():
        position = int((converted.is_null() & series.is_not_null()).arg_true()[0])
        raise TableError(
            _("{table}: column {column!r}, row {row}: {value} {is_not}. {remedy}").format(
                table=table,
                column=series.name,
                row=_person_row(position, rows),
                value=value_at(series, position),
                is_not=_is_not(kind, series, position),
                remedy=_remedy(series, position, kind),
            )
        )
    if kind == "number":
        refuse_infinite(converted, rows, table)
    return converted


def refuse_infinite(
    numbers: pl.Series, rows: Integer[np.ndarray, " rows"] | None, table: str
) -> None:
    """Raise NonFiniteError where a number is infinite, or beyond float32 (about 3.4e38)."""
    least, most = cast("tuple[float | None, float | None]", (numbers.min(), numbers.max()))
    if max(abs(least or 0), abs(most or 0)) <= LARGEST:
        return
    position = int((numbers.abs() > LARGEST).arg_true()[0])
    raise NonFiniteError(
        _(
            "{table}: column {column!r}, row {row}: the value {value} is infinite or too large for "
            "a 32-bit number. Correct it, leave the cell empty to mark it as "
            "missing, or train without the column, with --drop {dropped}."
        ).format(
            table=table,
            column=numbers.name,
            dropped=as_dropped(numbers.name),
            row=_person_row(position, rows),
            value=numbers[position],
        )
    )


def as_numbers(series: pl.Series, numerals: Numerals | None = None) -> pl.Series:
    """Float64. Booleans are 0 and 1, durations and times seconds, dates days since 1970."""
    dtype = series.dtype
    if isinstance(dtype, pl.Duration):
        return series.dt.total_microseconds(fractional=True) / 1e6
    if isinstance(dtype, pl.Time):
        return series.cast(pl.Int64) / 1e9
    if isinstance(dtype, pl.Date | pl.Datetime):
        return days(as_dates(series))
    if isinstance(dtype, pl.String):
        text = series if numerals is None else numerals.read(series)
        return text.cast(pl.Float64, strict=False).fill_nan(None)
    if dtype.is_numeric() or isinstance(dtype, pl.Boolean | pl.Null):
        return series.cast(pl.Float64)
    return _nothing(series).cast(pl.Float64)


def as_plain_numbers(series: pl.Series, numerals: Numerals | None = None) -> pl.Series:
    """Float64 as `as_numbers` has it, but null for dates, times and durations."""
    return as_numbers(as_text(series) if series.dtype.is_temporal() else series, numerals)


def as_text(series: pl.Series) -> pl.Series:
    """Text, in one spelling for equal values: 3 and 3.0 are both "3", True is "true"."""
    dtype = series.dtype
    if dtype.is_float():
        whole = series.cast(pl.Int64, strict=False)
        text = series.cast(pl.String)
        return text.zip_with((whole.cast(dtype) != series).fill_null(True), whole.cast(pl.String))
    if dtype.is_nested() or isinstance(dtype, pl.Binary | pl.Object):
        return _nothing(series).cast(pl.String)
    if isinstance(dtype, pl.Duration):
        return series.dt.to_string("iso")
    return series.cast(pl.String)


def as_booleans(series: pl.Series) -> pl.Series:
    """Boolean: true/false, yes/no, t/f, y/n in any case, 1/0."""
    if isinstance(series.dtype, pl.Boolean):
        return series
    text = as_text(series)
    return _spelled_booleans(text, ("true", "yes", "t", "y", "1"), ("false", "no", "f", "n", "0"))


def as_dates(series: pl.Series, order: DateOrder = "year") -> pl.Series:
    """Datetime in microseconds, without a time zone (text with an offset is taken to UTC)."""
    dtype = series.dtype
    if isinstance(dtype, pl.Date | pl.Null):
        return series.cast(pl.Datetime("us"))
    if isinstance(dtype, pl.Datetime):
        return series.dt.replace_time_zone(None).cast(pl.Datetime("us"))
    if isinstance(dtype, pl.String):
        dates = read_dates(series, order)
        if order == "year" and not _complete(dates, series):
            # Where each date by itself does not show what it begins with, together they may.
            return read_dates(series, shown_order(series))
        return dates
    return _nothing(series).cast(pl.Datetime("us"))


def days(dates: pl.Series) -> pl.Series:
    """Days since 1970, Float64."""
    return dates.dt.epoch("ms").cast(pl.Float64) / 86_400_000


def value_at(series: pl.Series, position: int) -> str:
    """A value as an error shows it, in one line."""
    value = series.gather([position]).to_list()[0]
    return str(value) if series.dtype.is_temporal() else shown(value)


def _converted(series: pl.Series, kind: Kind, spelling: Spelling) -> pl.Series:
    if kind == "date":
        return as_dates(series, spelling.order)
    if isinstance(series.dtype, pl.String):
        series = _as_stored(series, kind, spelling)
    if kind == "number":
        if spelling.stored == "number" and series.dtype.is_temporal():
            # A moment is days since 1970 only where training learned from moments.
            return _nothing(series).cast(pl.Float64)
        return as_numbers(series, spelling.numerals)
    return as_booleans(series) if kind == "boolean" else as_text(series)


def _as_stored(text: pl.Series, kind: Kind, spelling: Spelling) -> pl.Series:
    """Text in the spelling that the values would have, had the column been what it was."""
    if spelling.stored == "number" and kind != "number":
        plain = spelling.numerals.read(text)
        whole = plain.cast(pl.Int64, strict=False).cast(pl.String)
        spelled = whole.zip_with(whole.is_not_null(), as_text(as_numbers(plain)))
    elif spelling.stored == "boolean" and kind != "boolean":
        booleans = _spelled_booleans(text, ("true",), ("false",))
        spelled = (booleans.cast(pl.Int8) if kind == "number" else booleans).cast(pl.String)
    else:
        return text
    return spelled.zip_with(spelled.is_not_null(), text)


def _spelled_numbers(text: pl.Series, numerals: Numerals) -> pl.Series | None:
    """Int64 or Float64 where every value is a number, else None."""
    plain = numerals.read(text)
    if not _complete(plain, text):
        return None
    for dtype in (pl.Int64, pl.Float64):
        numbers = plain.cast(dtype, strict=False)
        if _complete(numbers, text):
            return numbers
    return None


def _loses_digits(text: pl.Series, numbers: pl.Series) -> bool:
    """Whether a column of whole numbers alone has one whose digits are not all in `numbers`."""
    large = (numbers.abs() >= BEYOND_INT64).fill_null(False)
    if numbers.dtype == pl.Int64 or not large.any():
        return False
    # Beside decimals and exponents, or with signs between thousands, they are quantities.
    if not text.str.contains(r"^\s*[+-]?\d+\s*$").all():
        return False
    written = zip(text.filter(large), numbers.filter(large), strict=True)
    return any(Decimal(digits.strip()) != Decimal(number) for digits, number in written)


def _spelled_booleans(text: pl.Series, yes: tuple[str, ...], no: tuple[str, ...]) -> pl.Series:
    words = text.str.to_lowercase()
    known = words.is_in([*yes, *no])
    return words.is_in(yes).set(~known | text.is_null(), None)


def _complete(converted: pl.Series, original: pl.Series) -> bool:
    return converted.null_count() == original.null_count()


def _nothing(series: pl.Series) -> pl.Series:
    """A column as long as `series`, missing throughout."""
    return pl.Series(series.name, [None], dtype=pl.Null).new_from_index(0, len(series))


def _person_row(position: int, rows: Integer[np.ndarray, " rows"] | None) -> int:
    """Row numbers as people count them: the first row below the header is row 1."""
    return (position if rows is None else int(rows[position])) + 1


def _remedy(series: pl.Series, position: int, kind: Kind) -> str:
    if kind == "number" and re.fullmatch(r"[+-]?[\d.]*,\d+", str(series[position])):
        return _(
            "If it is a number with a decimal comma, read the table with --decimal , "
            "(otherwise correct it, or leave the cell empty if the value is missing)."
        )
    if kind == "category":
        return _(
            "Convert the column to numbers or text, or train without it: --drop {column}."
        ).format(column=as_dropped(series.name))
    return _(
        "Correct it, leave the cell empty if it is missing, or train with the column as another "
        "kind, with --column {column}=category."
    ).format(column=shlex.quote(series.name))


def _is_not(kind: Kind, series: pl.Series, position: int) -> str:
    if (
        kind == "date"
        and isinstance(series.dtype, pl.String)
        and is_ambiguous_date(series[position])
    ):
        return _("is ambiguous: day or month first? (write it as 2024-12-31)")
    return {
        "number": _("is not a number"),
        "category": _("is not a category"),
        "boolean": _("is not true or false"),
        "date": _("is not a date (write it as 2024-12-31 or 2024-12-31 23:59)"),
    }[kind]
