"""The loss around a trained network, and the path that training took."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import altair as alt
import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import polars as pl
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Float

from descenso.engine import cycle
from descenso.engine.experiment import Experiment
from descenso.engine.network import Model
from descenso.i18n import N_, ngettext, percent
from descenso.i18n import gettext as _
from descenso.lessons.lesson import Lesson, Section, sketch
from descenso.lessons.subject import subject
from descenso.runs.evaluation.perturbation import entry_names, some_rows
from descenso.runs.store.array_names import named_arrays
from descenso.views.charts import WIDTH
from descenso.views.numbers import number, whole

PLACE = 4
SUMMARY = N_("the loss around a trained network, with the path of training on it")

POINTS = 41  # of a surface, along each side
MARGIN = 0.25  # of the path's extent, around it
BANDS = 12  # colours of a surface

Vector = Float[np.ndarray, " weights"]
Loss = Callable[[Vector], float]


@dataclass(frozen=True)
class Surface:
    """The loss on a plane through the weights.

    Attributes:
        center: the weights at (0, 0).
        directions: what one unit along each axis adds to them.
        u, v: the points along the axes.
        loss: at (u, v); a row for each v.
    """

    center: Vector
    directions: tuple[Vector, Vector]
    u: Float[np.ndarray, " points"]
    v: Float[np.ndarray, " points"]
    loss: Float[np.ndarray, "points points"]

    def weights(self, u: float, v: float) -> Vector:
        """The weights at a point of the plane."""
        return self.center + u * self.directions[0] + v * self.directions[1]


def landscape(data: Any = None, target: Any = None, **fields: Any) -> Lesson:
    """The loss around a trained network as a surface, with the path of training drawn on it.

    The first surface lies in the two directions that hold most of the path: the first principal
    components of the weights of all epochs, seen from the last ones (Li et al. 2018, section 7).
    The second lies in random directions, each row of weights as long as the network's own (filter
    normalisation, section 4). A network of two weights is shown as it is.

    >>> lesson = landscape(epochs=3)
    >>> 0 < lesson.numbers["share_of_path"] <= 1
    True
    """
    given = subject(data, target, **fields)
    networks = [network for _epoch, network in given.walk()]
    path = np.stack([_flat(network) for network in networks])
    network, epochs = networks[-1], len(path) - 1
    loss_at = _losses(given.experiment, network)
    exact = path.shape[1] == 2
    center = np.zeros(2) if exact else path[-1]
    directions, share = _axes(path, exact)
    given.on_progress(_("Measuring the loss on a plane through the weights"), None)
    offsets = path - center
    along = np.stack([offsets @ d / (d @ d) for d in directions], axis=1)
    surface = _surface(loss_at, center, directions, _span(along[:, 0]), _span(along[:, 1]))
    losses = loss_at(path)
    titles = _axis_titles(network, exact)
    parts = [_path_section(surface, along, losses, share, titles)]
    if not exact:
        given.on_progress(_("Measuring the loss in random directions"), None)
        reach = np.linspace(-1, 1, POINTS)
        random = _random_directions(given.experiment.recipe.seed, network)
        parts.append(_random_section(_surface(loss_at, path[-1], random, reach, reach)))
    return Lesson(
        topic="landscape",
        title=_("The loss landscape"),
        subject=given.description,
        essence=[
            ngettext(
                "In {n} epoch the loss went from {start} to {end}. The plane shown "
                "captures {share} of the path through {weights} weights.",
                "In {n} epochs the loss went from {start} to {end}. The plane shown "
                "captures {share} of the path through {weights} weights.",
                epochs,
            ).format(
                n=whole(epochs),
                start=number(float(losses[0])),
                end=number(float(losses[-1])),
                share=percent(share),
                weights=whole(path.shape[1]),
            )
        ],
        sections=parts,
        numbers={
            "weights": path.shape[1],
            "share_of_path": share,
            "loss_at_start": float(losses[0]),
            "loss_at_end": float(losses[-1]),
        },
    )


def _flat(network: Model) -> Vector:
    """All that training changes, in one vector."""
    return np.asarray(ravel_pytree(eqx.filter(network, eqx.is_inexact_array))[0], float)


def _losses(experiment: Experiment, network: Model) -> Callable[[np.ndarray], np.ndarray]:
    """A function of many vectors of weights: the loss of each on the training rows."""
    parts, rest = eqx.partition(network, eqx.is_inexact_array)
    _vector, unravel = ravel_pytree(parts)
    rows = some_rows(experiment)
    task = experiment.task

    @jax.jit
    def of_block(block: Float[Array, "block weights"]) -> Float[Array, " block"]:
        def one(vector: Float[Array, " weights"]) -> Float[Array, ""]:
            return cycle.loss(task, eqx.combine(unravel(vector), rest), rows)

        return jax.lax.map(one, block)

    def losses(vectors: np.ndarray) -> np.ndarray:
        # Block by block, padded: one program, and no copy of a large network for each point.
        found = []
        for first in range(0, len(vectors), POINTS):
            block = vectors[first : first + POINTS]
            padded = np.concatenate([block, np.repeat(block[-1:], POINTS - len(block), axis=0)])
            found.append(np.asarray(of_block(jnp.asarray(padded, jnp.float32)))[: len(block)])
        return np.concatenate(found)

    return losses


def _axes(path: np.ndarray, exact: bool) -> tuple[tuple[Vector, Vector], float]:
    """The two directions that hold most of the path, and how much of it they hold."""
    if exact:
        return (np.array([1.0, 0.0]), np.array([0.0, 1.0])), 1.0
    offsets = path[:-1] - path[-1]
    _left, lengths, right = np.linalg.svd(offsets, full_matrices=False)
    squares = lengths**2
    second = right[1] if len(right) > 1 else _across(right[0])
    share = float(squares[:2].sum() / squares.sum()) if squares.sum() else 1.0
    return (right[0], second), share


def _across(direction: Vector) -> Vector:
    """A direction at right angles to another."""
    other = np.random.default_rng(0).normal(size=len(direction))
    other -= (other @ direction) * direction
    return other / np.linalg.norm(other)


def _span(along: np.ndarray) -> np.ndarray:
    """The points of an axis: the path's extent, with a margin."""
    low, high = float(along.min()), float(along.max())
    margin = MARGIN * (high - low) or 1.0
    return np.linspace(low - margin, high + margin, POINTS)


