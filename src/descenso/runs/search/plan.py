"""What a sweep trains: its recipes and seeds, in groups of networks that train together."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from descenso.engine import population
from descenso.engine.progress import Progress, epoch_progress
from descenso.recipe import Recipe
from descenso.runs.data_reference import fingerprint
from descenso.runs.evaluation.scoring import scores
from descenso.runs.preparation import Preparation
from descenso.runs.search.grid import Grid
from descenso.runs.search.sweep_file import SweepMember
from descenso.runs.seeds import usable

# Networks that train together. More gain little, and a sweep that is killed loses their training.
MOST_TOGETHER = 32


@dataclass(frozen=True)
class Plan:
    """What a sweep trains.

    Attributes:
        preparation: the data, and the recipe as far as all share it.
        grid: values of each field that varies.
        recipes: resolved, one for each combination.
        seeds: that each is trained from.
    """

    preparation: Preparation
    grid: Grid
    recipes: list[Recipe]
    seeds: list[int]

    def __len__(self) -> int:
        return len(self.recipes) * len(self.seeds)

    def recipe(self, member: int) -> Recipe:
        """The recipe of a network, by its number among all."""
        index, seed = divmod(member, len(self.seeds))
        return self.recipes[index].replace(seed=self.seeds[seed])

    @property
    def ranking_part(self) -> str:
        """The part of the rows whose loss ranks the recipes."""
        return "train" if self.preparation.experiment.validation is None else "validation"


def asked_of(plan: Plan) -> dict[str, Any]:
    """All that the numbers of a sweep hang on, in JSON's own types."""
    preparation, request = plan.preparation, plan.preparation.request
    split, other = preparation.data.split, preparation.data.validation_table
    return {
        "data": fingerprint(preparation.data.table),
        "validation": None if other is None else fingerprint(other),
        "target": preparation.target.name,
        "columns": {column.name: column.kind for column in preparation.encoding.columns},
        "weights": preparation.weights,
        "split": [request.test, split.validation.tolist(), split.test.tolist()],
        "vary": {name: list(values) for name, values in plan.grid.items()},
        "recipe": [recipe.to_dict() for recipe in plan.recipes],
        "seeds": plan.seeds,
    }


def groups(plan: Plan) -> list[list[int]]:
    """The networks by what they share a program with, in groups of which none is too large.

    They are the same however often a sweep was interrupted, and so are its numbers.
    """
    shapes: defaultdict[str, list[int]] = defaultdict(list)
    for member in range(len(plan)):
        shapes[population.program_shape(plan.recipe(member))].append(member)
    return [
        part.tolist()
        for members in shapes.values()
        for part in np.array_split(members, -(-len(members) // MOST_TOGETHER))
    ]


def train_group(
    plan: Plan, group: Sequence[int], on_progress: Progress, what: str
) -> dict[int, SweepMember]:
    """The results of networks that train together."""
    experiment = plan.preparation.experiment
    recipes = [plan.recipe(member) for member in group]
    members = population.train(
        experiment, recipes, epoch_progress(on_progress, what, recipes[0].epochs)
    )
    # Test rows are left for the run that is kept: a choice by them would spoil them.
    return {
        number: SweepMember(
            epochs=member.epochs,
            kept_epoch=member.kept_epoch,
            diverged=member.diverged,
            metrics=scores(experiment, usable(member), None),
        )
        for number, member in zip(group, members, strict=True)
    }


def losses_of(plan: Plan, members: dict[int, SweepMember]) -> Float[np.ndarray, "recipes seeds"]:
    """The loss that ranks each recipe and seed; infinite where the training diverged.

    Args:
        members: what `train_group` gave of all groups.
    """
    losses = [_loss(members[number], plan.ranking_part) for number in range(len(plan))]
    return np.array(losses, float).reshape(len(plan.recipes), len(plan.seeds))


def _loss(member: SweepMember, part: str) -> float:
    loss = (member.metrics[part] or {}).get("loss")
    return np.inf if member.diverged or loss is None else loss
