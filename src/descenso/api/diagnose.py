"""A training made and examined: of a table and a recipe that somebody brings from elsewhere."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
from descenso.doctor.trials import TrialBench, run_trial
from descenso.engine.progress import Progress, no_progress
from descenso.errors import NonFiniteError, RunError
from descenso.fields import BUDGET, check_functions, checked
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

# Changes of the data that leave columns out.
DROPS_COLUMNS = ("drop_degenerate_features", "drop_leak")
LOST = 0.02  # of skill or accuracy: a repaired run that has lost more is worse


def diagnose(
    data: Any,
    target: Any = None,
    *,
    recipe: Any = None,
    quick: bool = False,
    budget: float | None = None,
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
        quick, budget, on_progress: as in `Run.diagnose`.
        **fields: fields of the recipe.

    Raises:
        InputError: the data or the recipe cannot be used.

    >>> found = diagnose("penguins", "species", preset="lecture", init="zeros", quick=True)
    >>> found.diagnoses[0].cause
    'symmetric_init'
    """
    check_functions(on_progress=on_progress)
    checked("budget", BUDGET, budget)
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
    return run.diagnose(quick=quick, budget=budget, on_progress=on_progress)


def repair(
    run: Run,
    found: Diagnosis,
    *,
    run_dir: str | Path | None = None,
    runs: str | Path | None = None,
    data: Any = None,
) -> Run:
    """Train a run again, repaired as the first diagnosis that needs no person says.

    The repaired run names the old one.

    Args:
        run_dir, runs: as in `descenso.train`.
        data: where the data of the run lies now, if not where it was.

    Raises:
        RunError: it is healthy, or the repair is a person's work.
    """
    chosen = _chosen(run, found)
    return _repaired(run.opened(data), chosen, run_dir=run_dir, runs=runs)


def _chosen(run: Run, found: Diagnosis) -> Diagnosed:
    """The diagnosis to repair.

    Raises:
        RunError: there is nothing to repair, or nothing that needs no person.
    """
    if not found.diagnoses:
        raise RunError(_("{run}: there is nothing to repair.").format(run=run.label))
    chosen = first_repair(run, found)
    if chosen is None:
        remedy = data_change_sentence(found.diagnoses[0].data_change or "")
        raise RunError(
            _("{run}: this cannot be repaired automatically. {remedy}").format(
                run=run.label, remedy=remedy
            )
        )
    return chosen


def _repaired(
    run: Run, chosen: Diagnosed, *, run_dir: str | Path | None = None, runs: str | Path | None
) -> Run:
    """Train an opened run again with the change of a diagnosis."""
    request = Request.of_run(run.record).with_fields(**(chosen.change or {}))
    if chosen.data_change in DROPS_COLUMNS:
        kept = {k: v for k, v in request.columns.items() if k not in chosen.columns}
        request = replace(request, columns=kept, drop=[*request.drop, *chosen.columns])
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


def first_repair(run: Run, found: Diagnosis) -> Diagnosed | None:
    """The first diagnosis whose repair needs no person; None if there is none.

    A change of the recipe does not, and neither do columns that are left out, as long as others
    are left. Where there is nothing to learn, no change is a repair.
    """
    if any(each.cause == "no_signal" for each in found.diagnoses):
        return None
    columns = {feature.name for feature in run.preprocessing.encoder.features}
    for each in found.diagnoses:
        drops = each.data_change in DROPS_COLUMNS and not columns <= set(each.columns)
        if each.change is not None or drops:
            return each
    return None


@dataclass(frozen=True)
class Repair:
    """A repaired run.

    Attributes:
        cause: what it is to mend.
        change, data_change: how; see `Diagnosed`.
        run: the repaired run.
        kept: whether it is no worse than the run before it, by what people look at.
        diagnosis: of the repaired run; None where it was not examined.
    """

    cause: str
    change: dict[str, Any] | None
    data_change: str | None
    run: Run
    kept: bool
    diagnosis: Diagnosis | None

    def to_dict(self) -> dict[str, Any]:
        """Its words and numbers in JSON's own types."""
        return {
            "cause": self.cause,
            "change": self.change,
            "data_change": self.data_change,
            "run": self.run.label,
            "kept": self.kept,
            "metrics": self.run.metrics,
            "verdict": self.diagnosis and self.diagnosis.verdict,
        }


def repairs(
    run: Run,
    found: Diagnosis,
    *,
    rounds: int = 5,
    runs: str | Path | None = None,
    data: Any = None,
    quick: bool = False,
    budget: float | None = None,
    on_progress: Progress = no_progress,
) -> Iterator[Repair]:
    """Repair a run, examine the repaired one, repair that, and so on until one is healthy.

    It ends as well where a repaired run is worse than the one before it, which is then not `kept`,
    and where only a person can go on.

    Args:
        rounds: how many repairs at the most.
        runs: as in `descenso.train`.
        data: where the data of the run lies now, if not where it was.
        quick, budget, on_progress: as in `Run.diagnose`.

    Raises:
        RunError: there is nothing to repair, or the first repair is a person's work.
    """
    chosen = _chosen(run, found)
    run = run.opened(data)
    for turn in range(1, rounds + 1):
        on_progress(_("Training the repaired recipe"), None)
        repaired = _repaired(run, chosen, runs=runs)
        kept = chosen.data_change == "drop_leak" or not _is_worse(run, repaired)
        examined = None
        if kept and turn < rounds:
            examined = repaired.diagnose(quick=quick, budget=budget, on_progress=on_progress)
        yield Repair(chosen.cause, chosen.change, chosen.data_change, repaired, kept, examined)
        following = None if examined is None else first_repair(repaired, examined)
        if following is None:
            return
        run, chosen = repaired.opened(), following


def _is_worse(run: Run, repaired: Run) -> bool:
    """Whether a repaired run has clearly lost skill or accuracy on the rows that judge both."""
    part = "validation" if run.metrics["validation"] else "train"
    before, after = run.metrics[part] or {}, repaired.metrics[part] or {}
    known = [name for name in ("skill", "accuracy") if before.get(name) is not None]
    return any((value := after.get(name)) is None or value < before[name] - LOST for name in known)


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
        remarks=[],
        tried=[],
        untried=[],
        skill=None,
        others={},
        quick=False,
        seconds=time.perf_counter() - began,
        vital_signs=[],
    )


def _trial_without_infinite(case: Case) -> Trialled:
    """The skill that the table reaches without infinite values."""
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
