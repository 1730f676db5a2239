"""A run's record: made before the training, brought up to date after it, and written."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from descenso.engine import experiment as ex
from descenso.engine.device import environment
from descenso.engine.experiment import Experiment, LoopArguments
from descenso.engine.loop import SCHEDULED
from descenso.engine.network import Model
from descenso.errors import RunError
from descenso.i18n import gettext as _
from descenso.runs import fit, state
from descenso.runs.checkpoint import Recorder
from descenso.runs.data_reference import Opened, reference_of
from descenso.runs.evaluation.scoring import Scores, scores
from descenso.runs.events import Ended, Listen, OnEpoch
from descenso.runs.preparation import Preparation
from descenso.runs.result import is_usable, result, warnings_of
from descenso.runs.state import Standing
from descenso.runs.store import parameters
from descenso.runs.store.arrays import write_arrays
from descenso.runs.store.folder import id_of, new_id
from descenso.runs.store.run_file import (
    VERSION,
    WEIGHTS,
    Leg,
    Preprocessing,
    RowCounts,
    RunFile,
    Status,
    write_preprocessing,
    write_run,
)

# What descenso writes, about: a parameter, a row number in run.json, a line of metrics.jsonl, and
# all that does not grow with any of them.
BYTES_OF_A_NUMBER, BYTES_OF_A_ROW, BYTES_OF_AN_EPOCH, BYTES_OF_A_RUN = 4, 14, 300, 1 << 16


def new_record(
    preparation: Preparation,
    constant: list[float],
    spread: dict[str, Any] | None,
    path: Path | None,
    parent: str | None = None,
) -> RunFile:
    """What there is to say of a run before its training.

    Args:
        constant: the best constant prediction on the training rows.
        spread: how the metrics spread over several seeds, where several were trained.
        path: its folder, which may hold its id; None for a run in memory.
        parent: the run that it repairs.
    """
    experiment, target = preparation.experiment, preparation.target
    recipe, given = experiment.recipe.to_dict(), preparation.request.recipe
    validated = preparation.cross_validation
    return RunFile(
        version=VERSION,
        descenso=version("descenso"),
        id=new_id() if path is None else id_of(path),
        created=datetime.now(UTC).isoformat(),
        status="training",
        target=target.name,
        task=target.task,
        classes=None if target.classes is None else list(target.classes),
        recipe=recipe,
        given={name: given.to_dict()[name] for name in given.named()},
        reasons=preparation.reasons,
        columns=[asdict(column) for column in preparation.columns],
        data=None,
        environment=environment(),
        rows=RowCounts(**preparation.rows),
        parameters=ex.parameter_count(experiment),
        result=None,
        own_network=experiment.network is not None,
        went_on=experiment.start is not None,
        legs=[Leg(iteration=0, epochs=recipe["epochs"])],
        constant=constant,
        warnings=preparation.warnings,
        seeds=spread,
        cross_validation=None if validated is None else validated.to_dict(),
        parent=parent,
    )


def ended(
    record: RunFile,
    path: Path | None,
    experiment: Experiment,
    standing: Standing,
    scored: Scores,
    unit: float,
    diagnosis: dict[str, Any] | None,
) -> RunFile:
    """The record of a training that has ended."""
    status: Status = "finished"
    if standing.stopped == "interrupted":
        status = "interrupted"
    elif not is_usable(standing):
        status = "failed"
    warnings = record.warnings + warnings_of(experiment, standing, scored, unit)
    run = None if path is None else str(path)
    outcome = result(record, run, standing, scored, warnings, diagnosis)
    return record.model_copy(update={"status": status, "result": outcome})


def aimed_at(record: RunFile, standing: Standing, epochs: int | None) -> RunFile:
    """The record of a training that is about to go on.

    Args:
        epochs: towards how many in all; None for as many as were planned.

    Raises:
        RunError: it diverged, or has as many epochs already.
    """
    under_way = {"status": "training", "result": None}
    planned = record.legs[-1].epochs
    if epochs is None or (epochs == planned and record.status in ("training", "interrupted")):
        return record.model_copy(update=under_way)
    done = int(standing.loop_state.epoch)
    if standing.stopped == "diverged":
        raise RunError(
            _("The training diverged in epoch {epoch}; more epochs cannot help.").format(
                epoch=done + 1
            )
        )
    if epochs <= done:
        raise RunError(
            _(
                "epochs is {epochs}, but the run has {done} already; --epochs says how many in all."
            ).format(epochs=epochs, done=done)
        )
    leg = Leg(iteration=standing.iteration, epochs=epochs)
    return record.model_copy(
        update={
            **under_way,
            "recipe": record.recipe | {"epochs": epochs},
            "legs": [*record.legs, leg],
        }
    )


def needed_bytes(preparation: Preparation) -> int:
    """How much a run's folder may come to hold, about, if it trains on all its epochs."""
    experiment = preparation.experiment
    weights, epochs = BYTES_OF_A_NUMBER * ex.parameter_count(experiment), experiment.recipe.epochs
    # Those kept, that of the start, and one that is new when others go (see `training.stride`).
    snapshots = min(epochs, SCHEDULED) + 2
    # A checkpoint holds the weights, those to keep and two memories of them; and there are two of
    # them while the one takes the other's place. Then the weights that are kept in the end.
    copies = snapshots + 2 * 4 + 1
    tables = [preparation.table, preparation.validation_table]
    data = sum(int(each.frame.estimated_size()) for each in tables if each and not each.source)
    split = preparation.split
    rows = len(split.validation) + len(split.test) + len(split.left_out)
    return (
        copies * weights
        + data
        + BYTES_OF_A_ROW * rows
        + BYTES_OF_AN_EPOCH * epochs
        + len(preparation.encoder.model_dump_json())
        + BYTES_OF_A_RUN
    )


def write_start(
    path: Path, preparation: Preparation | None, preprocessing: Preprocessing, record: RunFile
) -> RunFile:
    """Write all that is known before the training; from here on the run can be resumed.

    Args:
        preparation: the data; None where a copy of a run left it behind.
    """
    write_preprocessing(path, preprocessing)
    if preparation is not None:
        record = record.model_copy(update={"data": reference_of(preparation, path)})
    # The last file, and the one that makes the folder a run.
    write_run(path, record)
    return record


def write_end(path: Path, record: RunFile, network: Model | None) -> None:
    """Write what came of the training: the weights, then the record that tells of them."""
    if network is not None:
        write_arrays(path / WEIGHTS, parameters.parameters(network), {})
    write_run(path, record)


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
    look: Callable[[LoopArguments, Model | None, Standing], dict[str, Any]] | None = None,
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
    with fit.interruptible() as interrupted:
        beginning = ex.loop_arguments(experiment, every_epoch=on_epoch is not None)
        recorder = None if path is None else Recorder(path)
        standing = standing or state.start(beginning)
        if len(record.legs) > 1 and standing.iteration == record.legs[-1].iteration:
            standing = state.trained_on(standing)
        standing = fit.fit(
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
        beginning = ex.loop_arguments(experiment, until=end)
        standing = fit.fit(
            experiment,
            beginning,
            state.start(beginning) if standing is None else state.trained_on(standing),
            unit=unit,
            listen=listen,
        )
    assert standing is not None, "a run has at least one leg"
    return standing


def towards(experiment: Experiment, leg: Leg) -> Experiment:
    """The experiment that a leg of a training aims at."""
    return replace(experiment, recipe=experiment.recipe.replace(epochs=leg.epochs))
