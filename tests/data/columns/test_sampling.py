import numpy as np
import polars as pl
import pytest

from descenso.data.columns.summary import sample
from descenso.data.table import Table

ROWS = np.arange(0, 3000, 2)


@pytest.fixture(params=["frame", "array"])
def table(request) -> Table:
    values = np.arange(6000).reshape(3000, 2)
    if request.param == "array":
        return Table(pl.DataFrame({"y": values[:, 0]}), matrix=values)
    return Table(pl.DataFrame(values, schema=["x0", "x1"]).with_columns(y=pl.col("x0")))


def test_a_sample_is_of_the_rows_that_were_named_in_their_order(table: Table):
    few = sample(table, ROWS, cells=3 * 700)
    numbers = few.column("x0").to_numpy() // 2
    assert len(numbers) == few.height == 700
    assert (np.diff(numbers) > 0).all()
    assert set(numbers) <= set(ROWS)
    assert few.column("y").to_list() == few.column("x0").to_list()


def test_the_same_rows_give_the_same_sample(table: Table):
    first, again = (sample(table, ROWS, cells=3 * 700).column("x1").to_list() for _ in range(2))
    assert first == again


def test_few_rows_are_all_taken(table: Table):
    assert sample(table, ROWS).column("x0").to_list() == (2 * ROWS).tolist()
    assert sample(table, np.arange(3000)) is table


def test_however_many_columns_there_are_some_hundred_rows_are_looked_at(table: Table):
    assert sample(table, ROWS, cells=0).height == 500
