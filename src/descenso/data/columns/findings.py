"""What is suspicious about a table's columns: each finding with what can be done about it."""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

from descenso.data.columns.kinds import LEAST_ROWS_TO_JUDGE, MIXED, Column, is_named_identifier
from descenso.data.columns.leakage import leaking
from descenso.data.columns.summary import Summary, as_array
from descenso.data.columns.values import LARGEST
from descenso.data.table import Table
from descenso.hints import as_dropped
from descenso.i18n import decimal, ngettext, percent
from descenso.i18n import gettext as _

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")

# From here on a single column predicts suspiciously well, but may be an honest one.
SUSPICIOUS = 0.9
NEARLY_EMPTY = 0.95  # share of missing values
NEARLY_CONSTANT = 0.995  # share of the most frequent value
# A category of many values, each in fewer rows than this on average, teaches little.
MANY_VALUES, FEW_ROWS = 50, 5
LEAST_GROUPS = 5
# A value that is so many times as far from all others as they are from each other, in few rows.
FAR, FEW_FAR = 100, 0.05
SAMPLE = 1000  # rows whose values are looked at first
# Numbers that stand for "missing" in many tables, where they lie far from all others.
MISSING_CODES = (-1.0, -9.0, -99.0, -999.0, -9999.0, -99999.0, 99.0, 999.0, 9999.0, 99999.0)


@dataclass(frozen=True)
class Finding:
    """Something suspicious.

    Attributes:
        cause: what it is, in a word: target_leakage, non_finite_input, missing_code, far_value,
            mixed_values, mixed_dates, identifier, nearly_empty, nearly_constant, one_value,
            many_categories, or why a column is left out: empty, constant, duplicate, free_text,
            unreadable.
        severity: error, where training will refuse the table; warning, where its result will most
            likely mislead; note, what is good to know.
        column: the column's name.
        summary: what was found, a sentence for people.
        remedy: what can be done about it, likewise.
        measure: the number that decided, where there is one.
    """

    cause: str
    severity: Severity
    column: str
    summary: str
    remedy: str
    measure: float | None = None


def leak_findings(power: Mapping[str, float], target: str) -> list[Finding]:
    """The columns that predict the target alone, the best first; see `predictive_power`."""
    given_away = leaking(power)
    telling = sorted(power.items(), key=lambda item: -item[1])
    return [
        _leak(name, skill, target, given_away=name in given_away)
        for name, skill in telling
        if skill >= SUSPICIOUS
    ]


def _leak(name: str, skill: float, target: str, *, given_away: bool) -> Finding:
    return _finding(
        "target_leakage",
        "warning" if given_away else "note",
        name,
        _("{column} alone predicts {target} almost perfectly (skill {skill} of 1).")
        if given_away
        else _("{column} alone predicts {target} very well (skill {skill} of 1)."),
        _(
            "If it is not known before {target} is, or is another name for it, leave it "
            "out: --drop {column}."
        ),
        skill,
        skill=decimal(f"{skill:.3f}"),
        target=target,
    )


def _finding(
    cause: str,
    severity: Severity,
    name: str,
    summary: str,
    remedy: str,
    measure: float | None = None,
    **values: object,
) -> Finding:
    """A finding with its sentences filled in: a remedy names the column as on a command line."""
    return Finding(
        cause,
        severity,
        name,
        summary.format(column=name, **values),
        remedy.format(column=as_dropped(name), **values),
        measure,
    )


