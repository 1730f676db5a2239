"""The options of a table as the keywords of `train` and its like."""

import pytest

from descenso.cli.options.data import requested
from descenso.errors import InputError


def test_options_of_a_table_are_keywords():
    assert requested(["age=category"], ["a,b"], "0.2", weights="w", split_by=None) == {
        "columns": {"age": "category"},
        "drop": ["a", "b"],
        "test": 0.2,
        "weights": "w",
        "split_by": None,
    }


def test_options_that_are_not_given_name_nothing():
    assert requested(None, None) == {"columns": {}, "drop": []}


def test_a_share_of_test_rows_is_a_number_below_1():
    with pytest.raises(InputError, match="--test is '1'; allowed: a number from 0 to below 1"):
        requested(None, None, "1")
