"""Dozens of learning rates trained at once: too small, right, too large, diverging."""

from typing import Any

import altair as alt
import numpy as np
import polars as pl
from jaxtyping import Float

from descenso.engine.learning_rate_finder import RangeTest, range_test, spread_rates
from descenso.engine.progress import epoch_progress
from descenso.i18n import N_
from descenso.i18n import gettext as _
from descenso.lessons.lesson import Lesson, Section, sketch
from descenso.lessons.subject import subject
from descenso.views.charts import HEIGHT, WIDTH, lines_by, log_scale, points_by
from descenso.views.numbers import number

PLACE = 11
SUMMARY = N_("dozens of learning rates trained at once, and which are right")

RATES = 48


def learning_rate(
    data: Any = None, target: Any = None, *, rates: int = RATES, **fields: Any
) -> Lesson:
    """Train the same network at dozens of learning rates at once, and see which are right.

    A rate is right where the training loss at the end lies within a tenth of the way from the best
    rate's to that of the best constant prediction; smaller rates are too small, larger ones too
    large, and some diverge. The middle of the right ones is suggested, as `descenso train
    --learning-rate auto` finds it. All start from the same weights and see the rows in the same
    order.

    Args:
        rates: how many, evenly spread on a logarithmic scale from 10⁻⁵ to 10².

    >>> lesson = learning_rate(rates=8, epochs=5)
    >>> lesson.table["verdict"][0]
    'too small'
    """
    given = subject(data, target, **fields)
    experiment = given.experiment
    epochs = experiment.recipe.epochs
    message = _("Training at {n} learning rates at once").format(n=rates)
    test = range_test(
        experiment, spread_rates(rates), epochs, epoch_progress(given.on_progress, message, epochs)
    )
    members, tried, ends = test.members, test.rates, test.losses
    firsts = [float(each.loss[0]) if len(each.loss) else np.nan for each in members]
    validation = [
        None
        if each.validation_loss is None or not len(each.validation_loss)
        else float(each.validation_loss[-1])
        for each in members
    ]
    table = pl.DataFrame(
        {
            "learning_rate": tried,
            "loss": np.where(np.isfinite(ends), ends, np.nan),
            "validation_loss": validation,
            "loss_after_one_epoch": firsts,
            "rose": [_rose(each.loss) for each in members],
            "verdict": test.verdicts,
        },
        schema_overrides={"validation_loss": pl.Float64},
    ).with_columns(pl.col("loss", "loss_after_one_epoch").fill_nan(None))
    found = len(test.right) > 0
    return Lesson(
        topic="learning-rate",
        title=_("The learning rate: the size of the step"),
        subject=given.description,
        essence=_essence(test),
        sections=[_rates(table, test), *_courses(test)],
        numbers={
            "suggestion": test.suggestion if found else None,
            "best": test.best if found else None,
            "right_from": float(test.right.min()) if found else None,
            "right_to": float(test.right.max()) if found else None,
            "baseline_loss": test.baseline,
            "epochs": experiment.recipe.epochs,
        },
    )


def _essence(test: RangeTest) -> list[str]:
    """Which rates are right, and from which on the loss becomes infinite."""
    diverged = test.rates[[verdict == "diverged" for verdict in test.verdicts]]
    if len(test.right) == 0:
        return [
            _(
                "At every rate from {low} to {high} the loss became infinite. Very "
                "large numbers in the data or in the recipe can cause this."
            ).format(low=number(float(test.rates[0])), high=number(float(test.rates[-1])))
        ]
    essence = [
        _(
            "Learning rates from {low} to {high} are right for this data and network; {suggestion} "
            "is in the middle. The lowest loss, {loss}, was reached at {best}."
        ).format(
            low=number(float(test.right.min())),
            high=number(float(test.right.max())),
            suggestion=number(test.suggestion),
            loss=number(float(test.losses.min())),
            best=number(test.best),
        )
    ]
    if len(diverged):
        essence.append(_diverging(test.rates, diverged))
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


def _rose(losses: np.ndarray) -> float | None:
    """The share of epochs in which the loss rose: a path that jumps to and fro."""
    return float(np.mean(np.diff(losses) > 0)) if len(losses) > 1 else None


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
        seen = table.drop_nulls("loss").with_columns(pl.col("verdict").replace(_words()))
        x = alt.X("learning_rate", title=_("learning rate"), scale=alt.Scale(type="log"))
        points = (
            alt.Chart(seen)
            .mark_point(filled=True, size=50)
            .encode(
                x,
                alt.Y("loss", title=_("final training loss"), scale=log_scale(seen["loss"])),
                *points_by("verdict"),
            )
        )
        marks = pl.DataFrame({"learning_rate": [test.suggestion], "text": [_("suggested")]})
        rule = alt.Chart(marks).mark_rule(strokeDash=[4, 4]).encode(x)
        text = alt.Chart(marks).mark_text(align="left", dx=4, y=10).encode(x, text="text")
        return (points + rule + text).properties(width=WIDTH, height=HEIGHT)

    worst = float(table["loss"].max() or 1.0)  # pyright: ignore[reportArgumentType]
    return Section(
        name="rates",
        title=_("Comparison by rate"),
        sentences=[
            _("A rate is right if its final loss is at most {bar}.").format(bar=number(test.bar))
        ]
        if found
        else [],
        table=table,
        column_titles={"loss_after_one_epoch": _("loss of the first epoch")},
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
    """How the loss goes at one rate of each verdict: the middle one that ended an epoch."""
    shown: dict[str, int] = {}
    for verdict in _words():
        of_kind = [
            index
            for index, each in enumerate(test.verdicts)
            if each == verdict and len(test.members[index].loss)
        ]
        if of_kind:
            shown[verdict] = of_kind[len(of_kind) // 2]
    if not shown:
        return []
    table = pl.concat(
        pl.DataFrame(
            {
                "verdict": [verdict] * len(test.members[index].loss),
                "learning_rate": [float(test.rates[index])] * len(test.members[index].loss),
                "epoch": np.arange(1, len(test.members[index].loss) + 1),
                "loss": test.members[index].loss.astype(float),
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
                f"{_words()[verdict]} ({number(float(test.rates[index]))})": test.members[
                    index
                ].loss.tolist()
                for verdict, index in shown.items()
            }
        ),
    )
    return [section]
