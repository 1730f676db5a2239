"""Which output activation and loss belong to a problem, and what wrong pairs reach."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import altair as alt
import numpy as np
import polars as pl

from descenso.engine import metrics
from descenso.engine.experiment import Experiment
from descenso.engine.task import PAIRS
from descenso.i18n import N_, ngettext, percent
from descenso.i18n import gettext as _
from descenso.lessons.lesson import Lesson, Section
from descenso.lessons.subject import Subject, check_trained, subject, with_held_out_rows
from descenso.runs.evaluation import scoring
from descenso.runs.seeds import usable
from descenso.views.charts import WIDTH, log_scale, points_by
from descenso.views.numbers import number, whole
from descenso.views.words import metric_name, task_name

PLACE = 3
SUMMARY = N_("the output and loss that belong to a problem, and what wrong pairs reach")

SEEDS = 5
# A pair is worse or better than the right one if the mean difference over seeds is beyond so many
# of its standard errors and this share of what the right one reaches; as good, if it is below the
# share that is close.
STANDARD_ERRORS = 2.0
SHARE = 0.02
CLOSE = 0.1
FEW_ROWS = 30  # of so few held-out rows, chance decides which are hard

# Beside the right pairing, those that people take by mistake: output activation and loss.
MISTAKES: dict[str, tuple[tuple[str, str], ...]] = {
    "regression": (("sigmoid", "mse"), ("sigmoid", "bce")),
    "binary": (("sigmoid", "mse"), ("linear", "mse"), ("linear", "bce")),
    "multiclass": (("softmax", "mse"), ("sigmoid", "bce"), ("linear", "mse"), ("linear", "cce")),
}

_METRICS: dict[str, Sequence[str]] = {
    "regression": ("rmse", "mae", "r2"),
    "binary": ("log_loss", "accuracy", "roc_auc"),
    "multiclass": ("log_loss", "accuracy", "f1_macro"),
}


def pairing(data: Any = None, target: Any = None, **fields: Any) -> Lesson:
    """Which output activation and loss follow from which problem, and what the others reach.

    The right pairing and common mistakes are trained from the same five seeds on the same rows,
    each to its best epoch by its own loss on held-out rows, and judged there by one metric. Without
    validation rows, every fifth training row is held out.

    >>> table = pairing(epochs=5).tables["trained"]
    >>> table.select("output_activation", "loss").row(0)
    ('softmax', 'cce')
    """
    given = subject(data, target, **fields)
    experiment = with_held_out_rows(given.experiment)
    problem = experiment.task.problem
    metric = _METRICS[problem][0]
    trained = _trained(given, experiment)
    summary = _summary(trained, metric)
    right = summary.row(0, named=True)
    check_trained(right[metric] is not None)
    wrong = summary.filter(~pl.col("right"))
    reached = wrong.drop_nulls(metric).sort(metric)
    judged = experiment.validation or experiment.training
    return Lesson(
        topic="pairing",
        title=_("The problem determines the loss"),
        subject=given.name,
        essence=[
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
            ),
            *(_said(pair, metric, problem) for pair in wrong.iter_rows(named=True)),
            *(
                [
                    ngettext(
                        "Only {n} row is held out: on other rows the order may be another.",
                        "Only {n} rows are held out: on other rows the order may be another.",
                        len(judged),
                    ).format(n=whole(len(judged)))
                ]
                if len(judged) < FEW_ROWS
                else []
            ),
        ],
        sections=[_table(), _reached(summary, trained, metric, len(judged))],
        numbers={
            "metric": metric,
            "right": right[metric],
            "right_sd": right[f"{metric}_sd"],
            "worst": reached[metric][-1] if reached.height else None,
            "seeds": SEEDS,
        },
    )


def _trained(given: Subject, experiment: Experiment) -> pl.DataFrame:
    """The metrics of each pair and seed on the held-out rows, at the best epoch."""
    recipe = experiment.recipe
    rows = experiment.validation or experiment.training
    right_activation, right_losses = PAIRS[experiment.task.problem]
    pairs = [(right_activation, loss) for loss in right_losses]
    found: list[dict[str, Any]] = []
    for activation, loss in [*pairs, *MISTAKES[experiment.task.problem]]:
        # A patience that never runs out keeps the best epoch.
        pair = recipe.replace(
            output_activation=activation,
            loss=loss,
            allow_mismatch=True,
            patience=recipe.epochs + 1,
        )
        message = _("Training {activation} with {loss}").format(activation=activation, loss=loss)
        task = replace(experiment.task, output_activation=activation, loss=loss)
        paired = replace(experiment, recipe=pair, task=task)
        for member in given.train_seeds(paired, SEEDS, message):
            network = usable(member)
            scored = (
                {} if network is None else metrics.measure(scoring.judge(paired, network, rows))
            )
            found.append(
                {
                    "output_activation": activation,
                    "loss": loss,
                    "right": (activation, loss) in pairs,
                    "seed": member.recipe.seed,
                    "epoch": member.kept_epoch,
                    **{name: scored.get(name) for name in _METRICS[experiment.task.problem]},
                }
            )
    return pl.DataFrame(found, infer_schema_length=None)


def _summary(trained: pl.DataFrame, metric: str) -> pl.DataFrame:
    """Means over seeds of each pair, and whether it reaches what the right one reaches."""
    pair = ["output_activation", "loss"]
    right = trained.filter(pl.col(pair[0]) == trained[pair[0]][0], loss=trained["loss"][0])
    verdicts = {
        key: compared(part[metric], right[metric])
        for key, part in trained.group_by(pair, maintain_order=True)
    }
    summary = trained.group_by(*pair, "right", maintain_order=True).agg(
        pl.col(metric).mean(),
        pl.col(metric).std().alias(f"{metric}_sd"),
        pl.exclude("seed", metric).mean(),
    )
    return summary.with_columns(
        pl.Series("verdict", ["right", *(verdicts[row[:2]] for row in summary.rows()[1:])])
    )


def compared(found: pl.Series, right: pl.Series) -> str:
    """Whether a pair is better than the right one, as good, worse or uncertain; seed by seed.

    Args:
        found, right: a metric of each seed of which less is better; null where it diverged.
    """
    if found.null_count():
        return "diverged"
    differences = (found - right).drop_nulls().to_numpy()
    error = differences.std(ddof=1) / np.sqrt(len(differences)) if len(differences) > 1 else 0.0
    mean, reached = float(differences.mean()), float(right.mean())  # pyright: ignore[reportArgumentType]
    if abs(mean) <= max(STANDARD_ERRORS * error, SHARE * abs(reached)):
        return "as good" if abs(mean) <= CLOSE * abs(reached) else "uncertain"
    return "worse" if mean > 0 else "better"


def _said(pair: dict[str, Any], metric: str, problem: str) -> str:
    """What a wrong pair reached, and why that may be."""
    words = {
        "output_activation": pair["output_activation"],
        "loss": pair["loss"],
        "metric": metric_name(metric),
        "value": number(pair[metric]),
    }
    worse, equal = _reasons()[problem, pair["output_activation"], pair["loss"]]
    match pair["verdict"]:
        case "diverged":
            return _("{output_activation} with {loss}: the loss became infinite. {why}").format(
                **words, why=worse
            )
        case "worse":
            return _("{output_activation} with {loss} is worse, {value}. {why}").format(
                **words, why=worse
            )
        case "better":
            return _(
                "{output_activation} with {loss} is better on these rows, {value}. {why}"
            ).format(**words, why=equal)
        case "uncertain":
            return _(
                "{output_activation} with {loss} reached {value} ± {sd}: the seeds differ too much "
                "to say whether it is better or worse."
            ).format(**words, sd=number(pair[f"{metric}_sd"]))
        case _:
            return _(
                "{output_activation} with {loss} is about as good on these rows, {value}. {why}"
            ).format(**words, why=equal)


def _reasons() -> dict[tuple[str, str, str], tuple[str, str]]:
    """Why each wrong pair is worse, and why it may be as good all the same."""
    bounded = (
        _("A sigmoid cannot leave 0 to 1, where few of the scaled numbers lie."),
        _(
            "A sigmoid cannot leave 0 to 1; it can only keep up where the right pair hardly does "
            "better than one constant number."
        ),
    )
    squared = (
        _(
            "The squared error of a probability is at most 1: a confident mistake costs little "
            "more than a hesitant one, and little is learnt from it."
        ),
        _(
            "The squared error of a probability is lowest at the true probability too. It learns "
            "less from confident mistakes, which helps where those rows are chance."
        ),
    )
    unbounded = (
        _("Without bounds, the output is no probability: what leaves 0 to 1 has to be cut off."),
        _(
            "The squared error aims at the probability of a class even without bounds; on these "
            "rows it costs little that some outputs leave 0 to 1."
        ),
    )
    clipped = (
        _(
            "The logarithm needs an output between 0 and 1. What leaves that range is cut off, and "
            "its derivative is 0: there nothing more is learnt."
        ),
        _(
            "As long as the output stays between 0 and 1, this is the same loss; on these rows it "
            "mostly does."
        ),
    )
    each_class = (
        _("Each class is asked about by itself, so the probabilities need not sum to 1."),
        _(
            "One yes-or-no question for each class asks for the same probabilities; they are only "
            "not made to sum to 1."
        ),
    )
    return {
        ("regression", "sigmoid", "mse"): bounded,
        ("regression", "sigmoid", "bce"): bounded,
        ("binary", "sigmoid", "mse"): squared,
        ("binary", "linear", "mse"): unbounded,
        ("binary", "linear", "bce"): clipped,
        ("multiclass", "softmax", "mse"): squared,
        ("multiclass", "sigmoid", "bce"): each_class,
        ("multiclass", "linear", "mse"): unbounded,
        ("multiclass", "linear", "cce"): clipped,
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


def _reached(summary: pl.DataFrame, trained: pl.DataFrame, metric: str, rows: int) -> Section:
    first = ["output_activation", "loss", "right", "verdict", metric, f"{metric}_sd"]

    def draw() -> alt.TopLevelMixin:
        seen = trained.with_columns(
            pair=pl.concat_str("output_activation", "loss", separator=" + "),
            kind=pl.when("right").then(pl.lit(_("right"))).otherwise(pl.lit(_("wrong"))),
        )
        return (
            alt.Chart(seen)
            .mark_point(filled=True, size=60, opacity=0.7)
            .encode(
                alt.X(
                    metric,
                    title=metric_name(metric),
                    scale=log_scale(seen[metric].drop_nulls()),
                ),
                alt.Y("pair", title=None, sort=None),
                *points_by("kind"),
            )
            .properties(width=WIDTH - 120, height=36 * summary.height)
        )

    return Section(
        name="trained",
        title=_("Result of each pair"),
        sentences=[
            _(
                "Means over {n} seeds, each at its best epoch by its own loss on {rows} held-out "
                "rows, and measured there. A pair counts as worse or better than the first one if "
                "the difference, seed by seed, is more than chance and more than {share}. The "
                "chart has one point per seed."
            ).format(n=SEEDS, rows=whole(rows), share=percent(SHARE))
        ],
        table=summary.select(*first, pl.exclude(first)),
        column_titles={
            "accuracy": metric_name("accuracy"),
            "epoch": _("best epoch"),
            f"{metric}_sd": "±",
        },
        cell_words={
            "right": _("right"),
            "uncertain": _("uncertain"),
            "as good": _("as good"),
            "better": _("better"),
            "worse": _("worse"),
            "diverged": _("diverged"),
        },
        draw=draw,
        alternative=_("The metric of each pair, one point per seed."),
    )
