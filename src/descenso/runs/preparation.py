"""From a table and a recipe to an experiment: read, split, resolve, encode.

Whatever is learnt from data here (kinds of columns, medians, classes) is learnt from training rows
only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from descenso.data.columns.kinds import Column, infer_columns
from descenso.data.encoding.encoder import Encoder, EncodingNotes
from descenso.data.encoding.row_weights import add_weight_column, weight_notes, without_zero_weights
from descenso.data.encoding.target import Target, fit_target, infer_task, rows_with_target
from descenso.data.io.read import read_with_target
from descenso.data.roles import Roles, check_one_split, check_roles
from descenso.data.splits import Split, left_out_notes, split_rows
from descenso.data.table import Table
from descenso.engine.cross_validation import FOLDS, CrossValidation, cross_validate
from descenso.engine.experiment import Examples, Experiment, WarmStart
from descenso.engine.learning_rate_finder import short_range_test
from descenso.engine.network import Model
from descenso.engine.progress import Progress, no_progress
from descenso.fields import FRACTION, checked
from descenso.i18n import gettext as _
from descenso.presets import Facts, Reasons, resolve, resolve_split, uses_cross_validation
from descenso.recipe import NETWORK_FIELDS, RANGE_TEST, Recipe
from descenso.runs.examples import encode, make_task, weighted
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


@dataclass(frozen=True)
class Before:
    """An earlier training to go on from: how it saw tables, and what it left.

    Attributes:
        columns, encoder, target: as in its `Preparation`.
        start: its network.
    """

    columns: tuple[Column, ...]
    encoder: Encoder
    target: Target
    start: WarmStart


@dataclass(frozen=True)
class Preparation:
    """A table made ready, with all that was chosen on the way.

    Attributes:
        request: what was asked for.
        table: the data; `validation_table`: that of the validation, where it is another.
        weights: the column that says how much each row counts; None where all count alike.
        experiment: what training needs.
        test: the rows kept for a test; None without.
        reasons: why each field of the recipe that was "auto" has its value.
        notes: what was done that a person may like to know, a sentence each.
        warnings: what a person should know.
        cross_validation: what it found, where it was asked for the number of epochs.
    """

    request: Request
    table: Table
    validation_table: Table | None
    weights: str | None
    split: Split
    columns: tuple[Column, ...]
    encoder: Encoder
    target: Target
    experiment: Experiment
    test: Examples | None
    reasons: Reasons
    notes: list[str]
    warnings: list[str]
    cross_validation: CrossValidation | None = None

    def with_seed(self, seed: int, reason: str) -> "Preparation":
        """The same rows and encoding, trained from another seed."""
        return self.with_recipe(self.experiment.recipe.replace(seed=seed), {"seed": reason})

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

    def with_recipe(self, recipe: Recipe, reasons: Mapping[str, str]) -> "Preparation":
        """The same rows and encoding, trained by another resolved recipe.

        Args:
            reasons: why its fields have other values.
        """
        return replace(
            self,
            experiment=replace(self.experiment, recipe=recipe),
            reasons={**self.reasons, **reasons},
        )

    @property
    def rows(self) -> dict[str, int]:
        """How many rows train, validate and test."""
        validation = self.experiment.validation
        return {
            "train": len(self.experiment.training),
            "validation": 0 if validation is None else len(validation),
            "test": 0 if self.test is None else len(self.test),
        }


def prepare(
    data: Any,
    target_column: Any,
    request: Request,
    network: Model | None = None,
    before: Before | None = None,
    on_progress: Progress = no_progress,
) -> Preparation:
    """Read the data, answer every open field of the recipe, and encode.

    Args:
        data, target_column: see `descenso.train`, where the second is called target.
        network: the user's own module. Its inputs are plain numbers: no category is embedded.
        before: a training to go on from: nothing is learnt anew of columns and target.
        on_progress: called during what takes longer, such as a range test.

    Raises:
        InputError: the data or the recipe cannot be used; the message says why.
    """
    checked("test", FRACTION, request.test)
    if network is not None:
        check_describes_no_network(request.recipe)
    check_one_split(request.split_by, request.split_time)
    table, target_name = read_with_target(data, target_column)
    table, weights = add_weight_column(table, request.weights)
    roles = Roles(weights, request.split_by, request.split_time)
    check_roles(roles, table.title, table.names, target_name, request.columns)
    column = table.column(target_name)
    known = rows_with_target(table, target_name)
    usable = without_zero_weights(table, weights, known)
    cross_validated = (
        request.cross_validated
        and before is None
        and uses_cross_validation(request.recipe, roles, len(usable), request.test)
    )
    recipe, reasons = resolve_split(request.recipe, cross_validated=cross_validated)
    validation_table = None
    if not isinstance(recipe.validation, float):
        like = table.source.options if table.source else {}
        validation_table, _name = read_with_target(
            recipe.validation, target_name, like=like, called=_("the validation data")
        )
    task, task_reason = (
        infer_task(column.gather(usable), target_name, target_name in table.categories)
        if recipe.is_auto("task")
        else (recipe.task, "")
    )
    split = split_rows(
        column,
        task,
        usable,
        validation=recipe.validation if isinstance(recipe.validation, float) else 0.0,
        test=request.test,
        seed=recipe.seed,
        groups=None if roles.split_by is None else table.column(roles.split_by),
        times=None if roles.split_time is None else table.column(roles.split_time),
    )
    validated = validation_table is not None or len(split.validation) > 0
    recipe, answers = resolve(recipe, Facts(task, task_reason, len(split.train), validated))
    if before is None:
        target = fit_target(column, recipe.task, split.train, recipe.scale_target, request.classes)
        columns = infer_columns(
            table,
            target_name,
            rows=split.train,
            overrides=request.columns,
            drop=request.drop,
            roles=roles.reasons,
            preset=recipe.preset,
        )
        encoder = Encoder.fit(
            table,
            columns,
            split.train,
            scale=("standard" if recipe.preset == "lecture" else "robust")
            if recipe.scale_features
            else None,
            embed=recipe.preset == "tabular" and network is None,
        )
    else:
        target, columns, encoder = before.target, before.columns, before.encoder
    training, met = weighted(encoder, target, table, split.train, recipe, weights)
    counted = weight_notes(table, weights, usable, len(known) - len(usable))
    unseen: list[EncodingNotes] = []
    validation = test = None
    if validation_table is not None:
        judged = rows_with_target(validation_table, target_name)
        rows = without_zero_weights(validation_table, weights, judged)
        validation, notes = weighted(encoder, target, validation_table, rows, recipe, weights)
        unseen.append(notes)
        if weights not in validation_table.names:
            counted += weight_notes(validation_table, weights, rows, 0)
    elif len(split.validation):
        validation, notes = weighted(encoder, target, table, split.validation, recipe, weights)
        unseen.append(notes)
    if len(split.test):
        test, notes = encode(encoder, target, table, split.test, weights)
        unseen.append(notes)
    experiment = Experiment(
        recipe=recipe,
        layout=encoder.layout,
        task=make_task(recipe, target),
        training=training,
        validation=validation,
        network=network,
        start=None if before is None else before.start,
    )
    if network is not None:
        check_network(network, experiment.task, experiment.layout)
        answers |= dict.fromkeys(NETWORK_FIELDS, _("of no effect: the network is your own"))
    if before is not None:
        check_start(experiment, before.start)
    prepared = Preparation(
        request=request,
        table=table,
        validation_table=validation_table,
        weights=weights,
        split=split,
        columns=columns,
        encoder=encoder,
        target=target,
        experiment=experiment,
        test=test,
        reasons=reasons | answers,
        notes=[
            *table.notes,
            *(validation_table.notes if validation_table else ()),
            *counted,
            *split.notes,
            *missing_notes(encoder, met),
            *rare_notes(met, len(split.train)),
        ],
        warnings=[
            *left_out_notes(table.height - len(known), target_name),
            *split.warnings,
            *value_warnings(table, columns),
            *leak_warnings(table, columns, target, split.train),
            *unseen_notes(unseen),
        ],
    )
    if request.recipe.learning_rate == RANGE_TEST:
        prepared = _with_found_rate(prepared, on_progress)
    return _with_found_epochs(prepared, on_progress) if cross_validated else prepared


def _with_found_rate(prepared: Preparation, on_progress: Progress) -> Preparation:
    """The same, with the learning rate that a range test suggests; it then counts as named."""
    found = short_range_test(prepared.experiment, on_progress)
    rate = float(f"{found.suggestion:.2g}")
    why = (
        _("a range test: from {low} to {high} the rate is right").format(
            low=f"{found.right.min():.2g}", high=f"{found.right.max():.2g}"
        )
        if len(found.right)
        else _("a range test, in which every rate diverged")
    )
    request = replace(prepared.request, recipe=prepared.request.recipe.replace(learning_rate=rate))
    recipe = prepared.experiment.recipe.replace(learning_rate=rate)
    return replace(prepared, request=request).with_recipe(recipe, {"learning_rate": why})


def _with_found_epochs(prepared: Preparation, on_progress: Progress) -> Preparation:
    """The same, for as many epochs as cross-validation suggests."""
    found = cross_validate(prepared.experiment, prepared.target.scale, on_progress)
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
