"""Small tables and short trainings, so that the product's tests take seconds."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

# The plain preset with a small network: it compiles quickest.
PLAIN: dict[str, Any] = {"preset": "lecture", "hidden_layers": (4,), "epochs": 2, "seed": 0}


# The same for a network of the user's own, which no field describes.
BARE = {name: value for name, value in PLAIN.items() if name != "hidden_layers"}


def plain(**changes: Any) -> dict[str, Any]:
    """The plain fields with some changed or added."""
    return PLAIN | changes


def features(rows: int, columns: int = 3, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(rows, columns))


def numbers(rows: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """(X, y) of a regression: y is around 500, with a deviation of about 30."""
    X = features(rows)
    return X, 500 + 30 * np.tanh(X[:, 0]) + 10 * X[:, 1]


def classes(names: list[Any], rows: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """(X, y) of a classification into the named classes, each with about as many rows."""
    X = features(rows)
    codes = np.argsort(np.argsort(X[:, 0] + X[:, 1])) * len(names) // rows
    return X, np.array(names)[codes]


def people(rows: int = 80) -> pl.DataFrame:
    """A table of all kinds of columns, with missing values; `paid` is the number to predict."""
    random = np.random.default_rng(0)
    age = random.integers(18, 80, rows)
    town = random.choice(["Lima", "Quito", "Bogotá"], rows)
    member = random.random(rows) < 0.5
    paid = 10.0 * member + 0.5 * age + (town == "Lima") * 5 + random.normal(0, 1, rows)
    return pl.DataFrame(
        {
            "age": pl.Series(age).cast(pl.Float64).set(pl.Series(np.arange(rows) % 11 == 3), None),
            "town": town,
            "member": member,
            "since": pl.Series(np.datetime64("2020-01-01") + random.integers(0, 900, rows)),
            "paid": paid,
        }
    )


def epochs(path: Path) -> list[dict[str, Any]]:
    """The lines of metrics.jsonl without their clock times."""
    lines = [json.loads(line) for line in (path / "metrics.jsonl").read_text().splitlines()]
    return [{k: v for k, v in line.items() if "seconds" not in k} for line in lines]


def weights(path: Path) -> bytes:
    return (path / "model/weights.safetensors").read_bytes()
