"""What a training gave: its metrics on each part of the rows, and its warnings."""

from typing import Any

from descenso.engine.experiment import Experiment
from descenso.engine.metrics import Metrics
from descenso.i18n import gettext as _
from descenso.runs.divergence import collapse_detector, divergence
from descenso.runs.state import TrainingState
from descenso.runs.store.run_file import ResultFile, RunFile, Scores


def result_of(
    record: RunFile,
    experiment: Experiment,
    state: TrainingState,
    scored: Scores,
    diagnosis: dict[str, Any],
) -> ResultFile:
    """The result of a training that has ended."""
    return ResultFile(
        epochs=int(state.loop_state.epoch),
        kept_epoch=int(state.loop_state.kept_epoch),
        iterations=state.iteration,
        seconds=round(state.seconds, 3),
        stopped=state.stopped or "epochs",
        metrics=scored,
        warnings=record.warnings + _ending_warnings(experiment, state, scored),
        diagnosis=diagnosis,
    )


def _ending_warnings(experiment: Experiment, state: TrainingState, scored: Scores) -> list[str]:
    """What a person should know of how a training ended, a sentence each."""
    warnings: list[str] = []
    if (collapsed := collapse_detector(experiment).check(state.history)) is not None:
        warnings.append(collapsed)
    if state.stopped == "diverged":
        warnings.append(divergence(experiment, state.loop_state))
    return warnings + undefined_warnings([each for each in scored.values() if each])


def undefined_warnings(measured: list[Metrics]) -> list[str]:
    """Which metrics are null, and why, in a sentence; none where all have values."""
    undefined = sorted({name for each in measured for name, value in each.items() if value is None})
    if not undefined:
        return []
    return [
        _("Not defined on some of these rows, so null: {names}.").format(names=", ".join(undefined))
    ]
