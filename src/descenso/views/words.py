"""What JSON names by a word, for people: parts of the rows, metrics, how far a run came."""

from collections.abc import Mapping
from typing import Any

from descenso.i18n import N_
from descenso.i18n import gettext as _

# Columns that several tables have, or whose title is their name in words.
_COLUMN_TITLES = {
    "activation": N_("activation"),
    "array": N_("array"),
    "after": N_("after"),
    "batch_size": N_("batch size"),
    "before": N_("before"),
    "cause": N_("cause"),
    "change": N_("change"),
    "column": N_("column"),
    "columns": N_("columns"),
    "depth": N_("hidden layers"),
    "derivative": N_("derivative"),
    "difference": N_("difference"),
    "diverged": N_("diverged"),
    "epoch": N_("epoch"),
    "epochs": N_("epochs"),
    "epochs_to_goal": N_("epochs to reach the loss"),
    "gap": N_("gap"),
    "gradient_norm": N_("gradient norm"),
    "group": N_("what it changes"),
    "high": N_("high"),
    "input": N_("input"),
    "iterations": N_("iterations"),
    "iterations_per_epoch": N_("iterations per epoch"),
    "iterations_to_goal": N_("iterations to reach it"),
    "kept_epoch": N_("kept epoch"),
    "layer": N_("layer"),
    "learning_rate": N_("learning rate"),
    "loss": N_("loss"),
    "low": N_("low"),
    "measured": N_("measured change of the loss"),
    "metric": N_("metric"),
    "noise": N_("noise"),
    "output_activation": N_("output activation"),
    "parameters": N_("parameters"),
    "predicted": N_("predicted change of the loss"),
    "prediction": N_("prediction"),
    "probability_of_truth": N_("probability of the true class"),
    "problem": N_("problem"),
    "rank": N_("rank"),
    "relative_difference": N_("relative difference"),
    "right": N_("right"),
    "rose": N_("share of epochs with a rise"),
    "row": N_("row"),
    "rows_per_second": N_("rows per second"),
    "run": N_("run"),
    "seconds": N_("seconds"),
    "setting": N_("setting"),
    "target": N_("target"),
    "train_rows": N_("training rows"),
    "truth": N_("truth"),
    "unit": N_("unit"),
    "validation_loss": N_("validation loss"),
    "value": N_("value"),
    "variant": N_("variant"),
    "verdict": N_("verdict"),
    "weight": N_("weight"),
}


def part_name(part: str) -> str:
    """A part of the rows: train, validation or test; or all of them, held out in turn."""
    words = {
        "train": _("train"),
        "validation": _("validation"),
        "cross_validation": _("validation ×5"),
        "test": _("test"),
    }
    return words.get(part, part)


def metric_name(metric: str) -> str:
    """A metric; the short names that everybody writes alike, such as rmse, stay as they are."""
    words = {"loss": _("loss"), "skill": _("skill"), "accuracy": _("accuracy")}
    return words.get(metric, metric)


def task_name(task: str) -> str:
    """A problem: regression, binary or multiclass."""
    words = {"regression": _("regression"), "binary": _("binary"), "multiclass": _("multiclass")}
    return words.get(task, task)


def learner_name(learner: str) -> str:
    """A learner that a network is compared with."""
    words = {"linear": _("linear"), "trees": _("trees"), "neighbours": _("neighbours")}
    return words.get(learner, learner)


def metric_remark(metric: str) -> str:
    """What a metric is, where its name does not say it; "" for the others."""
    remarks = {
        "baseline_accuracy": _("of always predicting the most frequent class"),
        "bias": _("prediction minus truth"),
    }
    return remarks.get(metric, "")


def record_titles(record: Mapping[str, Any]) -> dict[str, str]:
    """The names of a record that progress shows, with their titles.

    Without validation rows there are fewer.
    """
    titles = {
        "epoch": _("epoch"),
        "loss": _("loss"),
        "validation_loss": _("validation loss"),
        "validation_accuracy": _("accuracy"),
        "validation_rmse": _("rmse"),
        "learning_rate": _("learning rate"),
        "elapsed_seconds": _("seconds"),
    }
    return {name: title for name, title in titles.items() if record.get(name) is not None}


def column_title(column: str) -> str:
    """The title of a table's column; one that is not among the usual ones keeps its name."""
    return _(_COLUMN_TITLES[column]) if column in _COLUMN_TITLES else column


def status_name(status: str) -> str:
    """How far a run came."""
    words = {
        "training": _("training"),
        "interrupted": _("interrupted"),
        "finished": _("finished"),
        "failed": _("failed"),
        "damaged": _("damaged"),
    }
    return words.get(status, status)


def class_name(each: Any) -> str:
    """A class as tables write it.

    >>> class_name(True), class_name(3), class_name("Lima")
    ('true', '3', 'Lima')
    """
    return str(each).lower() if isinstance(each, bool) else str(each)


def kind_name(kind: str) -> str:
    """What a column is taken for."""
    words = {
        "number": _("number"),
        "category": _("category"),
        "boolean": _("true/false"),
        "date": _("date"),
        "dropped": _("left out"),
    }
    return words.get(kind, kind)


def input_name(name: str) -> str:
    """An input of the network, such as `age` or what says that `age is missing`."""
    column = name.removesuffix(" is missing")
    return name if column == name else _("{column} is missing").format(column=column)


def severity_name(severity: str) -> str:
    """How bad a finding is."""
    words = {"error": _("error"), "warning": _("warning"), "note": _("note")}
    return words.get(severity, severity)
