"""Activations and their derivatives: where they are flat, and which units are."""

from typing import Any

import altair as alt
import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
from jaxtyping import Array, Float

from descenso.engine import activations as functions
from descenso.engine import telemetry
from descenso.engine.network import Model
from descenso.i18n import N_, percent
from descenso.i18n import gettext as _
from descenso.lessons.lesson import Lesson, Section, sketch
from descenso.lessons.subject import subject
from descenso.runs.trained import TrainedRun
from descenso.views.charts import HEIGHT, WIDTH, lines_by
from descenso.views.numbers import number

PLACE = 8
SUMMARY = N_("each activation and its derivative, and which units are flat")

REACH = 8.0  # the curves go from -REACH to REACH
ZOOM = 4.0  # of it the charts show this much
NAMES = ("sigmoid", "tanh", "relu", "leaky_relu", "gelu", "elu", "swish")


def activations(data: Any = None, target: Any = None, **fields: Any) -> Lesson:
    """Each activation with its derivative, where it is flat, and the share of units that are there.

    A unit is flat on a row where f′(z) is below a twentieth of the steepest that f gets on [-4, 4].

    >>> curves = activations(epochs=1).tables["curves"]
    >>> curves.filter(activation="sigmoid", z=0.0)["derivative"].item()
    0.25
    """
    given = subject(data, target, untrained=True, **fields)
    trained = given.trained
    curves, flat = _curves(), _flat()
    units, numbers = _units(trained)
    return Lesson(
        topic="activations",
        title=_("Activations and their derivatives"),
        subject=given.name,
        essence=[*units.sentences[:1], *flat.sentences[:1]],
        sections=[curves, flat, units],
        numbers=numbers,
    )


def _at() -> Float[Array, " points"]:
    return jnp.arange(-REACH * 20, REACH * 20 + 1) / 20


def _values(name: str) -> tuple[Float[np.ndarray, " points"], Float[np.ndarray, " points"]]:
    """A function and its derivative."""
    at = _at()
    value, slope = jax.jvp(functions.HIDDEN[name], (at,), (jnp.ones_like(at),))
    return np.asarray(value), np.asarray(slope)


