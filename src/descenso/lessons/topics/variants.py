"""Batch, stochastic and mini-batch descent on the same rows, each at its best rate."""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import altair as alt
import numpy as np
import polars as pl

from descenso.engine.learning_rate_finder import range_test
from descenso.engine.progress import epoch_progress
from descenso.i18n import N_, percent
from descenso.i18n import gettext as _
from descenso.lessons.lesson import Lesson, Section, sketch
from descenso.lessons.subject import Subject, check_trained, subject
from descenso.views.charts import HEIGHT, WIDTH, lines_by, log_scale
from descenso.views.numbers import duration, number, whole

PLACE = 10
SUMMARY = N_("batch, stochastic and mini-batch descent, each at its best rate")

RATES = np.geomspace(1e-3, 3.0, 12)  # those that each variant may choose from
MINI_BATCH = 32
WITHIN = 1.05  # the loss to reach: this times the best that the slowest of the three reached


@dataclass(frozen=True)
class _Variant:
    """One way to descend, trained by itself at its best rate.

    Attributes:
        name: batch, mini-batch or stochastic.
        batch_size: rows per update.
        rate: the learning rate with the lowest loss at the end.
        history: epochs, with losses and seconds.
    """

    name: str
    batch_size: int
    rate: float
    history: pl.DataFrame


def variants(data: Any = None, target: Any = None, **fields: Any) -> Lesson:
    """Batch, stochastic and mini-batch descent compared, in epochs, iterations and seconds.

    Each variant may choose its learning rate among twelve, by the training loss at the end; at that
    rate it is trained once more by itself, which gives its seconds (of this machine, compilation
    left out). All start from the same weights.

    >>> table = variants(epochs=3).table
    >>> table["variant"].to_list()
    ['batch', 'mini-batch', 'stochastic']
    """
    given = subject(data, target, **fields)
    rows = len(given.experiment.training)
    sizes = {"batch": rows, "mini-batch": min(MINI_BATCH, rows), "stochastic": 1}
    trained = [_train(given, name, size) for name, size in sizes.items()]
    goal = WITHIN * max(float(each.history["loss"].min()) for each in trained)  # pyright: ignore[reportArgumentType]
    table = pl.DataFrame([_summary(each, goal) for each in trained], infer_schema_length=None)
    first = table.sort("seconds_to_goal", nulls_last=True).row(0, named=True)
    fewest = table.sort("epochs_to_goal", nulls_last=True).row(0, named=True)
    roughest = table.sort("rose", descending=True).row(0, named=True)
    return Lesson(
        topic="variants",
        title=_("Batch, stochastic and mini-batch descent"),
        subject=given.description,
        essence=[
            _(
                "The fastest to reach the loss {goal} is {first} descent, in {time}; "
                "{fewest} descent needs the fewest epochs, {epochs}."
            ).format(
                goal=number(goal),
                first=_words()[first["variant"]],
                time=duration(first["seconds_to_goal"]),
                epochs=whole(fewest["epochs_to_goal"]),
                fewest=_words()[fewest["variant"]],
            ),
            _(
                "The most irregular is {variant} descent: its loss rose in {share} of the epochs."
            ).format(variant=_words()[roughest["variant"]], share=percent(roughest["rose"]))
            if roughest["rose"]
            else _("No loss rose from one epoch to the next."),
        ],
        sections=[_compared(table, goal), _paths(trained)],
        numbers={"goal": goal},
    )


def _words() -> dict[str, str]:
    return {
        "batch": _("batch"),
        "mini-batch": _("mini-batch"),
        "stochastic": _("stochastic"),
        "loss": _("train"),
        "validation_loss": _("validation"),
    }


def _train(given: Subject, name: str, size: int) -> _Variant:
    """Choose the rate among many trained at once, then train alone."""
    experiment = given.experiment
    recipe = experiment.recipe.replace(batch_size=size, patience=None)
    message = _("{variant} descent at {n} learning rates").format(
        variant=_words()[name], n=len(RATES)
    )
    on_epoch = epoch_progress(given.on_progress, message, recipe.epochs)
    test = range_test(replace(experiment, recipe=recipe), RATES, recipe.epochs, on_epoch)
    check_trained(len(test.right) > 0)
    best = recipe.replace(learning_rate=test.best)
    message = _("Timing {variant} descent").format(variant=_words()[name])
    # The second of two: the first one pays for compilation.
    history = [given.trained_by(best, message) for _time in range(2)][-1]
    table = pl.DataFrame(history, infer_schema_length=None).drop("telemetry", strict=False)
    return _Variant(name, size, best.learning_rate, table)


def _summary(variant: _Variant, goal: float) -> dict[str, Any]:
    history = variant.history
    reached = history.filter(pl.col("loss") <= goal)
    there = reached.row(0, named=True) if reached.height else None
    losses = history["loss"].to_list()
    validation = history["validation_loss"][-1]
    return {
        "variant": variant.name,
        "batch_size": variant.batch_size,
        "learning_rate": variant.rate,
        "iterations": history["iteration"][-1],
        "loss": losses[-1],
        "validation_loss": validation,
        "gap": None if validation is None else validation - losses[-1],
        "rose": float(np.mean([after > before for before, after in pairwise(losses)] or [0.0])),
        "epochs_to_goal": there and there["epoch"],
        "iterations_to_goal": there and there["iteration"],
        "seconds_to_goal": there and there["elapsed_seconds"],
    }


def _compared(table: pl.DataFrame, goal: float) -> Section:
    return Section(
        name="compared",
        title=_("Comparison"),
        sentences=[
            _("What it takes to reach a training loss of {goal}, and the final values.").format(
                goal=number(goal)
            ),
            _(
                "The gap is the final validation loss minus the final training loss: "
                "what does not generalise."
            ),
        ],
        table=table,
        column_titles={"seconds_to_goal": _("seconds to reach it")},
        cell_words=_words(),
    )


def _paths(trained: list[_Variant]) -> Section:
    names = ("epoch", "iteration", "elapsed_seconds", "loss", "validation_loss")
    table = pl.concat(
        each.history.select(pl.lit(each.name).alias("variant"), *names) for each in trained
    )
    titles = {"epoch": _("epochs"), "iteration": _("iterations"), "elapsed_seconds": _("seconds")}

    def draw() -> alt.TopLevelMixin:
        seen = table.with_columns(pl.col("variant").replace(_words()))
        panels = [
            alt.Chart(seen)
            .mark_line()
            .encode(
                alt.X(
                    name,
                    title=title,
                    scale=alt.Scale() if name == "epoch" else log_scale(seen[name]),
                ),
                alt.Y("loss", title=_("training loss"), scale=log_scale(seen["loss"])),
                # Epochs that end in one chunk have the same seconds.
                alt.Order("epoch"),
                *lines_by("variant"),
            )
            .properties(width=WIDTH // 3 - 40, height=HEIGHT)
            for name, title in titles.items()
        ]
        return alt.hconcat(*panels)

    return Section(
        name="paths",
        title=_("The loss against epochs, iterations and seconds"),
        table=table,
        column_titles=titles,
        cell_words=_words(),
        draw=draw,
        alternative=_(
            "The training loss of the three variants against epochs, iterations, seconds."
        ),
        sketch=sketch({_words()[each.name]: each.history["loss"].to_list() for each in trained}),
    )
