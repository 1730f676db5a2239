"""A run from its first file to its result: begun, trained to its end, extended, written."""

import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from descenso.engine import experiment as ex
from descenso.engine.device import environment
from descenso.engine.experiment import parameter_count
from descenso.engine.loop import SCHEDULED
from descenso.engine.network import UserNetwork
from descenso.errors import DiskError, RunError
from descenso.i18n import gettext as _
from descenso.recipe import Recipe
from descenso.runs.checkpoint import Recorder
from descenso.runs.data_reference import reference_of
from descenso.runs.evaluation.scoring import scores
from descenso.runs.events import Ended, Listen, OnEpoch
from descenso.runs.fit import fit_network, interruptible
from descenso.runs.preparation import Preparation
from descenso.runs.result import result_of
from descenso.runs.state import TrainingState
from descenso.runs.store.arrays import write_arrays
from descenso.runs.store.folder import id_of, new_id
from descenso.runs.store.lock import writing
from descenso.runs.store.parameters import parameters
from descenso.runs.store.run_file import (
    VERSION,
    WEIGHTS,
    Leg,
    Preprocessing,
    RowCounts,
    RunFile,
    SeedSpread,
    Status,
    write_preprocessing,
    write_run,
)
from descenso.runs.trained import AnyRun, TrainedRun

# Diagnoses a training that has just ended; see `descenso.doctor`.
Examine = Callable[[TrainedRun], dict[str, Any]]

# About what descenso writes: a parameter, a row number in run.json, a line of metrics.jsonl, and
# all that grows with none of them.
BYTES_OF_A_NUMBER, BYTES_OF_A_ROW, BYTES_OF_AN_EPOCH, BYTES_OF_A_RUN = 4, 14, 300, 1 << 16


def train_prepared(
    preparation: Preparation,
    *,
    path: Path | None = None,
    spread: SeedSpread | None = None,
    user_network: UserNetwork | None = None,
    parent: str | None = None,
    on_epoch: OnEpoch | None = None,
    listen: Listen | None = None,
    examine: Examine,
) -> TrainedRun:
    """Train what is prepared, in its folder or in memory.

    Args:
        path: the run's folder, made already; None keeps it in memory.
        spread: how the metrics spread over several seeds, where several were trained.
        user_network: the user's own module.
        parent: the run that this one repairs.
        on_epoch, listen: as in `descenso.train`.
        examine: gives the diagnosis that the result holds.
    """
    run = begin_run(preparation, path, spread, user_network, parent)
    if path is None:
        return run_to_end(run, on_epoch, listen, examine)
    with writing(path):
        with _removed_without_a_run(path):
            run = write_start(run, path)
        return run_to_end(run, on_epoch, listen, examine)


def begin_run(
    preparation: Preparation,
    path: Path | None = None,
    spread: SeedSpread | None = None,
    user_network: UserNetwork | None = None,
    parent: str | None = None,
) -> TrainedRun:
    """A run before its first iteration; the arguments are those of `train_prepared`."""
    experiment, encoding, target = preparation.experiment, preparation.encoding, preparation.target
    # As it is read back: without the data that may have been given for validation.
    recipe = Recipe.from_dict(experiment.recipe.to_dict())
    given = preparation.request.recipe
    validated = preparation.cross_validation
    record = RunFile(
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
        columns=[asdict(column) for column in encoding.columns],
        request=preparation.request.stored(preparation.weights),
        data=None,
        environment=environment(),
        rows=RowCounts(**preparation.rows),
        parameters=parameter_count(experiment),
        result=None,
        own_network=experiment.network is not None,
        went_on=experiment.start is not None,
        legs=[Leg(iteration=0, epochs=recipe.epochs)],
        constant=experiment.baseline.tolist(),
        warnings=preparation.warnings,
        seeds=spread,
        cross_validation=None if validated is None else validated.to_dict(),
        parent=parent,
    )
    return TrainedRun(
        record=record,
        preprocessing=Preprocessing(version=VERSION, encoder=encoding.encoder, target=target),
        path=path,
        network=None,
        records=[],
        user_network=user_network,
        data=preparation.data,
    )


