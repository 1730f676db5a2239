"""Numbers and times as a person reads them in a column."""

from descenso.i18n import decimal, language, ngettext
from descenso.i18n import gettext as _

WIDTH = 10  # no number is written longer


def number(value: float | int | None) -> str:
    """Four significant digits, or a dash where there is no number.

    >>> number(0.25), number(1234.5), number(1e-7), number(None)
    ('0.2500', '1234', '1.000e-07', '–')
    """
    if value is None:
        return "–"
    if isinstance(value, int):
        return str(value)
    # Without the sign of a zero.
    return decimal(f"{value + 0.0:#.4g}".removesuffix("."))


def whole(value: int) -> str:
    """A whole number in groups of three digits, set apart as the reader's language does it.

    >>> whole(18947)
    '18,947'
    """
    # Spanish writes a thin space that no line breaks at (Ortografía de la lengua española, 2010).
    return f"{value:,}".replace(",", "\u202f" if language() == "es" else ",")


def counted_rows(rows: int) -> str:
    """How many rows there are.

    >>> counted_rows(1), counted_rows(18947)
    ('1 row', '18,947 rows')
    """
    return ngettext("{n} row", "{n} rows", rows).format(n=whole(rows))


def duration(seconds: float) -> str:
    """A time span in its two largest units.

    >>> duration(0.0193), duration(0.24), duration(75.0), duration(7_300.0)
    ('19 ms', '0.2 s', '1 min 15 s', '2 h 1 min')
    """
    if seconds < 0.1:
        return _("{milliseconds} ms").format(milliseconds=decimal(f"{1000 * seconds:.2g}"))
    if seconds < 10:
        return _("{seconds} s").format(seconds=decimal(f"{seconds:.1f}"))
    total = round(seconds)
    if total < 60:
        return _("{seconds} s").format(seconds=total)
    if total < 3600:
        return _("{minutes} min {seconds} s").format(minutes=total // 60, seconds=total % 60)
    return _("{hours} h {minutes} min").format(hours=total // 3600, minutes=total % 3600 // 60)
