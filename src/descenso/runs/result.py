"""What came of a training: its metrics on each part of the rows, and what `--json` prints."""

from typing import Any

from descenso.engine.experiment import Experiment
from descenso.engine.metrics import Metrics
from descenso.i18n import gettext as _
from descenso.runs.divergence import watch
from descenso.runs.evaluation.scoring import Scores
from descenso.runs.fit import diverged_message
from descenso.runs.state import Standing
from descenso.runs.store.run_file import RunFile


def is_usable(standing: Standing) -> bool:
    """Whether there are weights to predict with: always, but where a training diverged at once."""
    return standing.stopped != "diverged" or int(standing.loop_state.kept_epoch) > 0


def warnings_of(
    experiment: Experiment, standing: Standing, scored: Scores, unit: float
) -> list[str]:
    """What a person should know of how a training ended."""
    warnings: list[str] = []
    if (collapsed := watch(experiment, unit).hear(standing.history)) is not None:
        warnings.append(collapsed)
    if standing.stopped == "diverged":
        warnings.append(diverged_message(experiment, standing.loop_state))
    return warnings + undefined_warnings([each for each in scored.values() if each])


def undefined_warnings(measured: list[Metrics]) -> list[str]:
    """Which metrics are null, and why, in a sentence; none where all have values."""
    undefined = sorted({name for each in measured for name, value in each.items() if value is None})
    if not undefined:
        return []
    return [
        _("Not defined on some of these rows, so null: {names}.").format(names=", ".join(undefined))
    ]


def result(
    record: RunFile,
    run: str | None,
    standing: Standing,
    scored: Scores,
    warnings: list[str],
    diagnosis: dict[str, Any] | None,
) -> dict[str, Any]:
    """The object of `train --json`."""
    return {
        "run": run,
        "task": record.task,
        "target": record.target,
        "classes": record.classes,
        "output_activation": record.recipe["output_activation"],
        "loss": record.recipe["loss"],
        "recipe": record.recipe,
        "rows": record.rows.model_dump(),
        "parameters": record.parameters,
        "epochs": int(standing.loop_state.epoch),
        "kept_epoch": int(standing.loop_state.kept_epoch),
        "iterations": standing.iteration,
        "seconds": round(standing.seconds, 3),
        "stopped": standing.stopped,
        "metrics": scored,
        "warnings": warnings,
        "diagnosis": diagnosis,
        **({} if record.seeds is None else {"seeds": record.seeds}),
        **(
            {} if record.cross_validation is None else {"cross_validation": record.cross_validation}
        ),
    }
