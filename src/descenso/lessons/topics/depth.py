"""T6: how the gradient travels through stacks of 2 to 40 layers of each activation."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import jax
import jax.numpy as jnp
import numpy as np
import polars as pl

from descenso import cycle, population, telemetry
from descenso import experiment as ex
from descenso.experiment import Experiment
from descenso.lessons.lesson import Lesson, Part, sketch
from descenso.lessons.progress import chunks
from descenso.lessons.subject import Subject, subject
from descenso.messages import gettext as _
from descenso.network import Model
from descenso.views.charts import HEIGHT, WIDTH
from descenso.views.numbers import number

NAMES = ("sigmoid", "tanh", "relu", "leaky_relu", "gelu", "elu", "swish")
DEPTHS = (2, 5, 10, 20, 40)
UNITS = 16  # of each hidden layer
SEEDS = 3
EPOCHS = 20

# The start that suits each: He for those that are off on one side, Xavier for the others.
STARTS = {"sigmoid": "xavier", "tanh": "xavier"}


def depth(
    data: Any = None,
    target: str | None = None,
    *,
    depths: Sequence[int] = DEPTHS,
    **fields: Any,
) -> Lesson:
    """The gradient's norm layer by layer, for seven activations in stacks of 2 to 40 hidden layers.

    At the starting weights and after a short training, each from three seeds at once, with the
    start that suits the activation (He et al. 2015, else Glorot & Bengio 2010).

    Args:
        data: a run, or a table as `descenso.train` takes it; None for the bundled penguins.
        target: the column to predict, where `data` is a table.
        depths: numbers of hidden layers.
        **fields: of the recipe, such as `epochs=50`; see `subject`. Hidden layers, activation and
            init are the lesson's own.

    Raises:
        InputError: the data or the recipe cannot be used.

    >>> table = depth(depths=(2, 8), epochs=2).tables["depths"]
    >>> ratios = dict(table.filter(depth=8).select("activation", "first_over_last").iter_rows())
    >>> ratios["sigmoid"] < ratios["relu"]
    True
    """
    given = subject(data, target, **fields)
    epochs = fields.get("epochs", EPOCHS)
    norms = pl.concat(
        _one(given, activation, layers, epochs) for layers in depths for activation in NAMES
    )
    summary = _summary(norms)
    deepest = summary.filter(depth=max(depths))
    by_ratio = deepest.sort("first_over_last")
    least, most = by_ratio.row(0, named=True), by_ratio.row(-1, named=True)
    learnt = deepest.sort("loss").row(0, named=True)
    return Lesson(
        topic="depth",
        title=_("Depth: what reaches the first layer"),
        subject=given.name,
        essence=[
            _(
                "In {depth} layers of {worst}, the first layer's gradient is {ratio} times the "
                "last hidden layer's at the start; of {best} it is {other} times."
            ).format(
                depth=max(depths),
                worst=least["activation"],
                ratio=number(least["first_over_last"]),
                best=most["activation"],
                other=number(most["first_over_last"]),
            ),
            _(
                "After {epochs} epochs the deepest stacks have a loss of {low} with {best} and of "
                "{high} with {worst}."
            ).format(
                epochs=epochs,
                low=number(learnt["loss"]),
                best=learnt["activation"],
                high=number(least["loss"]),
                worst=least["activation"],
            ),
        ],
        parts=[_layers_part(norms, max(depths)), _depths_part(summary)],
        numbers={
            "deepest": max(depths),
            **{
                f"first_over_last_{row['activation']}": row["first_over_last"]
                for row in deepest.to_dicts()
            },
        },
    )


def _one(given: Subject, activation: str, layers: int, epochs: int) -> pl.DataFrame:
    """The gradient norm of each layer of one stack, at the start and when trained, by seed."""
    experiment = given.experiment
    wanted = experiment.recipe.replace(
        hidden_layers=(UNITS,) * layers,
        activation=activation,
        init=STARTS.get(activation, "he"),
        normalization=None,
        patience=None,
        epochs=epochs,
    )
    recipes = [wanted.replace(seed=wanted.seed + index) for index in range(SEEDS)]
    told = _("{depth} layers of {activation}").format(depth=layers, activation=activation)
    members = population.train(experiment, recipes, chunks(given.tell, told, wanted.epochs))
    starts = ex.make_networks(
        recipes,
        experiment.layout,
        experiment.task,
        jnp.stack([jax.random.key(recipe.seed) for recipe in recipes]),
    )
    measure = jax.jit(lambda network: _norms(experiment, network))
    starts = ex.at_the_constant(starts, experiment)
    at_start = np.asarray(jax.vmap(measure)(starts))
    trained = np.stack([np.asarray(measure(member.network)) for member in members])
    losses = [
        float(each.loss[-1]) if len(each.loss) and not each.diverged else np.nan for each in members
    ]
    frames = [
        pl.DataFrame(
            {
                "activation": activation,
                "depth": layers,
                "seed": recipe.seed,
                "layer": np.arange(layers + 1),
                "at_start": at_start[index].astype(float),
                "when_trained": trained[index].astype(float),
                "loss": losses[index],
            }
        )
        for index, recipe in enumerate(recipes)
    ]
    return pl.concat(frames)


def _norms(experiment: Experiment, network: Model) -> jax.Array:
    rows = ex.probe(ex.padded(experiment.training))
    _value, gradients = cycle.gradient(experiment.task, network, rows)
    return telemetry.layer_norms(gradients)


def _summary(norms: pl.DataFrame) -> pl.DataFrame:
    """Medians over seeds: the first layer's gradient beside the last hidden layer's."""
    ends = norms.group_by("activation", "depth", "seed", maintain_order=True).agg(
        first=pl.col("at_start").first(),
        last=pl.col("at_start").get(-2),
        first_trained=pl.col("when_trained").first(),
        last_trained=pl.col("when_trained").get(-2),
        loss=pl.col("loss").first(),
    )
    return ends.group_by("activation", "depth", maintain_order=True).agg(
        first=pl.col("first").median(),
        last=pl.col("last").median(),
        first_over_last=(pl.col("first") / pl.col("last")).median(),
        first_over_last_trained=(pl.col("first_trained") / pl.col("last_trained")).median(),
        loss=pl.col("loss").fill_nan(None).median(),
    )


def _layers_part(norms: pl.DataFrame, deepest: int) -> Part:
    medians = norms.group_by("activation", "depth", "layer", maintain_order=True).agg(
        pl.col("at_start", "when_trained").median()
    )
    shown = medians.filter(depth=deepest)

    def draw() -> alt.TopLevelMixin:
        legend = alt.Legend(orient="top", columns=4)
        panels = [
            alt.Chart(shown.filter(pl.col(name) > 0))
            .mark_line()
            .encode(
                alt.X("layer", title=_("layer, from the input")),
                alt.Y(name, title=title, scale=alt.Scale(type="log"), axis=alt.Axis(format="~e")),
                alt.Color("activation", title=None, sort=None, legend=legend),
                alt.StrokeDash("activation", title=None, sort=None),
            )
            .properties(width=WIDTH // 2 - 60, height=HEIGHT)
            for name, title in (
                ("at_start", _("gradient norm at the start")),
                ("when_trained", _("gradient norm when trained")),
            )
        ]
        return alt.hconcat(*panels)

    return Part(
        name="layers",
        title=_("The gradient, layer by layer"),
        said=[
            _("Medians over {n} seeds; drawn for {depth} hidden layers of {units} units.").format(
                n=SEEDS, depth=deepest, units=UNITS
            )
        ],
        table=medians,
        heads={
            "activation": _("activation"),
            "depth": _("hidden layers"),
            "layer": _("layer"),
            "at_start": _("at the start"),
            "when_trained": _("when trained"),
        },
        draw=draw,
        alternative=_("The length of each layer's gradient, by activation, in the deepest stack."),
        sketch=sketch(
            {
                f"{activation} (log₁₀)": [
                    float(np.log10(max(value, 1e-30))) for value in part["at_start"]
                ]
                for (activation,), part in shown.group_by("activation", maintain_order=True)
            }
        ),
    )


def _depths_part(summary: pl.DataFrame) -> Part:
    return Part(
        name="depths",
        title=_("Deeper and deeper"),
        table=summary,
        heads={
            "activation": _("activation"),
            "depth": _("hidden layers"),
            "first": _("gradient of the first layer"),
            "last": _("of the last hidden layer"),
            "first_over_last": _("ratio"),
            "first_over_last_trained": _("ratio when trained"),
            "loss": _("loss when trained"),
        },
        most=40,
    )
