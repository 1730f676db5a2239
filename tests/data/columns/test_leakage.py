"""A column's skill alone: high for the target in disguise, none for noise, honest for the rest."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from sklearn.datasets import load_breast_cancer, load_iris

from descenso.data.columns.leakage import LEAK_SKILL, predictive_power
from descenso.data.io import bundled
from descenso.data.table import Table

N = 2000
random = np.random.default_rng(0)
NOISE = random.normal(size=N)
CLASSES = random.choice(["no", "yes"], N, p=[0.8, 0.2])
PRICES = random.lognormal(mean=10, sigma=2, size=N)
LETTERS = np.array(list("abcdefghijklmnopqrstuvwxyz"))


def power(target, column, task=None, n=None) -> Any:
    table = Table(pl.DataFrame({"x": column, "y": target}, strict=False))
    task = task or ("regression" if isinstance(target[0], float) else "multiclass")
    return predictive_power(table, ["x"], "y", task, np.arange(n or table.height)).get("x")


@pytest.mark.parametrize(
    "column",
    [
        CLASSES,
        CLASSES == "yes",
        np.where(CLASSES == "yes", 1, 0),
        # Known for one class only, as the date of a contract's end.
        np.where(CLASSES == "yes", NOISE, np.nan),
        # Either side of zero, in between the other class: no correlation would show it.
        np.where(CLASSES == "yes", np.sign(NOISE) * 5, NOISE / 10),
        # Another name for each class, in several words.
        np.char.add(CLASSES.astype(str), random.choice(["-1", "-2", "-3"], N)),
    ],
    ids=["itself", "boolean", "code", "missing", "both sides", "subclasses"],
)
def test_a_class_in_disguise_is_given_away(column):
    assert power(CLASSES, column) >= LEAK_SKILL


@pytest.mark.parametrize(
    "column",
    [PRICES, -3 * PRICES + 7, np.log(PRICES), np.round(PRICES, -1), 1 / PRICES],
    ids=["itself", "linear", "log", "rounded", "inverse"],
)
def test_a_number_in_disguise_is_given_away_however_skewed_it_is(column):
    assert power(PRICES, column) >= LEAK_SKILL


@pytest.mark.parametrize("target", [CLASSES, PRICES], ids=["classes", "numbers"])
@pytest.mark.parametrize(
    "column",
    [
        NOISE,
        random.integers(0, 3, N),
        random.choice(LETTERS, N),
        # Each value in one row: fitted to all rows, it would predict all of them.
        [f"c{i}" for i in range(N)],
        np.arange(N),
        [None] * (N - 1) + [1.0],
    ],
    ids=["normal", "few", "letters", "identifier", "row number", "empty"],
)
def test_noise_has_no_skill(target, column):
    assert power(target, column) < 0.05


def test_a_binned_mean_is_judged_as_by_hand():
    # Two bins of ranks: 0s have the lower half of the target, 1s the upper one.
    y = np.arange(1.0, 401.0)
    x = (y > 200).astype(int)
    # The variance left within the halves is a quarter of all.
    assert power(y, x) == pytest.approx(0.75, abs=0.01)


def test_the_commonest_class_of_a_bin_is_judged_as_by_hand():
    # Of 100 rows with x = a, 90 are "no"; of 100 with b, 60 are "yes": 50 errors, where the best
    # constant has 70.
    x = ["a"] * 100 + ["b"] * 100
    y = ["no"] * 90 + ["yes"] * 10 + ["yes"] * 60 + ["no"] * 40
    assert power(y, x) == pytest.approx(1 - 50 / 70)


@pytest.mark.parametrize("rows", [60, 200, 1000])
def test_a_class_with_a_border_in_a_number_is_given_away_among_few_rows_too(rows: int):
    x = np.random.default_rng(rows).normal(size=rows)
    # But for rows beside the border, which those on its other side are taken for.
    assert power(x > 0.3, x) >= 1 - 5 / rows
    # The order of rows of one value says nothing, also where the table is sorted by the class.
    alike = np.zeros(rows)
    assert power(np.sort(x > 0.3), alike) < 0.1


@pytest.mark.parametrize("load", [load_iris, load_breast_cancer])
def test_honest_columns_of_real_tables_are_not_called_leaks(load):
    data = load()
    columns = {f"x{j}": data.data[:, j] for j in range(data.data.shape[1])}
    table = Table(pl.DataFrame({**columns, "y": data.target}))
    found = predictive_power(table, list(columns), "y", "multiclass", np.arange(table.height))
    assert 0.5 < max(found.values()) < LEAK_SKILL


def test_no_penguin_s_column_gives_its_species_away():
    frame = pl.read_csv(bundled.path("penguins"), null_values=["NA"])
    names = [name for name in frame.columns if name != "species"]
    found = predictive_power(Table(frame), names, "species", "multiclass", np.arange(344))
    assert found.keys() == set(names)
    assert max(found.values()) < 0.9


def test_rare_classes_beyond_the_commonest_are_distinguished_from_these():
    y = np.where(np.arange(N) % 2 == 0, "common", np.char.add("rare", np.arange(N).astype(str)))
    assert power(y, np.arange(N) % 2) >= LEAK_SKILL


def test_a_few_rows_show_nothing():
    assert power(CLASSES, CLASSES, n=49) is None


@pytest.mark.parametrize("column", [[[1]] * N, [None] * N])
def test_what_cannot_be_compared_is_passed_over(column):
    assert power(CLASSES, column) is None


def test_a_target_of_one_value_has_nothing_to_give_away():
    assert power(["no"] * N, CLASSES) is None


def test_the_same_table_always_has_the_same_findings():
    assert power(CLASSES, NOISE) == power(CLASSES, NOISE)
