"""Dozens of learning rates trained at once: too small, right, too large, diverging."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import altair as alt
import numpy as np
import polars as pl
from jaxtyping import Float

from descenso.engine import experiment as ex
from descenso.engine.experiment import Experiment
from descenso.engine.learning_rate_finder import RangeTest, range_test, spread_rates
from descenso.engine.population import Member
from descenso.engine.progress import epoch_progress
from descenso.i18n import N_
from descenso.i18n import gettext as _
from descenso.lessons.lesson import Lesson, Section, sketch
from descenso.lessons.subject import subject
from descenso.views.charts import HEIGHT, WIDTH, lines_by, log_scale, points_by
from descenso.views.numbers import number, whole

PLACE = 11
SUMMARY = N_("dozens of learning rates trained at once, and which are right")

RATES = 29  # four in each power of ten
SEEDS = 3
MOST_UPDATES = 2000  # of a training, at the least one epoch: enough to see which are slow


def learning_rate(
    data: Any = None, target: Any = None, *, rates: int = RATES, **fields: Any
) -> Lesson:
    """Train the same network at dozens of learning rates at once, and see which are right.

    Each rate is constant, and trained from three seeds with the recipe's optimiser, without dropout
    or clipping. It is judged by the median of the training loss at the end. Right are the best rate
    and those around it whose loss lies within a tenth of the way from the best rate's to that of
    the best constant prediction; smaller rates are too small, larger ones too large, and from some
    rate on all may diverge. A rate is as good as the worst of itself and the two beside it, so that
    the best one does not owe it to chance.

    Args:
        rates: how many, evenly spread on a logarithmic scale from 10⁻⁵ to 10².

    >>> lesson = learning_rate(rates=8, epochs=5)
    >>> lesson.table["verdict"][0]
    'too small'
    """
    given = subject(data, target, **fields)
    experiment = _plain(given.experiment)
    epochs = experiment.recipe.epochs
    message = _("Training at {n} learning rates at once").format(n=rates)
    on_epoch = epoch_progress(given.on_progress, message, epochs)
    test = range_test(experiment, spread_rates(rates), epochs, on_epoch, SEEDS)
    table = pl.DataFrame(
        {
            "learning_rate": test.rates,
            "loss": _finite(test.medians),
            "low": _finite(test.losses.min(axis=1)),
            "high": _finite(test.losses.max(axis=1)),
            "rose": [_rose([each.loss for each in seeds]) for seeds in test.members],
            "diverged": np.mean(~np.isfinite(test.losses), axis=1),
            "verdict": test.verdicts,
        }
    )
    found = len(test.right) > 0
    return Lesson(
        topic="learning-rate",
        title=_("The learning rate: the size of the step"),
        subject=given.description,
        essence=[_how(experiment), *_essence(test)],
        sections=[_rates(table, test), *_courses(test)],
        numbers={
            "suggestion": test.suggestion if found else None,
            "best": test.best if found else None,
            "right_from": float(test.right.min()) if found else None,
            "right_to": float(test.right.max()) if found else None,
            "baseline_loss": test.baseline,
            "epochs": epochs,
            "seeds": SEEDS,
        },
    )


def _plain(experiment: Experiment) -> Experiment:
    """The recipe with nothing that would hide what the learning rate does."""
    recipe = experiment.recipe.replace(schedule="constant", dropout=0.0, clip_norm=None)
    per_epoch = ex.plan(experiment, recipe.seed).iterations_per_epoch
    epochs = min(recipe.epochs, max(1, MOST_UPDATES // per_epoch))
    return replace(experiment, recipe=recipe.replace(epochs=epochs), validation=None)


def _how(experiment: Experiment) -> str:
    """How the rates were tried."""
    epochs = experiment.recipe.epochs
    updates = ex.plan(experiment, experiment.recipe.seed).iterations
    return _(
        "Each rate was trained with {optimizer} at a constant rate from {seeds} seeds, epochs: "
        "{epochs}, updates: {updates}; its loss is their median."
    ).format(
        optimizer=experiment.recipe.optimizer,
        seeds=SEEDS,
        epochs=whole(epochs),
        updates=whole(updates),
    )


def _essence(test: RangeTest) -> list[str]:
    """Which rates are right, which borders were not seen, and where the loss becomes infinite."""
    if len(test.right) == 0:
        return [
            _(
                "At every rate from {low} to {high} the loss became infinite. Very "
                "large numbers in the data or in the recipe can cause this."
            ).format(low=number(float(test.rates[0])), high=number(float(test.rates[-1])))
        ]
    low, high = float(test.right.min()), float(test.right.max())
    best = float(test.medians[test.rates == test.best][0])
    essence = [
        _(
            "Learning rates from {low} to {high} are right for this data and network. The best is "
            "{best} (loss {loss}), judged together with the rates beside it, so that none wins by "
            "luck."
        ).format(low=number(low), high=number(high), loss=number(best), best=number(test.best))
    ]
    if best > test.baseline:
        essence.append(
            _(
                "No rate reached a lower loss than the best constant prediction, {baseline}: "
                "either there is nothing to learn, or more epochs are needed."
            ).format(baseline=number(test.baseline))
        )
    else:
        essence += [
            _("At smaller rates the steps are too short to come as far in so many updates.")
            if low > test.rates[0]
            else _("None of the rates tried was too small: the smallest, {low}, is right.").format(
                low=number(low)
            ),
            _("At larger rates the steps are too long: they jump over the minimum.")
            if high < test.rates[-1]
            else _("None of the rates tried was too large: the largest, {high}, is right.").format(
                high=number(high)
            ),
        ]
    lucky = test.rates[(test.rates > high) & (test.medians <= test.bar)]
    if len(lucky):
        essence.append(
            _(
                "{rates} reached a loss as low, but not the rates between: a jump happened to end "
                "well, so it counts as too large."
            ).format(rates=", ".join(number(float(each)) for each in lucky))
        )
    infinite = test.rates[~np.isfinite(test.medians)]
    if len(infinite):
        essence.append(_diverging(test.rates, infinite))
    return essence


def _diverging(rates: Float[np.ndarray, " rates"], diverged: Float[np.ndarray, " found"]) -> str:
    """Where the loss became infinite: a yet larger rate may leave it finite, with dead units."""
    least = float(diverged.min())
    above = int((rates >= least).sum())
    if len(diverged) == above:
        return _("From {rate} on, the loss becomes infinite.").format(rate=number(least))
    return _(
        "At {found} of the {above} rates from {rate} on, the loss became infinite; at the others "
        "it stayed finite."
    ).format(found=len(diverged), above=above, rate=number(least))


def _finite(losses: Float[np.ndarray, " rates"]) -> list[float | None]:
    return [float(each) if np.isfinite(each) else None for each in losses]


def _rose(courses: list[np.ndarray]) -> float | None:
    """The share of epochs in which the loss rose: a path that jumps to and fro."""
    rises = np.concatenate([np.diff(losses) > 0 for losses in courses])
    return float(rises.mean()) if len(rises) else None


def _words() -> dict[str, str]:
    return {
        "too small": _("too small"),
        "right": _("right"),
        "too large": _("too large"),
        "diverged": _("diverged"),
    }


def _rates(table: pl.DataFrame, test: RangeTest) -> Section:
    found = len(test.right) > 0

    def draw() -> alt.TopLevelMixin:
        seen = table.drop_nulls("loss").with_columns(
            pl.col("verdict").replace(_words()),
            # Where a seed diverged, the band is open upwards.
            pl.col("high").fill_null(pl.col("high").max()),
        )
        x = alt.X("learning_rate", title=_("learning rate"), scale=alt.Scale(type="log"))
        scale = log_scale(pl.concat([seen["low"], seen["high"]]))
        y = alt.Y("loss", title=_("final training loss"), scale=scale)
        base = alt.Chart(seen).encode(x)
        band = base.mark_area(opacity=0.15).encode(alt.Y("low", scale=scale), alt.Y2("high"))
        points = base.mark_point(filled=True, size=50).encode(y, *points_by("verdict"))
        marks = pl.DataFrame({"learning_rate": [test.best], "text": [_("best")]})
        rule = alt.Chart(marks).mark_rule(strokeDash=[4, 4]).encode(x)
        text = alt.Chart(marks).mark_text(align="left", dx=4, y=10).encode(x, text="text")
        return (band + points + rule + text).properties(width=WIDTH, height=HEIGHT)

    worst = float(table["loss"].max() or 1.0)  # pyright: ignore[reportArgumentType]
    return Section(
        name="rates",
        title=_("Comparison by rate"),
        sentences=[
            _(
                "Right are the best rate and those around it, as far as the final loss, the median "
                "over seeds, is at most {bar}: a tenth of the way from the best loss to that of "
                "the best constant prediction. The band in the chart shows the lowest and highest "
                "loss of the seeds."
            ).format(bar=number(test.bar))
        ]
        if found
        else [],
        table=table,
        column_titles={
            "low": _("lowest loss"),
            "high": _("highest loss"),
            "diverged": _("share that diverged"),
        },
        cell_words=_words(),
        draw=draw if found else None,
        alternative=_("Final training loss against learning rate, both on a logarithmic scale."),
        sketch=[
            *sketch(
                {
                    _("log₁₀ of the final loss"): [
                        float(np.log10(max(worst if loss is None else loss, 1e-12)))
                        for loss in table["loss"]
                    ]
                }
            ),
            *(
                f"{_words()[verdict]}: {number(part['learning_rate'].min())} … "  # pyright: ignore[reportArgumentType]
                f"{number(part['learning_rate'].max())}"  # pyright: ignore[reportArgumentType]
                for (verdict,), part in table.group_by("verdict", maintain_order=True)
            ),
        ]
        if found
        else [],
    )


def _courses(test: RangeTest) -> list[Section]:
    """How the loss goes at one rate of each verdict: the best one, or else the middle one."""
    medians = [_median_course(seeds) for seeds in test.members]
    shown: dict[str, int] = {}
    for verdict in _words():
        of_kind = [
            index
            for index, each in enumerate(test.verdicts)
            if each == verdict and len(medians[index])
        ]
        if of_kind:
            shown[verdict] = of_kind[len(of_kind) // 2]
    if not shown:
        return []
    if "right" in shown:
        shown["right"] = int(np.flatnonzero(test.rates == test.best)[0])
    table = pl.concat(
        pl.DataFrame(
            {
                "verdict": [verdict] * len(medians[index]),
                "learning_rate": [float(test.rates[index])] * len(medians[index]),
                "epoch": np.arange(1, len(medians[index]) + 1),
                "loss": medians[index],
            }
        )
        for verdict, index in shown.items()
    )

    def draw() -> alt.TopLevelMixin:
        seen = table.with_columns(pl.col("verdict").replace(_words()))
        return (
            alt.Chart(seen)
            .mark_line()
            .encode(
                alt.X("epoch", title=_("epoch")),
                alt.Y("loss", title=_("training loss"), scale=log_scale(seen["loss"])),
                *lines_by("verdict"),
            )
            .properties(width=WIDTH, height=HEIGHT)
        )

    section = Section(
        name="courses",
        title=_("Example rates: too small, right, too large"),
        table=table,
        cell_words=_words(),
        draw=draw,
        alternative=_("Training loss by epoch at a few learning rates."),
        sketch=sketch(
            {
                f"{_words()[verdict]} ({number(float(test.rates[index]))})": medians[index].tolist()
                for verdict, index in shown.items()
            }
        ),
    )
    return [section]


def _median_course(seeds: Sequence[Member]) -> Float[np.ndarray, " epochs"]:
    """The median loss of each epoch, as far as all seeds came."""
    epochs = min(len(each.loss) for each in seeds)
    return np.median([each.loss[:epochs].astype(float) for each in seeds], axis=0)
