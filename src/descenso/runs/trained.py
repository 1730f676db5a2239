"""A run as the doctor, the lessons and the report look at it, in memory or from its folder."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from descenso.data.encoding.encoder import Encoder
from descenso.engine import experiment as ex
from descenso.engine import loop
from descenso.engine.experiment import Experiment, LoopArguments
from descenso.engine.network import Model, UserNetwork
from descenso.engine.task import Task
from descenso.errors import RunError
from descenso.i18n import gettext as _
from descenso.recipe import Recipe
from descenso.runs.data_reference import open_data
from descenso.runs.events import EpochRecord, Listen
from descenso.runs.examples import RunData, make_task
from descenso.runs.fit import fit_network
from descenso.runs.state import TrainingState
from descenso.runs.store.parameters import with_parameters
from descenso.runs.store.run_file import SNAPSHOTS, Leg, Preprocessing, ResultFile, RunFile
from descenso.runs.store.snapshots import epochs as snapshot_epochs
from descenso.runs.store.snapshots import read_snapshot

AnyRun = TypeVar("AnyRun", bound="TrainedRun")


@dataclass(frozen=True, repr=False)
class TrainedRun:
    """A training, its data, and what it gave.

    Attributes:
        record: all that run.json says.
        preprocessing: how a table becomes what the network sees, and back.
        path: the run's folder; None while it is only in memory.
        network: with the weights that were kept; None where the training diverged at once.
        records: a record for each epoch.
        user_network: the user's own module, untrained.
        state: where the training stands; known where it was trained in this process.
        data: the rows; None until they are opened, see `opened`.
        initial: what the training began with, where it is available.
    """

    record: RunFile
    preprocessing: Preprocessing
    path: Path | None
    network: Model | None
    records: list[EpochRecord] = field(repr=False)
    user_network: UserNetwork | None = field(default=None, repr=False)
    state: TrainingState | None = field(default=None, repr=False)
    data: RunData | None = field(default=None, repr=False)
    initial: LoopArguments | None = field(default=None, repr=False)

    @classmethod
    def of(cls: type[AnyRun], run: "TrainedRun") -> AnyRun:
        """The same run, as this class looks at it."""
        return cls(**{each.name: getattr(run, each.name) for each in fields(TrainedRun)})

    def __getstate__(self) -> dict[str, Any]:
        kept = {each.name: getattr(self, each.name) for each in fields(self)}
        return kept | {"data": None, "initial": None}

    @property
    def id(self) -> str:
        """The run's short name."""
        return self.record.id

    @property
    def label(self) -> str:
        """What messages call it: its folder, or its id in memory."""
        return self.id if self.path is None else str(self.path)

    @property
    def recipe(self) -> Recipe:
        """How it was trained: every field answered."""
        return self.record.recipe

    @property
    def encoder(self) -> Encoder:
        """How columns became numbers."""
        return self.preprocessing.encoder

    @property
    def pairing(self) -> Task:
        """The problem, output activation and loss."""
        return make_task(self.recipe, self.preprocessing.target)

    @property
    def row_weights(self) -> str | None:
        """The column that says how much each row counts; None where all count alike."""
        return self.record.request.weights

    @cached_property
    def experiment(self) -> Experiment:
        """The recipe and the encoded rows.

        Raises:
            RunError: the rows are not there.
        """
        return aimed_at(self.opened().rows.experiment, self.record.legs[-1])

    @property
    def rows(self) -> RunData:
        """The data of an opened run."""
        assert self.data is not None, "the run was opened"
        return self.data

    @property
    def epochs(self) -> int:
        """How many epochs were completed."""
        return len(self.records)

    @property
    def iterations(self) -> int:
        """Updates so far; of a training that has not begun, those that are planned."""
        if self.state is not None:
            return self.state.iteration
        if self.record.result is not None:
            return self.record.result.iterations
        return ex.plan(self.experiment, self.experiment.recipe.seed).iterations

    @property
    def iterations_per_epoch(self) -> int:
        """Updates in one pass over the training rows."""
        return ex.plan(self.experiment, self.experiment.recipe.seed).iterations_per_epoch

    @property
    def stopped(self) -> str:
        """Why it ended: epochs, patience, interrupted or diverged."""
        if self.state is not None and self.state.stopped:
            return self.state.stopped
        return self.result.stopped

    @property
    def seconds(self) -> float:
        """Seconds spent on training."""
        return self.result.seconds if self.state is None else self.state.seconds

    @property
    def result(self) -> ResultFile:
        """What the training gave.

        Raises:
            RunError: it has not ended: its process was killed.
        """
        if self.record.result is None:
            raise RunError(
                _("{run}: this training has not ended. Continue it with `descenso resume`.").format(
                    run=self.path
                )
            )
        return self.record.result

    def summary(self) -> dict[str, Any]:
        """All results, as `descenso train --json` prints them.

        Raises:
            RunError: the training has not ended: its process was killed.
        """
        return self.record.summary(self.result, self.path)

    def opened(self: AnyRun, data: Any = None) -> AnyRun:
        """The same run with its rows, encoded as they were.

        Args:
            data: where the data is now, if not where it was.

        Raises:
            InputError: it is missing or has changed.
        """
        if self.data is not None:
            return self
        if self.path is None:
            raise RunError(
                _(
                    "{run}: the training rows of this run are not available: a pickled or "
                    "copied run leaves them behind. evaluate(data) evaluates it on rows "
                    "that you name, and save(folder) saves it without them; for everything "
                    "else, train again."
                ).format(run=self.id)
            )
        found = open_data(self.record, self.path, self.preprocessing, self.user_network, data)
        return replace(self, data=found)

    def with_state(
        self: AnyRun, state: TrainingState, initial: LoopArguments | None = None
    ) -> AnyRun:
        """The same run where a training has come to."""
        return replace(
            self,
            network=state.network if state.is_usable else None,
            records=state.history,
            state=state,
            initial=initial,
        )

    def state_at(self, iteration: int, listen: Listen | None = None) -> TrainingState:
        """The training after so many updates, to the last bit: it is trained again up to there."""
        legs = [leg for leg in self.record.legs if leg.iteration <= iteration]
        ends = [*(leg.iteration for leg in legs[1:]), iteration]
        state = None
        for leg, end in zip(legs, ends, strict=True):
            experiment = aimed_at(self.experiment, leg)
            state = None if state is None else state.extended()
            state = fit_network(experiment, until=end, state=state, listen=listen)
        assert state is not None, "a run has at least one leg"
        return state

    def step_at(self, iteration: int) -> tuple[TrainingState, TrainingState]:
        """The training after so many updates, and after one more."""
        before = self.state_at(iteration)
        leg = [leg for leg in self.record.legs if leg.iteration <= iteration][-1]
        experiment = aimed_at(self.experiment, leg)
        return before, fit_network(experiment, until=iteration + 1, state=before)

    def network_at(self, epoch: int) -> Model:
        """The network at the end of an epoch; 0 for the initial weights.

        Raises:
            RunError: the training did not get as far.
        """
        if not 0 <= epoch <= self.epochs:
            raise RunError(
                _("{run}: epoch is {found}; allowed: a whole number from 0 to {last}.").format(
                    run=self.label, found=epoch, last=self.epochs
                )
            )
        if self.path is not None and epoch in snapshot_epochs(self.path / SNAPSHOTS):
            arrays = read_snapshot(self.path / SNAPSHOTS, epoch)
            return with_parameters(self.trained_network, arrays, self.path / SNAPSHOTS)
        return self.state_at(epoch * self.iterations_per_epoch).loop_state.state.network

    @property
    def trained_network(self) -> Model:
        """The network with the weights that were kept.

        Raises:
            RunError: there are none.
        """
        if self.network is not None:
            return self.network
        raise RunError(
            _(
                "{run}: there are no trained weights: the training diverged, or has not "
                "ended. Train again with a smaller learning rate, or continue with "
                "`descenso resume`."
            ).format(run=self.label)
        )

    @property
    def moments(self) -> dict[str, Model]:
        """The network at the start and when trained; where nothing was trained, at the start."""
        start = {"start": self.network_at(0)}
        return start | {"trained": self.trained_network} if self.epochs else start

    def walk(self) -> Iterator[tuple[int, Model]]:
        """The network before training and at each epoch's end, from training once more."""
        legs = self.record.legs
        ends = [*(leg.iteration for leg in legs[1:]), self.iterations]
        state: TrainingState | None = None
        for leg, end in zip(legs, ends, strict=True):
            experiment = aimed_at(self.experiment, leg)
            beginning = ex.loop_arguments(experiment, every_epoch=True, until=end)
            if state is None:
                state = TrainingState.initial(beginning)
                yield 0, state.loop_state.state.network
            else:
                state = state.extended()
            arguments = beginning._replace(loop_state=state.loop_state)
            for chunk in loop.train(*arguments, state.iteration):
                state = replace(state, loop_state=chunk.loop_state, iteration=chunk.iteration)
                if chunk.epochs:
                    yield int(chunk.loop_state.epoch), chunk.loop_state.state.network


def aimed_at(experiment: Experiment, leg: Leg) -> Experiment:
    """The experiment with the number of epochs that a leg of a training aims at."""
    return replace(experiment, recipe=experiment.recipe.replace(epochs=leg.epochs))
