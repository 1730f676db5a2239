"""Batch, mini-batch and stochastic descent on the same rows, at one learning rate."""

from dataclasses import dataclass, replace
from typing import Any

import altair as alt
import numpy as np
import polars as pl
from jaxtyping import Float, Int

from descenso.engine import experiment as ex
from descenso.engine.experiment import Experiment
from descenso.engine.learning_rate_finder import range_test
from descenso.engine.progress import epoch_progress
from descenso.i18n import N_, percent
from descenso.i18n import gettext as _
from descenso.lessons.lesson import Lesson, Section, sketch
from descenso.lessons.subject import Subject, check_trained, some_examples, subject
from descenso.views.charts import HEIGHT, PALETTE, WIDTH, lines_by, log_scale
from descenso.views.numbers import number, whole

PLACE = 10
SUMMARY = N_("batch, mini-batch and stochastic descent at one rate, and how much each shakes")

RATES = np.geomspace(1e-4, 1, 9)  # those to choose from
SEEDS = 5
MINI_BATCH = 32  # rows; of few rows, a quarter
MOST_ROWS = 1000
MOST_UPDATES = 10_000  # of stochastic descent
UPDATES_OF_A_RATE = 2000  # to try one
TIMES = 10  # in an epoch that the loss is measured
LEAST_SHOWN = 0.0001  # wobble; below, its digits say nothing
# A third difference of independent deviations has 1 + 9 + 9 + 1 times their variance.
JITTER = {1: 2.0, 2: 6.0, 3: 20.0}


@dataclass(frozen=True, eq=False)
class Variant:
    """One way to descend, trained from several seeds.

    Attributes:
        name: batch, mini-batch or stochastic.
        batch_size: rows per update.
        per_epoch: updates per epoch.
        iterations: updates done when the loss was measured.
        losses: of all rows, seed by seed.
    """

    name: str
    batch_size: int
    per_epoch: int
    iterations: Int[np.ndarray, " times"]
    losses: Float[np.ndarray, "seeds times"]

    def wobbles(self, order: int) -> Float[np.ndarray, " seeds"]:
        """How far the loss lies, on average, from a smooth course through its neighbours.

        As a share of the loss: the differences of this order of its logarithm, of which the third
        are 0 on a parabola.
        """
        course = np.log(np.maximum(self.losses, np.finfo(np.float32).tiny))
        return np.abs(np.diff(course, n=order, axis=1)).mean(axis=1) / np.sqrt(JITTER[order])


