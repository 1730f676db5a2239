"""From a table and a request to an experiment: read, split, resolve, encode.

Whatever is learned from data here (kinds of columns, medians, classes) is learned from training
rows only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from descenso.data.columns.kinds import Column, infer_columns
from descenso.data.encoding.encoder import Encoder
from descenso.data.encoding.row_weights import add_weight_column
from descenso.data.encoding.target import Target, fit_target
from descenso.data.io.read import read_with_target
from descenso.data.splits.folds import stratified_folds
from descenso.data.table import Table
from descenso.engine.cross_validation import FOLDS, CrossValidation, cross_validate
from descenso.engine.experiment import Experiment, WarmStart
from descenso.engine.learning_rate_finder import short_range_test
from descenso.engine.network import Model
from descenso.engine.progress import Progress, no_progress
from descenso.i18n import gettext as _
from descenso.presets import Facts, Reasons, resolve, resolve_split
from descenso.recipe import NETWORK_FIELDS, RANGE_TEST, Recipe
from descenso.runs.examples import RunData, encode_parts, make_experiment
from descenso.runs.network_checks import check_describes_no_network, check_network, check_start
from descenso.runs.preparation_notes import (
    leak_warnings,
    missing_notes,
    nothing_carries_over,
    rare_notes,
    unseen_notes,
    value_warnings,
)
from descenso.runs.request import Request
from descenso.runs.split_plan import SplitPlan, plan_split


@dataclass(frozen=True)
class Encoding:
    """How the columns and the target of a table become numbers."""

    columns: tuple[Column, ...]
    encoder: Encoder
    target: Target


@dataclass(frozen=True)
class EarlierTraining:
    """A training to continue: how it encoded tables, and the network that it left."""

    encoding: Encoding
    start: WarmStart


@dataclass(frozen=True)
class Preparation:
    """A table made ready, with all that was chosen on the way.

    Attributes:
        request: what was requested.
        data: the encoded rows, and the tables that they come from.
        weights: the column that says how much each row counts; None where all count alike.
        encoding: how columns and target became numbers.
        reasons: why each field of the recipe that was "auto" has its value.
        notes: what was done that a person may like to know, a sentence each.
        warnings: what a person should know, a sentence each.
        cross_validation: its result, where it chose the number of epochs.
    """

    request: Request
    data: RunData
    weights: str | None
    encoding: Encoding
    reasons: Reasons
    notes: list[str]
    warnings: list[str]
    cross_validation: CrossValidation | None = None

    @property
    def experiment(self) -> Experiment:
        """What training needs."""
        return self.data.experiment

    @property
    def target(self) -> Target:
        """The column to predict, and how it becomes numbers."""
        return self.encoding.target

    @property
    def rows(self) -> dict[str, int]:
        """How many rows train, validate and test."""
        validation, test = self.experiment.validation, self.data.test
        return {
            "train": len(self.experiment.training),
            "validation": 0 if validation is None else len(validation),
            "test": 0 if test is None else len(test),
        }

    def with_recipe(self, recipe: Recipe, reasons: Mapping[str, str]) -> "Preparation":
        """The same rows and encoding, trained by another resolved recipe.

        Args:
            reasons: why its fields have other values.
        """
        experiment = replace(self.experiment, recipe=recipe)
        return replace(
            self,
            data=replace(self.data, experiment=experiment),
            reasons={**self.reasons, **reasons},
        )

    def resolved(self, **fields: Any) -> tuple[Recipe, Reasons]:
        """The recipe of the same request with other fields named, for the same rows; and why.

        Raises:
            RecipeError: a field may not hold its value.
        """
        experiment = self.experiment
        recipe, of_split = resolve_split(self.request.recipe.replace(**fields))
        validated = experiment.validation is not None
        why = self.reasons.get("task", "")
        facts = Facts(self.target.task, why, len(experiment.training), validated)
        recipe, reasons = resolve(recipe, facts)
        return recipe, of_split | reasons


def prepare(
    data: Any,
    target: Any,
    request: Request,
    network: Model | None = None,
    earlier: EarlierTraining | None = None,
    on_progress: Progress = no_progress,
) -> Preparation:
    """Read the data, answer every open field of the recipe, and encode.

    Args:
        data, target: as in `descenso.train`.
        network: the user's own module. Its inputs are plain numbers: no category is embedded.
        earlier: a training to continue: columns and target are encoded as they were.
        on_progress: called with the progress of a range test or a cross-validation.

    Raises:
        InputError: the data or the recipe cannot be used; the message says why.
    """
    if network is not None:
        check_describes_no_network(request.recipe)
    table, name = read_with_target(data, target)
    table, weights = add_weight_column(table, request.weights)
    plan = plan_split(table, name, request, weights, may_cross_validate=earlier is None)
    recipe, answers = resolve(plan.recipe, plan.facts)
    if earlier is None:
        encoding = _fit_encoding(table, name, request, plan, recipe, embed=network is None)
    else:
        encoding = earlier.encoding
    columns, encoder, fitted = encoding.columns, encoding.encoder, encoding.target
    other, split = plan.validation_table, plan.split
    parts = encode_parts(table, other, split, encoder, fitted, recipe, weights)
    start = None if earlier is None else earlier.start
    experiment = make_experiment(recipe, encoder, fitted, parts, network, start)
    if network is not None:
        check_network(network, experiment.task, experiment.layout)
        answers |= dict.fromkeys(NETWORK_FIELDS, _("has no effect: you passed your own network"))
    if start is not None:
        check_start(experiment, start)
    prepared = Preparation(
        request=request,
        data=RunData(experiment, parts.test, table, other, split),
        weights=weights,
        encoding=encoding,
        reasons=plan.reasons | answers,
        notes=[
            *table.notes,
            *(() if other is None else other.notes),
            *plan.notes,
            *missing_notes(encoder, parts.training_notes),
            *rare_notes(parts.training_notes, len(split.train)),
        ],
        warnings=[
            *plan.warnings,
            *value_warnings(table, columns),
            *leak_warnings(table, columns, fitted, split.train),
            *unseen_notes(parts.other_notes),
        ],
    )
    if request.recipe.learning_rate == RANGE_TEST:
        prepared = _with_found_rate(prepared, on_progress)
    return _with_found_epochs(prepared, on_progress) if plan.cross_validated else prepared


def _fit_encoding(
    table: Table, target: str, request: Request, plan: SplitPlan, recipe: Recipe, *, embed: bool
) -> Encoding:
    """Learn from the training rows how columns and target become numbers.

    Args:
        embed: whether categories of many values may become embeddings.
    """
    rows = plan.split.train
    fitted = fit_target(
        table.column(target), recipe.task, rows, recipe.scale_target, request.classes
    )
    columns = infer_columns(
        table,
        target,
        rows=rows,
        overrides=request.columns,
        drop=request.drop,
        roles=plan.roles.reasons,
        preset=recipe.preset,
    )
    scale = "standard" if recipe.preset == "lecture" else "robust"
    encoder = Encoder.fit(
        table,
        columns,
        rows,
        scale=scale if recipe.scale_features else None,
        embed=embed and recipe.preset == "tabular",
    )
    return Encoding(columns, encoder, fitted)


def _with_found_rate(prepared: Preparation, on_progress: Progress) -> Preparation:
    """The same, with the learning rate that a range test suggests; it then counts as named."""
    found = short_range_test(prepared.experiment, on_progress)
    rate = float(f"{found.suggestion:.2g}")
    why = (
        _("a range test: rates from {low} to {high} work").format(
            low=f"{found.right.min():.2g}", high=f"{found.right.max():.2g}"
        )
        if len(found.right)
        else _("a range test in which every rate diverged")
    )
    request = prepared.request.with_fields(learning_rate=rate)
    recipe = prepared.experiment.recipe.replace(learning_rate=rate)
    return replace(prepared, request=request).with_recipe(recipe, {"learning_rate": why})


def _with_found_epochs(prepared: Preparation, on_progress: Progress) -> Preparation:
    """The same, for as many epochs as cross-validation suggests."""
    generator = np.random.default_rng((prepared.experiment.recipe.seed, 79))
    folds = stratified_folds(prepared.experiment.training.y, FOLDS, generator)
    found = cross_validate(prepared.experiment, folds, on_progress)
    names = {"tried": ", ".join(str(each.epochs) for each in found.tried), "folds": FOLDS}
    why = (
        _("chosen from {tried} by a cross-validation of {folds} folds").format(**names)
        if found.best.metrics
        else _("a cross-validation of {folds} folds, in which {tried} diverged").format(**names)
    )
    recipe = prepared.experiment.recipe.replace(epochs=found.best.epochs)
    warnings = prepared.warnings + nothing_carries_over(found, prepared.target.name)
    return replace(prepared, cross_validation=found, warnings=warnings).with_recipe(
        recipe, {"epochs": why}
    )
