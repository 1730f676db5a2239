"""A table as it is understood before any training: columns, target, rows, and what is odd."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl

from descenso.data.columns.findings import SEVERITIES, Finding, column_findings, leak_findings
from descenso.data.columns.kinds import Column, infer_columns
from descenso.data.columns.leakage import predictive_power
from descenso.data.columns.summary import Summary, natural_kind, sample, summarise
from descenso.data.columns.values import clean, convert, spelling_of
from descenso.data.encoding.row_weights import add_weight_column
from descenso.data.encoding.target import fit_target, infer_task, present_rows, rows_with_target
from descenso.data.io.read import read_table, read_with_target
from descenso.data.table import Table
from descenso.errors import TableError
from descenso.i18n import gettext as _
from descenso.recipe import AUTO, Recipe
from descenso.runs.request import Request
from descenso.runs.split_plan import SplitPlan, plan_split
from descenso.views.inspection import as_text, lines
from descenso.views.inspection_page import inspection_fragment

MOST_CLASSES = 100  # that are listed one by one


@dataclass(frozen=True)
class InspectedColumn:
    """A column, what it is taken for, and what its values are like.

    Attributes:
        column: its name, kind, reason, and what there is to say against it.
        values: number, category, boolean or date: how `summary` looks at it, also where it is
            dropped.
        summary: what its values are like, in all rows.
        skill: how well it alone predicts the target, at most 1 (see `predictive_power`); None where
            that was not measured.
    """

    column: Column
    values: str
    summary: Summary
    skill: float | None

    def to_dict(self, rows: int) -> dict[str, Any]:
        """All of it in JSON's own types, without NaN; the table has so many rows."""
        return {
            "name": self.column.name,
            "kind": self.column.kind,
            "reason": self.column.reason,
            "cause": self.column.cause or None,
            "values": self.values,
            "skill": self.skill,
            **_summary_dict(self.summary, rows),
        }


@dataclass(frozen=True)
class InspectedTarget:
    """The column to predict.

    Attributes:
        name: its name.
        task: regression, binary or multiclass; None where it cannot be predicted.
        reason: why, for people.
        values: how `summary` looks at it.
        summary: what its values are like, in all rows.
        classes: the most frequent classes and how many rows have them; None for a regression.
    """

    name: str
    task: str | None
    reason: str
    values: str
    summary: Summary
    classes: tuple[tuple[Any, int], ...] | None

    def to_dict(self, rows: int) -> dict[str, Any]:
        """All of it in JSON's own types, without NaN; the table has so many rows."""
        return {
            "name": self.name,
            "task": self.task,
            "reason": self.reason,
            "values": self.values,
            "classes": None
            if self.classes is None
            else _counts(self.classes, rows - self.summary.missing),
            **_summary_dict(self.summary, rows),
        }


@dataclass(frozen=True, repr=False)
class Inspection:
    """A table as it is understood before any training.

    In a notebook it is shown as a table with histograms; `print` shows it as text.

    Attributes:
        table: what it is called: its file's name, or "the data".
        rows: how many it has.
        columns: all but the target, in the table's order.
        target: the column to predict; None where none was named.
        split: how many rows would train, validate, test and be left out; None without a target.
        findings: what is suspicious, the worst first.
        notes: what else a person should know, a sentence each.
        sample: how many rows histograms, medians and skills were taken from, where not all.
    """

    table: str
    rows: int
    columns: tuple[InspectedColumn, ...]
    target: InspectedTarget | None
    split: dict[str, int] | None
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    sample: int | None

    def to_dict(self) -> dict[str, Any]:
        """What `descenso inspect --json` prints: all of it in JSON's own types, without NaN.

        table, rows, sample (null where all rows were looked at); columns, a list of {name, kind,
        reason, cause (null, or in a word why it is dropped or doubted), values, skill, missing,
        missing_share, distinct, least, most, mean, median, deviation, infinite, frequent [{value,
        rows, share}], commonest, histogram {first, last, counts, below, above}}; target, null or
        the same but for kind, cause and skill, with task and classes [{value, rows, share}]; split,
        null or {train, validation, test, left_out}; findings [{cause, severity, column, summary,
        remedy, measure}]; notes.
        """
        return {
            "table": self.table,
            "rows": self.rows,
            "sample": self.sample,
            "columns": [column.to_dict(self.rows) for column in self.columns],
            "target": None if self.target is None else self.target.to_dict(self.rows),
            "split": self.split,
            "findings": [asdict(finding) for finding in self.findings],
            "notes": list(self.notes),
        }

    def __repr__(self) -> str:
        return as_text(lines(self.to_dict(), width=80))

    def _repr_html_(self) -> str:
        return inspection_fragment(self.to_dict())


