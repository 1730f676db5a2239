import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descenso.data.splits.random import split_at_random
from descenso.errors import TableError

fractions = st.sampled_from([0.0, 0.1, 0.2, 0.25, 0.4])


def split(values, task="multiclass", validation=0.2, test=0.0, seed=0):
    rows = np.array([row for row, value in enumerate(values) if value is not None])
    target = pl.Series("y", values)
    return split_at_random(target, task, rows, validation=validation, test=test, seed=seed)


@given(
    values=st.lists(st.sampled_from(["a", "b", "c", "d", None]), min_size=1).filter(any),
    task=st.sampled_from(["regression", "multiclass"]),
    validation=fractions,
    test=fractions,
    seed=st.integers(0, 100),
)
def test_every_row_is_in_one_part_and_every_class_is_trained_on(
    values, task, validation, test, seed
):
    found = split(values, task, validation, test, seed)
    parts = [found.train, found.validation, found.test, found.left_out]
    assert sorted(np.concatenate(parts)) == list(range(len(values)))
    assert all((np.diff(part) > 0).all() for part in parts)
    assert {values[row] for row in found.left_out} <= {None}
    if task == "multiclass":
        assert {values[row] for row in found.train} == set(values) - {None}
    assert len(found.train) > 0


@given(
    sizes=st.lists(st.integers(5, 60), min_size=1, max_size=5),
    validation=fractions,
    test=fractions,
)
def test_each_part_holds_its_share_of_each_class_to_within_a_row(sizes, validation, test):
    values = [f"class {i}" for i, size in enumerate(sizes) for _ in range(size)]
    found = split(values, validation=validation, test=test)
    for part, fraction in ((found.validation, validation), (found.test, test)):
        assert len(part) == round(fraction * len(values))
        for i, size in enumerate(sizes):
            here = sum(values[row] == f"class {i}" for row in part)
            assert abs(here - fraction * size) < 1


def test_a_regression_is_split_at_random_by_seed():
    values = [float(i) for i in range(100)]
    first, again, other = (split(values, "regression", seed=seed) for seed in (1, 1, 2))
    assert first.validation.tolist() == again.validation.tolist()
    assert first.validation.tolist() != other.validation.tolist()
    assert (len(first.train), len(first.validation)) == (80, 20)
    # At random over the whole table: 20 rows all within one half have a chance of 1 in a million.
    assert first.validation.min() < 50 <= first.validation.max()


def test_what_a_person_should_know_is_said():
    found = split(["a"] * 10 + ["b"] + [None] * 2, test=0.1)
    assert found.warnings == (
        "1 value of y occurs in one row only; that row is used for training.",
    )
    tiny = split(["a", "b"], validation=0.2, test=0.2)
    assert tiny.warnings[-2:] == (
        "The table is too small for a validation set.",
        "The table is too small for a test set.",
    )
    assert split(["a", "b"] * 10).warnings == ()


def test_one_row_is_trained_on():
    assert split([1.5], "regression", 0.4, 0.4).train.tolist() == [0]


def test_a_split_without_training_rows_is_refused():
    with pytest.raises(
        TableError, match=r"test 0\.4 and validation 0\.6 leave no rows for training: .*Lower test"
    ):
        split(["a"] * 10, validation=0.6, test=0.4)
