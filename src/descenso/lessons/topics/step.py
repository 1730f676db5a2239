"""One iteration in detail: forward and back through every layer by the chain rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
from jaxtyping import Array, Float, PyTree

from descenso.engine import activations, cycle
from descenso.engine import experiment as ex
from descenso.engine.batches import order
from descenso.engine.network import Model, Network
from descenso.errors import RecipeError, RunError
from descenso.i18n import N_, decimal
from descenso.i18n import gettext as _
from descenso.lessons.lesson import Lesson, Section, sketch
from descenso.lessons.subject import check_trained, checked_rows, subject
from descenso.runs.store import parameters
from descenso.runs.trained import TrainedRun
from descenso.views.charts import HEIGHT, WIDTH
from descenso.views.numbers import number, whole
from descenso.views.words import class_name, input_name

PLACE = 5
SUMMARY = N_("one iteration in detail: forward and back through every layer")

MOST_WEIGHTS = 2000  # of more, those with the largest derivatives are shown
ALONG = np.linspace(0.0, 2.0, 41)  # multiples of the step at which the loss is measured


def step(
    data: Any = None, target: Any = None, *, epoch: int = 0, rows: Sequence[int] = (), **fields: Any
) -> Lesson:
    """One iteration opened up: the first one after an epoch's end.

    Forwards, each layer's z = W x + b and a = f(z), then ŷ and the loss; backwards, ∂ℓ/∂a, ∂ℓ/∂z
    and ∂L/∂W, multiplied out by the chain rule and compared with automatic differentiation; then
    the optimiser's update, and the loss afterwards beside what the gradient predicted.

    Args:
        epoch: how many epochs are complete before the iteration.
        rows: training rows to follow, from 0; without any, the first two of the batch.

    Raises:
        InputError: there is no such epoch or row, or the network is not descenso's own, or has
            dropout.

    >>> lesson = step(epochs=2, hidden_layers=(4,))
    >>> lesson.numbers["difference"] < 1e-4
    True
    """
    given = subject(data, target, **fields)
    trained = given.course
    iteration = epoch * trained.iterations_per_epoch
    _check_epoch(epoch, trained.iterations, trained)
    standing, next_one = trained.step_at(iteration)
    _check_epoch(epoch, next_one.iteration, trained)
    before, after = (each.loop_state.state.network for each in (standing, next_one))
    network = _open(before)
    recipe = trained.experiment.recipe
    plan = ex.plan(trained.experiment, recipe.seed)
    # The rows of the epoch's first batch; -1 is padding.
    chosen = order(recipe.seed, epoch, plan.rows, plan.shuffle, plan.batch_size, plan.width)[0]
    batch = cycle.take(ex.padded(trained.experiment.training), jnp.asarray(chosen))
    shown = checked_rows(rows, trained.experiment) or [int(row) for row in chosen[chosen >= 0][:2]]
    task = trained.experiment.task
    _value, automatic = cycle.gradient(task, before, batch)
    passed = back(network, trained, batch)
    along = _along(trained, before, after, batch)
    difference = _difference(passed.gradients, automatic)
    moved = _inner(automatic, before, after)
    rate = float(ex.make_optimizer(recipe, plan.iterations).learning_rate_at(iteration))
    loss_before, loss_after = along[0], along[len(ALONG) // 2]
    check_trained(bool(np.isfinite(loss_after)))
    length = float(np.sqrt(sum(np.sum(leaf**2) for leaf in _leaves(automatic))))
    rows_of_batch = int((chosen >= 0).sum())
    numbers = {
        "epoch": epoch,
        "iteration": iteration + 1,
        "batch_rows": rows_of_batch,
        "learning_rate": rate,
        "loss_before": float(loss_before),
        "loss_after": float(loss_after),
        "measured_change": float(loss_after - loss_before),
        "predicted_change": moved,
        "gradient_norm": length,
        "difference": difference,
    }
    return Lesson(
        topic="step",
        title=_("One training step in detail"),
        subject=given.description,
        essence=[
            _(
                "Iteration {iteration}, on {n} rows: the loss, {before}, is predicted to change by "
                "{predicted} (gradient times step) and changes by {measured}."
            ).format(
                iteration=whole(iteration + 1),
                n=whole(rows_of_batch),
                before=number(numbers["loss_before"]),
                predicted=number(moved),
                measured=number(numbers["measured_change"]),
            ),
            _(
                "The chain rule by hand and automatic differentiation agree: they "
                "differ by at most {difference} of the largest derivative."
            ).format(difference=number(difference)),
        ],
        sections=[
            _inputs(trained, shown),
            _units(trained, network, shown),
            _answers(trained, before, shown),
            _weights(trained, network, passed, automatic, after),
            _line(along, moved),
        ],
        numbers=numbers,
    )


def _check_epoch(epoch: int, iterations: int, trained: TrainedRun) -> None:
    """Refuse an epoch that no iteration follows, where there are so many in all.

    Raises:
        RecipeError: it is one.
    """
    last = -(-iterations // trained.iterations_per_epoch) - 1
    if not 0 <= epoch <= last:
        raise RecipeError(
            _("epoch is {found}; allowed: a whole number from 0 to {last}.").format(
                found=epoch, last=last
            )
        )


@dataclass(frozen=True)
class Passed:
    """What a pass forwards and back through the layers gives, over the rows of a batch.

    Attributes:
        z: of each layer, before its function.
        a: what each layer was given: the inputs, then the outputs of the layer before.
        slopes: ∂a/∂z of each hidden layer.
        from_above: ∂ℓ/∂a of each hidden layer, for each row's own loss ℓ.
        deltas: ∂ℓ/∂z of each layer.
        gradients: ∂L/∂W and ∂L/∂b of each layer, of the batch's mean loss L.
    """

    z: list[Float[np.ndarray, "rows _"]]
    a: list[Float[np.ndarray, "rows _"]]
    slopes: list[Float[np.ndarray, "rows _"]]
    from_above: list[Float[np.ndarray, "rows _"]]
    deltas: list[Float[np.ndarray, "rows _"]]
    gradients: list[tuple[Float[np.ndarray, "_ _"], Float[np.ndarray, " _"]]]


def back(network: Network, trained: TrainedRun, batch: cycle.Batch) -> Passed:
    """A pass through the layers by hand, in double precision; f, f′ and the loss are descenso's."""
    f = activations.HIDDEN[network.activation]
    task = trained.experiment.task
    weights = [np.asarray(layer.weight, float) for layer in network.layers]
    biases = [np.asarray(layer.bias, float) for layer in network.layers]
    a = [np.asarray(jax.vmap(network.inputs)(batch.x), float)]
    z, slopes = [], []
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        z.append(a[-1] @ weight.T + bias)
        # Read from f itself: what a unit passes on, and how steep f is there.
        at = jnp.asarray(z[-1], jnp.float32)
        value, slope = jax.jvp(f, (at,), (jnp.ones_like(at),))
        a.append(np.asarray(value, float))
        slopes.append(np.asarray(slope, float))
    z.append(a[-1] @ weights[-1].T + biases[-1])
    output = jnp.asarray(z[-1], jnp.float32)
    delta = np.asarray(jax.grad(lambda z: task.row_losses(z, batch.y).sum())(output), float)
    deltas, from_above = [delta], []
    for weight, slope in zip(weights[:0:-1], slopes[::-1], strict=True):
        from_above.insert(0, deltas[0] @ weight)
        deltas.insert(0, from_above[0] * slope)
    share = np.asarray(batch.weight, float)[:, None] / float(batch.size)
    gradients = [
        ((delta * share).T @ given, (delta * share).sum(axis=0))
        for delta, given in zip(deltas, a, strict=True)
    ]
    return Passed(z, a, slopes, from_above, deltas, gradients)


