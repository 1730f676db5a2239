"""From a table and a recipe to an experiment: read, split, resolve, encode.

Whatever is learnt from data here (kinds of columns, medians, classes) is learnt from training rows
only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Float, Float32, Int, Integer, PyTree

from descenso import cycle
from descenso.arguments import SHARE, KindsByName, Names, RecipeOrFields, checked
from descenso.cross_validation import FOLDS, CrossValidation, cross_validate
from descenso.data.bucket import row_bucket, zeros
from descenso.data.columns import MIXED, Column, infer_columns
from descenso.data.encoding import Encoder, EncodingNotes
from descenso.data.findings import leaks, mixed, strange_numbers
from descenso.data.leakage import GIVEN_AWAY, predictive_power
from descenso.data.reading import with_target
from descenso.data.roles import Roles, check_one_split, check_roles
from descenso.data.splits import Split, left_out_notes, spares_none, split_rows
from descenso.data.table import Table
from descenso.data.target import Target, fit_target, infer_task, known_rows
from descenso.data.weights import normalised, row_weights, weighed, weight_notes, weighty
from descenso.errors import RecipeError
from descenso.experiment import Examples, Experiment, Start, blank_network
from descenso.layout import Layout
from descenso.messages import gettext as _
from descenso.messages import ngettext
from descenso.network import Model, parameters
from descenso.range_test import short_range_test
from descenso.recipe import OF_THE_NETWORK, RANGE_TEST, Recipe, nearest
from descenso.resolve import Facts, Reasons, resolve, resolve_split
from descenso.task import Task
from descenso.telling import Tell, silent

# A training looks for leaks in so many cells of the table at most, which takes a tenth of a second.
CELLS_FOR_LEAKS = 1_000_000


@dataclass(frozen=True)
class Request:
    """What a person asked for, beside the data.

    Attributes:
        recipe: the fields that were named; the others are "auto".
        columns: kinds given to columns by name.
        drop: columns to leave out.
        test: the share of rows to keep for a test.
        weights: how much each row counts: a column's name or an array; None where all count alike.
        split_by: the column whose equal values stay together when the rows are split.
        split_time: the column that tells earlier rows from later ones, to split by that.
        classes: all that there are, sorted, where the rows need not have each; None for theirs.
        cross_validated: whether few rows may all be learnt from, where cross-validation says for
            how many epochs. What compares trainings needs rows that watch them all.
    """

    recipe: Recipe
    columns: Mapping[str, str] = field(default_factory=dict[str, str])
    drop: Sequence[str] = ()
    test: float = 0.0
    weights: Any = None
    split_by: Any = None
    split_time: Any = None
    classes: Sequence[Any] | None = None
    cross_validated: bool = False

    @classmethod
    def of(
        cls,
        recipe: Recipe | Mapping[str, Any] | None,
        fields: dict[str, Any],
        columns: Mapping[str, str] | None,
        drop: Sequence[str] | str | None,
        **others: Any,
    ) -> "Request":
        """What is asked for in keywords: a recipe, fields that override it, and the columns.

        Raises:
            InputError: a field may not hold its value, or an argument is of no use.
        """
        given: Recipe | None = checked("recipe", RecipeOrFields(none=True), recipe)
        return cls(
            Recipe.from_dict((given.named() if given else {}) | fields),
            kinds_of(columns),
            checked("drop", Names(none=True), drop) or [],
            **others,
        )


def kinds_of(columns: Any) -> dict[str, str]:
    """The kinds that a person gives to columns by name; None for none.

    Raises:
        InputError: it is something else.
    """
    return checked("columns", KindsByName(none=True), columns) or {}


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
    start: Start


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
    tell: Tell = silent,
) -> Preparation:
    """Read the data, answer every open field of the recipe, and encode.

    Args:
        data, target_column: see `descenso.train`, where the second is called target.
        network: the user's own module. Its inputs are plain numbers: no category is embedded.
        before: a training to go on from: nothing is learnt anew of columns and target.
        tell: hears of what takes longer, a range test.

    Raises:
        InputError: the data or the recipe cannot be used; the message says why.
    """
    checked("test", SHARE, request.test)
    if network is not None:
        check_describes_no_network(request.recipe)
    check_one_split(request.split_by, request.split_time)
    table, target_name = with_target(data, target_column)
    table, weights = weighed(table, request.weights)
    roles = Roles(weights, request.split_by, request.split_time)
    check_roles(roles, table.title, table.names, target_name, request.columns)
    column = table.column(target_name)
    known = known_rows(table, target_name)
    usable = weighty(table, weights, known)
    cross_validated = (
        request.cross_validated
        and before is None
        and spares_none(request.recipe, roles, len(usable), request.test)
    )
    recipe, reasons = resolve_split(request.recipe, spare_none=cross_validated)
    validation_table = None
    if not isinstance(recipe.validation, float):
        like = table.source.options if table.source else {}
        validation_table, _name = with_target(
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
        judged = known_rows(validation_table, target_name)
        rows = weighty(validation_table, weights, judged)
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
        answers |= dict.fromkeys(OF_THE_NETWORK, _("of no effect: the network is your own"))
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
            *_missing_notes(encoder, met),
            *_rare_notes(met, len(split.train)),
        ],
        warnings=[
            *left_out_notes(table.height - len(known), target_name),
            *split.warnings,
            *_value_warnings(table, columns),
            *_leak_warnings(table, columns, target, split.train),
            *unseen_notes(unseen),
        ],
    )
    if request.recipe.learning_rate == RANGE_TEST:
        prepared = _with_found_rate(prepared, tell)
    return _with_found_epochs(prepared, tell) if cross_validated else prepared


def _with_found_rate(prepared: Preparation, tell: Tell) -> Preparation:
    """The same, with the learning rate that a range test suggests; it then counts as named."""
    found = short_range_test(prepared.experiment, tell)
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


def _with_found_epochs(prepared: Preparation, tell: Tell) -> Preparation:
    """The same, for as many epochs as cross-validation suggests."""
    found = cross_validate(prepared.experiment, prepared.target.scale, tell)
    names = {"tried": ", ".join(str(each.epochs) for each in found.tried), "folds": FOLDS}
    why = (
        _("chosen from {tried} by a cross-validation of {folds} folds").format(**names)
        if found.best.metrics
        else _("a cross-validation of {folds} folds, in which {tried} diverged").format(**names)
    )
    recipe = prepared.experiment.recipe.replace(epochs=found.best.epochs)
    warnings = prepared.warnings + _nothing_carries_over(found, prepared.target.name)
    return replace(prepared, cross_validation=found, warnings=warnings).with_recipe(
        recipe, {"epochs": why}
    )


def _nothing_carries_over(found: CrossValidation, target: str) -> list[str]:
    """A sentence where the rows held out were known no better than by a constant."""
    skill = found.best.metrics.get("skill")
    if skill is None or skill > 0:
        return []
    return [
        _(
            "{target}: rows that were held out are predicted no better than by the best constant, "
            "for however few epochs. What the columns tell of it does not carry over to other rows."
        ).format(target=target)
    ]


def encode(
    encoder: Encoder,
    target: Target,
    table: Table,
    rows: Integer[np.ndarray, " rows"],
    weights: str | None = None,
) -> tuple[Examples, EncodingNotes]:
    """Some rows of a table as the network takes them.

    Args:
        weights: the column that says how much each row counts; where it is None, or the table does
            not have it, all count alike.
    """
    # Made with the padding that the device's array will have, so that it is not copied for it.
    x = zeros((row_bucket(len(rows)), encoder.layout.width), np.float32)
    _x, notes = encoder.encode(table, rows, out=x[: len(rows)])
    y = target.encode(table.column(target.name), rows)
    weight = normalised(row_weights(table, weights, rows))
    return Examples(x, y, weight, weight, rows), notes


def weighted(
    encoder: Encoder,
    target: Target,
    table: Table,
    rows: Integer[np.ndarray, " rows"],
    recipe: Recipe,
    weights: str | None = None,
) -> tuple[Examples, EncodingNotes]:
    """Rows to learn from or to watch it, weighted by their classes too where the recipe asks so.

    Watched with other weights than it learns with, a training would stop for what it is to do.
    """
    examples, notes = encode(encoder, target, table, rows, weights)
    weight = class_weights(examples.y, target.classes, recipe.class_weight, examples.sample_weight)
    return replace(examples, weight=weight), notes


def make_task(recipe: Recipe, target: Target) -> Task:
    """The task of a resolved recipe."""
    outputs = len(target.classes or ()) if recipe.task == "multiclass" else 1
    return Task(recipe.task, recipe.output_activation, recipe.loss, outputs)


def class_weights(
    y: Float[np.ndarray, " rows"] | Int[np.ndarray, " rows"],
    classes: tuple[Any, ...] | None,
    wish: str | Mapping[str, float] | None,
    sample_weight: Float32[np.ndarray, " rows"],
) -> Float32[np.ndarray, " rows"]:
    """How much each row counts, with the weight of its class, 1 on average.

    Args:
        y: the codes of the rows' classes.
        classes: as the user wrote them; None for regression, which has none.
        wish: balanced gives each class the same sum; numbers by class, where a class that is not
            named has 1; None.
        sample_weight: how much each row counts without it.

    Raises:
        RecipeError: a weight names no class.
    """
    if wish is None or classes is None:
        return sample_weight
    codes = y.astype(int)
    if isinstance(wish, str):
        of_class = 1 / np.maximum(np.bincount(codes, sample_weight, len(classes)), 1e-300)
    else:
        names = [str(each) for each in classes]
        if isinstance(classes[0], bool):
            # As tables write them; Python's True and False are understood too.
            names = [name.lower() for name in names]
            wish = {name.lower(): weight for name, weight in wish.items()}
        for name in wish:
            if name not in names:
                raise RecipeError(
                    _("class_weight names {name!r}{hint}, but the classes are {classes}.").format(
                        name=name, hint=nearest(name, names), classes=", ".join(names)
                    )
                )
        of_class = np.array([wish.get(name, 1.0) for name in names])
    return normalised(sample_weight * of_class[codes])


def check_describes_no_network(recipe: Recipe) -> None:
    """Refuse a recipe that describes a network where the user brings one.

    Raises:
        RecipeError: naming the fields.
    """
    named = [name for name in OF_THE_NETWORK if not recipe.is_auto(name)]
    if named:
        raise RecipeError(
            ngettext(
                "{names} describes a network, but yours is given with network=. Leave it out, and "
                "say it in your module.",
                "{names} describe a network, but yours is given with network=. Leave them out, and "
                "say them in your module.",
                len(named),
            ).format(names=", ".join(named))
        )


def check_network(network: Model, task: Task, layout: Layout) -> None:
    """Refuse a user's module that does not fit the data.

    Raises:
        RecipeError: it cannot take a row, answers with another number of outputs, or has nothing
            to train.
    """
    row = jax.ShapeDtypeStruct((1, layout.width), "float32")
    try:
        z = eqx.filter_eval_shape(cycle.forward, network, row)
    except Exception as error:
        # Whatever a stranger's code raises on a row of this width is the answer.
        raise RecipeError(
            _("network: it cannot take a row of {width} numbers ({error}).").format(
                width=layout.width, error=str(error).splitlines()[0] if str(error) else repr(error)
            )
        ) from error
    if z.shape != (1, task.outputs):
        raise RecipeError(
            _("network: it answers a row with {found} numbers, but {task} needs {needed}.").format(
                found=z.shape[1], task=task.problem, needed=task.outputs
            )
        )
    if parameters(network) == 0:
        raise RecipeError(
            _(
                "network: there is nothing to train in it. Give an Equinox module with arrays of "
                "floats, such as equinox.nn.MLP."
            )
        )


def check_start(experiment: Experiment, start: Start) -> None:
    """Refuse to go on with a network of another shape than the recipe's.

    Raises:
        RecipeError: it has another.
    """
    wanted = blank_network(experiment.recipe, experiment.layout, experiment.task)
    if _shapes(wanted) != _shapes(start.network):
        raise RecipeError(
            _(
                "The network to go on with has another shape: its hidden layers, activation or "
                "normalization are not those asked for now. Leave these as they were, or begin "
                "anew."
            )
        )


def unseen_notes(notes: Sequence[EncodingNotes]) -> list[str]:
    """Sentences about categories without a code of their own, by column, over all encodings."""
    counts: dict[str, int] = {}
    for note in notes:
        for name, count in note.unseen.items():
            counts[name] = counts.get(name, 0) + count
    return [
        ngettext(
            "{name}: {n} row has a category that training saw seldom or never; it counts as "
            "unknown.",
            "{name}: {n} rows have categories that training saw seldom or never; they count as "
            "unknown.",
            count,
        ).format(name=name, n=count)
        for name, count in counts.items()
    ]


def _value_warnings(table: Table, columns: Sequence[Column]) -> list[str]:
    """Sentences about values that cannot be meant: words among numbers, or absurd numbers."""
    found = [mixed(column) for column in columns if column.cause in MIXED]
    for column in columns:
        if column.kind == "number":
            found += strange_numbers(table, column)
    return [f"{finding.summary} {finding.remedy}" for finding in found]


def _leak_warnings(
    table: Table, columns: Sequence[Column], target: Target, rows: Integer[np.ndarray, " rows"]
) -> list[str]:
    """Sentences about columns that give the target away, with what to do about it."""
    used = [column.name for column in columns if column.kind != "dropped"]
    power = predictive_power(table, used, target.name, target.task, rows, CELLS_FOR_LEAKS)
    found = leaks(power, target.name, least=GIVEN_AWAY)
    return [f"{finding.summary} {finding.remedy}" for finding in found]


def _missing_notes(encoder: Encoder, notes: EncodingNotes) -> list[str]:
    """Sentences about training rows that lack a value, and what the network gets instead."""
    told: dict[str, list[str]] = {}
    for feature in encoder.features:
        if count := notes.missing.get(feature.name):
            sentence = (
                _("Missing values in training rows are filled in and marked: {columns}.")
                if feature.missing
                else _(
                    "Missing values in too few training rows to learn from are filled in without "
                    "a mark: {columns}."
                )
            )
            told.setdefault(sentence, []).append(f"{feature.name} ({count})")
    return [sentence.format(columns=", ".join(columns)) for sentence, columns in told.items()]


def _rare_notes(notes: EncodingNotes, rows: int) -> list[str]:
    """Sentences about categories that so many training rows saw too seldom to learn from."""
    idle = [
        name for name, count in notes.unseen.items() if count + notes.missing.get(name, 0) == rows
    ]
    partly = [f"{name} ({count})" for name, count in notes.unseen.items() if name not in idle]
    found = [
        _(
            "{name}: each of its values stands in too few training rows to learn from, so that "
            "all count as one."
        ).format(name=name)
        for name in idle
    ]
    if partly:
        found.append(
            _("Values that stand in too few training rows count as one: {columns}.").format(
                columns=", ".join(partly)
            )
        )
    return found


def _shapes(network: Model) -> PyTree:
    learnt = eqx.filter(network, eqx.is_inexact_array)
    leaves, structure = jax.tree.flatten(learnt)
    return [leaf.shape for leaf in leaves], structure