def _random_directions(seed: int, network: Model) -> tuple[Vector, Vector]:
    """Two random directions, each row of weights as long as the network's own."""
    random = np.random.default_rng(seed)
    parts = eqx.filter(network, eqx.is_inexact_array)
    leaves, tree = jax.tree.flatten(parts)

    def one() -> Vector:
        drawn = []
        for leaf in map(np.asarray, leaves):
            noise = random.normal(size=leaf.shape)
            if leaf.ndim > 1:
                own = np.linalg.norm(leaf, axis=-1, keepdims=True)
                noise *= own / np.linalg.norm(noise, axis=-1, keepdims=True)
            else:
                noise *= 0  # biases stay, as in the paper
            drawn.append(jnp.asarray(noise))
        return np.asarray(ravel_pytree(jax.tree.unflatten(tree, drawn))[0], float)

    return one(), one()


def _surface(
    loss_at: Callable[[np.ndarray], np.ndarray],
    center: Vector,
    directions: tuple[Vector, Vector],
    u: np.ndarray,
    v: np.ndarray,
) -> Surface:
    """The loss at each point of a plane."""
    lines = [center + value * directions[1] + u[:, None] * directions[0] for value in v]
    return Surface(center, directions, u, v, np.stack([loss_at(line) for line in lines]))


def _table(surface: Surface) -> pl.DataFrame:
    u, v = np.meshgrid(surface.u, surface.v)
    return pl.DataFrame(
        {"u": u.ravel(), "v": v.ravel(), "loss": surface.loss.ravel().astype(float)}
    )


def _axis_titles(network: Model, exact: bool) -> tuple[str, str]:
    if not exact:
        return _("first principal direction of the path"), _("second principal direction")
    names = [
        name
        for array, values in named_arrays(eqx.filter(network, eqx.is_inexact_array)).items()
        for name in entry_names(array, values.shape, np.arange(values.size))
    ]
    return names[0], names[1]