def _open(network: Model) -> Network:
    """The network, where its layers can be followed one by one.

    Raises:
        RunError: they cannot.
    """
    if not isinstance(network, Network):
        raise RunError(_("The lesson step supports descenso's own networks only."))
    if network.dropout is not None or network.norms:
        raise RunError(
            _(
                "The lesson step does not support dropout or normalisation: set "
                "dropout to 0 and normalization to none."
            )
        )
    return network


def _some(trained: TrainedRun, rows: Sequence[int]) -> cycle.Batch:
    """Some training rows, for themselves."""
    training = ex.padded(trained.experiment.training)
    return cycle.take(training, jnp.asarray(rows))


def _inputs(trained: TrainedRun, rows: Sequence[int]) -> Section:
    x = np.asarray(_some(trained, rows).x)
    table = pl.DataFrame(
        {
            "column": list(trained.encoder.names),
            **{f"row_{row}": x[index] for index, row in enumerate(rows)},
        }
    )
    return Section(
        name="inputs",
        title=_("The input: x"),
        table=table,
        column_titles=_row_heads(rows),
        cell_words={name: input_name(name) for name in trained.encoder.names},
        most=40,
    )


def _units(trained: TrainedRun, network: Network, rows: Sequence[int]) -> Section:
    batch = _some(trained, rows)
    passed = back(network, trained, batch)
    last = len(passed.z) - 1
    frames = []
    for layer, z in enumerate(passed.z):
        units = z.shape[1]
        hidden = layer < last
        empty = np.full(z.shape, np.nan)
        frames.append(
            pl.DataFrame(
                {
                    "row": np.repeat(rows, units),
                    "layer": layer,
                    "unit": np.tile(np.arange(units), len(rows)),
                    "z": z.ravel(),
                    "a": (passed.a[layer + 1] if hidden else empty).ravel(),
                    "da_dz": (passed.slopes[layer] if hidden else empty).ravel(),
                    "dl_da": (passed.from_above[layer] if hidden else empty).ravel(),
                    "dl_dz": passed.deltas[layer].ravel(),
                }
            )
        )
    table = pl.concat(frames).fill_nan(None).sort("row", "layer", "unit", maintain_order=True)
    return Section(
        name="units",
        title=_("Forward and backward through the layers"),
        sentences=[
            _(
                "Forward: z = W x + b, then a = f(z), layer by layer. Backward: ∂ℓ/∂z of a layer "
                "times W gives ∂ℓ/∂a of the layer below; multiplied by ∂a/∂z, it gives ∂ℓ/∂z there."
            )
        ],
        table=table,
        column_titles={"da_dz": "∂a/∂z", "dl_da": "∂ℓ/∂a", "dl_dz": "∂ℓ/∂z"},
    )


