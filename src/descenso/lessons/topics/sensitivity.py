"""How much the loss changes when a weight or a column changes a little."""

from collections.abc import Callable
from typing import Any

import altair as alt
import jax
import jax.numpy as jnp
import numpy as np
import polars as pl

from descenso.engine import cycle
from descenso.i18n import N_
from descenso.i18n import gettext as _
from descenso.lessons.lesson import Lesson, Section
from descenso.lessons.subject import subject
from descenso.runs.evaluation.perturbation import (
    doubled,
    entry_names,
    losses_with,
    small_changes,
    some_rows,
)
from descenso.runs.evaluation.sensitivity import moved_columns
from descenso.runs.store import parameters
from descenso.runs.trained import TrainedRun
from descenso.views.charts import DASHES, HEIGHT, INK, WIDTH
from descenso.views.numbers import number
from descenso.views.sentences import first_names
from descenso.views.words import input_name

PLACE = 6
SUMMARY = N_("what a small change of each weight and column does to the loss")

DEPARTED = 0.1  # a change that is off by more than this share is no longer linear
SHARE = 0.01  # a weight is changed by this share of its array's root mean square, or less
MOST_WEIGHTS = 50  # of each array, those of the largest derivatives
MOST_NAMED = 5  # columns or weights in one sentence
FOLLOWED = 5  # weights that are followed to larger changes
MULTIPLES = np.array([1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0])


def sensitivity(data: Any = None, target: Any = None, **fields: Any) -> Lesson:
    """What a small change of each weight, and of each input column, does to the loss.

    Predicted by the derivative, and really measured, on the training rows, in double precision.
    The weights of each array with the largest derivatives are changed by 1 % of its root mean
    square, and the input columns by 0.1 on the network's scale, or by less: the change is made
    smaller until a tenth of it has a tenth of the effect.

    >>> weights = sensitivity(epochs=3).tables["weights"]
    >>> bool(((weights["measured"] - weights["predicted"]).abs() < 1e-3).all())
    True
    """
    given = subject(data, target, untrained=True, **fields)
    trained = given.trained
    given.on_progress(_("Changing weights one by one"), None)
    with jax.enable_x64(True):
        network, rows = doubled(trained.network), doubled(some_rows(trained.experiment))
        weights, far = _weights(trained, network, rows)
    columns = moved_columns(trained.experiment, trained.encoder.names, trained.network)
    first = weights.row(0, named=True)
    sentence = _(
        "The most sensitive weight is {weight}: adding {change} to it changes the "
        "loss by {measured}; its derivative predicts {predicted}."
    ).format(
        weight=first["weight"],
        change=number(first["change"]),
        measured=number(first["measured"]),
        predicted=number(first["predicted"]),
    )
    essence = [sentence, _linear_as_far_as(far)]
    if columns.height:
        most = columns.row(0, named=True)
        essence.append(
            _(
                "The most sensitive column is {column}: adding {change} in every row "
                "changes the loss by {measured} (predicted: {predicted})."
            ).format(
                column=input_name(most["column"]),
                change=number(most["change"]),
                measured=number(most["measured"]),
                predicted=number(most["predicted"]),
            )
        )
    return Lesson(
        topic="sensitivity",
        title=_("Derivatives are sensitivities"),
        subject=given.description,
        essence=essence,
        sections=[_weights_section(weights), _far_section(far), _columns_section(trained, columns)],
        numbers={
            "weight": first["weight"],
            "predicted": first["predicted"],
            "measured": first["measured"],
            "change": first["change"],
        },
    )


