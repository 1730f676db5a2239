"""A run's training from where it stands to its end, and what is kept of it; and the same again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from descenso import experiment as ex
from descenso import fitting
from descenso.events import Ended
from descenso.experiment import Beginning, Experiment
from descenso.fitting import Listen, OnEpoch, Recorder, Standing
from descenso.keeping import ended, write_end
from descenso.network import Model
from descenso.outcome import is_usable, scores
from descenso.reopening import Opened
from descenso.store.format import Leg, RunFile


@dataclass(frozen=True)
class Conducted:
    """A training that has ended.

    Attributes:
        record: with the result.
        network: with the weights that were kept; None where it diverged at once.
        standing: where it ended.
    """

    record: RunFile
    network: Model | None
    standing: Standing


def conduct(
    record: RunFile,
    path: Path | None,
    opened: Opened,
    unit: float,
    standing: Standing | None,
    on_epoch: OnEpoch | None,
    listen: Listen | None,
    look: Callable[[Beginning, Model | None, Standing], dict[str, Any]] | None = None,
) -> Conducted:
    """Train a run to its end, and keep what came of it. Ctrl-C ends it after the chunk under way.

    Args:
        path: its folder, which this process is writing; None for a run in memory.
        opened: its data.
        unit: one unit of y in units of the target.
        standing: where it stands; None for the beginning.
        on_epoch: as in `descenso.train`.
        listen: likewise.
        look: gives the diagnosis of what the training began with and of the network that is kept;
            None for none.
    """
    experiment = towards(opened.experiment, record.legs[-1])
    with fitting.interruptible() as interrupted:
        beginning = ex.begin(experiment, every_epoch=on_epoch is not None)
        recorder = None if path is None else Recorder(path)
        standing = standing or fitting.start(beginning)
        if len(record.legs) > 1 and standing.iteration == record.legs[-1].iteration:
            standing = fitting.trained_on(standing)
        standing = fitting.fit(
            experiment,
            beginning,
            standing,
            unit=unit,
            recorder=recorder,
            on_epoch=on_epoch,
            listen=listen,
            interrupted=interrupted,
        )
    network = standing.network if is_usable(standing) else None
    scored = scores(experiment.task, network, opened, record.constant, unit)
    diagnosis = None if look is None else look(beginning, network, standing)
    record = ended(record, path, experiment, standing, scored, unit, diagnosis)
    if path is not None:
        write_end(path, record, network)
    if listen is not None and record.result is not None:
        listen(Ended(record.result))
    return Conducted(record, network, standing)


def replay(
    legs: list[Leg], iterations: int, experiment: Experiment, unit: float, listen: Listen | None
) -> Standing:
    """Train again from the first iteration, leg by leg, for so many iterations in all."""
    standing = None
    for leg, end in zip(legs, [*(leg.iteration for leg in legs[1:]), iterations], strict=True):
        experiment = towards(experiment, leg)
        beginning = ex.begin(experiment, until=end)
        standing = fitting.fit(
            experiment,
            beginning,
            fitting.start(beginning) if standing is None else fitting.trained_on(standing),
            unit=unit,
            listen=listen,
        )
    assert standing is not None, "a run has at least one leg"
    return standing


def towards(experiment: Experiment, leg: Leg) -> Experiment:
    """The experiment that a leg of a training aims at."""
    return replace(experiment, recipe=experiment.recipe.replace(epochs=leg.epochs))
