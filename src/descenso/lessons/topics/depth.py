"""How the gradient changes through stacks of 2 to 40 layers of each activation."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
from jaxtyping import Array, Float, Int, Key, PRNGKeyArray

from descenso.engine import activations, cycle, population
from descenso.engine import experiment as ex
from descenso.engine.network import Dense, Network, create, starting_weights
from descenso.engine.progress import epoch_progress
from descenso.engine.task import Task
from descenso.i18n import N_, ngettext
from descenso.i18n import gettext as _
from descenso.layout import Layout
from descenso.lessons.lesson import Lesson, Section, sketch
from descenso.lessons.subject import Subject, check_trained, subject
from descenso.runs.seeds import usable
from descenso.views.charts import HEIGHT, WIDTH, lines_by
from descenso.views.numbers import number, whole

PLACE = 9
SUMMARY = N_("how the gradient changes through 2 to 40 layers of each activation")

NAMES = ("sigmoid", "tanh", "relu", "leaky_relu", "gelu", "elu", "swish")
DEPTHS = (2, 5, 10, 20, 40)
UNITS = 16  # of each hidden layer
SEEDS = 3
EPOCHS = 20

# The start that suits each: He for those that are off on one side, Xavier for the others.
STARTS = {"sigmoid": "xavier", "tanh": "xavier"}


class Stack(eqx.Module):
    """A network of `depth` hidden layers of UNITS units, as `Network` would be.

    Its depth is an array: stacks of all depths are one program, and train at once. The price are
    the layers beyond its depth, which it runs through unchanged.

    Attributes:
        entrance: the first hidden layer, up to its z.
        hidden: the others, as one with a leading axis of layers; zeros beyond the depth.
        output: the last layer.
        depth: how many hidden layers count.
        activation: the function f of them all.
    """

    entrance: Network
    hidden: Dense
    output: Dense
    depth: Int[Array, "*members"]
    activation: str = eqx.field(static=True)

    def __call__(self, x: Float[Array, " columns"]) -> Float[Array, " outputs"]:
        f = activations.HIDDEN[self.activation]

        def layer(
            a: Float[Array, " units"], each: tuple[Dense, Int[Array, ""]]
        ) -> tuple[Float[Array, " units"], None]:
            dense, index = each
            return jnp.where(index < self.depth, f(dense(a)), a), None

        indices = 1 + jnp.arange(len(self.hidden.bias))
        a, _none = jax.lax.scan(layer, f(self.entrance(x)), (self.hidden, indices))
        return self.output(a)


def depth(
    data: Any = None, target: Any = None, *, depths: Sequence[int] = DEPTHS, **fields: Any
) -> Lesson:
    """The gradient's norm layer by layer, for seven activations in stacks of 2 to 40 hidden layers.

    At the starting weights and after a short training, each from three seeds at once, with the
    start that suits the activation (He et al. 2015, else Glorot & Bengio 2010). Hidden layers,
    activation and init are the lesson's own, whatever the recipe says.

    Args:
        depths: numbers of hidden layers.

    >>> table = depth(depths=(2, 8), epochs=2).tables["depths"]
    >>> ratios = dict(table.filter(depth=8).select("activation", "first_over_last").iter_rows())
    >>> ratios["sigmoid"] < ratios["relu"]
    True
    """
    given = subject(data, target, **fields)
    epochs = fields.get("epochs", EPOCHS)
    norms = pl.concat(_stacks(given, activation, depths, epochs) for activation in NAMES)
    summary = _summary(norms)
    deepest = summary.filter(depth=max(depths))
    by_ratio = deepest.sort("first_over_last")
    least, most = by_ratio.row(0, named=True), by_ratio.row(-1, named=True)
    by_loss = deepest.drop_nulls("loss").sort("loss")
    check_trained(by_loss.height > 0)
    lowest, highest = by_loss.row(0, named=True), by_loss.row(-1, named=True)
    return Lesson(
        topic="depth",
        title=_("Depth: how much gradient reaches the first layer"),
        subject=given.description,
        essence=[
            _(
                "With {depth} layers of {worst}, the gradient of the first layer is {ratio} times "
                "that of the last hidden layer before training; with {best}, {other} times."
            ).format(
                depth=max(depths),
                worst=least["activation"],
                ratio=number(least["first_over_last"]),
                best=most["activation"],
                other=number(most["first_over_last"]),
            ),
            ngettext(
                "After {n} epoch, the loss of the deepest stacks is lowest with "
                "{best} ({low}) and highest with {worst} ({high}).",
                "After {n} epochs, the loss of the deepest stacks is lowest with "
                "{best} ({low}) and highest with {worst} ({high}).",
                epochs,
            ).format(
                n=whole(epochs),
                low=number(lowest["loss"]),
                best=lowest["activation"],
                high=number(highest["loss"]),
                worst=highest["activation"],
            ),
        ],
        sections=[_layers_section(norms, max(depths)), _depths_section(summary)],
        numbers={
            "deepest": max(depths),
            **{
                f"first_over_last_{row['activation']}": row["first_over_last"]
                for row in deepest.to_dicts()
            },
        },
    )


def _stacks(given: Subject, activation: str, depths: Sequence[int], epochs: int) -> pl.DataFrame:
    """The gradient norm of each layer of each stack, at the start and when trained, by seed."""
    experiment = given.experiment
    recipe = experiment.recipe.replace(patience=None, epochs=epochs)
    counts = np.repeat(depths, SEEDS)
    seeds = [recipe.seed + index for index in range(SEEDS)] * len(depths)
    recipes = [recipe.replace(seed=seed) for seed in seeds]
    keys = jnp.stack([jax.random.key(seed) for seed in seeds])
    layout, task = experiment.layout, experiment.task
    init = STARTS.get(activation, "he")
    layers = _create(layout, task.outputs, init, max(depths), jnp.asarray(counts), keys)
    starts = Stack(*layers, depth=jnp.asarray(counts), activation=activation)
    message = _("Training stacks of {activation}").format(activation=activation)
    members = population.train(
        experiment, recipes, epoch_progress(given.on_progress, message, epochs), networks=starts
    )
    trained = jax.tree.map(lambda *each: jnp.stack(each), *(member.network for member in members))
    rows = ex.probe(ex.padded(experiment.training))
    at_start, when_trained = (np.asarray(_norms(task, each, rows)) for each in (starts, trained))
    frames = [
        pl.DataFrame(
            {
                "activation": activation,
                "depth": count,
                "seed": member.recipe.seed,
                "layer": np.arange(count + 1),
                "at_start": _of_its_layers(at_start[index], count),
                "when_trained": _of_its_layers(when_trained[index], count)
                if usable(member) is not None
                else np.full(count + 1, np.nan),
                "loss": member.last_loss if np.isfinite(member.last_loss) else np.nan,
            }
        )
        for index, (count, member) in enumerate(zip(counts.tolist(), members, strict=True))
    ]
    return pl.concat(frames)


@eqx.filter_jit
def _create(
    layout: Layout,
    outputs: int,
    init: str,
    most: int,
    depths: Int[Array, " members"],
    keys: Key[Array, " members"],
) -> tuple[Network, Dense, Dense]:
    """The first, the middle and the last layers of each stack at the start."""

    def one(depth: Int[Array, ""], key: PRNGKeyArray) -> tuple[Network, Dense, Dense]:
        first, middle, last = jax.random.split(key, 3)
        entrance = create(
            layout,
            (),
            UNITS,
            activation="linear",
            init=init,
            init_scale=1.0,
            normalization=None,
            dropout=None,
            key=first,
        )
        hidden = jax.vmap(
            lambda normals, there: Dense(
                jnp.where(there, starting_weights(init, 1.0, normals), 0), jnp.zeros(UNITS)
            )
        )(jax.random.normal(middle, (most - 1, UNITS, UNITS)), 1 + jnp.arange(most - 1) < depth)
        output = starting_weights(init, 1.0, jax.random.normal(last, (outputs, UNITS)))
        return entrance, hidden, Dense(output, jnp.zeros(outputs))

    return jax.vmap(one)(depths, keys)


@eqx.filter_jit
def _norms(task: Task, stacks: Stack, rows: cycle.Batch) -> Float[Array, "members layers"]:
    """The length of each layer's gradient."""

    def one(stack: Stack) -> Float[Array, " layers"]:
        _value, gradients = cycle.gradient(task, stack, rows)
        ends = jnp.stack([_length(gradients.entrance.layers[0]), _length(gradients.output)])
        return jnp.insert(ends, 1, jax.vmap(_length)(gradients.hidden))

    return jax.vmap(one)(stacks)


