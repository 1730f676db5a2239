"""Where the rows of patients come from: made problems, and real tables.

Each function here returns a source, which draws rows from a random generator, in random order.
Classes are words, and the target is called `y`, whatever the problem.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
import polars as pl
from jaxtyping import Float

from benchmarks.doctor.patient import Draw, Tables
from descenso.data.io.bundled import path

Source = Callable[[np.random.Generator, int], pl.DataFrame]
Change = Callable[[np.random.Generator, pl.DataFrame], pl.DataFrame]

CLASSES = np.array(["ash", "beech", "cedar", "douglas", "elm", "fir", "gum", "hazel", "iroko"])


def drawn(
    source: Source,
    rows: int,
    *changes: Change,
    fresh: int = 1000,
    judged_on: Source | None = None,
    validated_on: Source | None = None,
    validation: int = 150,
    for_all: Change | None = None,
    for_fresh: Change | None = None,
) -> Draw:
    """Tables from a source.

    Args:
        source: of the training rows, and of all others that no other source is named for.
        rows: how many to train with; of a real table, fewer where it has no more.
        changes: what is done to the training rows only, one after the other.
        fresh: how many rows judge.
        judged_on: another source for these.
        validated_on: the source of a validation table, which is then `validation` rows long.
        for_all: what is done to all rows.
        for_fresh: what is done to the rows that judge, only.
    """

    def draw(seed: int) -> Tables:
        rng = np.random.default_rng((seed, rows))
        frame = source(rng, rows + fresh)
        training, judging = frame.head(rows), frame.slice(rows)
        if judged_on is not None:
            judging = judged_on(rng, fresh)
        validating = None if validated_on is None else validated_on(rng, validation)
        for change in changes:
            training = change(rng, training)
        if for_fresh is not None:
            judging = for_fresh(rng, judging)
        if for_all is not None:
            training, judging = for_all(rng, training), for_all(rng, judging)
            validating = None if validating is None else for_all(rng, validating)
        return Tables(training, judging, validating)

    return draw


def altered(source: Source, *changes: Change) -> Source:
    """A source with something done to all its rows."""

    def draw(rng: np.random.Generator, rows: int) -> pl.DataFrame:
        frame = source(rng, rows)
        for change in changes:
            frame = change(rng, frame)
        return frame

    return draw


def frame_of(x: Float[np.ndarray, "rows columns"], y: Any) -> pl.DataFrame:
    """Columns x1, x2, … and the target; classes given as codes become words."""
    names = [f"x{index + 1}" for index in range(x.shape[1])]
    target = np.asarray(y)
    values = CLASSES[target].tolist() if target.dtype.kind in "iub" else target
    return pl.DataFrame(dict(zip(names, x.T, strict=True))).with_columns(pl.Series("y", values))


def moons(noise: float = 0.2) -> Source:
    """Two interleaving half circles."""

    def draw(rng: np.random.Generator, rows: int) -> pl.DataFrame:
        y = rng.integers(0, 2, rows)
        angle = rng.uniform(0, np.pi, rows)
        upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
        x = np.where(y[:, None] == 0, upper, lower)
        return frame_of(x + noise * rng.standard_normal(x.shape), y)

    return draw


def circles(noise: float = 0.1, inner: float = 0.5, columns: int = 2) -> Source:
    """A circle around another; more columns than two say nothing."""

    def draw(rng: np.random.Generator, rows: int) -> pl.DataFrame:
        y = rng.integers(0, 2, rows)
        angle = rng.uniform(0, 2 * np.pi, rows)
        radius = np.where(y == 0, 1.0, inner) + noise * rng.standard_normal(rows)
        x = rng.standard_normal((rows, columns))
        x[:, 0], x[:, 1] = radius * np.cos(angle), radius * np.sin(angle)
        return frame_of(x, y)

    return draw


def spirals(arms: int = 2, noise: float = 0.1, turns: float = 1.0) -> Source:
    """Arms that wind around each other, of one class each."""

    def draw(rng: np.random.Generator, rows: int) -> pl.DataFrame:
        y = rng.integers(0, arms, rows)
        along = np.sqrt(rng.uniform(0.05, 1, rows))
        angle = 2 * np.pi * (turns * along + y / arms)
        x = 3 * along[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        return frame_of(x + noise * rng.standard_normal(x.shape), y)

    return draw


def blobs(
    classes: int = 3,
    columns: int = 2,
    distance: float = 3.0,
    shares: tuple[float, ...] | None = None,
    layout: int = 0,
) -> Source:
    """Clouds of deviation 1 around centres at a distance from the mean.

    Args:
        shares: of the classes; None for equal ones.
        layout: which centres: they are the same in all draws.
    """
    places = np.random.default_rng(layout).standard_normal((classes, columns))
    places -= places.mean(axis=0)
    places *= distance / np.linalg.norm(places, axis=1, keepdims=True)

    def draw(rng: np.random.Generator, rows: int) -> pl.DataFrame:
        y = rng.choice(classes, rows, p=shares)
        return frame_of(places[y] + rng.standard_normal((rows, columns)), y)

    return draw


def overlap(distance: float = 1.5, columns: int = 5, minority: float = 0.5) -> Source:
    """Two clouds, `distance` deviations apart; the second has the share `minority` of the rows."""

    def draw(rng: np.random.Generator, rows: int) -> pl.DataFrame:
        y = (rng.uniform(size=rows) < minority).astype(int)
        x = rng.standard_normal((rows, columns))
        x += (y * distance / np.sqrt(columns))[:, None]
        return frame_of(x, y)

    return draw


def parity(signs: int = 2, columns: int = 2, margin: float = 0.0) -> Source:
    """Whether an even number of the first columns is negative: XOR for two of them."""

    def draw(rng: np.random.Generator, rows: int) -> pl.DataFrame:
        size = rng.uniform(margin, 1, (rows, columns))
        x = size * rng.choice([-1.0, 1.0], (rows, columns))
        return frame_of(x, (np.prod(x[:, :signs], axis=1) > 0).astype(int))

    return draw


def linear_classes(columns: int = 10, noise: float = 0.3, weights: int = 0) -> Source:
    """Which side of a plane a row lies on, near which some are taken for the other's."""
    direction = np.random.default_rng(weights).standard_normal(columns)
    direction /= np.linalg.norm(direction)

    def draw(rng: np.random.Generator, rows: int) -> pl.DataFrame:
        x = rng.standard_normal((rows, columns))
        side = x @ direction + noise * rng.standard_normal(rows)
        return frame_of(x, (side > 0).astype(int))

    return draw


