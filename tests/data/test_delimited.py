import csv
import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descenso.data.delimited import guess_separator, parse_delimited

# Text that starts with a letter is neither a number, nor a boolean, nor missing, nor blank.
words = st.from_regex(r"[b-e][ -~\n]{0,8}[b-e]", fullmatch=True)


def parse(text, separator=","):
    return parse_delimited(text.encode(), separator, "a.csv")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_the_one_that_the_header_uses_most(separator):
    header = separator.join(["a", "b", '"c,;|\t,;|\t"', "d"])
    assert guess_separator(f"{header}\n1,2;3".encode()) == separator


@given(st.lists(st.tuples(words, words), min_size=1, max_size=8), st.sampled_from(",;\t|"))
def test_whatever_python_s_csv_writes_is_read_back(rows, separator):
    written = io.StringIO()
    csv.writer(written, delimiter=separator, lineterminator="\n").writerows([("x", "y"), *rows])
    assert parse(written.getvalue(), separator).rows() == rows


def test_a_byte_order_mark_carriage_returns_and_blank_ends_are_no_data():
    expected = pl.DataFrame({"x": [1, 3], "y": [2, 4]})
    for text in (
        "\ufeffx,y\n1,2\n3,4",
        "x,y\r\n1,2\r\n3,4\r\n",
        "x,y\r1,2\r3,4\r",
        "\nx,y\n1,2\n3,4\n\n",
    ):
        assert parse(text).equals(expected), repr(text)


def test_an_empty_last_field_is_missing_and_not_a_short_row():
    assert parse("x,y\n1,\n2,3\n").rows() == [(1, None), (2, 3)]
    assert parse('x,y\n"1",\n2,3\n').rows() == [(1, None), (2, 3)]


def test_a_blank_line_within_the_table_is_a_row_without_values():
    assert parse("x,y\n1,2\n\n3,4\n").rows() == [(1, 2), (None, None), (3, 4)]
    assert parse("x\n1\n\n3\n").rows() == [(1,), (None,), (3,)]


def test_a_quote_within_a_field_is_read_as_it_stands():
    assert parse("x,y\n5'10\",2\n6'1\",3\n")["x"].to_list() == ["5'10\"", "6'1\""]


def test_names_are_stripped_and_a_column_without_one_is_numbered():
    assert parse(" x ,,y\n1,2,3\n").columns == ["x", "column2", "y"]


def test_polars_and_the_row_by_row_reading_agree():
    plain = 'x,y\n"a, b",1\n"c",\n'
    # The stray quote makes Polars give up.
    stray = plain + 'd"e,2\n'
    assert parse(stray).head(2).equals(parse(plain))