def _length(gradient: Dense) -> Float[Array, ""]:
    """Of a gradient whose squares would be too small for a number."""
    leaves = jax.tree.leaves(gradient)
    largest = jnp.max(jnp.stack([jnp.max(jnp.abs(leaf)) for leaf in leaves]))
    size = jnp.where(largest > 0, largest, 1)
    return size * jnp.sqrt(sum(jnp.sum((leaf / size) ** 2) for leaf in leaves))


def _of_its_layers(norms: Float[np.ndarray, " layers"], depth: int) -> Float[np.ndarray, " its"]:
    """Of a stack's layers those within its depth, and the last."""
    return np.append(norms[:depth], norms[-1]).astype(float)


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
        first_over_last_trained=(pl.col("first_trained") / pl.col("last_trained"))
        .fill_nan(None)
        .median(),
        loss=pl.col("loss").fill_nan(None).median(),
    )


def _layers_section(norms: pl.DataFrame, deepest: int) -> Section:
    medians = norms.group_by("activation", "depth", "layer", maintain_order=True).agg(
        pl.col("at_start", "when_trained").fill_nan(None).median()
    )
    shown = medians.filter(depth=deepest)

    def draw() -> alt.TopLevelMixin:
        panels = [
            alt.Chart(shown.filter(pl.col(name) > 0))
            .mark_line()
            .encode(
                alt.X("layer", title=_("layer, from the input")),
                alt.Y(name, title=title, scale=alt.Scale(type="log"), axis=alt.Axis(format="~e")),
                *lines_by("activation", legend=alt.Legend(orient="top", columns=4)),
            )
            .properties(width=WIDTH // 2 - 60, height=HEIGHT)
            for name, title in (
                ("at_start", _("gradient norm before training")),
                ("when_trained", _("gradient norm after training")),
            )
        ]
        return alt.hconcat(*panels)

    return Section(
        name="layers",
        title=_("Gradient norm by layer"),
        sentences=[
            _(
                "Medians over {n} seeds. The chart shows {depth} hidden layers of {units} units."
            ).format(n=SEEDS, depth=deepest, units=UNITS)
        ],
        table=medians,
        column_titles={"at_start": _("before training"), "when_trained": _("after training")},
        draw=draw,
        alternative=_("The gradient norm of each layer, by activation, in the deepest stack."),
        sketch=sketch(
            {
                f"{activation} (log₁₀)": [
                    float(np.log10(max(value, 1e-30))) for value in part["at_start"]
                ]
                for (activation,), part in shown.group_by("activation", maintain_order=True)
            }
        ),
    )


def _depths_section(summary: pl.DataFrame) -> Section:
    return Section(
        name="depths",
        title=_("First and last layer by depth"),
        table=summary,
        column_titles={
            "first": _("gradient of the first layer"),
            "last": _("gradient of the last hidden layer"),
            "first_over_last": _("ratio"),
            "first_over_last_trained": _("ratio after training"),
            "loss": _("loss after training"),
        },
        most=40,
    )