def _answers(trained: TrainedRun, network: Model, rows: Sequence[int]) -> Section:
    target = trained.preprocessing.target
    batch, task, names = _some(trained, rows), trained.experiment.task, target.classes
    z = cycle.forward(network, batch.x)
    answers, row_losses = np.asarray(task.activate(z)), np.asarray(task.row_losses(z, batch.y))
    y = np.asarray(batch.y)
    if names is None:
        unit, center = target.scale, target.center
        columns = {"truth": y * unit + center, "prediction": answers[:, 0] * unit + center}
    else:
        shown = names[1:] if task.problem == "binary" else names
        columns = {"truth": [class_name(names[int(code)]) for code in y]} | {
            f"probability_{class_name(each)}": answers[:, i] for i, each in enumerate(shown)
        }
    table = pl.DataFrame({"row": list(rows), **columns, "loss": row_losses})
    return Section(name="answers", title=_("The prediction ŷ and the loss ℓ"), table=table)


def _weights(
    trained: TrainedRun, network: Network, passed: Passed, automatic: PyTree, after: Model
) -> Section:
    frames = []
    old, new = parameters.parameters(network), parameters.parameters(after)
    gradient = parameters.parameters(automatic)
    for layer, (by_hand, _bias) in enumerate(passed.gradients):
        name = f"layers.{layer}.weight"
        outputs, inputs = by_hand.shape
        frames.append(
            pl.DataFrame(
                {
                    "layer": layer,
                    "unit": np.repeat(np.arange(outputs), inputs),
                    "input": np.tile(np.arange(inputs), outputs),
                    "w": old[name].ravel(),
                    "dL_dw": by_hand.ravel(),
                    "automatic": gradient[name].ravel(),
                    "change": (new[name] - old[name]).ravel(),
                }
            )
        )
    table = pl.concat(frames)
    steepest = table.sort(pl.col("dL_dw").abs(), descending=True).head(MOST_WEIGHTS)
    sentences = [
        _(
            "∂L/∂W is ∂ℓ/∂z of the unit times a of its input, averaged over the rows "
            "of the batch. The optimiser {optimizer} turns it into the change of w. "
            "The largest derivatives come first."
        ).format(optimizer=trained.experiment.recipe.optimizer)
    ]
    return Section(
        name="weights",
        title=_("The gradient and the update"),
        sentences=sentences,
        table=steepest,
        column_titles={
            "dL_dw": _("∂L/∂w by hand"),
            "automatic": _("∂L/∂w automatic"),
            "change": _("change of w"),
        },
    )


