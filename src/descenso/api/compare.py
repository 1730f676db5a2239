"""Runs side by side: how their recipes differ, and which of them is better, beyond chance."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from jaxtyping import Integer

from descenso import fields
from descenso.api.run import Run, load
from descenso.data.io.read import is_path
from descenso.data.table import Table
from descenso.engine import metrics
from descenso.engine.experiment import Examples
from descenso.engine.metrics import LESS_IS_BETTER, Judged
from descenso.errors import RunError
from descenso.fields import CONFIDENCE, checked
from descenso.hints import shown
from descenso.i18n import gettext as _
from descenso.recipe import FIELD_NAMES, FIELD_TYPES, to_text
from descenso.runs.data_reference import fingerprint
from descenso.runs.evaluation import intervals
from descenso.runs.store.history import finite
from descenso.views.comparison import Comparison, comparison

# On fewer rows an interval of resamples is narrower than it should be, and says little anyway.
FEWEST_ROWS = 10

METRICS: dict[str, Any] = {
    "run": pl.String,
    "metric": pl.String,
    "value": pl.Float64,
    "difference": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "verdict": pl.String,
}


class _Common(NamedTuple):
    """Rows that all runs are judged on: what part of the data, of which table, as each run's."""

    part: str
    table: str | None
    examples: list[Examples]
    warnings: list[str]


