"""Epochs, batches and iterations: gradient noise, speed and learning by batch size."""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import altair as alt
import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
from jaxtyping import Array, Float, Int

from descenso.engine import cycle, loop
from descenso.engine import experiment as ex
from descenso.engine.experiment import Experiment
from descenso.engine.network import Model
from descenso.i18n import N_, decimal, ngettext, percent
from descenso.i18n import gettext as _
from descenso.layout import bucket
from descenso.lessons.lesson import Lesson, Section
from descenso.lessons.subject import Subject, check_trained, subject
from descenso.views.charts import HEIGHT, WIDTH
from descenso.views.numbers import number, whole

PLACE = 12
SUMMARY = N_("epochs, batches and iterations: noise, speed and learning by batch size")

DRAWS = 400  # batches drawn for each size, to see how their gradients spread
SECONDS = 0.3  # for each size, after its compilation
KNEE = 0.8  # the knee is the smallest batch with this share of the highest speed
WITHIN = 1.05  # the loss to reach: this times the best that the slowest size reached
LEARNT = 0.95  # a size has learnt whose loss is below this share of the best constant prediction's


def batches(data: Any = None, target: Any = None, **fields: Any) -> Lesson:
    """What the size of a batch does: to the gradient's noise, to speed, and to learning.

    The spread of the gradient is that of 400 batches drawn with replacement at the starting
    weights: its variance, summed over all weights, should be that of single rows over B, the size.
    The speed is that of training on this machine, compilation left out.

    >>> lesson = batches(epochs=2)
    >>> lesson.tables["counting"]["iterations_per_epoch"][0]  # batches of one row
    275
    """
    given = subject(data, target, **fields)
    rows, plan = len(given.experiment.training), ex.plan(given.experiment, 0)
    sizes = _sizes(rows)
    noise = _noise(given, sizes)
    learning, goal = _learning(given, sizes)
    slope = float(np.polyfit(np.log(noise["batch_size"]), np.log(noise["variance"]), 1)[0])
    fastest = int(learning["rows_per_second"].max())  # pyright: ignore[reportArgumentType]
    knee = int(learning.filter(pl.col("rows_per_second") >= KNEE * fastest)["batch_size"].min())  # pyright: ignore[reportArgumentType]
    return Lesson(
        topic="batches",
        title=_("Epoch, batch, iteration"),
        subject=given.description,
        essence=[
            ngettext(
                "{rows} rows in batches of {size} make {n} iteration per epoch, which "
                "is one update.",
                "{rows} rows in batches of {size} make {n} iterations per epoch, one update each.",
                plan.iterations_per_epoch,
            ).format(
                rows=whole(rows), size=whole(plan.batch_size), n=whole(plan.iterations_per_epoch)
            ),
            _(
                "The variance of the gradient is proportional to the batch size to "
                "the power {slope}; theory predicts -1."
            ).format(slope=decimal(f"{slope:.2f}")),
            _(
                "This machine trains at most {speed} rows per second; batches of "
                "{knee} reach {share} of that."
            ).format(speed=whole(fastest), knee=whole(knee), share=percent(KNEE)),
        ],
        sections=[
            _counting(rows, given.experiment.recipe.epochs, sizes),
            _noise_section(noise),
            _learning_section(learning, goal, knee),
        ],
        numbers={"slope": slope, "rows_per_second": fastest, "knee": knee, "goal": goal},
    )


def _sizes(rows: int) -> list[int]:
    """1, 4, 16, … and all rows."""
    return [size for size in (4**power for power in range(8)) if size < rows] + [rows]


