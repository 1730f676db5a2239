"""A training that has ended, as lessons, charts and the doctor look at it.

They work on this plain record and not on a run, so that a training in memory, a run on disk and a
trial are all the same to them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from descenso.data.encoding.encoder import Encoder
from descenso.data.encoding.target import Target
from descenso.data.table import Table
from descenso.engine import experiment as ex
from descenso.engine import loop
from descenso.engine.experiment import Examples, Experiment
from descenso.engine.network import Model
from descenso.engine.task import Task
from descenso.errors import RunError
from descenso.i18n import gettext as _
from descenso.recipe import Recipe
from descenso.runs import fit, state
from descenso.runs.data_reference import Opened
from descenso.runs.events import Listen, Record
from descenso.runs.examples import make_task
from descenso.runs.lifecycle import replay, towards
from descenso.runs.preparation import Preparation
from descenso.runs.state import Standing
from descenso.runs.store import parameters
from descenso.runs.store.run_file import SNAPSHOTS, DataReference, Leg, Preprocessing, RunFile
from descenso.runs.store.snapshots import epochs as snapshot_epochs
from descenso.runs.store.snapshots import read_snapshot


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
        beginning = ex.loop_arguments(experiment, until=iteration + 1)
        return before, fit.fit(experiment, beginning, before, unit=self.target.scale)

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
            return parameters.with_parameters(self.network, arrays, self.path / SNAPSHOTS)
        return self.standing_at(epoch * self.iterations_per_epoch).loop_state.state.network

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
            beginning = ex.loop_arguments(
                towards(self.experiment, leg), every_epoch=True, until=end
            )
            if standing is None:
                standing = state.start(beginning)
                yield 0, standing.loop_state.state.network
            else:
                standing = state.trained_on(standing)
            for chunk in loop.train(
                beginning.setup,
                beginning.optimizer,
                beginning.key,
                standing.loop_state,
                beginning.plan,
                standing.iteration,
            ):
                standing = replace(standing, loop_state=chunk.loop_state, iteration=chunk.iteration)
                if chunk.epochs:
                    yield int(chunk.loop_state.epoch), chunk.loop_state.state.network


def planned(name: str, preparation: Preparation) -> Trained:
    """A training that has not begun yet: it takes place while one walks through it."""
    experiment = preparation.experiment
    beginning = ex.loop_arguments(experiment)
    return Trained(
        name=name,
        experiment=experiment,
        encoder=preparation.encoder,
        target=preparation.target,
        test=preparation.test,
        network=beginning.loop_state.state.network,
        legs=[Leg(iteration=0, epochs=experiment.recipe.epochs)],
        iterations=beginning.plan.iterations,
        history=[],
        path=None,
    )


def train_prepared(name: str, preparation: Preparation, listen: Listen | None = None) -> Trained:
    """Train what was prepared, in memory."""
    experiment, target = preparation.experiment, preparation.target
    beginning = ex.loop_arguments(experiment)
    standing = fit.fit(
        experiment, beginning, state.start(beginning), unit=target.scale, listen=listen
    )
    return replace(
        planned(name, preparation),
        network=standing.network,
        iterations=standing.iteration,
        history=standing.history,
    )


@dataclass(frozen=True)
class Asked:
    """What a training was asked for, beside its recipe.

    Attributes:
        paths: of the table, absolute or of a bundled one; empty for data from memory.
        options: how it was read.
        validation: the path of the table that watched the training, where it is another.
        test: the share of rows kept for a test.
        columns: kinds given to columns by name.
        drop: columns left out.
        roles: the columns that weigh or split the rows, by the name of the option.
    """

    paths: list[str]
    options: Mapping[str, Any]
    validation: str | None
    test: float
    columns: Mapping[str, str]
    drop: list[str]
    roles: Mapping[str, str]


@dataclass(frozen=True)
class Subject:
    """A run, as a report looks at it.

    Attributes:
        record: all that run.json says.
        preprocessing: how a table becomes what the network sees, and back.
        records: a dict for each epoch.
        network: with the weights that were kept; None without.
        path: the run's folder; None in memory.
        opened: the rows; None where they are not there.
        absent: why they are not; "" where they are.
        asked: what the training was asked for; None where nobody knows any more.
        diagnosis: what the doctor found, as a run's folder keeps it; None before the end.
    """

    record: RunFile
    preprocessing: Preprocessing
    records: list[Record] = field(repr=False)
    network: Model | None
    path: Path | None
    opened: Opened | None
    absent: str
    asked: Asked | None
    diagnosis: dict[str, Any] | None

    @property
    def task(self) -> Task:
        """The problem, output activation and loss."""
        return make_task(Recipe.from_dict(self.record.recipe), self.preprocessing.target)

    @property
    def judged_by(self) -> tuple[str, Examples] | None:
        """The rows to judge by, with their part's name: those that were kept, else the training's.

        None where the rows are not there.
        """
        if self.opened is None:
            return None
        return self.opened.held_out or ("train", self.opened.experiment.training)

    def table_of(self, part: str) -> Table | None:
        """The table that a part's rows are numbered in; None where it is not there."""
        if self.opened is None:
            return None
        if part == "validation" and self.opened.validation_table is not None:
            return self.opened.validation_table
        return self.opened.table


def asked_on_disk(reference: DataReference, path: Path) -> Asked:
    """What the training of a run on disk was asked for."""
    other = reference.validation
    return Asked(
        paths=[_found(each, path, reference.bundled) for each in reference.paths],
        options=reference.options,
        validation=None if other is None else _found(other.paths[0], path, other.bundled),
        test=reference.test,
        columns=reference.overrides,
        drop=reference.drop,
        roles=_roles(reference),
    )


def asked_in_memory(preparation: Preparation) -> Asked:
    """What the training of a run in memory was asked for."""
    request, source = preparation.request, preparation.table.source
    other = preparation.validation_table
    return Asked(
        paths=[] if source is None else list(source.paths),
        options={} if source is None else source.options,
        validation=None if other is None or other.source is None else other.source.paths[0],
        test=request.test,
        columns=dict(request.columns),
        drop=list(request.drop),
        roles=_roles(request),
    )


def _roles(asked: Any) -> dict[str, str]:
    named = {name: getattr(asked, name) for name in ("weights", "split_by", "split_time")}
    return {name: value for name, value in named.items() if isinstance(value, str)}


def _found(written: str, path: Path, bundled: bool) -> str:
    # A table from memory lies in the run's own folder, under a relative path.
    return written if bundled else str(path / written)
