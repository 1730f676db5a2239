"""What the doctor examines: a training with its data, and the same with something changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from descenso.data.encoding.encoder import Encoder
from descenso.data.encoding.features import DateFeature, NumberFeature
from descenso.data.encoding.features.scaling import Scaling
from descenso.data.encoding.target import Target
from descenso.data.table import Table
from descenso.doctor.skill import SkillScore
from descenso.engine import experiment as ex
from descenso.engine import inference
from descenso.engine.experiment import Examples, Experiment, LoopArguments
from descenso.presets import Facts, resolve, resolve_split
from descenso.recipe import NETWORK_FIELDS, Recipe
from descenso.runs.examples import class_weights, make_task
from descenso.runs.trained import TrainedRun

Change = Mapping[str, Any]


class Case(TrainedRun):
    """A training that has ended, as the doctor examines it."""

    @property
    def recipe(self) -> Recipe:
        """Every field answered, `validation` as it was given."""
        return self.experiment.recipe

    @property
    def target(self) -> Target:
        """How the target became numbers."""
        return self.preprocessing.target

    @property
    def table(self) -> Table:
        """The data as it was read."""
        return self.rows.table

    @cached_property
    def own_validation(self) -> bool:
        """Whether the validation rows were chosen: another table, other groups, or later times.

        No training row may stand in for them then.
        """
        request = self.record.request
        named = request.split_by is not None or request.split_time is not None
        return named or self.rows.validation_table is not None

    @cached_property
    def beginning(self) -> LoopArguments:
        """The training before its first update."""
        return ex.loop_arguments(self.experiment) if self.initial is None else self.initial

    @cached_property
    def skill_score(self) -> SkillScore:
        """What trials and other learners are judged by."""
        rows = self.experiment.training
        weighted = self.recipe.class_weight is not None
        return SkillScore.of(self.experiment.task, rows.y, rows.weight if weighted else None)

    def losses_on(self, examples: Examples) -> Float[np.ndarray, " rows"] | None:
        """The skill_score's loss of the run's own network on rows; None where it left none."""
        if self.network is None:
            return None
        x = examples.x[: len(examples)]
        said = inference.predict(self.experiment.task, self.network, x)
        return self.skill_score.losses(said, examples.y)

    def takes(self, change: Change) -> bool:
        """Whether a change means anything to this network."""
        return self.experiment.network is None or not set(NETWORK_FIELDS) & set(change)

    def differs_by(self, change: Change) -> bool:
        """Whether a change sets any field to something else than it is."""
        changed = self.changed(change)
        return any(
            # Validation rows may be a data frame, which is not comparable with `!=`.
            name == "validation" or getattr(changed, name) != getattr(self.recipe, name)
            for name in change
        )

    def changed(self, change: Change) -> Recipe:
        """The recipe with some fields changed, and with what follows from them."""
        before, after = self._resolved({}), self._resolved(change)
        return self.recipe.replace(
            **{
                name: value
                for name, value in vars(after).items()
                # `validation` may be a data frame: not a change of the recipe, and not comparable
                # with `!=`.
                if name in change or (name != "validation" and value != getattr(before, name))
            }
        )

    def _resolved(self, change: Change) -> Recipe:
        experiment = self.experiment
        named = Recipe.from_dict({**self.record.given, **change, "validation": 0.0})
        facts = Facts(
            self.recipe.task,
            "",
            len(experiment.training),
            experiment.validation is not None or bool(change.get("patience")),
        )
        return resolve(resolve_split(named)[0], facts)[0].replace(
            validation=change.get("validation", self.recipe.validation)
        )


@dataclass(frozen=True)
class Rows:
    """A case's rows, as a change makes them.

    Attributes:
        training: to learn from.
        validation: to validate on; None without.
        center, scale: a regression's y here is (y of the case - center) / scale.
    """

    training: Examples
    validation: Examples | None
    center: float = 0.0
    scale: float = 1.0


def apply_change(case: Case, recipe: Recipe) -> Rows:
    """The rows of a case, as a recipe with other scales or class weights sees them."""
    training, validation = case.experiment.training, case.experiment.validation
    rows = Rows(_cut(training), None if validation is None else _cut(validation))
    if recipe.scale_features and not case.recipe.scale_features:
        rows = _with_scaled_features(case, recipe, rows)
    if recipe.task == "regression" and recipe.scale_target and not case.recipe.scale_target:
        y = rows.training.y
        rows = with_scaled_target(rows, float(y.mean()), float(y.std()) or 1.0)
    if recipe.class_weight != case.recipe.class_weight:
        rows = _each(rows, lambda part: replace(part, weight=_weights(case, recipe, part)))
    return rows


def with_scaled_target(rows: Rows, center: float, scale: float) -> Rows:
    """The rows with another origin and unit of the target."""
    moved = _each(
        rows, lambda part: replace(part, y=((part.y - center) / scale).astype(np.float32))
    )
    return replace(moved, center=rows.center + center * rows.scale, scale=rows.scale * scale)


def without_columns(rows: Rows, columns: Bool[np.ndarray, " columns"]) -> Rows:
    """The rows with 0 throughout some columns of the matrix, which then carry no information."""
    return _each(rows, lambda part: replace(part, x=np.where(columns, np.float32(0), part.x)))


def experiment_of(case: Case, recipe: Recipe, rows: Rows) -> Experiment:
    """The experiment of a changed recipe on changed rows."""
    return replace(
        case.experiment,
        recipe=recipe,
        task=make_task(recipe, case.target),
        training=rows.training,
        # Rows that nothing looks at would only cost time.
        validation=rows.validation if recipe.patience else None,
        start=None,
    )


def numeric_columns(encoder: Encoder) -> Bool[np.ndarray, " columns"]:
    """Which columns of the matrix are numbers and dates, as opposed to marks and codes."""
    found = np.zeros(encoder.layout.width, bool)
    for feature, block in zip(encoder.features, encoder.blocks, strict=True):
        if isinstance(feature, NumberFeature | DateFeature):
            found[block] = True
            # The last one says whether the value is missing.
            found[block.stop - 1] = not feature.missing
    return found


def columns_of(encoder: Encoder, names: set[str]) -> Bool[np.ndarray, " columns"]:
    """Which columns of the matrix come from these columns of the table."""
    found = np.zeros(encoder.layout.width, bool)
    for feature, block in zip(encoder.features, encoder.blocks, strict=True):
        found[block] = feature.name in names
    return found


def _with_scaled_features(case: Case, recipe: Recipe, rows: Rows) -> Rows:
    method = "standard" if recipe.preset == "lecture" else "robust"
    numeric = np.flatnonzero(numeric_columns(case.encoder))
    scalings = [Scaling.fit(rows.training.x[:, column].astype(float), method) for column in numeric]

    def scaled(part: Examples) -> Examples:
        x = part.x.copy()
        for column, scaling in zip(numeric, scalings, strict=True):
            x[:, column] = scaling.apply(part.x[:, column].astype(float))
        return replace(part, x=x)

    return _each(rows, scaled)


def _weights(case: Case, recipe: Recipe, part: Examples) -> Float[np.ndarray, " rows"]:
    return class_weights(part.y, case.target.classes, recipe.class_weight, part.sample_weight)


def _each(rows: Rows, change: Any) -> Rows:
    validation = None if rows.validation is None else change(rows.validation)
    return replace(rows, training=change(rows.training), validation=validation)


def _cut(examples: Examples) -> Examples:
    """The examples without their padding."""
    return replace(examples, x=examples.x[: len(examples)])
