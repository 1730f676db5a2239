"""The five steps of training with their real values, epoch by epoch."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import altair as alt
import jax.numpy as jnp
import numpy as np
import polars as pl

from descenso.engine import cycle as steps
from descenso.engine import experiment as ex
from descenso.i18n import N_, ngettext
from descenso.i18n import gettext as _
from descenso.lessons.lesson import Lesson, Section, sketch
from descenso.lessons.subject import checked_rows, subject
from descenso.runs.evaluation.perturbation import entry_names
from descenso.runs.store import parameters
from descenso.runs.trained import TrainedRun
from descenso.views.charts import HEIGHT, WIDTH, lines_by
from descenso.views.numbers import number, whole
from descenso.views.words import class_name, column_title

PLACE = 1
SUMMARY = N_("the five steps of training with their real values, epoch by epoch")

FOLLOWED = 4  # weights and rows that are followed
SMALL = {"hidden_layers": (4,), "epochs": 30}  # a network whose numbers can all be looked at


def cycle(
    data: Any = None, target: Any = None, *, rows: Sequence[int] = (), **fields: Any
) -> Lesson:
    """The training cycle with its real values: forward, loss, gradient, update, epoch by epoch.

    Of each epoch's end: the loss over all training rows, the length of its gradient, the weights
    that moved furthest, and the predictions of a few rows. Without data, a network of four hidden
    units learns the bundled penguins for 30 epochs.

    Args:
        rows: training rows to follow, from 0; without any, the first four.

    >>> lesson = cycle(epochs=3)
    >>> lesson.table["epoch"].to_list()
    [0, 1, 2, 3]
    """
    if data is None:
        fields = SMALL | fields
    given = subject(data, target, **fields)
    trained = given.course
    first = range(min(FOLLOWED, len(trained.experiment.training)))
    followed = checked_rows(rows, trained.experiment) or list(first)
    task = trained.experiment.task
    everything = ex.padded(trained.experiment.training)
    some = steps.take(everything, jnp.asarray(followed))
    ends: list[dict[str, float]] = []
    answers: list[dict[str, Any]] = []
    weights: list[dict[str, np.ndarray]] = []
    for epoch, network in given.walk():
        value, gradients = steps.gradient(task, network, everything)
        length = _length(parameters.parameters(gradients))
        ends.append({"epoch": epoch, "loss": float(value), "gradient_norm": length})
        weights.append(parameters.parameters(network))
        predicted = np.asarray(task.activate(steps.forward(network, some.x)))
        answers.extend(_answers(trained, epoch, followed, predicted, np.asarray(some.y)))
    moved, epochs = _moved(weights), len(ends) - 1
    table = pl.DataFrame(ends).with_columns(pl.Series("weight_change", [0.0, *_lengths(weights)]))
    before, after = table.row(0, named=True), table.row(-1, named=True)
    sentence = ngettext(
        "In {n} epoch the loss went from {before} to {after} and the gradient norm "
        "from {steep} to {flat}. Updates per epoch: {updates}.",
        "In {n} epochs the loss went from {before} to {after} and the gradient norm "
        "from {steep} to {flat}. Updates per epoch: {updates}.",
        epochs,
    ).format(
        n=whole(epochs),
        updates=whole(trained.iterations_per_epoch),
        before=number(before["loss"]),
        after=number(after["loss"]),
        steep=number(before["gradient_norm"]),
        flat=number(after["gradient_norm"]),
    )
    return Lesson(
        topic="cycle",
        title=_("The training cycle"),
        subject=given.description,
        essence=[sentence],
        sections=[
            _course(table),
            _weights(moved),
            _predictions(pl.DataFrame(answers, infer_schema_length=None)),
        ],
        numbers={
            "epochs": epochs,
            "iterations_per_epoch": trained.iterations_per_epoch,
            "loss_at_start": before["loss"],
            "loss_at_end": after["loss"],
        },
    )


def _answers(
    trained: TrainedRun, epoch: int, rows: Sequence[int], predicted: np.ndarray, y: np.ndarray
) -> list[dict[str, Any]]:
    """Of each row that is followed, the prediction: a number, or the probability of its class."""
    target = trained.preprocessing.target
    message: list[dict[str, Any]] = []
    for index, row in enumerate(rows):
        if target.classes is None:
            truth: Any = float(y[index]) * target.scale + target.center
            value = float(predicted[index, 0]) * target.scale + target.center
        else:
            code = int(y[index])
            truth = class_name(target.classes[code])
            value = float(predicted[index, code if predicted.shape[1] > 1 else 0])
            if predicted.shape[1] == 1 and code == 0:
                value = 1 - value
        message.append({"epoch": epoch, "row": row, "truth": truth, "prediction": value})
    return message


def _moved(weights: list[dict[str, np.ndarray]]) -> pl.DataFrame:
    """The course of the weights that moved furthest."""
    furthest: list[tuple[float, str, int]] = []
    for name, start in weights[0].items():
        change = np.abs(weights[-1][name] - start).ravel()
        for entry in np.argsort(-change, kind="stable")[:FOLLOWED]:
            furthest.append((float(change[entry]), name, int(entry)))
    furthest.sort(reverse=True)
    return pl.concat(
        pl.DataFrame(
            {
                "weight": entry_names(name, weights[0][name].shape, np.array([entry]))
                * len(weights),
                "epoch": list(range(len(weights))),
                "value": [float(each[name].ravel()[entry]) for each in weights],
            }
        )
        for _change, name, entry in furthest[:FOLLOWED]
    )


def _lengths(weights: list[dict[str, np.ndarray]]) -> list[float]:
    """How far all weights together moved in each epoch."""
    return [
        _length({name: new[name] - old[name] for name in old}) for old, new in pairwise(weights)
    ]


def _length(arrays: dict[str, np.ndarray]) -> float:
    """Of all arrays together; in double precision, which holds the squares of large numbers."""
    return float(np.sqrt(sum(np.sum(each.astype(float) ** 2) for each in arrays.values())))


def _course(table: pl.DataFrame) -> Section:
    return Section(
        name="epochs",
        title=_("Loss and gradient norm by epoch"),
        sentences=[
            _(
                "Each epoch repeats ① forward pass, ② loss, ③ gradient, ④ update, "
                "once per batch. The values are those over all training rows at the "
                "end of each epoch; epoch 0 is before training."
            )
        ],
        table=table,
        column_titles={"weight_change": _("change of the weights")},
        draw=lambda: _line(table, "loss", _("loss")),
        alternative=_("The loss at the end of each epoch."),
        sketch=sketch(
            {
                _("loss"): table["loss"].to_list(),
                _("gradient norm"): table["gradient_norm"].to_list(),
                _("change of the weights"): table["weight_change"].to_list(),
            }
        ),
    )


def _weights(moved: pl.DataFrame) -> Section:
    courses = {
        str(name): part["value"].to_list()
        for (name,), part in moved.group_by("weight", maintain_order=True)
    }
    return Section(
        name="weights",
        title=_("The weights that changed most"),
        table=moved,
        draw=lambda: _line(moved, "value", _("value of the weight"), "weight"),
        alternative=_("The values of a few weights at the end of each epoch."),
        sketch=sketch(courses),
    )


def _predictions(answers: pl.DataFrame) -> Section:
    is_class = answers["truth"].dtype == pl.String
    title = _("Predictions by epoch")
    sentences = [_("Predicted probability of the row's true class.")]
    courses = {
        _("row {row} ({truth})").format(row=row, truth=truth if is_class else number(truth)): part[
            "prediction"
        ].to_list()
        for (row, truth), part in answers.group_by("row", "truth", maintain_order=True)
    }
    return Section(
        name="predictions",
        title=title,
        sentences=sentences if is_class else [],
        table=answers,
        draw=lambda: _line(answers, "prediction", _("prediction"), "row"),
        alternative=_("The predictions of a few rows at the end of each epoch."),
        sketch=sketch(courses),
    )


def _line(table: pl.DataFrame, y: str, title: str, by: str | None = None) -> alt.TopLevelMixin:
    chart = (
        alt.Chart(table)
        .mark_line()
        .encode(
            alt.X("epoch", title=_("epoch")), alt.Y(y, title=title, scale=alt.Scale(zero=False))
        )
    )
    if by is not None:
        chart = chart.encode(*lines_by(f"{by}:N", title=column_title(by)))
    return chart.properties(width=WIDTH, height=HEIGHT)
