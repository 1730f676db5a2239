"""The metrics of a network on each part of the rows."""

import numpy as np
from jaxtyping import Float

from descenso.engine import inference, metrics
from descenso.engine.experiment import Examples, Experiment
from descenso.engine.metrics import Judged
from descenso.engine.network import Model
from descenso.engine.task import Task
from descenso.runs.store.run_file import Scores


def scores(experiment: Experiment, network: Model | None, test: Examples | None) -> Scores:
    """The metrics on the training, validation and test rows.

    None where there are no such rows, and everywhere without a network.
    """
    parts = {"train": experiment.training, "validation": experiment.validation, "test": test}
    return {
        part: None
        if rows is None or network is None
        else metrics.measure(judge(experiment, network, rows))
        for part, rows in parts.items()
    }


def judge(experiment: Experiment, network: Model, rows: Examples) -> Judged:
    """The predictions and losses of a network on some rows."""
    return judged_by(experiment.task, network, rows, experiment.baseline, experiment.target_scale)


def judged_by(
    task: Task,
    network: Model,
    rows: Examples,
    baseline: Float[np.ndarray, " outputs"],
    target_scale: float,
) -> Judged:
    """The same, where the rows of the training are not available."""
    predictions, losses = inference.judge(task, network, rows.x[: len(rows)], rows.y)
    weight = rows.sample_weight.astype(float)
    return Judged(task, predictions, losses, rows.y, weight, baseline, target_scale)