def compare(
    references: Sequence[Run | str | Path],
    data: Any = None,
    *,
    runs: str | Path | None = None,
    resamples: int | None = None,
    confidence: float = 0.95,
    seed: int = 0,
) -> Comparison:
    """Put runs side by side: their recipes, the courses of their losses, and their metrics.

    All are judged on the same rows, and each is compared with the first: the difference of every
    metric has an interval by the paired bootstrap
    (see `descenso.runs.evaluation.intervals.differences`), and where that holds 0, the difference
    is within the noise of these rows. It says nothing of the noise of the seeds: for that, see
    `sweep`.

    Args:
        references: two runs or more, or what `load` finds them by.
        data: a table with the target to judge on, as `Run.evaluate` takes it. None for the test
            rows that all runs have in common, else for the validation rows that they have; where
            there are no such rows, recipes and courses alone are compared.
        runs: the folder of runs; without it DESCENSO_RUNS, else "runs".
        resamples: how often to draw the rows anew; 0 for no intervals; None for 1,000, or fewer
            where rows are very many.
        confidence: the share of the resamples that an interval spans.
        seed: of the draws.

    Raises:
        InputError: a run cannot be used, there are fewer than two, or they predict different
            things.

    >>> from descenso import train
    >>> plain = {"preset": "lecture", "epochs": 3, "test": 0.2}
    >>> slow, fast = (train("penguins", "species", **plain, learning_rate=r) for r in (1e-4, 0.1))
    >>> found = compare([slow, fast], resamples=50)
    >>> found.recipes["field"].to_list(), found.rows
    (['learning_rate'], 69)
    >>> found.metrics.filter(run=fast.id, metric="loss")["verdict"].item()
    'better'
    """
    confidence = checked("confidence", CONFIDENCE, confidence)
    resamples = checked("resamples", fields.Integer(none=True), resamples)
    seed = checked("seed", FIELD_TYPES["seed"], seed)
    if isinstance(references, str | Path | Run) or not isinstance(references, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise RunError(
            _("references is {found}; allowed: a list of two runs or more.").format(
                found=shown(references)
            )
        )
    loaded = [each if isinstance(each, Run) else load(each, runs=runs) for each in references]
    check_comparable(loaded)
    by_label = dict(zip(_labels(loaded), loaded, strict=True))
    judgeable = {label: run for label, run in by_label.items() if run.network is not None}
    trained = [*judgeable.values()]
    warnings = [
        _("{run} has no trained weights, so it is not judged: its training diverged.").format(
            run=label
        )
        for label in by_label
        if label not in judgeable
    ]
    common = None
    if len(trained) > 1:
        common = _of_table(trained, data) if data is not None else _held_out(trained)
        if common is None:
            warnings.append(_why_not(trained))
    measured, drawn = pl.DataFrame(schema=METRICS), None
    if common is not None:
        judged = [run.judge(each) for run, each in zip(trained, common.examples, strict=True)]
        if resamples is None:
            resamples = intervals.usual_resamples(len(judged[0]))
        drawn = {"resamples": resamples, "confidence": confidence, "seed": seed}
        measured = _metrics([*judgeable], judged, drawn)
        warnings += common.warnings + _loss_warnings(judged)
    return comparison(
        target=loaded[0].target,
        task=loaded[0].task,
        part=None if common is None else common.part,
        table=None if common is None else common.table,
        rows=0 if common is None else len(common.examples[0]),
        bootstrap=drawn if resamples else None,
        warnings=warnings,
        runs=_runs(by_label),
        recipes=_recipes(by_label),
        curves=_curves(by_label),
        metrics=measured,
    )


def check_comparable(runs: Sequence[Run]) -> None:
    """Refuse runs that have nothing to compare.

    Raises:
        RunError: there are fewer than two, one is there twice or has not ended, or they predict
            different things.
    """
    if len(runs) < 2:
        raise RunError(_("A single run cannot be compared; name two or more."))
    for index, run in enumerate(runs):
        if any(_is_same(run, other) for other in runs[:index]):
            raise RunError(_("{run}: this run is named twice.").format(run=run.label))
        run.summary()
    for what in ("target", "task", "classes"):
        found = [json.dumps(getattr(run, what), ensure_ascii=False) for run in runs]
        if len(set(found)) > 1:
            each = ", ".join(
                f"{label} {value}" for label, value in zip(_labels(runs), found, strict=True)
            )
            sentences = {
                "target": _("The runs predict different columns: {each}."),
                "task": _("The runs solve different problems: {each}."),
                "classes": _("The runs have different classes: {each}."),
            }
            more = _("Only runs of one target and problem can be compared.")
            raise RunError(f"{sentences[what].format(each=each)} {more}")


def _is_same(run: Run, other: Run) -> bool:
    if run.path is None or other.path is None:
        return run.id == other.id
    return run.path.resolve() == other.path.resolve()


def _labels(runs: Sequence[Run]) -> list[str]:
    """What to call each run: its id, or where that names several, its folder."""
    ids = [run.id for run in runs]
    return [run.id if ids.count(run.id) == 1 else str(run.label) for run in runs]


def _of_table(runs: Sequence[Run], data: Any) -> _Common:
    """The rows of a table that were named to judge on."""
    table = runs[0].read(data) if is_path(data) else data
    measured = [run.encoded(table) for run in runs]
    examples, warnings = _counted_alike(runs, [each.examples for each in measured])
    notes = dict.fromkeys(warning for each in measured for warning in each.warnings)
    source = table.source if isinstance(table, Table) else None
    if source is not None and any(source.sha256 == _fingerprint(run, "test") for run in runs):
        warnings.append(
            _(
                "{table} was used to train one of these runs, so its scores here are optimistic."
            ).format(table=measured[0].table)
        )
    return _Common("table", measured[0].table, examples, [*notes, *warnings])


def _held_out(runs: Sequence[Run]) -> _Common | None:
    """The test rows that all runs have in common, else the validation rows; None without."""
    opened = [run.opened().rows for run in runs]
    of_part = {
        "test": [each.test for each in opened],
        "validation": [each.experiment.validation for each in opened],
    }
    for part, found in of_part.items():
        kept = [each for each in found if each is not None]
        if len(kept) < len(runs) or len({_fingerprint(run, part) for run in runs}) > 1:
            continue
        rows = kept[0].rows
        for each in kept[1:]:
            rows = np.intersect1d(rows, each.rows)
        if len(rows) >= FEWEST_ROWS:
            examples, warnings = _counted_alike(runs, [_of_rows(each, rows) for each in kept])
            if part == "validation":
                warnings.append(
                    _(
                        "These validation rows also chose the best epoch, so scores on them are "
                        "optimistic. Use --test or --data for an unbiased comparison."
                    )
                )
            return _Common(part, None, examples, warnings)
    return None


def _fingerprint(run: Run, part: str) -> str:
    """The fingerprint of the table that holds a part of a run's rows."""
    if run.record.data is not None:
        other = run.record.data.validation if part == "validation" else None
        return (other or run.record.data).sha256
    if run.data is None:
        return ""  # a copy of a run in memory, which `opened` refuses
    return fingerprint(run.data.table_of(part))


def _of_rows(examples: Examples, rows: Integer[np.ndarray, " rows"]) -> Examples:
    """Those of the examples that have these numbers, in the order of the numbers."""
    order = np.argsort(examples.rows, kind="stable")
    return examples.at(order[np.searchsorted(examples.rows[order], np.sort(rows))])


def _counted_alike(
    runs: Sequence[Run], examples: Sequence[Examples]
) -> tuple[list[Examples], list[str]]:
    """The same rows for all runs, each counting the same for all."""
    rows = examples[0].rows
    for each in examples[1:]:
        rows = np.intersect1d(rows, each.rows)
    examples = [_of_rows(each, rows) for each in examples]
    if len({run.row_weights for run in runs}) == 1:
        return examples, []
    alike = [replace(each, sample_weight=np.ones_like(each.sample_weight)) for each in examples]
    return alike, [_("The runs weight rows differently, so all rows count alike here.")]


def _why_not(runs: Sequence[Run]) -> str:
    """Why there are no rows to judge all runs on, and what to do."""
    if len({_fingerprint(run, "test") for run in runs}) > 1:
        why = _(
            "The runs were trained on different tables, so no rows are known to be held out"
            " from all of them."
        )
    else:
        why = _(
            "Fewer than {n} held-out rows, for test or validation, are common to all of these runs."
        )
    more = _(
        "Their metrics are not compared: name a table with the target with --data, or train them "
        "with the same --seed, --test and --validation."
    )
    return f"{why.format(n=FEWEST_ROWS)} {more}"


def _loss_warnings(judged: Sequence[Judged]) -> list[str]:
    losses = list(dict.fromkeys(each.task.loss for each in judged))
    if len(losses) == 1:
        return []
    return [
        _("The runs have different losses ({losses}), which cannot be compared.").format(
            losses=", ".join(losses)
        )
    ]


def _metrics(
    labels: Sequence[str], judged: Sequence[Judged], drawn: dict[str, Any]
) -> pl.DataFrame:
    """A row for each run and metric: its value, and how it differs from that of the first run."""
    measured = [metrics.measure(each) for each in judged]
    names = list(measured[0])
    if len({each.task.loss for each in judged}) > 1:
        names = [name for name in names if name not in ("loss", "skill")]
    spans: list[dict[str, intervals.Interval | None]] = [{} for _each in judged]
    if drawn["resamples"]:
        spans[1:] = intervals.differences(judged, **drawn)
    rows: list[dict[str, Any]] = []
    for index, label in enumerate(labels):
        for name in names:
            value, first = measured[index][name], measured[0][name]
            row: dict[str, Any] = {"run": label, "metric": name, "value": value}
            if index and value is not None and first is not None:
                row["difference"] = value - first
                if (span := spans[index].get(name)) is not None:
                    row |= {"low": span[0], "high": span[1], "verdict": verdict(name, *span)}
            rows.append(finite(row))
    return pl.DataFrame(rows, schema=METRICS)


def verdict(metric: str, low: float, high: float) -> str:
    """What the interval of a difference says.

    >>> verdict("rmse", -2.0, -1.0), verdict("r2", -0.2, -0.1), verdict("accuracy", -0.1, 0.2)
    ('better', 'worse', 'noise')
    """
    if low <= 0 <= high:
        return "noise"
    return "better" if (high < 0) == (metric in LESS_IS_BETTER) else "worse"


def _runs(runs: Mapping[str, Run]) -> pl.DataFrame:
    """What each run was and how it ended."""
    return pl.DataFrame(
        [
            {
                "run": label,
                "path": None if run.path is None else str(run.path),
                "created": run.record.created,
                "train_rows": run.record.rows.train,
                "columns": sum(each["kind"] != "dropped" for each in run.record.columns),
                "parameters": run.record.parameters,
                "epochs": len(run.records),
                "kept_epoch": run.kept_epoch,
                "seconds": run.result.seconds,
            }
            for label, run in runs.items()
        ],
        schema_overrides={"path": pl.String},
        infer_schema_length=None,
    )


def _recipes(runs: Mapping[str, Run]) -> pl.DataFrame:
    """The fields of the recipes that differ, as the command line writes their values."""
    recipes = [run.recipe for run in runs.values()]
    rows: list[list[str]] = []
    for name in FIELD_NAMES:
        values = [to_text(getattr(recipe, name)) for recipe in recipes]
        if len(set(values)) > 1:
            rows.append([name, *values])
    schema = dict.fromkeys(["field", *runs], pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row")


def _curves(runs: Mapping[str, Run]) -> pl.DataFrame:
    """The losses of each run, epoch by epoch, in the target's units."""
    return pl.DataFrame(
        [
            {"run": label} | {name: record[name] for name in ("epoch", "loss", "validation_loss")}
            for label, run in runs.items()
            for record in run.records
        ],
        schema={
            "run": pl.String,
            "epoch": pl.Int64,
            "loss": pl.Float64,
            "validation_loss": pl.Float64,
        },
    )
