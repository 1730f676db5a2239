"""What a lesson is measured on: a run, a table of the user's, or bundled data."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Integer

from descenso.data.encoding.encoder import Encoder
from descenso.data.encoding.target import Target
from descenso.engine import experiment as ex
from descenso.engine import population
from descenso.engine.device import set_up
from descenso.engine.experiment import Examples, Experiment
from descenso.engine.network import Model
from descenso.engine.population import Course, Member
from descenso.engine.progress import Progress, epoch_progress, no_progress
from descenso.errors import RecipeError
from descenso.i18n import gettext as _
from descenso.layout import row_bucket, zeros
from descenso.recipe import Recipe, check_trains
from descenso.runs.events import EpochRecord
from descenso.runs.fit import fit_network, reporting
from descenso.runs.lifecycle import begin_run
from descenso.runs.preparation import Encoding, Preparation, prepare
from descenso.runs.request import Request
from descenso.runs.store.run_file import Preprocessing
from descenso.runs.trained import TrainedRun
from descenso.views.numbers import number
from descenso.views.sentences import run_name
from descenso.views.words import task_name

BUNDLED = "penguins"
HOLD_OUT_EVERY = 5  # of the training rows, where a lesson needs some that do not train
CLASSES, NUMBER = "species", "body_mass_g"  # its targets


@dataclass(frozen=True)
class Subject:
    """A table with a recipe, trained once somebody asks for it, or a run.

    Attributes:
        name: what it is, in words.
        source: a training that has ended, or what it takes to train.
        on_progress: receives progress reports.
    """

    name: str
    source: TrainedRun | Preparation
    on_progress: Progress = field(default=no_progress, repr=False)

    @property
    def description(self) -> str:
        """Its name; and where a network sees its target on another scale, what its losses count."""
        scale = self.target.scale
        if scale == 1:
            return self.name
        return _("{name}; losses are in standard deviations of {target} (1 = {scale})").format(
            name=self.name, target=self.target.name, scale=number(scale)
        )

    @property
    def experiment(self) -> Experiment:
        """Recipe, task and encoded rows."""
        return self.source.experiment

    @property
    def encoder(self) -> Encoder:
        """How columns became numbers."""
        return self._preprocessing.encoder

    @property
    def target(self) -> Target:
        """How the target became numbers."""
        return self._preprocessing.target

    @property
    def test(self) -> Examples | None:
        """The rows kept for a test; None without."""
        return (
            self.source.data.test if isinstance(self.source, Preparation) else self.source.rows.test
        )

    @property
    def _preprocessing(self) -> Encoding | Preprocessing:
        source = self.source
        return source.encoding if isinstance(source, Preparation) else source.preprocessing

    @cached_property
    def trained(self) -> TrainedRun:
        """The training: the run's, or one that is made now."""
        trained = self.source
        if isinstance(trained, Preparation):
            listen = reporting(self.on_progress, _("Training a network"))
            state = fit_network(trained.experiment, listen=listen)
            trained = begin_run(trained).with_state(state)
        check_trained(trained.epochs > 0 or self.experiment.recipe.epochs == 0)
        return trained

    @property
    def course(self) -> TrainedRun:
        """The training as it is walked through; one that is only planned takes place meanwhile."""
        if isinstance(self.source, TrainedRun) or "trained" in vars(self):
            return self.trained
        return begin_run(self.source)

    def walk(self) -> Iterator[tuple[int, Model]]:
        """The network before training and at each epoch's end."""
        epochs, epoch = self.experiment.recipe.epochs, 0
        for epoch, network in self.course.walk():
            self.on_progress(_("Training a network"), epoch / epochs)
            yield epoch, network
        check_trained(epoch > 0)

    def trained_by(self, recipe: Recipe, what: str) -> list[EpochRecord]:
        """The epochs of a training by another recipe; its losses as the network sees its target.

        Args:
            what: the progress message.
        """
        experiment = replace(self.experiment, recipe=recipe, target_scale=1.0)
        return fit_network(experiment, listen=reporting(self.on_progress, what)).history

    def train_seeds(self, experiment: Experiment, seeds: int, message: str) -> list[Member]:
        """The recipe of an experiment trained from several seeds at once, the first its own."""
        recipe = experiment.recipe
        recipes = [recipe.replace(seed=recipe.seed + index) for index in range(seeds)]
        on_epoch = epoch_progress(self.on_progress, message, recipe.epochs)
        return population.train(experiment, recipes, on_epoch)

    def follow_seeds(
        self,
        experiment: Experiment,
        seeds: int,
        message: str,
        rows: Examples,
        every: int | None = None,
    ) -> tuple[list[Member], Course]:
        """The same, and the loss of some rows on the way, dropout at rest.

        Args:
            every: after how many iterations it is measured; None for each epoch's end.
        """
        recipe = experiment.recipe
        recipes = [recipe.replace(seed=recipe.seed + index) for index in range(seeds)]
        on_epoch = epoch_progress(self.on_progress, message, recipe.epochs)
        per_epoch = ex.plan(experiment, recipe.seed).iterations_per_epoch
        return population.follow(experiment, recipes, rows, every or per_epoch, on_epoch)