def linear(columns: int = 6, noise: float = 0.3, weights: int = 0) -> Source:
    """A plane of deviation 1, and noise of that deviation."""
    direction = np.random.default_rng(weights).standard_normal(columns)
    direction /= np.linalg.norm(direction)

    def draw(rng: np.random.Generator, rows: int) -> pl.DataFrame:
        x = rng.standard_normal((rows, columns))
        return frame_of(x, x @ direction + noise * rng.standard_normal(rows))

    return draw


def friedman(noise: float = 1.0, columns: int = 10) -> Source:
    """Friedman's first problem, of five columns; its deviation is 4.9 without noise.

    Source: Friedman, Multivariate Adaptive Regression Splines (1991), section 4.3.
    """

    def draw(rng: np.random.Generator, rows: int) -> pl.DataFrame:
        x = rng.uniform(0, 1, (rows, columns))
        y = (
            10 * np.sin(np.pi * x[:, 0] * x[:, 1])
            + 20 * (x[:, 2] - 0.5) ** 2
            + 10 * x[:, 3]
            + 5 * x[:, 4]
        )
        return frame_of(x, y + noise * rng.standard_normal(rows))

    return draw


def waves(frequency: float = 1.0, columns: int = 2, noise: float = 0.1) -> Source:
    """A sum of sines, with `frequency` periods in each column, from -1 to 1."""

    def draw(rng: np.random.Generator, rows: int) -> pl.DataFrame:
        x = rng.uniform(-1, 1, (rows, columns))
        y = np.sin(np.pi * frequency * x).sum(axis=1)
        return frame_of(x, y + noise * rng.standard_normal(rows))

    return draw


def saddle(noise: float = 0.1, low: float = -1.0, high: float = 1.0, columns: int = 2) -> Source:
    """x1 times x2, and a bend, on a square that may be anywhere."""

    def draw(rng: np.random.Generator, rows: int) -> pl.DataFrame:
        x = rng.uniform(low, high, (rows, columns))
        y = x[:, 0] * x[:, 1] + 0.5 * np.sin(3 * x[:, 0])
        return frame_of(x, y + noise * rng.standard_normal(rows))

    return draw


def real(name: str, *, classes: int | None = None, columns: int | None = None) -> Source:
    """A real table, its rows in random order: scikit-learn's, or a bundled one.

    Args:
        classes: how many of its classes to keep, the first ones.
        columns: likewise of its columns.
    """

    def draw(rng: np.random.Generator, rows: int) -> pl.DataFrame:
        frame = _whole(name)
        if classes is not None:
            kept = frame["y"].unique().sort().head(classes)
            frame = frame.filter(pl.col("y").is_in(kept.implode()))
        if columns is not None:
            frame = frame.select(*[each for each in frame.columns if each != "y"][:columns], "y")
        return frame[rng.permutation(frame.height)].head(rows)

    return draw


@cache
def _whole(name: str) -> pl.DataFrame:
    if name == "penguins":
        frame = pl.read_csv(path(name), null_values="NA").rename({"species": "y"})
        return frame.filter(pl.col("y").is_not_null())
    bunch = getattr(import_module("sklearn.datasets"), f"load_{name}")()
    names = [str(each).replace(" ", "_") for each in bunch.feature_names]
    frame = pl.DataFrame(dict(zip(names, np.asarray(bunch.data, float).T, strict=True)))
    if name == "diabetes":
        return frame.with_columns(pl.Series("y", np.asarray(bunch.target, float)))
    words = [str(each) for each in np.asarray(bunch.target_names)[np.asarray(bunch.target)]]
    return frame.with_columns(pl.Series("y", words))