def column_findings(table: Table, column: Column, summary: Summary) -> Iterable[Finding]:
    """What there is to say against one column, apart from the target."""
    if column.cause in MIXED:
        yield mixed_finding(column)
    elif column.cause:
        if column.cause not in ("asked", "role"):
            yield _left_out(column)
        return
    if column.kind == "dropped":
        return
    if summary.infinite or _too_large(summary):
        yield _infinite(table, column)
    present = table.height - summary.missing
    if summary.missing >= NEARLY_EMPTY * table.height:
        yield _nearly_empty(column, summary.missing / table.height)
    elif summary.distinct == 1 and summary.missing:
        yield _one_value(column, summary)
    elif summary.distinct > 1 and summary.commonest >= NEARLY_CONSTANT:
        yield _nearly_constant(column, summary.commonest)
    if present < LEAST_ROWS_TO_JUDGE:
        return
    if column.kind == "number":
        yield from outlier_findings(table, column)
    numeric, category = column.kind == "number", column.kind == "category"
    repeats = LEAST_GROUPS <= summary.distinct < present
    if (numeric or category) and repeats and is_named_identifier(column.name):
        yield _groups(column, summary.distinct)
    elif numeric and _counts_rows(table, column, summary):
        yield _row_number(column)
    elif category and not column.cause and summary.distinct > max(MANY_VALUES, present / FEW_ROWS):
        yield _many_categories(column, summary.distinct, present)


def outlier_findings(table: Table, column: Column) -> Iterable[Finding]:
    """Numbers that mean "missing", or that no measurement would give, where none is infinite."""
    numbers = _numbers(table, column)
    present = numbers[~np.isnan(numbers)]
    if len(present) < LEAST_ROWS_TO_JUDGE or np.abs(present).max() > LARGEST:
        return
    code = _missing_code(present)
    if code is not None:
        yield _code(column, code)
        return
    for value in _far_values(present):
        yield _far_value(column, value, np.flatnonzero(numbers == value).tolist())


def mixed_finding(column: Column) -> Finding:
    """What there is to say of a column of numbers or dates but for a few values."""
    if column.kind == "dropped":
        remedy = _("For now it is left out.")
    elif column.cause == "mixed_dates":
        remedy = _("For now each date is a category of its own.")
    else:
        remedy = _("For now each number is a category of its own.")
    summary = f"{column.name}: {column.reason}."
    return Finding(column.cause, "warning", column.name, summary, remedy)


def _left_out(column: Column) -> Finding:
    cause = str(column.cause)
    if cause == "unreadable":
        remedy = _("It is left out; to use it, convert it to numbers or text.")
    elif column.kind == "dropped":
        remedy = _("It is left out; keep it with --column {column}=KIND.").format(
            column=shlex.quote(column.name)
        )
    else:
        remedy = _(
            "The preset lecture keeps every column; leave it out with --drop {column}."
        ).format(column=as_dropped(column.name))
    return Finding(cause, "note", column.name, f"{column.name}: {column.reason}.", remedy)


def _too_large(summary: Summary) -> bool:
    ends = (summary.least, summary.most)
    return any(isinstance(end, float) and abs(end) > LARGEST for end in ends)


def _infinite(table: Table, column: Column) -> Finding:
    infinite = np.flatnonzero(np.abs(_numbers(table, column)) > LARGEST)
    return _finding(
        "non_finite_input",
        "error",
        column.name,
        ngettext(
            "{column}: {n} value is infinite or too large for a 32-bit number, in row {row}.",
            "{column}: {n} values are infinite or too large for a 32-bit number, first in row "
            "{row}.",
            len(infinite),
        ),
        _(
            "Training refuses it: correct it, leave such cells empty to mark them as missing, or "
            "leave the column out: --drop {column}."
        ),
        float(len(infinite)),
        n=len(infinite),
        row=int(infinite[0]) + 1,
    )


def _nearly_empty(column: Column, share: float) -> Finding:
    return _finding(
        "nearly_empty",
        "note",
        column.name,
        _("{column}: {share} of its values are missing."),
        _(
            "Little can be learnt from it but whether there is a value; leave it out with "
            "--drop {column}."
        ),
        share,
        share=percent(share, ".1f"),
    )


def _one_value(column: Column, summary: Summary) -> Finding:
    return _finding(
        "one_value",
        "note",
        column.name,
        _("{column}: every value that is not missing is the same."),
        _("It only says whether there is a value; leave it out with --drop {column}."),
        float(summary.missing),
    )


