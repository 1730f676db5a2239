"""Trainings with one known fault, and healthy ones: the fastest that the doctor can be tried on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from sklearn import datasets

import descenso

CLASSES = np.array(["ash", "beech", "cedar"])

Rows = Callable[[np.random.Generator, int], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Patient:
    """A training whose health is known.

    Attributes:
        rows: draws columns and targets, or codes of classes.
        number: of rows to train with.
        recipe: the fields that the person named; the preset is `lecture`.
        cause: of its fault; None where it is healthy.
        repair: the change of the recipe that removes the fault.
    """

    rows: Rows
    number: int
    recipe: Mapping[str, Any] = field(default_factory=dict[str, Any])
    cause: str | None = None
    repair: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def table(self, seed: int, number: int | None = None) -> pl.DataFrame:
        x, y = self.rows(np.random.default_rng(seed), number or self.number)
        target = CLASSES[y] if y.dtype.kind == "i" else y
        return pl.DataFrame(
            {f"x{index}": column for index, column in enumerate(x.T)} | {"y": target}
        )

    def trained(self, seed: int, **change: Any) -> descenso.Run:
        fields: dict[str, Any] = {"preset": "lecture", **self.recipe, **change}
        return descenso.train(self.table(seed), "y", seed=seed, progress=False, **fields)


def moons(rng: np.random.Generator, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Two interleaving half circles."""
    y = rng.integers(0, 2, rows)
    angle = rng.uniform(0, np.pi, rows)
    upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    x = np.where(y[:, None] == 0, upper, [1.0, 0.5] - upper)
    return x + 0.2 * rng.standard_normal(x.shape), y


def xor(rng: np.random.Generator, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Whether two columns have the same sign."""
    x = rng.uniform(0.1, 1, (rows, 2)) * rng.choice([-1.0, 1.0], (rows, 2))
    return x, (x[:, 0] * x[:, 1] > 0).astype(int)


def linear(rng: np.random.Generator, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """A plane and noise."""
    direction = np.random.default_rng(0).standard_normal(6)
    x = rng.standard_normal((rows, 6))
    return x, x @ direction / np.linalg.norm(direction) + 0.3 * rng.standard_normal(rows)


def friedman(rng: np.random.Generator, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Friedman's first problem, in which half of the ten columns matter."""
    x = rng.uniform(0, 1, (rows, 10))
    bend = 10 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2
    return x, bend + 10 * x[:, 3] + 5 * x[:, 4] + rng.standard_normal(rows)


def wine(rng: np.random.Generator, rows: int) -> tuple[np.ndarray, np.ndarray]:
    return _some(datasets.load_wine(), rng, rows)


def iris(rng: np.random.Generator, rows: int) -> tuple[np.ndarray, np.ndarray]:
    return _some(datasets.load_iris(), rng, rows)


def _some(bunch: Any, rng: np.random.Generator, rows: int) -> tuple[np.ndarray, np.ndarray]:
    chosen = rng.permutation(len(bunch.target))[:rows]
    return bunch.data[chosen], bunch.target[chosen]


MOONS_RATE_10 = Patient(
    moons, 300, {"learning_rate": 10.0}, "learning_rate_too_large", {"learning_rate": 0.3}
)
FAULTY = {
    "moons_rate_10": MOONS_RATE_10,
    "xor_one_unit": Patient(xor, 300, {"hidden_layers": (1,)}, "underfitting_capacity"),
    "friedman_zeros": Patient(
        friedman,
        400,
        {"preset": "tabular", "init": "zeros", "hidden_layers": (32, 32)},
        "symmetric_init",
    ),
    "friedman_through_a_sigmoid": Patient(
        friedman,
        400,
        {"output_activation": "sigmoid", "allow_mismatch": True},
        "output_activation_mismatch",
    ),
    "wine_as_measured": Patient(wine, 110, {"scale_features": False}, "unscaled_features"),
}
HEALTHY = {
    "moons_lecture": Patient(moons, 800, {"learning_rate": 0.3}),
    "iris_lecture": Patient(iris, 100),
    "linear_two_units": Patient(
        linear,
        500,
        {
            "optimizer": "adam",
            "learning_rate": 0.01,
            "hidden_layers": (2,),
            "activation": "linear",
        },
    ),
}