def _contour(surface: Surface, titles: tuple[str, str]) -> alt.Chart:
    """The surface in bands of colour, each as wide in the logarithm of the loss."""
    du = float(surface.u[1] - surface.u[0]) / 2
    dv = float(surface.v[1] - surface.v[0]) / 2
    logs = np.log10(np.maximum(np.nan_to_num(surface.loss, nan=np.inf), 1e-12))
    finite = logs[np.isfinite(logs)]
    edges = np.linspace(finite.min(), finite.max(), BANDS + 1)[1:-1]
    middles = 10 ** np.linspace(finite.min(), finite.max(), BANDS)
    cells = _table(surface).with_columns(band=pl.Series(middles[np.digitize(logs.ravel(), edges)]))
    # Neighbours of one colour are drawn as one: a page is then a third as large.
    strips = cells.group_by("v", pl.col("band").rle_id().alias("strip"), maintain_order=True).agg(
        pl.first("band"),
        u0=pl.min("u") - du,
        u1=pl.max("u") + du,
        v0=pl.first("v").alias("low") - dv,
        v1=pl.first("v").alias("high") + dv,
    )
    colour = alt.Scale(type="log", scheme="viridis", reverse=True)
    return (
        alt.Chart(strips)
        .mark_rect(strokeWidth=1)
        .encode(
            alt.X("u0:Q", title=titles[0], scale=alt.Scale(zero=False, nice=False)),
            alt.X2("u1"),
            alt.Y("v0:Q", title=titles[1], scale=alt.Scale(zero=False, nice=False)),
            alt.Y2("v1"),
            alt.Fill(
                "band:Q",
                title=_("loss"),
                scale=colour,
                legend=alt.Legend(format=".2g", values=middles.tolist()),
            ),
            # Else the paper would show between the strips.
            alt.Stroke("band:Q", scale=colour, legend=None),
        )
        .properties(width=WIDTH - 120, height=WIDTH - 200)
    )


def _path_section(
    surface: Surface, along: np.ndarray, losses: np.ndarray, share: float, titles: tuple[str, str]
) -> Section:
    table = pl.DataFrame(
        {
            "epoch": np.arange(len(along)),
            "u": along[:, 0],
            "v": along[:, 1],
            "loss": losses.astype(float),
        }
    )

    def draw() -> alt.TopLevelMixin:
        line = alt.Chart(table).encode(x="u", y="v", order="epoch")
        return (
            _contour(surface, titles)
            + line.mark_line(color="white", strokeWidth=2)
            + line.mark_point(color="white", filled=True, size=18)
            + alt.Chart(table.tail(1))
            .mark_point(color="#d55e00", filled=True, size=110, shape="diamond")
            .encode(x="u", y="v")
        )

    return Section(
        name="path",
        title=_("The path of training and the loss around it"),
        sentences=[
            _(
                "One point per epoch; the diamond is the last. The table gives the "
                "loss at the real weights; where the plane captures little of the "
                "path, the colour under a point may differ from it."
            )
            if share < 1
            else _("One point per epoch; the diamond is the last.")
        ],
        table=table,
        column_titles={"u": titles[0], "v": titles[1]},
        draw=draw,
        alternative=_("The loss around the trained network in colours, with the path of training."),
        sketch=[*sketch({_("loss along the path"): losses.tolist()}), *_drawn(surface, along)],
    )


def _drawn(surface: Surface, along: np.ndarray) -> list[str]:
    """The surface in text: darker is higher; the path's epochs as o, the last one as X."""
    shades = " ░▒▓█"
    logs = np.log10(np.maximum(np.nan_to_num(surface.loss, nan=1e12), 1e-12))
    logs = logs[::-2, :]
    low, high = float(logs.min()), float(logs.max())
    scaled = (logs - low) / ((high - low) or 1.0) * (len(shades) - 1)
    cells = [[shades[round(value)] for value in row] for row in scaled.tolist()]
    rows = len(cells)
    for index, (u, v) in enumerate(along):
        column = int(np.argmin(np.abs(surface.u - u)))
        row = rows - 1 - min(int(np.argmin(np.abs(surface.v - v))) // 2, rows - 1)
        cells[row][column] = "X" if index == len(along) - 1 else "o"
    return ["", *("".join(row) for row in cells)]


def _random_section(surface: Surface) -> Section:
    table = _table(surface)
    titles = (_("a random direction"), _("another random direction"))
    middle = float(surface.loss[POINTS // 2, POINTS // 2])
    rises = float(np.mean(surface.loss > middle))
    return Section(
        name="random",
        title=_("The loss in random directions"),
        sentences=[
            _(
                "One unit changes each row of weights by its own norm. On {share} of the plane the "
                "loss is higher than that of the trained network, {loss}."
            ).format(share=percent(rises), loss=number(middle))
        ],
        table=table,
        column_titles={"u": titles[0], "v": titles[1]},
        draw=lambda: _contour(surface, titles),
        alternative=_("The loss around the trained network in two random directions, in colours."),
        sketch=_drawn(surface, np.zeros((1, 2))),
    )