def _curves() -> Section:
    table = pl.concat(
        pl.DataFrame(
            {
                "activation": [name] * len(_at()),
                "z": np.asarray(_at()),
                "value": _values(name)[0],
                "derivative": _values(name)[1],
            }
        )
        for name in NAMES
    )
    near = table.filter(pl.col("z").abs() <= ZOOM)

    def draw() -> alt.TopLevelMixin:
        base = (
            alt.Chart(near)
            .mark_line(clip=True)
            .encode(
                alt.X("z", title="z"),
                *lines_by("activation", legend=alt.Legend(orient="top", columns=4)),
            )
        )
        size = {"width": WIDTH // 2 - 40, "height": HEIGHT}
        value = base.encode(
            alt.Y("value", title="a = f(z)", scale=alt.Scale(domain=[-1.5, 4]))
        ).properties(**size)
        slope = base.encode(
            alt.Y("derivative", title="∂a/∂z = f′(z)", scale=alt.Scale(domain=[-0.2, 1.2]))
        ).properties(**size)
        return value | slope

    slopes = {name: near.filter(activation=name)["derivative"].to_list() for name in NAMES}
    return Section(
        name="curves",
        title=_("The functions and their derivatives"),
        sentences=[
            _(
                "Backpropagation multiplies the gradient by f′(z) in every layer. "
                "Below: f′ from z = -{reach} to z = {reach}."
            ).format(reach=f"{ZOOM:.0f}")
        ],
        table=table,
        column_titles={"value": "a = f(z)", "derivative": "f′(z)"},
        draw=draw,
        alternative=_("The seven activations and their derivatives against z."),
        sketch=sketch(slopes),
    )


def _flat() -> Section:
    """Where each function is flat, and what twenty layers of it leave of a gradient at best."""
    rows: list[dict[str, Any]] = []
    at = np.asarray(_at())
    for name in NAMES:
        slope = np.abs(_values(name)[1])
        steepest = float(slope[np.abs(at) <= 4].max())
        flat = slope < telemetry.FLAT * steepest
        rows.append(
            {
                "activation": name,
                "steepest": steepest,
                "flat_below": _flat_from(at[at <= 0][::-1], flat[at <= 0][::-1]),
                "flat_above": _flat_from(at[at >= 0], flat[at >= 0]),
                "after_20_layers": steepest**20,
            }
        )
    table = pl.DataFrame(rows)
    at_most = float(table.filter(activation="sigmoid")["after_20_layers"].item())
    return Section(
        name="flat",
        title=_("Where they are flat"),
        sentences=[
            _(
                "The derivative of sigmoid is at most {steepest}, so 20 layers pass "
                "on at most {left} of the gradient. That of relu is 1 for z > 0."
            ).format(
                steepest=number(float(table.filter(activation="sigmoid")["steepest"].item())),
                left=number(at_most),
            )
        ],
        table=table,
        column_titles={
            "steepest": _("largest f′"),
            "flat_below": _("flat for z below"),
            "flat_above": _("flat for z above"),
            "after_20_layers": _("f′ to the power 20"),
        },
    )


def _flat_from(at: np.ndarray, flat: np.ndarray) -> float | None:
    """The first z, going outwards, from which on a function stays flat; None where it does not."""
    steep = np.flatnonzero(~flat)
    first = int(steep[-1]) + 1 if len(steep) else 0
    return float(at[first]) if first < len(at) else None


def _units(trained: TrainedRun) -> tuple[Section, dict[str, Any]]:
    """The share of flat and of dead units in each hidden layer, at the start and when trained."""
    rows = [
        {"moment": moment, "layer": layer, **shares}
        for moment, network in trained.moments.items()
        for layer, shares in enumerate(_shares(trained, network))
    ]
    table = pl.DataFrame(
        rows,
        schema={"moment": pl.String, "layer": pl.Int64, "flat": pl.Float64, "dead": pl.Float64},
    )
    activation = trained.experiment.recipe.activation
    start, after = table.filter(moment="start"), table.filter(moment="trained")
    numbers = {
        "activation": activation,
        "flat_at_start": start["flat"].to_list(),
        "flat_when_trained": after["flat"].to_list(),
        "dead_when_trained": after["dead"].to_list(),
    }
    if not rows:
        sentence = _("This network has no hidden layers that descenso can measure.")
    elif after.is_empty():
        sentence = _(
            "On average over the training rows, {start} of the hidden units ({activation}) are "
            "flat; {dead} are flat on every row. The network is untrained."
        ).format(activation=activation, start=_mean(start["flat"]), dead=_mean(start["dead"]))
    else:
        sentence = _(
            "On average over the training rows, {start} of the hidden units ({activation}) were "
            "flat at the start and {trained} are after training; {dead} are flat on every row."
        ).format(
            activation=activation,
            start=_mean(start["flat"]),
            trained=_mean(after["flat"]),
            dead=_mean(after["dead"]),
        )
    part = Section(
        name="units",
        title=_("The units of this network"),
        sentences=[sentence],
        table=table,
        column_titles={
            "moment": _("when"),
            "flat": _("share of flat units"),
            "dead": _("share flat on every row"),
        },
        cell_words={"start": _("start"), "trained": _("trained")},
    )
    return part, numbers


def _mean(shares: pl.Series) -> str:
    return percent(shares.to_numpy().mean())


def _shares(trained: TrainedRun, network: Model) -> list[dict[str, float]]:
    training = trained.experiment.training
    steep = telemetry.activation_derivatives(network, jnp.asarray(training.x[: len(training)]))
    flat = [np.asarray(each) < telemetry.FLAT for each in steep]
    return [{"flat": float(each.mean()), "dead": float(each.all(axis=0).mean())} for each in flat]
