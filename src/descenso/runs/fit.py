"""One network, trained from its initial weights or from a checkpoint, reported and recorded."""

import signal
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from copy import deepcopy
from types import FrameType
from typing import Any, cast

import numpy as np

from descenso.engine import loop
from descenso.engine.experiment import Experiment, LoopArguments, loop_arguments
from descenso.engine.experiment import probe as probe_rows
from descenso.engine.progress import Progress
from descenso.runs.checkpoint import Recorder
from descenso.runs.divergence import collapse_detector, divergence
from descenso.runs.events import (
    Advanced,
    EpochEnded,
    EpochRecord,
    Event,
    Listen,
    OnEpoch,
    Saved,
    Warned,
)
from descenso.runs.state import Stopped, TrainingState
from descenso.runs.store.history import finite


def fit_network(
    experiment: Experiment,
    *,
    until: int | None = None,
    beginning: LoopArguments | None = None,
    state: TrainingState | None = None,
    recorder: Recorder | None = None,
    on_epoch: OnEpoch | None = None,
    listen: Listen | None = None,
    interrupted: Callable[[], bool] | None = None,
) -> TrainingState:
    """Train from where a training stands to its last epoch.

    Args:
        until: iterations after which to pause; None trains to the last epoch.
        beginning: what `begin` makes of the experiment, where it is available already.
        state: where the training stands; None for its beginning.
        recorder: writes the run's folder; None keeps all in memory.
        on_epoch: called with each epoch's record; the training stops where it returns True or
            raises StopIteration.
        listen: called with each event.
        interrupted: asked after each chunk whether to stop, as "interrupted".

    Returns:
        Where the training stands now, and why it stopped.
    """
    if beginning is None:
        beginning = loop_arguments(experiment, every_epoch=on_epoch is not None, until=until)
    state = state or TrainingState.initial(beginning)
    listen = listen or _ignore
    began = time.perf_counter() - state.seconds
    plan = beginning.plan
    history = list(state.history)
    collapse = collapse_detector(experiment)
    collapse.check(history)  # a collapse is reported once
    loop_state, iteration = state.loop_state, state.iteration
    stopped: Stopped = ""
    if recorder is not None and iteration == 0:
        recorder.snapshot(0, loop_state.state.network)

    def state_now() -> TrainingState:
        return TrainingState(loop_state, iteration, time.perf_counter() - began, history, stopped)

    probe = probe_rows(beginning.setup.training)
    first: tuple[int, float] | None = None
    for chunk in loop.train(*beginning._replace(loop_state=loop_state), iteration, probe):
        records = _records(experiment, plan, chunk, loop_state, time.perf_counter() - began)
        loop_state = chunk.loop_state
        # Not the chunk's: one that stops on the way counts no further.
        iteration = int(loop_state.state.iteration)
        epoch = int(loop_state.epoch)
        scheduled = bool(records) and loop.is_scheduled(epoch)
        if scheduled:
            records[-1]["telemetry"] = _plain(chunk.telemetry)
        if recorder is not None:
            recorder.epochs(records)
            if scheduled:
                recorder.snapshot(epoch, loop_state.state.network)
        history.extend(records)
        wants_stop = [_stops(on_epoch, record) for record in records]
        for record in records:
            # A copy: a listener may change it, but not the history.
            listen(EpochEnded(_copy(record)))
        if (warning := collapse.check(records)) is not None:
            listen(Warned(warning))
        now = time.perf_counter() - began
        # The first chunk's time is mostly compilation, which says nothing of the others.
        first = first or (iteration, now)
        listen(_advanced(plan, first, iteration, now))
        if any(wants_stop) or (interrupted is not None and interrupted()):
            stopped = "interrupted"
            break
        if recorder is not None and recorder.checkpoint_is_due():
            recorder.checkpoint(state_now())
    if bool(loop.has_diverged(loop_state)):
        stopped = "diverged"
        listen(Warned(divergence(experiment, loop_state)))
    elif bool(loop_state.stopped):
        stopped = "patience"
    stopped = stopped or "epochs"
    final = state_now()
    if recorder is not None:
        recorder.checkpoint(final)
        listen(Saved(recorder.path))
    return final


def _records(
    experiment: Experiment,
    plan: loop.BatchPlan,
    chunk: loop.Chunk,
    before: loop.LoopState,
    elapsed_seconds: float,
) -> list[EpochRecord]:
    """The lines of the epochs that ended in a chunk; those of one that diverged do not count."""
    first, last = int(before.epoch), int(chunk.loop_state.epoch)
    ends, scores = chunk.records, chunk.records.score
    in_units, scale = experiment.loss_unit, experiment.target_scale
    regression = experiment.task.problem == "regression"
    records: list[EpochRecord] = []
    for index, epoch in enumerate(range(first + 1, last + 1)):
        loss = metric = None
        if scores is not None:
            loss, metric = float(scores.loss[index]) * in_units, float(scores.metric[index])
            metric = metric**0.5 * scale if regression else metric
        record = {
            "epoch": epoch,
            "iteration": epoch * plan.iterations_per_epoch,
            "learning_rate": float(ends.learning_rate[index]),
            "loss": float(ends.loss[index]) * in_units,
            "validation_loss": loss,
            "validation_rmse" if regression else "validation_accuracy": metric,
            "elapsed_seconds": round(elapsed_seconds, 4),
        }
        records.append(cast("EpochRecord", record))
    return records


def _stops(on_epoch: OnEpoch | None, record: EpochRecord) -> bool:
    if on_epoch is None:
        return False
    try:
        answer = on_epoch(_copy(record))
        return isinstance(answer, bool | np.bool) and bool(answer)
    except StopIteration:
        return True


def _copy(record: EpochRecord) -> EpochRecord:
    """A record that may be changed; only its telemetry holds what could be shared."""
    return deepcopy(record) if "telemetry" in record else record.copy()


def _advanced(
    plan: loop.BatchPlan, first: tuple[int, float], iteration: int, elapsed_seconds: float
) -> Advanced:
    """How far a training is, at the speed since its first chunk (iteration, seconds)."""
    iterations, seconds = iteration - first[0], elapsed_seconds - first[1]
    left = plan.iterations - iteration
    return Advanced(
        epoch=iteration / plan.iterations_per_epoch,
        epochs=plan.epochs,
        iterations=iteration,
        elapsed_seconds=elapsed_seconds,
        remaining_seconds=left * seconds / iterations if iterations else None,
    )


def _plain(measured: Any) -> dict[str, list[float | None]]:
    return {name: finite(np.asarray(values)) for name, values in vars(measured).items()}


def _ignore(_event: Event) -> None:
    """Listen to nothing."""


def reporting(on_progress: Progress, message: str) -> Listen:
    """A listener that reports how far a training is."""

    def listen(event: Event) -> None:
        if isinstance(event, Advanced):
            on_progress(message, min(event.epoch / max(event.epochs, 1), 1.0))

    return listen


@contextmanager
def interruptible() -> Generator[Callable[[], bool]]:
    """Turn the first Ctrl-C into an answer to "interrupted?"; a second one interrupts at once.

    Only the main thread receives signals; elsewhere nothing changes.
    """
    pressed = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield pressed.is_set
        return
    before = signal.getsignal(signal.SIGINT)

    def press(_number: int, _frame: FrameType | None) -> None:
        pressed.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, press)
    try:
        yield pressed.is_set
    finally:
        signal.signal(signal.SIGINT, before)
