"""Which output activation and loss belong to a problem, and what wrong pairs reach."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import altair as alt
import polars as pl

from descenso.engine import metrics
from descenso.engine.task import PAIRS
from descenso.i18n import N_
from descenso.i18n import gettext as _
from descenso.lessons.lesson import Lesson, Section
from descenso.lessons.subject import Subject, check_trained, subject
from descenso.runs.evaluation import scoring
from descenso.runs.seeds import usable
from descenso.views.charts import WIDTH, points_by
from descenso.views.numbers import number
from descenso.views.words import metric_name, task_name

PLACE = 3
SUMMARY = N_("the output and loss that belong to a problem, and what wrong pairs reach")

SEEDS = 5

# Beside the right pairing, those that people take by mistake: output activation and loss.
MISTAKES: dict[str, tuple[tuple[str, str], ...]] = {
    "regression": (("sigmoid", "mse"), ("sigmoid", "bce")),
    "binary": (("sigmoid", "mse"), ("linear", "mse"), ("linear", "bce")),
    "multiclass": (("softmax", "mse"), ("sigmoid", "bce"), ("linear", "mse"), ("linear", "cce")),
}


def pairing(data: Any = None, target: Any = None, **fields: Any) -> Lesson:
    """Which output activation and loss follow from which problem, and what the others reach.

    The right pairing and common mistakes are trained from the same five seeds on the same rows, and
    judged on the validation rows; without those, on the training rows.

    >>> table = pairing(epochs=5).tables["trained"]
    >>> table.select("output_activation", "loss").row(0)
    ('softmax', 'cce')
    """
    given = subject(data, target, **fields)
    problem = given.experiment.task.problem
    metric = _METRICS[problem][0]
    trained, unseen = _trained(given, metric), given.experiment.validation is not None
    summary = trained.group_by("output_activation", "loss", "right", maintain_order=True).agg(
        pl.exclude("seed").mean(),
        pl.col(metric).std().alias(f"{metric}_sd"),
        seeds=pl.len().cast(pl.Int64),
    )
    right = summary.filter(pl.col("right")).row(0, named=True)
    check_trained(right[metric] is not None)
    reached = summary.drop_nulls(metric).sort(metric)
    best, worst = reached.row(0, named=True), reached.row(-1, named=True)
    essence = [
        _(
            "For {problem}, the output activation is {output_activation} and the loss "
            "is {loss}: {metric} {value} ± {sd} over {n} seeds."
        ).format(
            problem=task_name(problem),
            output_activation=right["output_activation"],
            loss=right["loss"],
            metric=metric_name(metric),
            value=number(right[metric]),
            sd=number(right[f"{metric}_sd"]),
            n=SEEDS,
        )
    ]
    if not worst["right"]:
        essence.append(
            _(
                "The worst pair, output {output_activation} with loss {loss}, reached {value}."
            ).format(
                output_activation=worst["output_activation"],
                loss=worst["loss"],
                value=number(worst[metric]),
            )
        )
    if not best["right"]:
        essence.append(
            _("On these rows, {output_activation} with {loss} was better: {value}.").format(
                output_activation=best["output_activation"],
                loss=best["loss"],
                value=number(best[metric]),
            )
        )
    if not best["right"] and unseen and right[f"{metric}_training"] < best[f"{metric}_training"]:
        essence.append(
            _(
                "On the training rows, {output_activation} with {loss} is better, {value} against "
                "{other}: it memorised them, see `descenso explain overfitting`."
            ).format(
                output_activation=right["output_activation"],
                loss=right["loss"],
                value=number(right[f"{metric}_training"]),
                other=number(best[f"{metric}_training"]),
            )
        )
    return Lesson(
        topic="pairing",
        title=_("The problem determines the loss"),
        subject=given.name,
        essence=essence,
        sections=[_table(), _reached(summary, trained, metric, unseen)],
        numbers={
            "metric": metric,
            "right": right[metric],
            "right_sd": right[f"{metric}_sd"],
            "worst": worst[metric],
            "seeds": SEEDS,
        },
    )


def _trained(given: Subject, metric: str) -> pl.DataFrame:
    """The metrics of each pair and seed on the validation rows, and one on the training rows."""
    experiment, recipe = given.experiment, given.experiment.recipe
    rows = experiment.validation or experiment.training
    right_activation, right_losses = PAIRS[experiment.task.problem]
    pairs = [(right_activation, right_losses[0]), *MISTAKES[experiment.task.problem]]
    if experiment.task.problem == "regression":
        pairs.insert(1, (right_activation, right_losses[1]))
    found: list[dict[str, Any]] = []
    for activation, loss in pairs:
        pair = recipe.replace(output_activation=activation, loss=loss, allow_mismatch=True)
        message = _("Training {activation} with {loss}").format(activation=activation, loss=loss)
        task = replace(experiment.task, output_activation=activation, loss=loss)
        paired = replace(experiment, task=task)
        for member in given.train_seeds(replace(experiment, recipe=pair), SEEDS, message):
            network = usable(member)
            scored, own = (
                {} if network is None else metrics.measure(scoring.judge(paired, network, judged))
                for judged in (rows, experiment.training)
            )
            found.append(
                {
                    "output_activation": activation,
                    "loss": loss,
                    "right": activation == right_activation and loss in right_losses,
                    "seed": member.recipe.seed,
                    **{name: scored.get(name) for name in _METRICS[experiment.task.problem]},
                    f"{metric}_training": own.get(metric),
                }
            )
    return pl.DataFrame(found, infer_schema_length=None)


_METRICS: dict[str, Sequence[str]] = {
    "regression": ("rmse", "mae", "r2"),
    "binary": ("log_loss", "accuracy", "roc_auc"),
    "multiclass": ("log_loss", "accuracy", "f1_macro"),
}


def _table() -> Section:
    table = pl.DataFrame(
        [
            {"problem": problem, "output_activation": activation, "loss": " / ".join(losses)}
            for problem, (activation, losses) in PAIRS.items()
        ]
    )
    return Section(
        name="pairs",
        title=_("Output activation and loss by problem"),
        sentences=[
            _(
                "A number may have any value, a probability lies between 0 and 1, and "
                "the probabilities of several classes sum to 1. The loss measures how "
                "unlikely the observed values are."
            )
        ],
        table=table,
        cell_words={problem: task_name(problem) for problem in PAIRS},
    )


def _reached(summary: pl.DataFrame, trained: pl.DataFrame, metric: str, unseen: bool) -> Section:
    first = ["output_activation", "loss", "right", metric, f"{metric}_sd"]
    own = f"{metric}_training"

    def draw() -> alt.TopLevelMixin:
        seen = trained.with_columns(
            pair=pl.concat_str("output_activation", "loss", separator=" + "),
            kind=pl.when("right").then(pl.lit(_("right"))).otherwise(pl.lit(_("wrong"))),
        )
        return (
            alt.Chart(seen)
            .mark_point(filled=True, size=60, opacity=0.7)
            .encode(
                alt.X(metric, title=metric_name(metric), scale=alt.Scale(zero=False)),
                alt.Y("pair", title=None, sort=None),
                *points_by("kind"),
            )
            .properties(width=WIDTH - 120, height=36 * summary.height)
        )

    return Section(
        name="trained",
        title=_("Result of each pair"),
        sentences=[
            (
                _("Means over {n} seeds on the validation rows. The chart has one point per seed.")
                if unseen
                else _(
                    "Means over {n} seeds on the training rows. The chart has one point per seed."
                )
            ).format(n=SEEDS)
        ],
        # Where no rows are kept apart, both are the same.
        table=summary.select(*first, pl.exclude(*first, own, "seeds"), *([own] if unseen else [])),
        column_titles={
            "accuracy": metric_name("accuracy"),
            f"{metric}_sd": "±",
            own: _("{metric} on the training rows").format(metric=metric_name(metric)),
        },
        draw=draw,
        alternative=_("The metric of each pair, one point per seed."),
    )
