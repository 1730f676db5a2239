"""A training that has ended, as lessons, charts and the doctor look at it.

They work on this plain record and not on a run, so that a training in memory, a run on disk and a
trial are all the same to them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from descenso import experiment as ex
from descenso import fitting, training
from descenso.conducting import replay, towards
from descenso.data.encoding import Encoder
from descenso.data.target import Target
from descenso.errors import RunError
from descenso.events import Record
from descenso.experiment import Examples, Experiment
from descenso.fitting import Listen, Standing
from descenso.messages import gettext as _
from descenso.network import Model
from descenso.preparation import Preparation
from descenso.store.format import SNAPSHOTS, Leg
from descenso.store.snapshots import epochs as snapshot_epochs
from descenso.store.snapshots import read_snapshot


@dataclass(frozen=True)
class Trained:
    """A training and its data.

    Attributes:
        name: what to call it in a sentence.
        experiment: recipe, task and encoded rows.
        encoder: how columns became numbers.
        target: how the target became numbers.
        test: the rows kept for a test; None without.
        network: with the weights that were kept.
        legs: how far it was meant to go, each time that it began or went on.
        iterations: updates in all.
        history: a record for each epoch.
        path: the run's folder; None in memory.
    """

    name: str
    experiment: Experiment
    encoder: Encoder
    target: Target
    test: Examples | None
    network: Model
    legs: list[Leg]
    iterations: int
    history: list[Record]
    path: Path | None

    @property
    def epochs(self) -> int:
        """How many epochs were completed."""
        return len(self.history)

    @property
    def iterations_per_epoch(self) -> int:
        """Updates in one pass over the training rows."""
        return ex.plan(self.experiment, self.experiment.recipe.seed).iterations_per_epoch

    def standing_at(self, iteration: int) -> Standing:
        """The training after so many updates, to the last bit: it is trained again up to there."""
        legs = [leg for leg in self.legs if leg.iteration <= iteration]
        return replay(legs, iteration, self.experiment, self.target.scale, None)

    def step_at(self, iteration: int) -> tuple[Standing, Standing]:
        """The training after so many updates, and after one more."""
        before = self.standing_at(iteration)
        leg = [leg for leg in self.legs if leg.iteration <= iteration][-1]
        experiment = towards(self.experiment, leg)
        beginning = ex.begin(experiment, until=iteration + 1)
        return before, fitting.fit(experiment, beginning, before, unit=self.target.scale)

    def network_at(self, epoch: int) -> Model:
        """The network at the end of an epoch; 0 for the starting weights.

        Raises:
            RunError: the training did not get as far.
        """
        if not 0 <= epoch <= self.epochs:
            raise RunError(
                _("{run}: epoch is {found}; allowed: a whole number from 0 to {last}.").format(
                    run=self.name, found=epoch, last=self.epochs
                )
            )
        if self.path is not None and epoch in snapshot_epochs(self.path / SNAPSHOTS):
            arrays = read_snapshot(self.path / SNAPSHOTS, epoch)
            return fitting.with_parameters(self.network, arrays, self.path / SNAPSHOTS)
        return self.standing_at(epoch * self.iterations_per_epoch).progress.state.network

    @property
    def moments(self) -> dict[str, Model]:
        """The network at the start and when trained; where nothing was trained, at the start."""
        start = {"start": self.network_at(0)}
        return start | {"trained": self.network} if self.epochs else start

    def walk(self) -> Iterator[tuple[int, Model]]:
        """The network before training and at each epoch's end, from training once more."""
        standing: Standing | None = None
        ends = [*(leg.iteration for leg in self.legs[1:]), self.iterations]
        for leg, end in zip(self.legs, ends, strict=True):
            beginning = ex.begin(towards(self.experiment, leg), every_epoch=True, until=end)
            if standing is None:
                standing = fitting.start(beginning)
                yield 0, standing.progress.state.network
            else:
                standing = fitting.trained_on(standing)
            for chunk in training.train(
                beginning.setup,
                beginning.descent,
                beginning.key,
                standing.progress,
                beginning.plan,
                standing.iteration,
            ):
                standing = replace(standing, progress=chunk.progress, iteration=chunk.iteration)
                if chunk.epochs:
                    yield int(chunk.progress.epoch), chunk.progress.state.network


def planned(name: str, preparation: Preparation) -> Trained:
    """A training that has not begun yet: it takes place while one walks through it."""
    experiment = preparation.experiment
    beginning = ex.begin(experiment)
    return Trained(
        name=name,
        experiment=experiment,
        encoder=preparation.encoder,
        target=preparation.target,
        test=preparation.test,
        network=beginning.progress.state.network,
        legs=[Leg(iteration=0, epochs=experiment.recipe.epochs)],
        iterations=beginning.plan.iterations,
        history=[],
        path=None,
    )


def train_prepared(name: str, preparation: Preparation, listen: Listen | None = None) -> Trained:
    """Train what was prepared, in memory."""
    experiment, target = preparation.experiment, preparation.target
    beginning = ex.begin(experiment)
    standing = fitting.fit(
        experiment, beginning, fitting.start(beginning), unit=target.scale, listen=listen
    )
    return replace(
        planned(name, preparation),
        network=standing.network,
        iterations=standing.iteration,
        history=standing.history,
    )