def _nearly_constant(column: Column, share: float) -> Finding:
    return _finding(
        "nearly_constant",
        "note",
        column.name,
        _("{column}: {share} of its values are the same."),
        _("Little can be learnt from it; leave it out with --drop {column}."),
        share,
        share=percent(share, ".2f"),
    )


def _missing_code(present: Float[np.ndarray, " rows"]) -> tuple[float, int] | None:
    """A value that most likely stands for "missing", and how many rows have it."""
    for code in (float(present.min()), float(present.max())):
        if code not in MISSING_CODES or len(np.unique(present)) <= MANY_VALUES // 10:
            continue
        others = present[present != code]
        count = len(present) - len(others)
        # Farther from all others than they are from each other.
        if count > 1 and np.abs(others - code).min() > np.ptp(others):
            return code, count
    return None


def _code(column: Column, found: tuple[float, int]) -> Finding:
    code, count = found
    return _finding(
        "missing_code",
        "warning",
        column.name,
        _(
            "{column}: {n} values are {code:g}, far from all others; it probably stands "
            "for a missing value."
        ),
        _("If so, leave those cells empty: as a number it distorts the column's scale."),
        code,
        n=count,
        code=code,
    )


def _far_values(present: Float[np.ndarray, " rows"]) -> Iterable[float]:
    """A least or largest value that no measurement would give, where the others are close."""
    ends = float(present.min()), float(present.max())
    few = present[:SAMPLE]
    few = few[(few != ends[0]) & (few != ends[1])]
    # Most columns: no value can be so far from others that lie as far apart as these few.
    if len(few) and FAR * np.ptp(few) >= np.ptp(ends):
        return
    for end in ends:
        others = present[present != end]
        count = len(present) - len(others)
        if count > FEW_FAR * len(present) or np.ptp(others) == 0:
            continue
        if np.abs(others - end).min() > FAR * np.ptp(others):
            yield end


def _far_value(column: Column, value: float, rows: Sequence[int]) -> Finding:
    return _finding(
        "far_value",
        "warning",
        column.name,
        ngettext(
            "{column}: outlier {value} in row {row}, more than {times} times the range of"
            " all other values away from them.",
            "{column}: outlier {value} in {n} rows (first in row {row}), more than "
            "{times} times the range of all other values away from them.",
            len(rows),
        ),
        _("If that is a mistake, correct it, or leave the cell empty."),
        value,
        n=len(rows),
        value=f"{value:.12g}",
        row=rows[0] + 1,
        times=FAR,
    )


def _groups(column: Column, distinct: int) -> Finding:
    return _finding(
        "identifier",
        "note",
        column.name,
        ngettext(
            "{column}: an identifier by its name, with {n} value that repeats.",
            "{column}: an identifier by its name, with {n} values that repeat.",
            distinct,
        ),
        _(
            "If new rows will have other values, leave it out (--drop {column}), or "
            "evaluate the network on values that it has not seen: --split-by {other}."
        ),
        float(distinct),
        n=distinct,
        other=shlex.quote(column.name),
    )


def _counts_rows(table: Table, column: Column, summary: Summary) -> bool:
    """Whether whole numbers are the numbers of their rows, from 0 or from 1 on."""
    if summary.distinct != table.height or summary.least not in (0.0, 1.0):
        return False
    numbers = _numbers(table, column)
    return bool((numbers - numbers[0] == np.arange(len(numbers))).all())


def _row_number(column: Column) -> Finding:
    return _finding(
        "identifier",
        "note",
        column.name,
        _("{column}: a row number."),
        _("If the order of the rows means nothing, leave it out: --drop {column}."),
    )


def _many_categories(column: Column, distinct: int, present: int) -> Finding:
    return _finding(
        "many_categories",
        "note",
        column.name,
        _("{column}: {n} categories in {rows} rows, so most have few rows."),
        _(
            "Rare categories are grouped as unknown; leave the column out with --drop "
            "{column}, or group its values yourself."
        ),
        distinct / present,
        n=distinct,
        rows=present,
    )


def _numbers(table: Table, column: Column) -> Float[np.ndarray, " rows"]:
    return as_array(table.column(column.name))
