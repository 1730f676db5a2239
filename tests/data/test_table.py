"""What a table says of itself."""

import numpy as np
import polars as pl

from descenso.data.io.memory import table_of
from descenso.data.io.read import read


def test_a_table_is_shown_by_its_name_and_its_size():
    assert repr(read("penguins")) == "<Table penguins: 344 × 8>"
    assert repr(table_of(np.zeros((5, 3)))) == "<Table the data: 5 × 3>"


def test_a_notebook_shows_the_first_rows_and_takes_no_name_for_html():
    names = [f"<b>{letter}" for letter in "abcdefghijkl"]
    shown = table_of(pl.DataFrame({"name": names}))._repr_html_()
    assert "the data: 12 × 1 (rows × columns); the first rows" in shown
    assert "&lt;b&gt;h" in shown
    assert "<b>" not in shown
    assert "&lt;b&gt;i" not in shown
