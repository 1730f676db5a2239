"""A table's rows as weighted, encoded examples."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Float, Float32, Int, Integer

from descenso.data.encoding.encoder import Encoder, EncodingNotes
from descenso.data.encoding.row_weights import normalised, weights_of
from descenso.data.encoding.target import Target
from descenso.data.table import Table
from descenso.engine.experiment import Examples
from descenso.engine.task import Task
from descenso.errors import RecipeError
from descenso.hints import nearest
from descenso.i18n import gettext as _
from descenso.layout import row_bucket, zeros
from descenso.recipe import Recipe


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