def run_to_end(
    run: AnyRun, on_epoch: OnEpoch | None, listen: Listen | None, examine: Examine
) -> AnyRun:
    """Train a run from where it stands to its end. Ctrl-C ends it after the chunk under way.

    Args:
        run: its data is opened, and its folder, if it has one, is this process's to write.
        on_epoch, listen, examine: as in `train_prepared`.
    """
    experiment = run.experiment
    with interruptible() as interrupted:
        beginning = ex.loop_arguments(experiment, every_epoch=on_epoch is not None)
        state = run.state
        legs = run.record.legs
        if state is not None and len(legs) > 1 and state.iteration == legs[-1].iteration:
            state = state.extended()
        state = fit_network(
            experiment,
            beginning=beginning,
            state=state,
            recorder=None if run.path is None else Recorder(run.path),
            on_epoch=on_epoch,
            listen=listen,
            interrupted=interrupted,
        )
    run = run.with_state(state, beginning)
    scored = scores(experiment, run.network, run.rows.test)
    result = result_of(run.record, experiment, state, scored, examine(run))
    record = run.record.model_copy(update={"status": _status(state), "result": result})
    run = replace(run, record=record, initial=None)
    if run.path is not None:
        write_end(run, run.path)
    if listen is not None:
        listen(Ended(run.summary()))
    return run


def _status(state: TrainingState) -> Status:
    if state.stopped == "interrupted":
        return "interrupted"
    return "finished" if state.is_usable else "failed"


def extended(record: RunFile, state: TrainingState, epochs: int | None) -> RunFile:
    """The record of a training that is about to continue.

    Args:
        epochs: how many in all; None for as many as were planned.

    Raises:
        RunError: it diverged, or has as many epochs already.
    """
    under_way = {"status": "training", "result": None}
    planned = record.legs[-1].epochs
    if epochs is None or (epochs == planned and record.status in ("training", "interrupted")):
        return record.model_copy(update=under_way)
    done = int(state.loop_state.epoch)
    if state.stopped == "diverged":
        raise RunError(
            _("The training diverged in epoch {epoch}; more epochs cannot help.").format(
                epoch=done + 1
            )
        )
    if epochs <= done:
        raise RunError(
            _(
                "epochs is {epochs}, but the run already has {done}; --epochs is the total number."
            ).format(epochs=epochs, done=done)
        )
    leg = Leg(iteration=state.iteration, epochs=epochs)
    return record.model_copy(
        update={
            **under_way,
            "recipe": record.recipe.replace(epochs=epochs),
            "legs": [*record.legs, leg],
        }
    )


def needed_bytes(preparation: Preparation) -> int:
    """About how many bytes a run's folder takes, if all its epochs are trained."""
    experiment = preparation.experiment
    weights, epochs = BYTES_OF_A_NUMBER * ex.parameter_count(experiment), experiment.recipe.epochs
    # Those kept, that of the start, and a new one while others are pruned (see `loop.stride`).
    snapshots = min(epochs, SCHEDULED) + 2
    # A checkpoint has four copies of the weights: current, best, and two optimiser moments. While
    # one replaces another there are two checkpoints. Plus the final weights.
    copies = snapshots + 2 * 4 + 1
    tables = [preparation.data.table, preparation.data.validation_table]
    data = sum(int(each.frame.estimated_size()) for each in tables if each and not each.source)
    split = preparation.data.split
    rows = len(split.validation) + len(split.test) + len(split.left_out)
    return (
        copies * weights
        + data
        + BYTES_OF_A_ROW * rows
        + BYTES_OF_AN_EPOCH * epochs
        + len(preparation.encoding.encoder.model_dump_json())
        + BYTES_OF_A_RUN
    )


def write_start(run: AnyRun, path: Path) -> AnyRun:
    """Write all that is known before the training; from here on the run can be resumed.

    A copy of a run that left its data behind is written without it.
    """
    write_preprocessing(path, run.preprocessing)
    record = run.record
    if run.data is not None:
        record = record.model_copy(update={"data": reference_of(run.data, path)})
    # The last file, and the one that makes the folder a run.
    write_run(path, record)
    return replace(run, record=record, path=path)


def write_end(run: TrainedRun, path: Path) -> None:
    """Write what the training gave: the weights, then the record that refers to them."""
    if run.network is not None:
        write_arrays(path / WEIGHTS, parameters(run.network), {})
    write_run(path, run.record)


@contextmanager
def _removed_without_a_run(path: Path) -> Generator[None]:
    """Remove a folder in which the first files of a run could not be written."""
    try:
        yield
    except (DiskError, RunError):
        shutil.rmtree(path, ignore_errors=True)
        raise
