"""The metrics of a network on each part of the rows."""

import numpy as np

from descenso.engine import inference, metrics
from descenso.engine.experiment import Examples, Experiment
from descenso.engine.metrics import Judged, Metrics
from descenso.engine.network import Model
from descenso.engine.task import Task
from descenso.runs.data_reference import Opened

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
    predictions, losses = inference.judge(task, network, examples.x[: len(examples)], examples.y)
    weight = examples.sample_weight.astype(float)
    return Judged(task, predictions, losses, examples.y, weight, np.array(constant), unit)


def constant_of(experiment: Experiment) -> list[float]:
    """The best constant prediction on the training rows, which skill is measured against."""
    examples = experiment.training
    weight = examples.sample_weight.astype(float)
    return metrics.best_constant(experiment.task, examples.y, weight).tolist()
