"""An inspection in a notebook: whole by itself, sound HTML, and nothing of the table is markup."""

from xml.etree import ElementTree

import numpy as np
import polars as pl

import descenso
from descenso.views.inspection_page import histogram, inspection_fragment

from ..support.pages import Reader

N = 300
ROWS = np.arange(N)
TABLE = pl.DataFrame(
    {
        "<script>alert(1)</script>": ROWS / 3,
        "kind": ["a & b", '"c"', "<i>d</i>"] * 100,
        "id": ROWS,
        "y": ["<b>no</b>", "yes"] * 150,
    }
)


def test_it_is_sound_and_asks_for_nothing_from_elsewhere():
    read = Reader(descenso.inspect(TABLE, "y")._repr_html_())
    assert not {"src", "href"} & set(read.attributes)
    assert "script" not in read.tags


def test_what_a_table_holds_is_text_and_no_markup():
    read = Reader(descenso.inspect(TABLE, "y")._repr_html_())
    assert not {"i", "script"} & set(read.tags)
    for text in ("<script>alert(1)</script>", "<b>no</b>", "a & b", "an identifier"):
        assert text in read.said


def test_numbers_have_histograms_and_classes_bars():
    read = Reader(descenso.inspect(TABLE, "y")._repr_html_())
    # Two numbers, one of them left out, and two classes.
    assert read.tags.count("svg") == 4


def test_outliers_that_a_histogram_leaves_out_are_stated_beside_it():
    table = pl.DataFrame({"spread": [*ROWS / 3, 1e9], "even": [*ROWS / 3, 100.0]})
    said = Reader(descenso.inspect(table)._repr_html_()).said
    assert "0 … 1e+09, 1 outlier" in said
    assert said.count("outliers: more than 3 IQR") == 1


def test_without_a_target_and_without_findings_it_is_a_page_too():
    said = Reader(descenso.inspect(TABLE.select("kind"))._repr_html_()).said
    assert "Nothing suspicious was found." in said


def test_a_histogram_s_bars_are_in_proportion():
    svg = ElementTree.fromstring(histogram([1, 0, 4]))
    heights = [float(bar.get("height", "")) for bar in svg.iter() if bar.tag == "rect"]
    assert heights == [5.0, 20.0]


def test_of_very_many_columns_a_page_shows_some_and_counts_the_rest():
    wide = pl.DataFrame({f"x{j}": [j + 0.0, j + 1.5, j + 2.5] for j in range(250)})
    said = Reader(inspection_fragment(descenso.inspect(wide).to_dict())).said
    assert "x199" in said
    assert "x200" not in said
    assert "and 50 more columns" in said
