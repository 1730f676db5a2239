"""The losses and their derivatives, and what one outlier does to a training."""

from dataclasses import replace
from typing import Any

import altair as alt
import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
from jaxtyping import Array, Float

from descenso.engine import inference, population
from descenso.engine import losses as formulas
from descenso.engine.experiment import Experiment
from descenso.engine.network import Model
from descenso.i18n import N_, percent
from descenso.i18n import gettext as _
from descenso.lessons.lesson import Lesson, Section, sketch
from descenso.lessons.subject import NUMBER, Subject, check_trained, subject
from descenso.runs.seeds import usable
from descenso.views.charts import HEIGHT, WIDTH
from descenso.views.numbers import number, whole
from descenso.views.words import class_name

PLACE = 2
SUMMARY = N_("each loss and its derivative, and what one outlier does")

POINTS = 120  # of a curve over probabilities
OUTLIER = 20.0  # standard deviations that one row of the target is moved by
OWN_OUTLIER = 5.0  # standard deviations from the median: a value so far away is an outlier itself
FEW_ROWS = 30
LITTLE = 0.02  # a change of the mean error by a smaller share
SEEDS = 5
MOST_WRONG = 10  # rows shown one by one


def losses(data: Any = None, target: Any = None, **fields: Any) -> Lesson:
    """What each loss asks of a prediction, and how hard it pulls.

    The curves of mse, mae, bce and cce with their derivatives, from the functions that train; what
    one outlier does to networks that are trained by mse and by mae, on the target where it is a
    number; and the rows on which a trained classifier is most confidently wrong, where it is a
    class. What the target is not is shown on the bundled penguins.

    >>> lesson = losses()
    >>> kink = lesson.tables["errors"].filter(loss="mae", error=0.0)
    >>> kink["derivative"].item()
    0.0
    """
    given = subject(data, target, **fields)
    is_number = given.experiment.task.problem == "regression"
    numeric = given if is_number else subject(bundled_target=NUMBER, on_progress=given.on_progress)
    classes = subject(on_progress=given.on_progress) if is_number else given
    moved, outlier = _outlier(numeric)
    wrong, confident = _confident(classes)
    if is_number:
        wrong = _after(_("Shown on the bundled penguins, because your target is a number."), wrong)
    elif data is not None:
        moved = _after(
            _("Shown on the bundled penguins, because your target is not a number."), moved
        )
    return Lesson(
        topic="losses",
        title=_("Losses: what training minimises"),
        subject=given.name,
        essence=[*moved.sentences[:2], *wrong.sentences[:1]],
        sections=[_errors(), _probabilities(), moved, wrong],
        numbers=outlier | confident,
    )


def _after(reason: str, part: Section) -> Section:
    """A part whose first sentence begins with the reason for its data."""
    first, *others = part.sentences
    return replace(part, sentences=[f"{reason} {first}", *others])


def _errors() -> Section:
    """The losses of a number, over the error of one prediction."""
    error = jnp.arange(-60, 61) / 20  # with an exact 0, where mae has its kink
    curves = {
        name: _curve(lambda p, f=formulas.FUNCTIONS[name]: _one_row(f, p, 0.0), error)
        for name in ("mse", "mae")
    }
    table = _long("error", error, curves)
    return Section(
        name="errors",
        title=_("Losses of a number: mse and mae"),
        sentences=[
            _(
                "mse is the squared error: its derivative grows with the error, so "
                "large errors dominate."
            ),
            _(
                "mae is the absolute error: its derivative is 1 or -1, whatever the "
                "size of the error. At 0 it has no derivative; 0 is used."
            ),
        ],
        table=table,
        column_titles={"error": _("error ŷ - y")},
        draw=lambda: _beside(table, "error", _("error ŷ - y"), 9.0),
        alternative=_("Value and derivative of mse and mae against the error."),
        sketch=_sketch(table, 24),
    )


def _probabilities() -> Section:
    """The cross-entropies over the probability that is given to class 1, or to the true class."""
    p = jnp.linspace(0.005, 0.995, POINTS)
    bce, cce = formulas.FUNCTIONS["bce"], formulas.FUNCTIONS["cce"]
    curves = {
        "bce, y = 1": _curve(lambda p: _one_row(bce, p, 1.0), p),
        "bce, y = 0": _curve(lambda p: _one_row(bce, p, 0.0), p),
        "cce": _curve(lambda p: cce(jnp.array([[p, 1 - p]]), jnp.array([[1.0, 0.0]]))[0], p),
    }
    table = _long("probability", p, curves)
    at = {each: float(_one_row(bce, jnp.float32(each), 1.0)) for each in (0.5, 0.1, 0.01, 0.001)}
    return Section(
        name="probabilities",
        title=_("Losses of a probability: bce and cce"),
        sentences=[
            _(
                "The loss of a confident wrong answer has no upper limit: if y = 1, a "
                "probability of 0.5 costs {half}, 0.1 costs {tenth}, 0.01 costs "
                "{hundredth} and 0.001 costs {thousandth}."
            ).format(
                half=number(at[0.5]),
                tenth=number(at[0.1]),
                hundredth=number(at[0.01]),
                thousandth=number(at[0.001]),
            ),
            _(
                "cce is the same curve over the probability of the true class, among "
                "several classes."
            ),
        ],
        table=table,
        column_titles={"probability": _("probability ŷ")},
        draw=lambda: _beside(table, "probability", _("probability ŷ"), 6.0),
        alternative=_("Value and derivative of bce for both classes, and of cce."),
        sketch=_sketch(table, 24),
    )


