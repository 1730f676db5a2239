"""A table's rows as weighted, encoded examples: training, validation and test."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float, Float32, Int, Integer

from descenso.data.encoding.encoder import Encoder, EncodingNotes
from descenso.data.encoding.row_weights import normalised, weights_of, without_zero_weights
from descenso.data.encoding.target import Target, rows_with_target
from descenso.data.splits import Split
from descenso.data.table import Table
from descenso.engine.experiment import Examples, Experiment, WarmStart
from descenso.engine.network import Model
from descenso.engine.task import Task
from descenso.errors import RecipeError
from descenso.hints import nearest
from descenso.i18n import gettext as _
from descenso.layout import row_bucket, zeros
from descenso.recipe import Recipe


@dataclass(frozen=True)
class EncodedParts:
    """The rows of each part as the network takes them.

    Attributes:
        training, validation, test: None where there are no such rows.
        training_notes: what was met in the training rows.
        other_notes: what was met in the others.
    """

    training: Examples
    validation: Examples | None
    test: Examples | None
    training_notes: EncodingNotes
    other_notes: list[EncodingNotes]


@dataclass(frozen=True)
class RunData:
    """The data of a training: its rows, encoded, and the tables that they come from.

    Attributes:
        experiment: the training and validation rows, and the recipe.
        test: the rows kept for a test; None without.
        table: the data as it was read.
        validation_table: the table of the validation rows, where it is another.
        split: which rows of the table are for what.
    """

    experiment: Experiment
    test: Examples | None
    table: Table
    validation_table: Table | None
    split: Split

    @property
    def held_out(self) -> tuple[str, Examples] | None:
        """The rows to judge by, test before validation, with their part's name; None without."""
        validation = self.experiment.validation
        if self.test is not None:
            return "test", self.test
        return None if validation is None else ("validation", validation)

    def table_of(self, part: str) -> Table:
        """The table that a part's rows are numbered in."""
        other = self.validation_table if part == "validation" else None
        return self.table if other is None else other


def encode_parts(
    table: Table,
    validation_table: Table | None,
    split: Split,
    encoder: Encoder,
    target: Target,
    recipe: Recipe,
    weights: str | None,
) -> EncodedParts:
    """The rows of each part of a split, encoded alike.

    Args:
        validation_table: the table of the validation rows, where it is another.
        weights: the column that says how much each row counts; None where all count alike.
    """
    training, training_notes = weighted(encoder, target, table, split.train, recipe, weights)
    notes: list[EncodingNotes] = []
    validation = test = None
    if validation_table is not None or len(split.validation):
        source, rows = table, split.validation
        if validation_table is not None:
            source = validation_table
            rows = without_zero_weights(source, weights, rows_with_target(source, target.name))
        validation, found = weighted(encoder, target, source, rows, recipe, weights)
        notes.append(found)
    if len(split.test):
        test, found = encode(encoder, target, table, split.test, weights)
        notes.append(found)
    return EncodedParts(training, validation, test, training_notes, notes)


def make_experiment(
    recipe: Recipe,
    encoder: Encoder,
    target: Target,
    parts: EncodedParts,
    network: Model | None = None,
    start: WarmStart | None = None,
) -> Experiment:
    """The experiment of a resolved recipe on encoded rows.

    Args:
        network: the user's own module, untrained.
        start: the training to continue from.
    """
    return Experiment(
        recipe=recipe,
        layout=encoder.layout,
        task=make_task(recipe, target),
        training=parts.training,
        validation=parts.validation,
        network=network,
        start=start,
        target_scale=target.scale,
    )


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
    weight = normalised(weights_of(table, weights, rows))
    return Examples(x, y, weight, weight, rows), notes


def weighted(
    encoder: Encoder,
    target: Target,
    table: Table,
    rows: Integer[np.ndarray, " rows"],
    recipe: Recipe,
    weights: str | None = None,
) -> tuple[Examples, EncodingNotes]:
    """Training or validation rows, weighted by their classes too where the recipe asks for it.

    Validation uses the training's class weights; otherwise early stopping would optimise another
    objective.
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