def inspect(
    data: Any,
    target: Any = None,
    *,
    columns: Mapping[str, str] | None = None,
    drop: Sequence[str] | str = (),
    test: float = 0.0,
    weights: Any = None,
    split_by: str | None = None,
    split_time: str | None = None,
    task: str = AUTO,
    preset: str = "tabular",
    validation: Any = AUTO,
    seed: Any = AUTO,
) -> Inspection:
    """Look at a table as training would, before any training.

    Kinds of columns and everything else about them are found in all rows; a training finds kinds in
    its training rows alone, so a doubtful one may come out differently there. Of a large table,
    histograms, medians and skills are of a sample, whose size is given.

    Args:
        data: as `descenso.train` takes it.
        target: the column to predict; without it the columns alone are looked at.
        columns, drop, test, weights, split_by, split_time: as `descenso.train` takes them.
        task, preset, validation, seed: fields of the recipe that concern the data.

    Raises:
        InputError: the data cannot be read, or an argument does not suit it. What training would
            refuse in the columns is a finding.

    >>> seen = inspect("penguins", "species")
    >>> seen.rows, seen.target.task, [finding.cause for finding in seen.findings]
    (344, 'multiclass', [])
    """
    fields = {"task": task, "preset": preset, "validation": validation, "seed": seed}
    request = Request.of(
        None,
        fields,
        columns,
        drop,
        test=test,
        weights=weights,
        split_by=split_by,
        split_time=split_time,
        cross_validated=True,
    )
    if target is None and not isinstance(data, tuple):
        table = read_table(data)
    else:
        table, target = read_with_target(data, target)
    table, weights = add_weight_column(table, request.weights)
    understood = infer_columns(
        table,
        target,
        rows=np.arange(table.height),
        overrides=request.columns,
        drop=request.drop,
        roles=request.roles(table, target or "", weights).reasons,
        preset=request.recipe.preset,
        may_drop_all=True,
    )
    findings: list[Finding] = []
    notes = list(table.notes)
    predicted, split, power = None, None, dict[str, float]()
    if target is not None:
        predicted, findings = _target(table, target, request.recipe)
        if predicted.task is not None:
            known_task = (predicted.task, predicted.reason)
            plan = plan_split(table, target, request, weights, task=known_task)
            split = _row_counts(plan)
            notes += [*plan.warnings, *plan.notes]
            power = predictive_power(
                table, _used(understood), target, predicted.task, present_rows(table.column(target))
            )
    few = sample(table, np.arange(table.height))
    inspected = tuple(
        _inspected(table, few, column, power.get(column.name)) for column in understood
    )
    findings += leak_findings(power, target or "")
    for each in inspected:
        findings += column_findings(table, each.column, each.summary)
    if target is not None and not _used(understood):
        findings.append(_nothing_left(target))
    return Inspection(
        table=table.title,
        rows=table.height,
        columns=inspected,
        target=predicted,
        split=split,
        # Sorting keeps the order of those that are equally bad: leaks come first.
        findings=tuple(sorted(findings, key=lambda each: SEVERITIES.index(each.severity))),
        notes=tuple(notes),
        sample=few.height if few.height < table.height else None,
    )


def _used(columns: Sequence[Column]) -> list[str]:
    return [column.name for column in columns if column.kind != "dropped"]


def _inspected(table: Table, few: Table, column: Column, skill: float | None) -> InspectedColumn:
    values, some = table.column(column.name), few.column(column.name)
    if column.kind == "dropped":
        kind = natural_kind(values)
    else:
        kind = column.kind
        if isinstance(values.dtype, pl.String) and kind != "category":
            # What does not suit its kind is refused here, as it would be in training.
            values = clean(values)
            spelling = spelling_of(values, kind, table.numerals)
            values = convert(values, kind, None, table.title, spelling)
            some = convert(clean(some), kind, None, table.title, spelling)
    return InspectedColumn(column, kind, summarise(values, kind, some, column.distinct), skill)


def _target(table: Table, name: str, recipe: Recipe) -> tuple[InspectedTarget, list[Finding]]:
    """The target; and where training would refuse it, a finding with its words."""
    series = table.column(name)
    kind, task, reason = natural_kind(series), None, ""
    refusal: list[Finding] = []
    try:
        task, reason = (
            infer_task(series, name, name in table.categories)
            if recipe.is_auto("task")
            else (recipe.task, _("as requested"))
        )
        fit_target(series, task, rows_with_target(table, name), False)
    except TableError as error:
        task = None
        refusal = [Finding("unusable_target", "error", name, str(error), _("Training refuses it."))]
    classes = None
    if task is not None and task != "regression":
        counts = clean(series).drop_nulls().value_counts(sort=True, name="rows")
        counts = counts.sort("rows", series.name, descending=[True, False])
        classes = tuple(counts.head(MOST_CLASSES).rows())
        kind = "boolean" if series.dtype == pl.Boolean else "category"
    few = sample(table, np.arange(table.height)).column(name)
    summary = summarise(series, kind, few)
    return InspectedTarget(name, task, reason, kind, summary, classes), refusal


def _row_counts(plan: SplitPlan) -> dict[str, int]:
    """How many rows would be for what."""
    return {
        "train": len(plan.split.train),
        "validation": plan.validation_rows,
        "test": len(plan.split.test),
        "left_out": len(plan.split.left_out),
    }


def _nothing_left(target: str) -> Finding:
    return Finding(
        "no_columns",
        "error",
        target,
        _("No column is left to learn {target} from.").format(target=target),
        _("Keep one with --column NAME=KIND."),
    )


def _summary_dict(summary: Summary, rows: int) -> dict[str, Any]:
    histogram = summary.histogram
    return asdict(summary) | {
        "missing_share": summary.missing / rows,
        "frequent": _counts(summary.frequent, rows - summary.missing),
        "histogram": None
        if histogram is None
        else asdict(histogram) | {"counts": list(histogram.counts)},
    }


def _counts(counts: Sequence[tuple[Any, int]], present: int) -> list[dict[str, Any]]:
    """Values with how many rows have them, and which share of those that have any."""
    return [{"value": value, "rows": rows, "share": rows / present} for value, rows in counts]