def _outlier(numeric: Subject) -> tuple[Section, dict[str, Any]]:
    """Train by mse and by mae, on the target as it is and with one row moved far away."""
    numeric.on_progress(_("Training with mse and mae, with and without the outlier"), None)
    experiment, unit = numeric.experiment, numeric.target.scale
    count = len(experiment.training)
    # Of each seed another row, so that no row's own peculiarity decides.
    moved = np.resize(np.random.default_rng(0).permutation(count), SEEDS).tolist()
    rows: list[dict[str, Any]] = []
    for loss in ("mse", "mae"):
        planned = [_plain(experiment, loss, seed) for seed in range(SEEDS)]
        far = [_with_outlier(each, row) for each, row in zip(planned, moved, strict=True)]
        for name, trained in (("as it is", planned), ("with the outlier", far)):
            found = [
                _judge(each, member.network, row)
                for each, member, row in zip(
                    trained, population.train_on_own_rows(trained), moved, strict=True
                )
                if usable(member) is not None
            ]
            check_trained(len(found) > 0 and bool(np.isfinite(found).all()))
            errors, shares = np.array(found).T
            rows.append(
                {
                    "target": name,
                    "loss": loss,
                    "mean_error": float(np.median(errors)) * unit,
                    "low": float(errors.min()) * unit,
                    "high": float(errors.max()) * unit,
                    "outlier_share": float(np.median(shares)),
                }
            )
    table = pl.DataFrame(rows)
    error = {(row["target"], row["loss"]): row["mean_error"] for row in rows}
    growth = {
        loss: error["with the outlier", loss] - error["as it is", loss] for loss in ("mse", "mae")
    }
    share = {row["loss"]: row["outlier_share"] for row in rows if row["target"] != "as it is"}
    sentence = _(
        "One of {rows} training rows, moved by {sd} standard deviations, makes up {mse} of the "
        "mse and {mae} of the mae after training. The mean error on all other rows goes from "
        "{before_mse} to {after_mse} when trained with mse, and from {before_mae} to {after_mae} "
        "with mae."
    ).format(
        rows=whole(count),
        sd=f"{OUTLIER:.0f}",
        mse=percent(share["mse"]),
        mae=percent(share["mae"]),
        before_mse=number(error["as it is", "mse"]),
        after_mse=number(error["with the outlier", "mse"]),
        before_mae=number(error["as it is", "mae"]),
        after_mae=number(error["with the outlier", "mae"]),
    )
    part = Section(
        name="outlier",
        title=_("One outlier in the target {target}").format(target=numeric.target.name),
        sentences=[
            sentence,
            _robust(growth, {loss: error["as it is", loss] for loss in growth}, experiment),
            _(
                "Medians, lowest and highest over {n} seeds, each with another row moved; full "
                "batches, no dropout."
            ).format(n=SEEDS),
        ],
        table=table,
        column_titles={
            "loss": _("trained with"),
            "mean_error": _("mean error on the other rows"),
            "low": _("lowest"),
            "high": _("highest"),
            "outlier_share": _("share of the loss in that row"),
        },
        cell_words={"as it is": _("unchanged"), "with the outlier": _("with the outlier")},
    )
    return part, {
        "outlier_share_of_mse": share["mse"],
        "outlier_share_of_mae": share["mae"],
        "error_growth_by_mse": growth["mse"],
        "error_growth_by_mae": growth["mae"],
    }


def _plain(experiment: Experiment, loss: str, seed: int) -> Experiment:
    """The experiment with one of the two losses and nothing that would blur it."""
    recipe = experiment.recipe.replace(
        loss=loss,
        patience=None,
        batch_size="full",
        dropout=0.0,
        seed=experiment.recipe.seed + seed,
    )
    return replace(experiment, recipe=recipe, task=replace(experiment.task, loss=loss))


def _with_outlier(experiment: Experiment, row: int) -> Experiment:
    y = experiment.training.y.copy()
    y[row] += OUTLIER * y.std()
    return replace(experiment, training=replace(experiment.training, y=y))


def _judge(experiment: Experiment, network: Model, row: int) -> tuple[float, float]:
    """The mean error on all rows but the one that may be moved, and its share of the loss."""
    training, task = experiment.training, experiment.task
    answers, row_losses = inference.judge(task, network, training.x[: len(training)], training.y)
    errors = np.delete(np.abs(answers[:, 0] - training.y), row)
    if experiment.validation is not None:
        unseen = experiment.validation
        found = inference.predict(task, network, unseen.x[: len(unseen)])[:, 0]
        errors = np.concatenate([errors, np.abs(found - unseen.y)])
    return float(errors.mean()), float(row_losses[row] / row_losses.sum())


