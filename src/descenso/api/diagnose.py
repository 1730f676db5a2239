"""A training made and examined: of a table and a recipe that somebody brings from elsewhere."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import polars as pl

from descenso.api.run import Run
from descenso.api.train import train, train_request
from descenso.data.columns.values import LARGEST
from descenso.data.io.read import read_with_target
from descenso.data.table import Table
from descenso.doctor.case import Case
from descenso.doctor.trials import MIN_ROWS, TrialBench, run_trial
from descenso.engine.progress import Progress, no_progress
from descenso.errors import NonFiniteError, RunError
from descenso.fields import check_functions
from descenso.i18n import gettext as _
from descenso.interop.scikit_learn import recipe_of
from descenso.interop.vocabulary import in_our_words
from descenso.recipe import Recipe
from descenso.runs.request import Request
from descenso.views.diagnosis import (
    Diagnosed,
    Diagnosis,
    Evidence,
    Trialled,
    data_change_sentence,
    diagnosis,
)


def diagnose(
    data: Any,
    target: Any = None,
    *,
    recipe: Any = None,
    quick: bool = False,
    on_progress: Progress = no_progress,
    columns: Mapping[str, str] | None = None,
    drop: Sequence[str] | str = (),
    **fields: Any,
) -> Diagnosis:
    """Train a recipe on a table, in memory, and find out whether that is healthy; if not, why.

    What `train` refuses because a value is infinite is a diagnosis here, and problem, output
    activation and loss may be mismatched, as recipes that come from elsewhere are.

    Args:
        data, target, columns, drop: as in `descenso.train`.
        recipe: how to train: a `Recipe`; a scikit-learn `MLPClassifier` or `MLPRegressor` (see
            `descenso.interop.scikit_learn`); or names and values, in the words of descenso, Keras,
            PyTorch or scikit-learn (see `descenso.interop.vocabulary`). The fields below override
            it.
        quick, on_progress: as in `Run.diagnose`.
        **fields: fields of the recipe.

    Raises:
        InputError: the data or the recipe cannot be used.

    >>> found = diagnose("penguins", "species", preset="lecture", init="zeros", quick=True)
    >>> found.diagnoses[0].cause
    'symmetric_init'
    """
    check_functions(on_progress=on_progress)
    named = _named(recipe) | fields
    given = Recipe.from_dict({"allow_mismatch": True} | named)

    def made(table: Any, target: Any) -> Run:
        return train(table, target, recipe=given, columns=columns, drop=drop, progress=False)

    began = time.perf_counter()
    try:
        run = made(data, target)
    except NonFiniteError as refusal:
        table, name = read_with_target(data, target)
        return _non_finite(refusal, table, name, made, began)
    return run.diagnose(quick=quick, on_progress=on_progress)


def repair(
    run: Run,
    found: Diagnosis,
    *,
    run_dir: str | Path | None = None,
    runs: str | Path | None = None,
    data: Any = None,
) -> Run:
    """Train a run again, repaired as its first diagnosis says, as a new run that names the old one.

    Args:
        run_dir, runs: as in `descenso.train`.
        data: where the data of the run lies now, if not where it was.

    Raises:
        RunError: it is healthy, or the repair is a person's work.
    """
    if not found.diagnoses:
        raise RunError(_("{run}: there is nothing to repair.").format(run=run.label))
    first = found.diagnoses[0]
    run = run.opened(data)
    request = Request.of_run(run.record).with_fields(**(first.change or {}))
    if first.data_change in ("drop_degenerate_features", "drop_leak"):
        kept = {k: v for k, v in request.columns.items() if k not in first.columns}
        request = replace(request, columns=kept, drop=[*request.drop, *first.columns])
    elif first.change is None:
        raise RunError(
            _("{run}: this cannot be repaired automatically. {remedy}").format(
                run=run.label, remedy=data_change_sentence(first.data_change or "")
            )
        )
    if run.rows.validation_table is not None:
        request = request.with_fields(validation=run.rows.validation_table)
    return train_request(
        run.rows.table,
        run.target,
        replace(request, cross_validated=True),
        run_dir=run_dir,
        runs=runs,
        network=None if run.user_network is None else run.user_network.module,
        parent=run.label,
        progress=False,
    )


def _named(recipe: Any) -> dict[str, Any]:
    """The fields that a recipe names, from any library."""
    if recipe is None:
        return {}
    if isinstance(recipe, Mapping):
        return in_our_words(cast("Mapping[str, Any]", recipe))
    return (recipe if isinstance(recipe, Recipe) else recipe_of(recipe)).named()


def _non_finite(
    refusal: NonFiniteError, table: Table, target: str, made: Any, began: float
) -> Diagnosis:
    """The diagnosis of infinite values: without them, the training is possible."""
    mended, infinite, of_target = _without_infinite(table, target)
    run = made(mended, target)
    found = Diagnosed(
        cause="non_finite_input",
        confidence=1.0,
        summary=str(refusal),
        evidence=[Evidence(_("infinite values"), float(infinite), "0")],
        change=None,
        data_change="drop_nonfinite_rows" if of_target else "impute_nonfinite",
        columns=[],
        trial=_trial_without_infinite(Case.of(run)),
    )
    return diagnosis(
        table.title,
        run=None,
        verdict="ill",
        diagnoses=[found],
        tried=[],
        untried=[],
        skill=None,
        others={},
        quick=False,
        seconds=time.perf_counter() - began,
        vital_signs=[],
    )


def _trial_without_infinite(case: Case) -> Trialled | None:
    """The skill that the table reaches without infinite values; None if rows are too few for it."""
    if len(case.experiment.training) < MIN_ROWS:
        return None
    trial = run_trial(TrialBench.of(case), {})
    noise = 2 * float(np.std(trial.fold_skills, ddof=1) / np.sqrt(len(trial.fold_skills)))
    return Trialled("skill", None, trial.skill, noise, True)


def _without_infinite(table: Table, target: str) -> tuple[Table, int, bool]:
    """The table with infinite values left empty; how many there were, and whether in the target."""
    frame, count = table.frame, 0
    for name, dtype in frame.schema.items():
        if dtype.is_float():
            wrong = (frame[name].abs() > LARGEST).fill_null(False)
            count += int(wrong.sum())
            frame = frame.with_columns(pl.when(~wrong).then(pl.col(name)).alias(name))
    of_target = bool(frame[target].null_count() > table.column(target).null_count())
    return replace(table, columns=frame, matrix=None, source=None), count, of_target
