"""No group of rows is in two parts, and the parts are as they were asked for where that can be."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import StratifiedGroupKFold

from descenso.data.splits.grouped import split_by_group
from descenso.errors import TableError

fractions = st.sampled_from([0.0, 0.1, 0.2, 0.4])


def split(groups, values=None, task="regression", validation=0.2, test=0.0, seed=0, rows=None):
    groups = pl.Series("street", groups, strict=False)
    values = np.zeros(len(groups)) if values is None else values
    rows = np.arange(len(groups)) if rows is None else rows
    target = pl.Series("y", values)
    return split_by_group(target, task, rows, groups, validation=validation, test=test, seed=seed)


@given(
    groups=st.lists(st.sampled_from("abcdefgh"), min_size=12, max_size=60),
    classes=st.randoms(use_true_random=False),
    task=st.sampled_from(["regression", "multiclass"]),
    validation=fractions,
    test=fractions,
    seed=st.integers(0, 20),
)
def test_no_group_is_in_two_parts_and_every_row_in_exactly_one(
    groups, classes, task, validation, test, seed
):
    if len(set(groups)) < 3:
        groups = [*groups, "x", "y", "z"]
    values = [classes.choice(["no", "yes", "perhaps"]) for _ in groups]
    found = split(groups, values, task, validation, test, seed)
    parts = [found.train, found.validation, found.test, found.left_out]
    assert sorted(np.concatenate(parts)) == list(range(len(groups)))
    of_part = [{groups[row] for row in part} for part in parts]
    assert not of_part[0] & of_part[1]
    assert not of_part[0] & of_part[2]
    assert not of_part[1] & of_part[2]
    if task == "multiclass":
        assert {values[row] for row in found.train} == set(values)
    else:
        assert (len(found.validation) > 0) == (validation > 0)
        assert (len(found.test) > 0) == (test > 0)


def test_each_part_comes_as_near_to_its_share_as_the_largest_group_allows():
    random = np.random.default_rng(0)
    groups = np.repeat(np.arange(50), random.integers(1, 9, 50))
    found = split(groups, validation=0.2, test=0.1)
    assert abs(len(found.validation) - 0.2 * len(groups)) <= 4
    assert abs(len(found.test) - 0.1 * len(groups)) <= 4


def test_classes_are_spread_as_evenly_as_scikit_learn_spreads_them():
    # Groups lean towards one class or the other, as patients or authors do.
    random = np.random.default_rng(1)
    leaning = random.choice([0.05, 0.6], 40, p=[0.7, 0.3])
    groups = np.repeat(np.arange(40), 10)
    values = (random.random(400) < leaning[groups]).astype(int)
    ours = split(groups, values, "binary", validation=0.2)
    _, theirs = next(
        StratifiedGroupKFold(5, shuffle=True, random_state=0).split(values, values, groups)
    )
    off = abs(values[ours.validation].mean() - values.mean())
    assert off <= abs(values[theirs].mean() - values.mean()) + 0.02
    assert off < 0.03


def test_a_class_of_one_group_stays_in_training():
    groups = np.repeat(np.arange(10), 4)
    values = ["rare" if group == 3 else "common" for group in groups]
    for seed in range(5):
        found = split(groups, values, "binary", validation=0.4, test=0.3, seed=seed)
        assert "rare" in {values[row] for row in found.train}


def test_the_seed_decides_which_groups():
    groups = np.repeat(np.arange(30), 3)
    first, again, other = (split(groups, seed=seed).validation.tolist() for seed in (1, 1, 2))
    assert first == again != other


def test_many_groups_are_split_quickly_and_near_their_shares():
    groups = np.arange(300_000)
    found = split(groups, groups % 3, "multiclass", validation=0.2, test=0.1)
    assert len(found.validation) == 60_000
    assert len(found.test) == 30_000
    assert np.bincount(found.validation % 3) == pytest.approx([20_000] * 3, rel=0.03)


def test_rows_that_are_for_nothing_are_left_out_and_need_no_group():
    found = split(["a", None, "b", "c"], rows=np.array([0, 2, 3]))
    assert found.left_out.tolist() == [1]


def test_how_the_groups_were_split_is_said():
    assert split(np.arange(10).repeat(2), test=0.1).notes == (
        "Rows with the same street stay together: 7 groups for training, 2 for validation, 1 for "
        "the test.",
    )


def test_where_training_needs_all_groups_to_know_each_class_that_is_said():
    found = split(["a", "a", "b", "b"], ["no", "no", "yes", "yes"], "binary")
    assert len(found.train) == 4
    assert found.warnings == (
        "No group of street is left for validation: training needs them all to see every class.",
    )
    found = split(["a", "b", "c"], ["x", "y", "z"], "multiclass", validation=0.0, test=0.3)
    assert found.warnings[0].startswith("No group of street is left for the test")


@pytest.mark.parametrize(
    ("groups", "test", "message"),
    [
        (["a"] * 9, 0.0, r"'street' has 1 group, too few for 2 parts"),
        (["a", "b"] * 9, 0.2, r"'street' has 2 groups, too few for 3 parts"),
        (["a", "b", None, "c"], 0.0, r"'street' is missing in row 3"),
        ([[1], [2], [3]], 0.0, r"'street' is of type List\(Int64\), which cannot form groups"),
    ],
)
def test_what_makes_no_groups_is_refused(groups, test, message):
    with pytest.raises(TableError, match=message):
        split(groups, test=test)


def test_shares_that_leave_nothing_to_train_on_are_refused():
    with pytest.raises(TableError, match=r"test 0\.5 and validation 0\.5 leave no rows"):
        split(["a", "b", "c"], validation=0.5, test=0.5)