def check_trained(trained: bool) -> None:
    """Refuse trainings that diverged before there was anything to show."""
    if not trained:
        raise RecipeError(
            _(
                "The loss became infinite at once, so there is nothing to show. A "
                "smaller learning rate usually helps."
            )
        )


def some_examples(examples: Examples, count: int) -> Examples:
    """So many of the rows, drawn at random; all of them where they are no more."""
    if len(examples) <= count:
        return examples
    return _at(examples, np.sort(np.random.default_rng(0).permutation(len(examples))[:count]))


def with_held_out_rows(experiment: Experiment) -> Experiment:
    """With validation rows: where there are none, every fifth training row, spread over the target.

    So a class is in both parts wherever five rows have it.
    """
    training = experiment.training
    if experiment.validation is not None or len(training) < HOLD_OUT_EVERY:
        return experiment
    shuffled = np.random.default_rng(0).permutation(len(training))
    by_target = shuffled[np.argsort(training.y[shuffled], kind="stable")]
    held_out = np.zeros(len(training), bool)
    held_out[by_target[HOLD_OUT_EVERY // 2 :: HOLD_OUT_EVERY]] = True
    return replace(
        experiment,
        training=_at(training, np.flatnonzero(~held_out)),
        validation=_at(training, np.flatnonzero(held_out)),
    )


def _at(examples: Examples, chosen: Integer[np.ndarray, " chosen"]) -> Examples:
    """Some rows, padded to a bucket and with weights of 1 on average."""
    some = examples.at(chosen)
    x = zeros((row_bucket(len(chosen)), examples.x.shape[1]), np.float32)
    x[: len(chosen)] = some.x
    return replace(some, x=x, weight=some.weight / some.weight.mean())


def checked_rows(rows: Sequence[int], experiment: Experiment) -> list[int]:
    """Numbers of training rows, from 0."""
    last = len(experiment.training) - 1
    for row in rows:
        if not 0 <= row <= last:
            raise RecipeError(
                _("row is {found}; allowed: a whole number from 0 to {last}.").format(
                    found=row, last=last
                )
            )
    return list(rows)


def subject(
    data: Any = None,
    target: Any = None,
    *,
    bundled_target: str = CLASSES,
    columns: dict[str, str] | None = None,
    drop: tuple[str, ...] = (),
    untrained: bool = False,
    on_progress: Progress = no_progress,
    **fields: Any,
) -> Subject:
    """What to measure a lesson on.

    Args:
        data: a run, or a table as `descenso.train` takes it; None for the bundled penguins.
        target: the column to predict, where `data` is a table.
        bundled_target: that of the bundled table, if neither is named.
        columns: kinds of columns, as in `descenso.train`.
        drop: columns to leave out.
        untrained: whether the lesson has something to say of starting weights too.
        on_progress: receives progress reports.
        **fields: of the recipe; the preset is `lecture` where it is not named.

    Raises:
        InputError: the data or the recipe cannot be used, a run is given with a recipe, or nothing
            would be trained.
    """
    set_up()
    if isinstance(data, TrainedRun):
        if fields or columns or drop or target is not None:
            named = ", ".join(sorted([*fields, *(["target"] if target is not None else [])]))
            raise RecipeError(
                _(
                    "A run already has its target and its recipe, so {named} cannot "
                    "be changed. To choose others, give the table instead of the run."
                ).format(named=named or "columns")
            )
        given = Subject(run_name(data.record), _trained(data), on_progress)
    else:
        if data is None:
            data, target = BUNDLED, bundled_target if target is None else target
        request = Request.of(None, {"preset": "lecture", **fields}, columns, drop)
        prepared = prepare(data, target, request, on_progress=on_progress)
        name = _("{table}, {target} ({task})").format(
            table=prepared.data.table.title,
            target=prepared.target.name,
            task=task_name(prepared.target.task),
        )
        given = Subject(name, prepared, on_progress)
    if not untrained:
        check_trains(given.experiment.recipe)
    return given


def _trained(run: TrainedRun) -> TrainedRun:
    """A run with its rows and its weights, as a lesson looks at it.

    Raises:
        InputError: its data is missing or has changed, or there are no weights yet.
    """
    opened = TrainedRun.of(run.opened())
    return replace(opened, network=run.trained_network)