def _counting(rows: int, epochs: int, sizes: Sequence[int]) -> Section:
    table = pl.DataFrame(
        {
            "batch_size": sizes,
            "iterations_per_epoch": [-(-rows // size) for size in sizes],
            "last_batch": [(rows - 1) % size + 1 for size in sizes],
            "iterations": [epochs * -(-rows // size) for size in sizes],
        }
    )
    return Section(
        name="counting",
        title=_("One epoch in batches"),
        sentences=[
            _(
                "An epoch is one pass over all {rows} rows, a batch is some of them, and an "
                "iteration is one update with one batch. Epochs in this recipe: {epochs}."
            ).format(rows=whole(rows), epochs=whole(epochs))
        ],
        table=table,
        column_titles={
            "last_batch": _("rows in the last batch"),
            "iterations": _("iterations in total"),
        },
        draw=lambda: _epoch_chart(rows, [size for size in sizes if rows / size <= 64][:4]),
        alternative=_("One epoch as a bar, cut into its batches, for a few batch sizes."),
    )


def _epoch_chart(rows: int, sizes: Sequence[int]) -> alt.TopLevelMixin:
    bars = pl.DataFrame(
        [
            {
                "size": _("batches of {size}").format(size=whole(size)),
                "from": first,
                "to": min(first + size, rows),
                "batch": str(first // size % 2),
            }
            for size in sizes
            for first in range(0, rows, size)
        ]
    )
    return (
        alt.Chart(bars)
        .mark_bar(height=22, stroke="white", strokeWidth=1)
        .encode(
            alt.X(
                "from:Q", title=_("rows, in the order of the epoch"), scale=alt.Scale(nice=False)
            ),
            alt.X2("to"),
            alt.Y("size:N", title=None, sort=None),
            alt.Color("batch:N", legend=None),
        )
        .properties(width=WIDTH - 120, height=44 * len(sizes))
    )


def _noise(given: Subject, sizes: Sequence[int]) -> pl.DataFrame:
    """The spread of the gradient over batches drawn with replacement, size by size."""
    given.on_progress(_("Sampling batches of several sizes"), None)
    experiment = given.experiment
    start = ex.loop_arguments(experiment).loop_state.state.network
    rows = ex.padded(experiment.training)
    count = len(experiment.training)
    spread = _spread(experiment, start, rows)
    random = np.random.default_rng(experiment.recipe.seed)
    found = []
    single = None
    for size in sizes:
        # One batch after the other, padded to one width: one program serves all sizes.
        drawn = np.full((DRAWS, bucket(sizes[-1])), -1, np.int32)
        drawn[:, :size] = random.integers(0, count, (DRAWS, size))
        variance = float(spread(jnp.asarray(drawn)))
        single = variance if single is None else single
        found.append({"batch_size": size, "variance": variance, "predicted": single / size})
    return pl.DataFrame(found)


def _spread(experiment: Experiment, start: Model, rows: cycle.Batch) -> Any:
    """A function of drawn batches: the variance of their gradients, summed over the weights."""

    @jax.jit
    def spread(drawn: Int[Array, "draws width"]) -> Float[Array, ""]:
        def one(chosen: Int[Array, " width"]) -> Any:
            _value, gradients = cycle.gradient(experiment.task, start, cycle.take(rows, chosen))
            return eqx.filter(gradients, eqx.is_inexact_array)

        gradients = jax.lax.map(one, drawn)
        return sum(
            (jnp.var(leaf, axis=0, ddof=1).sum() for leaf in jax.tree.leaves(gradients)),
            jnp.zeros(()),
        )

    return spread


def _noise_section(noise: pl.DataFrame) -> Section:
    def draw() -> alt.TopLevelMixin:
        scale = alt.Scale(type="log", nice=False)
        x = alt.X("batch_size", title=_("batch size"), scale=scale)
        points = (
            alt.Chart(noise)
            .mark_point(filled=True, size=60)
            .encode(x, alt.Y("variance", title=_("variance of the gradient"), scale=scale))
        )
        line = (
            alt.Chart(noise).mark_line(strokeDash=[4, 4]).encode(x, alt.Y("predicted", scale=scale))
        )
        return (line + points).properties(width=WIDTH, height=HEIGHT)

    return Section(
        name="noise",
        title=_("Gradient noise by batch size"),
        sentences=[
            _("Predicted: the variance with batches of one row, divided by the batch size.")
        ],
        table=noise,
        column_titles={
            "variance": _("variance of the gradient"),
            "predicted": _("predicted by 1/B"),
        },
        draw=draw,
        alternative=_("The variance of the gradient against the batch size, with the line 1/B."),
    )


def _learning(given: Subject, sizes: Sequence[int]) -> tuple[pl.DataFrame, float]:
    """Speed, and the epochs that a loss takes, size by size; and that loss."""
    experiment = given.experiment
    courses, speeds = [], []
    for size in sizes:
        recipe = experiment.recipe.replace(batch_size=size, patience=None)
        message = _("Training in batches of {size}").format(size=whole(size))
        courses.append([record["loss"] for record in given.trained_by(recipe, message)])
        given.on_progress(_("Timing batches of {size}").format(size=whole(size)), None)
        speeds.append(round(rows_per_second(experiment, size)))
    check_trained(any(courses))
    # One that does not even learn a constant would make a loss of the goal that all begin with.
    best = [min(losses) for losses in courses if losses]
    learnt = [loss for loss in best if loss < LEARNT * ex.constant_loss(experiment)]
    goal = WITHIN * max(learnt or best)
    epochs = [
        next((epoch for epoch, loss in enumerate(losses, 1) if loss <= goal), None)
        for losses in courses
    ]
    per_epoch = [-(-len(experiment.training) // size) for size in sizes]
    table = pl.DataFrame(
        {
            "batch_size": sizes,
            "rows_per_second": speeds,
            "loss": [losses[-1] if losses else None for losses in courses],
            "epochs_to_goal": epochs,
            "iterations_to_goal": [
                None if epoch is None else epoch * count
                for epoch, count in zip(epochs, per_epoch, strict=True)
            ],
        }
    )
    return table, goal


def rows_per_second(experiment: Experiment, size: int) -> float:
    """How many rows a second the cycle trains on in batches of a size, once it is compiled."""
    recipe = experiment.recipe.replace(batch_size=size, epochs=10**6, patience=None)
    beginning = ex.loop_arguments(replace(experiment, recipe=recipe))
    rows, began = 0, 0.0
    for chunk in loop.train(*beginning):
        jax.block_until_ready(chunk.loop_state.state.iteration)
        now = time.perf_counter()
        if began == 0.0:
            began = now  # the first chunk's time is mostly compilation
            continue
        rows += chunk.count * min(size, len(experiment.training))
        if now - began > SECONDS:
            return rows / (now - began)
    return rows / max(time.perf_counter() - began, 1e-9)


def _learning_section(learning: pl.DataFrame, goal: float, knee: int) -> Section:
    def draw() -> alt.TopLevelMixin:
        x = alt.X("batch_size", title=_("batch size"), scale=alt.Scale(type="log", nice=False))
        speed = (
            alt.Chart(learning)
            .mark_line(point=True)
            .encode(
                x, alt.Y("rows_per_second", title=_("rows per second"), axis=alt.Axis(format="~s"))
            )
            .properties(width=WIDTH // 2 - 50, height=HEIGHT)
        )
        rule = alt.Chart(learning.filter(batch_size=knee)).mark_rule(strokeDash=[4, 4]).encode(x)
        needed = (
            alt.Chart(learning.drop_nulls("epochs_to_goal"))
            .mark_line(point=True)
            .encode(x, alt.Y("epochs_to_goal", title=_("epochs to reach the loss")))
            .properties(width=WIDTH // 2 - 50, height=HEIGHT)
        )
        return (speed + rule) | needed

    return Section(
        name="learning",
        title=_("Speed, and epochs to reach a loss"),
        sentences=[
            _(
                "Larger batches may use the machine better, up to the knee, but they "
                "make fewer updates per epoch."
            ),
            (
                _("The loss to reach is {goal}; every batch size reached it.")
                if learning["epochs_to_goal"].null_count() == 0
                else _(
                    "The loss to reach is {goal}. Batch sizes without a number did not reach it: "
                    "at the recipe's learning rate and epochs they do hardly better than the best "
                    "constant prediction."
                )
            ).format(goal=number(goal)),
        ],
        table=learning,
        column_titles={"loss": _("final loss")},
        draw=draw,
        alternative=_("Rows per second, and epochs to reach a loss, by batch size."),
    )
