"""Numbers and times as a person reads them in a column."""

from descenso.messages import gettext as _

WIDTH = 10  # no number is written longer


def number(value: float | int | None) -> str:
    """Four digits that count, or a dash where there is no number.

    >>> number(0.25), number(1234.5), number(1e-7), number(None)
    ('0.2500', '1234', '1.000e-07', '–')
    """
    if value is None:
        return "–"
    if isinstance(value, int):
        return str(value)
    return f"{value:#.4g}".removesuffix(".")


def duration(seconds: float) -> str:
    """A time span in its two largest units.

    >>> duration(0.24), duration(75.0), duration(7_300.0)
    ('0.2 s', '1 min 15 s', '2 h 1 min')
    """
    if seconds < 10:
        return _("{seconds} s").format(seconds=f"{seconds:.1f}")
    whole = round(seconds)
    if whole < 60:
        return _("{seconds} s").format(seconds=whole)
    if whole < 3600:
        return _("{minutes} min {seconds} s").format(minutes=whole // 60, seconds=whole % 60)
    return _("{hours} h {minutes} min").format(hours=whole // 3600, minutes=whole % 3600 // 60)
