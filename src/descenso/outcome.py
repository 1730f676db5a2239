"""What came of a training: its metrics on each part of the rows, and what `--json` prints."""

from typing import Any

import numpy as np

from descenso import evaluation, metrics
from descenso.experiment import Examples, Experiment
from descenso.fitting import Standing, diverged_message
from descenso.messages import gettext as _
from descenso.metrics import Judged, Metrics
from descenso.network import Model
from descenso.reopening import Opened
from descenso.store.format import RunFile
from descenso.task import Task
from descenso.watching import watch

Scores = dict[str, Metrics | None]


def scores(
    task: Task, network: Model | None, opened: Opened, constant: list[float], unit: float
) -> Scores:
    """The metrics on the training, validation and test rows.

    None where there are no such rows, and everywhere without a network.
    """
    parts = {
        "train": opened.experiment.training,
        "validation": opened.experiment.validation,
        "test": opened.test,
    }
    return {
        part: None
        if examples is None or network is None
        else score(task, network, examples, constant, unit)
        for part, examples in parts.items()
    }


def score(
    task: Task, network: Model, examples: Examples, constant: list[float], unit: float
) -> Metrics:
    """The metrics on some rows."""
    return metrics.measure(judge(task, network, examples, constant, unit))


def judge(
    task: Task, network: Model, examples: Examples, constant: list[float], unit: float
) -> Judged:
    """What a network makes of some rows."""
    predictions, losses = evaluation.judge(task, network, examples.x[: len(examples)], examples.y)
    weight = examples.sample_weight.astype(float)
    return Judged(task, predictions, losses, examples.y, weight, np.array(constant), unit)


def constant_of(experiment: Experiment) -> list[float]:
    """The best constant prediction on the training rows, which skill is measured against."""
    examples = experiment.training
    weight = examples.sample_weight.astype(float)
    return metrics.best_constant(experiment.task, examples.y, weight).tolist()


def is_usable(standing: Standing) -> bool:
    """Whether there are weights to predict with: always, but where a training diverged at once."""
    return standing.stopped != "diverged" or int(standing.progress.kept_epoch) > 0


def warnings_of(
    experiment: Experiment, standing: Standing, scored: Scores, unit: float
) -> list[str]:
    """What a person should know of how a training ended."""
    warnings: list[str] = []
    if (collapsed := watch(experiment, unit).hear(standing.history)) is not None:
        warnings.append(collapsed)
    if standing.stopped == "diverged":
        warnings.append(diverged_message(experiment, standing.progress))
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
        "epochs": int(standing.progress.epoch),
        "kept_epoch": int(standing.progress.kept_epoch),
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
