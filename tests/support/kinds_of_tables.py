"""Six tables of different kinds, on which what a lesson claims has to hold."""

from collections.abc import Callable

import numpy as np
import polars as pl

Table = tuple[pl.DataFrame, str]


def _frame(x: np.ndarray, **others: np.ndarray | list[str]) -> pl.DataFrame:
    columns = {f"x{index}": x[:, index] for index in range(x.shape[1])}
    return pl.DataFrame(columns | others)


def tiny() -> Table:
    """Twelve rows of a smooth number."""
    x = np.random.default_rng(1).normal(size=(12, 2))
    return _frame(x, y=20 + 5 * x[:, 0] - 2 * x[:, 1]), "y"


def wide() -> Table:
    """More columns than rows; two of them decide between two classes."""
    x = np.random.default_rng(2).normal(size=(60, 80))
    return _frame(x, y=np.where(x[:, 0] + x[:, 1] > 0, "yes", "no")), "y"


def noisy() -> Table:
    """A number that is mostly chance."""
    random = np.random.default_rng(3)
    x = random.normal(size=(150, 4))
    return _frame(x, y=x[:, 0] + 3 * random.normal(size=150)), "y"


def imbalanced() -> Table:
    """One row in ten is of the second class; a column of words, one of two values."""
    random = np.random.default_rng(4)
    x = random.normal(size=(200, 3))
    town = random.choice(["Lima", "Quito", "Bogotá"], 200)
    rare = x[:, 0] + (town == "Lima") + 0.3 * random.normal(size=200)
    default = np.where(rare > np.quantile(rare, 0.9), "yes", "no")
    return _frame(x, town=town, member=random.choice([0, 1], 200), default=default), "default"


def outliers() -> Table:
    """A number with a few values a hundred times as far away as the others."""
    random = np.random.default_rng(5)
    x = random.normal(size=(120, 3))
    price = 100 + 10 * x[:, 0] - 5 * x[:, 1] + random.normal(size=120)
    price[random.choice(120, 4, replace=False)] += 1000
    return _frame(x, price=price), "price"


def many_classes() -> Table:
    """Twelve classes on a circle."""
    random = np.random.default_rng(6)
    kind = np.arange(240) % 12
    angle = 2 * np.pi * kind / 12
    x = np.column_stack([np.cos(angle), np.sin(angle)]) + 0.15 * random.normal(size=(240, 2))
    return _frame(x, kind=[f"kind {each:02}" for each in kind]), "kind"


KINDS: dict[str, Callable[[], Table]] = {
    made.__name__: made for made in (tiny, wide, noisy, imbalanced, outliers, many_classes)
}