def _robust(growth: dict[str, float], before: dict[str, float], experiment: Experiment) -> str:
    """Whether mae suffers less from the outlier, and if not, what may be the reason.

    Args:
        growth: of the mean error, by loss.
        before: the mean error without the outlier.
    """
    if growth["mae"] < growth["mse"]:
        return _("So mae is the more robust of the two: to it, a far error is only one more row.")
    if all(abs(growth[loss]) < LITTLE * before[loss] for loss in growth):
        return _(
            "Here mae is not the more robust: in so few updates, {n} with full batches, one row "
            "hardly bends either network."
        ).format(n=whole(experiment.recipe.epochs))
    y = experiment.training.y.astype(float)
    if len(y) < FEW_ROWS:
        return _(
            "Here mae is not the more robust: of so few rows, one is a large part of any loss."
        )
    if np.abs(y - np.median(y)).max() > OWN_OUTLIER * y.std():
        return _(
            "Here mae is not the more robust: the target has outliers of its own, which bend the "
            "network trained with mse before another one is added."
        )
    return _("Here mae is not the more robust: the seeds differ more than the two losses.")


def _judged(experiment: Experiment) -> str:
    """Which rows a training is judged by."""
    return _("training rows") if experiment.validation is None else _("validation rows")


def _confident(classes: Subject) -> tuple[Section, dict[str, Any]]:
    """The rows that cost a trained classifier most, on those that it did not learn from."""
    trained = classes.trained
    experiment, names = trained.experiment, trained.preprocessing.target.classes
    assert names is not None, "a classifier has classes"
    rows = experiment.validation or experiment.training
    x, y = rows.x[: len(rows)], rows.y.astype(int)
    predictions, row_losses = inference.judge(experiment.task, trained.trained_network, x, rows.y)
    if experiment.task.problem == "binary":
        predictions = np.concatenate([1 - predictions, predictions], axis=1)
    worst = np.argsort(-row_losses)[:MOST_WRONG]
    table = pl.DataFrame(
        {
            "row": rows.rows[worst],
            "truth": [class_name(names[code]) for code in y[worst]],
            "taken_for": [class_name(names[code]) for code in predictions[worst].argmax(axis=1)],
            "probability_of_truth": predictions[worst, y[worst]],
            "loss": row_losses[worst],
            "share": row_losses[worst] / row_losses.sum(),
        }
    )
    tenth = max(1, len(rows) // 10)
    share = float(np.sort(row_losses)[-tenth:].sum() / row_losses.sum())
    part = Section(
        name="confident",
        title=_("Rows with the highest loss: {target}").format(
            target=trained.preprocessing.target.name
        ),
        sentences=[
            _(
                "The worst tenth of the {n} {judged} makes up {share} of their loss. The worst row "
                "has a loss of {loss}: its true class got a probability of {p}."
            ).format(
                n=whole(len(rows)),
                judged=_judged(experiment),
                share=percent(share),
                p=number(float(table["probability_of_truth"][0])),
                loss=number(float(table["loss"][0])),
            )
        ],
        table=table,
        column_titles={"taken_for": _("prediction"), "share": _("share of the loss")},
    )
    return part, {"share_of_worst_tenth": share}


def _one_row(f: Any, prediction: Float[Array, ""], truth: float) -> Float[Array, ""]:
    return f(prediction.reshape(1, 1), jnp.full((1, 1), truth))[0]


def _curve(
    f: Any, at: Float[Array, " points"]
) -> tuple[Float[np.ndarray, " points"], Float[np.ndarray, " points"]]:
    """A function's values and derivatives."""
    values, derivatives = jax.vmap(jax.value_and_grad(f))(at)
    return np.asarray(values), np.asarray(derivatives)


def _long(name: str, at: Float[Array, " points"], curves: dict[str, Any]) -> pl.DataFrame:
    return pl.concat(
        pl.DataFrame(
            {
                "loss": [loss] * len(at),
                name: np.asarray(at),
                "value": value,
                "derivative": derivative,
            }
        )
        for loss, (value, derivative) in curves.items()
    )


def _sketch(table: pl.DataFrame, bars: int) -> list[str]:
    """Value and derivative of each loss, drawn in text."""
    curves: dict[str, list[float]] = {}
    for (loss,), part in table.group_by("loss", maintain_order=True):
        curves[str(loss)] = part["value"].to_list()
        curves[_("{loss}, derivative").format(loss=loss)] = part["derivative"].to_list()
    return sketch(curves, bars)


def _beside(table: pl.DataFrame, x: str, title: str, highest: float) -> alt.TopLevelMixin:
    """Value and derivative next to each other."""
    base = (
        alt.Chart(table)
        .mark_line(clip=True)
        .encode(alt.X(x, title=title), alt.Color("loss", title=None))
    )
    size = {"width": WIDTH // 2 - 40, "height": HEIGHT}
    value = base.encode(alt.Y("value", title=_("value"), scale=alt.Scale(domain=[0, highest])))
    slope = base.encode(
        alt.Y("derivative", title=_("derivative"), scale=alt.Scale(domain=[-highest, highest]))
    )
    return value.properties(**size) | slope.properties(**size)