def variants(data: Any = None, target: Any = None, **fields: Any) -> Lesson:
    """How smoothly batch, mini-batch and stochastic descent go, at one learning rate for all.

    Plain gradient descent with a constant rate, without momentum, dropout or weight decay, from the
    same five seeds. The rate is the best one for stochastic descent, since it is the first that a
    large rate makes unstable. The loss of all training rows is measured ten times per epoch, or
    after each update where an epoch has fewer; of many rows, 1,000 are taken.

    >>> table = variants(epochs=3).table
    >>> table["variant"].to_list()
    ['batch', 'mini-batch', 'stochastic']
    """
    given = subject(data, target, **fields)
    experiment = _plain(given.experiment)
    rows = len(experiment.training)
    sizes = {"batch": rows, "mini-batch": min(MINI_BATCH, max(1, rows // 4))}
    rate, stochastic = _steady(given, experiment)
    others = [_train(given, experiment, name, size, rate) for name, size in sizes.items()]
    trained = [*others, stochastic]
    check_trained(all(len(each.iterations) for each in trained))
    order = min(3, *(len(each.iterations) - 1 for each in trained))
    table = pl.DataFrame([_summary(each, rate, order) for each in trained])
    return Lesson(
        topic="variants",
        title=_("Batch, mini-batch and stochastic descent"),
        subject=given.description,
        essence=_essence(table, experiment, rate),
        sections=[_compared(table), _paths(trained)],
        numbers={
            "learning_rate": rate,
            "epochs": experiment.recipe.epochs,
            "seeds": SEEDS,
            "rows": rows,
        },
    )


def _plain(experiment: Experiment) -> Experiment:
    """Plain gradient descent on the training rows, for as many epochs as are shown."""
    training = some_examples(experiment.training, MOST_ROWS)
    recipe = experiment.recipe.replace(
        optimizer="sgd",
        schedule="constant",
        dropout=0.0,
        weight_decay=0.0,
        clip_norm=None,
        patience=None,
        epochs=min(experiment.recipe.epochs, max(1, MOST_UPDATES // len(training))),
    )
    return replace(experiment, recipe=recipe, training=training, validation=None)


def _steady(given: Subject, experiment: Experiment) -> tuple[float, Variant]:
    """The best rate for stochastic descent that blows up from no seed, and its training."""
    recipe = experiment.recipe.replace(batch_size=1)
    epochs = min(recipe.epochs, -(-UPDATES_OF_A_RATE // len(experiment.training)))
    message = _("Stochastic descent at {n} learning rates").format(n=len(RATES))
    on_epoch = epoch_progress(given.on_progress, message, epochs)
    test = range_test(replace(experiment, recipe=recipe), RATES, epochs, on_epoch, seeds=3)
    check_trained(len(test.right) > 0)
    for rate in RATES[test.best >= RATES][::-1]:
        stochastic = _train(given, experiment, "stochastic", 1, float(rate))
        if np.isfinite(stochastic.losses).all():
            return float(rate), stochastic
    check_trained(False)
    raise AssertionError("refused above")


def _train(
    given: Subject, experiment: Experiment, name: str, batch_size: int, rate: float
) -> Variant:
    recipe = experiment.recipe.replace(batch_size=batch_size, learning_rate=rate)
    planned = replace(experiment, recipe=recipe)
    per_epoch = ex.plan(planned, recipe.seed).iterations_per_epoch
    message = _("{variant} descent").format(variant=_words()[name])
    _members, course = given.follow_seeds(
        planned, SEEDS, message, experiment.training, max(1, per_epoch // TIMES)
    )
    return Variant(name, batch_size, per_epoch, course.iterations, course.losses)


def _summary(variant: Variant, rate: float, order: int) -> dict[str, Any]:
    wobbles = variant.wobbles(order) if order else np.full(SEEDS, np.nan)
    ends = variant.losses[:, -1]
    return {
        "variant": variant.name,
        "batch_size": variant.batch_size,
        "learning_rate": rate,
        "iterations": int(variant.iterations[-1]),
        "wobble": float(np.median(wobbles)),
        "wobble_low": float(wobbles.min()),
        "wobble_high": float(wobbles.max()),
        "loss": float(np.median(ends)),
        "low": float(ends.min()),
        "high": float(ends.max()),
    }


def _essence(table: pl.DataFrame, experiment: Experiment, rate: float) -> list[str]:
    """How each variant went, and whether that is what the theory says."""
    wobble, loss = (
        dict(zip(table["variant"], table[name], strict=True)) for name in ("wobble", "loss")
    )
    essence = [
        _(
            "Plain gradient descent with one learning rate for all, {rate}: the best of those "
            "tried for stochastic descent, the least stable of the three. Rows: {rows}, epochs: "
            "{epochs}, medians over {seeds} seeds."
        ).format(
            rate=number(rate),
            rows=whole(len(experiment.training)),
            epochs=whole(experiment.recipe.epochs),
            seeds=SEEDS,
        )
    ]
    if not np.isnan(wobble["batch"]):
        ordered = wobble["stochastic"] > wobble["mini-batch"] > wobble["batch"]
        said = (
            _(
                "Stochastic descent shakes most: its loss lies {stochastic} off a smooth course. "
                "Mini-batch descent is steadier, {mini_batch}, and batch descent is the smoothest, "
                "{batch}: the more rows, the less chance there is in a gradient."
            )
            if ordered
            else _(
                "The loss lies {stochastic} off a smooth course with stochastic descent, "
                "{mini_batch} with mini-batch and {batch} with batch descent. More rows should be "
                "steadier; here the losses are so different, or the epochs so few, that it does "
                "not show."
            )
        )
        essence.append(
            said.format(
                stochastic=_share(wobble["stochastic"]),
                mini_batch=_share(wobble["mini-batch"]),
                batch=_share(wobble["batch"]),
            )
        )
    said = (
        _(
            "In as many epochs, batch descent falls to a loss of {batch}, mini-batch descent to "
            "{mini_batch}, stochastic descent to {stochastic}: smaller batches make more updates "
            "in an epoch."
        )
        if loss["batch"] > loss["mini-batch"]
        else _(
            "In as many epochs, batch descent falls to a loss of {batch}, mini-batch descent to "
            "{mini_batch}, stochastic descent to {stochastic}: here more updates in an epoch do "
            "not help, because batch descent gets as low as any."
        )
    )
    essence.append(
        said.format(
            batch=number(loss["batch"]),
            mini_batch=number(loss["mini-batch"]),
            stochastic=number(loss["stochastic"]),
        )
    )
    if wobble["stochastic"] > wobble["mini-batch"] and loss["batch"] > loss["mini-batch"]:
        essence.append(
            _(
                "So mini-batches are steadier than one row and faster than all rows. What an "
                "update costs in time is in `descenso explain batches`."
            )
        )
    return essence


def _share(wobble: float) -> str:
    """A share of the loss, in percent with two digits."""
    if wobble < LEAST_SHOWN:
        return _("less than {share}").format(share=percent(LEAST_SHOWN, "g"))
    return percent(wobble, ".2g")


def _words() -> dict[str, str]:
    return {
        "batch": _("batch"),
        "mini-batch": _("mini-batch"),
        "stochastic": _("stochastic"),
    }


def _compared(table: pl.DataFrame) -> Section:
    return Section(
        name="compared",
        title=_("Comparison"),
        sentences=[
            _(
                "The wobble is how far the loss of all rows lies, on average, from a smooth course "
                "through the measurements beside it, as a share of the loss: median, lowest and "
                "highest of the seeds."
            )
        ],
        table=table,
        column_titles={
            "wobble": _("wobble"),
            "wobble_low": _("lowest wobble"),
            "wobble_high": _("highest wobble"),
            "low": _("lowest loss"),
            "high": _("highest loss"),
        },
        cell_words=_words(),
    )


def _paths(trained: list[Variant]) -> Section:
    table = pl.concat(
        pl.DataFrame(
            {
                "variant": [each.name] * len(each.iterations),
                "epoch": each.iterations / each.per_epoch,
                "iteration": each.iterations,
                "loss": each.losses[0].astype(float),
                "low": each.losses.min(axis=0).astype(float),
                "high": each.losses.max(axis=0).astype(float),
            }
        )
        for each in trained
    )

    def draw() -> alt.TopLevelMixin:
        seen = table.with_columns(pl.col("variant").replace(_words()))
        scale = log_scale(pl.concat([seen["low"], seen["high"]]))
        base = alt.Chart(seen).encode(alt.X("epoch", title=_("epochs")))
        # In fixed colours: encoded, they would have a legend of their own beside the lines'.
        bands = [
            alt.Chart(part)
            .mark_area(opacity=0.15, color=color)
            .encode(
                alt.X("epoch", title=_("epochs")),
                alt.Y("low", scale=scale, title=_("training loss")),
                alt.Y2("high"),
            )
            for color, part in zip(
                PALETTE, seen.partition_by("variant", maintain_order=True), strict=False
            )
        ]
        lines = base.mark_line(strokeWidth=1.2).encode(
            alt.Y("loss", scale=scale), *lines_by("variant")
        )
        return alt.layer(*bands, lines).properties(width=WIDTH, height=HEIGHT)

    return Section(
        name="paths",
        title=_("The path of the loss, within epochs too"),
        sentences=[_("Lines are the paths of the first seed, bands reach over all seeds.")],
        table=table,
        column_titles={
            "epoch": _("epochs"),
            "iteration": _("iterations"),
            "low": _("lowest loss"),
            "high": _("highest loss"),
        },
        cell_words=_words(),
        draw=draw,
        alternative=_("The training loss of the three variants against epochs, within them too."),
        sketch=sketch(
            {
                f"log₁₀, {_words()[each.name]}": np.log10(
                    np.maximum(each.losses[0], 1e-12)
                ).tolist()
                for each in trained
            }
        ),
    )