def _line(along: np.ndarray, slope: float) -> Section:
    table = pl.DataFrame(
        {"steps": ALONG, "loss": along.astype(float), "predicted": along[0] + slope * ALONG}
    )
    best = float(ALONG[int(np.argmin(along))])
    sentence = _("Along the update, the loss is lowest at {best} times the step.").format(
        best=decimal(f"{best:.2f}")
    )
    if best == ALONG[-1]:
        sentence = _("Along the update, the loss would still fall with a step twice as long.")

    def draw() -> alt.TopLevelMixin:
        long = table.unpivot(
            ["loss", "predicted"], index="steps", variable_name="line"
        ).with_columns(
            pl.col("line").replace(
                {"loss": _("measured"), "predicted": _("predicted by the gradient")}
            )
        )
        lines = (
            alt.Chart(long)
            .mark_line()
            .encode(
                alt.X("steps", title=_("multiples of the step")),
                alt.Y("value", title=_("loss of the batch"), scale=alt.Scale(zero=False)),
                alt.Color("line", title=None, legend=alt.Legend(orient="top")),
                alt.StrokeDash("line", legend=None),
            )
        )
        taken = (
            alt.Chart(table.filter(steps=1.0))
            .mark_point(size=80, filled=True)
            .encode(x="steps", y="loss")
        )
        return (lines + taken).properties(width=WIDTH, height=HEIGHT)

    return Section(
        name="line",
        title=_("The loss along the step"),
        sentences=[sentence],
        table=table,
        column_titles={
            "steps": _("multiple of the step"),
            "predicted": _("predicted by the gradient"),
        },
        draw=draw,
        sketch=sketch({_("measured"): along.tolist()}),
        alternative=_("The loss along the step, and the straight line that the gradient predicts."),
    )


def _along(trained: TrainedRun, before: Model, after: Model, batch: cycle.Batch) -> np.ndarray:
    """The batch's loss at multiples of the step."""
    task = trained.experiment.task
    start, rest = eqx.partition(before, eqx.is_inexact_array)
    end = eqx.filter(after, eqx.is_inexact_array)

    @jax.jit
    def at(t: Float[Array, ""]) -> Float[Array, ""]:
        moved = jax.tree.map(lambda a, b: a + t * (b - a), start, end)
        return cycle.loss(task, eqx.combine(moved, rest), batch)

    return np.array([float(at(jnp.float32(t))) for t in ALONG])


def _inner(gradients: PyTree, before: Model, after: Model) -> float:
    """The gradient times the step: how much the loss should change, to first order."""
    pairs = zip(_leaves(gradients), _leaves(before), _leaves(after), strict=True)
    return float(sum(np.sum(g * (new - old)) for g, old, new in pairs))


def _difference(by_hand: list[tuple[np.ndarray, np.ndarray]], automatic: PyTree) -> float:
    """The largest difference between the two, of the automatic gradient's largest entry."""
    pairs = [
        (mine, np.asarray(theirs, float))
        for (weight, bias), layer in zip(by_hand, automatic.layers, strict=True)
        for mine, theirs in ((weight, layer.weight), (bias, layer.bias))
    ]
    largest = max(np.abs(theirs).max(initial=0) for _mine, theirs in pairs)
    gap = max(np.abs(mine - theirs).max(initial=0) for mine, theirs in pairs)
    return float(gap / largest) if largest else float(gap)


def _leaves(tree: PyTree) -> list[np.ndarray]:
    arrays = eqx.filter(tree, eqx.is_inexact_array)
    return [np.asarray(leaf, float) for leaf in jax.tree.leaves(arrays)]


def _row_heads(rows: Sequence[int]) -> dict[str, str]:
    return {f"row_{row}": _("row {row}").format(row=row) for row in rows}
