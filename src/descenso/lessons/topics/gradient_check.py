"""The gradient of automatic differentiation, checked by finite differences."""

from typing import Any

import altair as alt
import jax
import jax.numpy as jnp
import numpy as np
import polars as pl

from descenso.engine import cycle
from descenso.engine.network import Model
from descenso.i18n import N_, decimal
from descenso.i18n import gettext as _
from descenso.lessons.lesson import Lesson, Section
from descenso.lessons.subject import Subject, subject
from descenso.runs.evaluation.perturbation import doubled, entry_names, losses_with, some_rows
from descenso.runs.store import parameters
from descenso.views.charts import HEIGHT, WIDTH, points_by
from descenso.views.numbers import number, whole

PLACE = 7
SUMMARY = N_("automatic derivatives against finite differences, the worst first")

MOST_ENTRIES = 400  # of one array; of more, so many are drawn at random
CHANGE = 1e-6  # of a weight, in double precision: of the order of the cube root of its rounding
AGREES = 1e-4  # a relative difference below this is rounding


def gradient_check(data: Any = None, target: Any = None, **fields: Any) -> Lesson:
    """Numerical against automatic derivatives of the loss, for the weights of one network.

    The numerical derivative is (L(w + h) - L(w - h)) / 2h with h = 10⁻⁶, in double precision, of
    the loss over the training rows, at the starting weights and at the trained ones.

    >>> lesson = gradient_check(epochs=2, activation="tanh")
    >>> lesson.numbers["worst"] < 1e-4
    True
    """
    given = subject(data, target, untrained=True, **fields)
    checked = {name: _check(given, network) for name, network in given.trained.moments.items()}
    table = pl.concat(
        frame.insert_column(0, pl.lit(moment).alias("moment")) for moment, frame in checked.items()
    ).sort("relative_difference", descending=True)
    agreeing = table.filter(pl.col("relative_difference") < AGREES).height
    worst = table.row(0, named=True)
    sentence = _(
        "{agreeing} of {n} derivatives agree within a relative difference of "
        "{agrees}. The largest difference is at {name}: {numerical} by finite "
        "differences, {automatic} by automatic differentiation."
    ).format(
        agreeing=whole(agreeing),
        n=whole(table.height),
        agrees=decimal(f"{AGREES:g}"),
        name=worst["entry"],
        numerical=number(worst["numerical"]),
        automatic=number(worst["automatic"]),
    )
    essence = [sentence]
    if agreeing < table.height:
        essence.append(
            _(
                "The others differ more. Usually the change moves a unit across a kink (relu has "
                "one at 0), or the derivative is smaller than the rounding error; a whole array "
                "that differs has a wrong derivative."
            )
        )
    return Lesson(
        topic="gradient-check",
        title=_("Gradient check"),
        subject=given.description,
        essence=essence,
        sections=[_entries(table), _arrays(table)],
        numbers={
            "entries": table.height,
            "agreeing": agreeing,
            "worst": worst["relative_difference"],
            "change": CHANGE,
        },
    )


def _check(given: Subject, network: Model) -> pl.DataFrame:
    """The derivatives of some entries of each array, both ways."""
    given.on_progress(_("Changing weights one by one"), None)
    task = given.experiment.task
    with jax.enable_x64(True):
        double, some = doubled(network), doubled(some_rows(given.experiment))
        value, gradients = cycle.gradient(task, double, some)
        automatic = parameters.parameters(gradients)
        frames = []
        for index, (name, slope) in enumerate(automatic.items()):
            entries = _drawn(slope.size)
            above, below = (
                losses_with(
                    task, double, some, index, jnp.asarray(entries), jnp.full(len(entries), change)
                )
                for change in (CHANGE, -CHANGE)
            )
            numerical = np.asarray((above - below) / (2 * CHANGE))
            frames.append(_frame(name, slope, entries, numerical, float(value)))
    return pl.concat(frames)


def _frame(
    name: str, slope: np.ndarray, entries: np.ndarray, numerical: np.ndarray, loss: float
) -> pl.DataFrame:
    automatic = slope.ravel()[entries]
    # Of the larger of the two, but not less than what rounding makes of a derivative of 0, which
    # grows with the loss.
    size = np.maximum(np.maximum(np.abs(numerical), np.abs(automatic)), 1e-5 * max(1.0, loss))
    return pl.DataFrame(
        {
            "array": [name] * len(entries),
            "entry": entry_names(name, slope.shape, entries),
            "numerical": numerical,
            "automatic": automatic,
            "relative_difference": np.abs(numerical - automatic) / size,
        }
    )


def _drawn(size: int) -> np.ndarray:
    if size <= MOST_ENTRIES:
        return np.arange(size)
    return np.sort(np.random.default_rng(0).choice(size, MOST_ENTRIES, replace=False))


def _entries(table: pl.DataFrame) -> Section:
    words = _words()

    def draw() -> alt.TopLevelMixin:
        seen = table.head(2000).with_columns(pl.col("moment").replace(words))
        points = (
            alt.Chart(seen)
            .mark_point(filled=True, opacity=0.6)
            .encode(
                alt.X("automatic", title=_("∂L/∂w by automatic differentiation")),
                alt.Y("numerical", title=_("∂L/∂w by finite differences")),
                *points_by("moment"),
            )
        )
        return points.properties(width=WIDTH, height=HEIGHT)

    return Section(
        name="entries",
        title=_("Derivatives, largest differences first"),
        table=table,
        column_titles={
            "moment": _("weights"),
            "entry": _("weight"),
            "numerical": _("finite differences"),
            "automatic": _("automatic"),
        },
        cell_words=words,
        draw=draw,
        alternative=_("Derivatives by finite differences against automatic ones."),
    )


def _words() -> dict[str, str]:
    return {"start": _("initial"), "trained": _("learnt")}


def _arrays(table: pl.DataFrame) -> Section:
    summary = table.group_by("moment", "array", maintain_order=True).agg(
        entries=pl.len().cast(pl.Int64),
        largest=pl.col("automatic").abs().max(),
        median_difference=pl.col("relative_difference").median(),
        worst_difference=pl.col("relative_difference").max(),
    )
    return Section(
        name="arrays",
        title=_("Comparison by array"),
        table=summary.sort("moment", "array"),
        column_titles={
            "moment": _("weights"),
            "entries": _("entries checked"),
            "largest": _("largest ∂L/∂w"),
            "median_difference": _("median difference"),
            "worst_difference": _("largest difference"),
        },
        cell_words=_words(),
    )