def _weights(
    trained: TrainedRun, network: Any, rows: cycle.Batch
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The changes of the loss, for a small change of each weight and for larger ones of a few."""
    task = trained.experiment.task
    value, gradients = cycle.gradient(task, network, rows)
    arrays = parameters.parameters(network)

    def losses(index: int, entries: np.ndarray, changes: np.ndarray) -> np.ndarray:
        """The loss with each of some entries of an array changed."""
        places, added = jnp.asarray(entries), jnp.asarray(changes)
        return np.asarray(losses_with(task, network, rows, index, places, added))

    frames = []
    for index, (name, slope) in enumerate(parameters.parameters(gradients).items()):
        old = arrays[name].ravel()
        size = float(np.sqrt(np.mean(old**2))) or 1.0
        entries = np.argsort(-np.abs(slope.ravel()), kind="stable")[:MOST_WEIGHTS]
        changed = small_changes(
            lambda changes, index=index, entries=entries: losses(index, entries, changes),
            float(value),
            np.full(len(entries), SHARE * size),
            slope.ravel()[entries],
        )
        of_weights = pl.DataFrame(
            {
                "weight": entry_names(name, slope.shape, entries),
                "array": index,
                "entry": entries,
                "size": size,
                "value": old[entries],
            }
        )
        frames.append(pl.concat([of_weights, changed], how="horizontal"))
    table = pl.concat(frames).sort(pl.col("derivative").abs(), descending=True)
    followed = []
    for row in table.head(FOLLOWED).iter_rows(named=True):
        changes = SHARE * row["size"] * MULTIPLES
        entries = np.full(len(changes), row["entry"])
        followed.append(
            pl.DataFrame(
                {
                    "weight": [row["weight"]] * len(changes),
                    "change": changes,
                    "predicted": row["derivative"] * changes,
                    "measured": losses(row["array"], entries, changes) - float(value),
                }
            )
        )
    return table.drop("array", "entry", "size"), pl.concat(followed)


def _weights_section(table: pl.DataFrame) -> Section:
    def draw() -> alt.TopLevelMixin:
        axis = {"domain": [float(table["predicted"].min()), float(table["predicted"].max())]}  # pyright: ignore[reportArgumentType]
        points = (
            alt.Chart(table.head(1000))
            .mark_point(filled=True, opacity=0.6)
            .encode(
                alt.X("predicted", title=_("change of the loss, predicted by the derivative")),
                alt.Y("measured", title=_("measured")),
            )
        )
        line = (
            alt.Chart(pl.DataFrame({"x": axis["domain"]}))
            .mark_line(strokeDash=[4, 4], opacity=0.5)
            .encode(x="x", y="x")
        )
        return (line + points).properties(width=WIDTH, height=HEIGHT)

    return Section(
        name="weights",
        title=_("Comparison by weight"),
        sentences=_unlike(table, str),
        table=table,
        column_titles=_titles(),
        cell_words=_answers(),
        draw=draw,
        alternative=_("Measured against predicted change of the loss; on the line they are equal."),
    )


def _far_section(far: pl.DataFrame) -> Section:
    def draw() -> alt.TopLevelMixin:
        long = far.unpivot(["predicted", "measured"], index=["weight", "change"]).with_columns(
            pl.col("variable").replace({"predicted": _("predicted"), "measured": _("measured")})
        )
        base = alt.Chart(long).encode(
            alt.X(
                "change", title=_("change of the weight"), scale=alt.Scale(type="log", nice=False)
            ),
            alt.Y(
                "value",
                title=_("change of the loss"),
                scale=alt.Scale(type="symlog", constant=1e-3),
            ),
            alt.Color("weight", title=None, legend=alt.Legend(orient="top", columns=2)),
        )
        # Points of the lines' own would leave nothing in the legend of the dashes.
        lines = base.mark_line().encode(
            alt.StrokeDash(
                "variable",
                scale=DASHES,
                title=None,
                legend=alt.Legend(orient="top", symbolStrokeColor=INK),
            )
        )
        points = base.mark_point(filled=True, size=25)
        return (lines + points).properties(width=WIDTH, height=HEIGHT)

    return Section(
        name="larger",
        title=_("Larger changes: where the loss is no longer linear"),
        table=far,
        draw=draw,
        alternative=_("Predicted and measured change of the loss against the change of a weight."),
    )


def _columns_section(trained: TrainedRun, columns: pl.DataFrame) -> Section:
    layout, names = trained.experiment.layout, trained.encoder.names
    sentences = [
        _(
            "The change is added to the column in every row, on the scale of the network's input. "
            "It is so small that a tenth of it has a tenth of the effect."
        ),
        *_unlike(columns, input_name),
    ]
    x = trained.experiment.training.x[: len(trained.experiment.training)]
    switches = [names[each] for each in range(layout.numbers) if len(np.unique(x[:, each])) == 2]
    if switches:
        sentences.append(
            _(
                "Only two values occur in {names}: there the derivative says what a small "
                "change would do, not what it does to go from one value to the other."
            ).format(names=first_names([*map(input_name, switches)], MOST_NAMED))
        )
    if layout.categories:
        sentences.append(
            _(
                "Left out, because a category with an embedding cannot change a little: {names}."
            ).format(names=", ".join(names[layout.numbers :]))
        )
    return Section(
        name="columns",
        title=_("Comparison by column"),
        sentences=sentences,
        table=columns,
        column_titles=_titles(),
        cell_words={name: input_name(name) for name in names} | _answers(),
    )


def _unlike(table: pl.DataFrame, name: Callable[[str], str]) -> list[str]:
    """Where the measured change need not be the predicted one, and why, a sentence each.

    Args:
        table: its first column holds the names.
        name: a name as people read it.
    """
    reasons = {
        "none": _(
            "No effect at all, measured or predicted (as behind a unit that is 0 for every row): "
            "{names}."
        ),
        "kink": _(
            "The loss has a kink at the present value, so that adding and subtracting have "
            "different slopes and the derivative is only one of them: {names}."
        ),
        "not linear": _(
            "The loss bends too much, or the effect is too small beside rounding, for a prediction "
            "at any change that was tried: {names}."
        ),
    }
    found = {
        response: [name(each) for each in table.filter(response=response).to_series()]
        for response in reasons
    }
    return [
        reasons[each].format(names=first_names(names, MOST_NAMED))
        for each, names in found.items()
        if names
    ]


def _titles() -> dict[str, str]:
    return {"response": _("response of the loss")}


def _answers() -> dict[str, str]:
    """The words for how the loss answers to a small change."""
    return {
        "linear": _("in proportion"),
        "none": _("none"),
        "kink": _("kink"),
        "not linear": _("not in proportion"),
    }


def _linear_as_far_as(far: pl.DataFrame) -> str:
    """The change from which on the most important weight's effect is no longer linear."""
    name = far["weight"][0]
    one = far.filter(weight=name)
    off = (one["measured"] - one["predicted"]).abs() > DEPARTED * one["predicted"].abs()
    if not off.any():
        return _("The prediction is right within a tenth up to a change of {change}.").format(
            change=number(float(one["change"][-1]))
        )
    return _(
        "From a change of {change} on, the prediction is off by more than a tenth: a "
        "derivative describes small changes only."
    ).format(change=number(float(one["change"].filter(off)[0])))
