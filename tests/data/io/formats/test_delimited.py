import csv
import io
import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descenso.data.io import blocks as blocks_module
from descenso.data.io.files import File
from descenso.data.io.formats.delimited import Delimited, guess_separator
from descenso.data.io.options import ReadOptions
from descenso.errors import TableError

FORM = Delimited()

# No lone carriage return: csv.writer does not quote it, though it ends a line.
cells = st.text(st.sampled_from('ab1 ,;"\n\tñ'), max_size=5)
tables = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=9)
)


def file(content):
    return File("a.csv", None, content.encode() if isinstance(content, str) else content)


def frame(content, separator=",", encoding="utf-8"):
    options = ReadOptions(separator=separator, encoding=encoding)
    return pl.concat(FORM.frames(file(content), options, None, None))


def rows(content, separator=","):
    """The cells, an empty one and one without quotes alike."""
    return [[cell or "" for cell in row] for row in frame(content, separator).rows()]


def written(table, separator, end, quoting):
    text = io.StringIO()
    names = [f"c{j}" for j in range(len(table[0]))]
    csv.writer(text, delimiter=separator, lineterminator=end, quoting=quoting).writerows(
        [names, *table]
    )
    return text.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_the_one_by_which_rows_have_as_many_fields_as_the_header(separator):
    header = separator.join(["a", "b", '"c,;|\t,;|\t"', "d"])
    assert (
        guess_separator(f"{header}\n1{separator}2{separator}3{separator}4\n".encode()) == separator
    )


def test_a_separator_that_only_the_header_has_is_none():
    sample = b"name, first and last;age, in years;town, or village\nAna;30;Lima\nEva;40;Quito\n"
    assert guess_separator(sample) == ";"
    assert guess_separator(b"a;b\n1,5;2,5\n3,5;4,5\n") == ";"


def test_the_usual_separator_is_preferred_where_the_header_has_it():
    assert guess_separator(b"a;b,c\n1;2,5\n", ",") == ","
    assert guess_separator(b"a;b\n1;2\n", ",") == ";"


@given(tables, st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n"]), st.integers(0, 1))
def test_whatever_python_s_csv_writes_is_read_back(table, separator, end, quoting):
    text = written(table, separator, end, quoting)
    assert rows(text, separator) == table


@given(st.text(st.sampled_from('ab," \n'), max_size=40), st.integers(1, 12))
def test_the_size_of_the_blocks_changes_nothing(text, size):
    content = f"x,y\n1,2\n{text}"

    def outcome():
        try:
            return rows(content)
        except TableError as error:
            return str(error)

    whole = outcome()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks_module, "BLOCK_BYTES", size)
        patch.setattr("descenso.data.io.text.CHUNK_BYTES", size)
        assert outcome() == whole


def test_a_byte_order_mark_carriage_returns_and_blank_ends_are_no_data():
    for text in (
        "\ufeffx,y\n1,2\n3,4",
        "x,y\r\n1,2\r\n3,4\r\n",
        "x,y\r1,2\r3,4\r",
        "\nx,y\n1,2\n3,4\n\n",
    ):
        assert rows(text) == [["1", "2"], ["3", "4"]], repr(text)


def test_an_empty_last_field_is_missing_and_not_a_short_row():
    assert rows("x,y\n1,\n2,3\n") == [["1", ""], ["2", "3"]]
    assert rows('x,y\n"1",\n2,3\n') == [["1", ""], ["2", "3"]]
    assert rows('x,y\n"1,5",\n2,3\n') == [["1,5", ""], ["2", "3"]]


def test_a_blank_line_within_the_table_is_a_row_without_values():
    assert rows("x,y\n1,2\n\n3,4\n") == [["1", "2"], ["", ""], ["3", "4"]]
    assert rows("x\n1\n\n3\n") == [["1"], [""], ["3"]]
    assert rows('x\n1"\n\n3\n\n') == [['1"'], [""], ["3"]]


def test_a_quote_within_a_field_is_read_as_it_stands():
    assert rows("x,y\n5'10\",2\n6'1\",3\n") == [["5'10\"", "2"], ["6'1\"", "3"]]


def test_names_are_stripped_and_a_column_without_one_is_numbered():
    assert frame(" x ,,y\n1,2,3\n").columns == ["x", "column2", "y"]


def test_a_field_may_be_longer_than_what_python_allows_by_itself():
    long = "a" * 200_000
    assert rows(f'x,y\n{long},"b"c\n') == [[long, '"b"c'.replace('"', "", 1).replace('"', "")]]
    assert csv.field_size_limit() == 131_072


def test_a_separator_beyond_ascii_is_taken():
    assert rows("x¦y\n1¦ñ\n", "¦") == [["1", "ñ"]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("x,y\n", "there is a header, but no row"),
        ("x,y\n\n\n", "there is a header, but no row"),
        ("x,y,x\n1,2,3\n", "the column name 'x' appears more than once"),
        ("x, x ,y,y\n1,2,3,4\n", "the column names 'x', 'y' appear more than once"),
        ("x,y\n1,2\n1,2,3\n", r"row 2 \(line 3\) has 3 fields, .* 2 columns"),
        ("x,y\n1,2\n1\n", r"row 2 \(line 3\) has 1 field, .* 2 columns"),
        ('x,y\n"a\nb",2\n1\n', r"row 2 \(line 4\) has 1 field"),
        ("x,y\n1,2\n   \n", r"row 2 \(line 3\) has 1 field"),
        ("x,y\n1,2\n1,\0\n", "line 3 has a NUL byte.*--encoding utf-16"),
        ('x,y\n"1,2\n3,4\n', r"row 1 \(line 3\) has 1 field.* a double quote may not be closed"),
    ],
)
def test_a_broken_table_is_refused_by_row_and_line(content, message):
    with pytest.raises(TableError, match=message) as refusal:
        frame(content)
    assert re.fullmatch(r"a\.csv: [^\n]+", str(refusal.value))


def test_a_row_without_an_end_is_refused_before_it_fills_the_memory(monkeypatch):
    monkeypatch.setattr(blocks_module, "BLOCK_BYTES", 100)
    monkeypatch.setattr(blocks_module, "LONGEST_ROW", 1000)
    monkeypatch.setattr("descenso.data.io.text.CHUNK_BYTES", 100)
    with pytest.raises(TableError, match=r"is longer than .* A double quote is not closed"):
        frame('x,y\n1,"' + "a\n" * 2000)
    monkeypatch.setattr("descenso.data.io.formats.delimited.LONGEST_FIELD", 1000)
    with pytest.raises(TableError, match="field larger than field limit"):
        frame('x,y\n1,b"b\n1,"' + "a\n" * 2000)


def settled(content, asked=None, like=None):
    return FORM.settle(file(content), asked or ReadOptions(), like or ReadOptions())


def test_a_decimal_comma_is_found_where_it_cannot_be_anything_else_and_said():
    found = settled("x;y\n1,5;a\n2;b\n")
    assert found.options.decimal == ","
    assert found.notes == (
        "a.csv: numbers are read with a decimal comma, because of values such as '1,5'; "
        "use --decimal . to override.",
    )
    assert settled("x;y\n1.234,5;a\n").options.thousands == "."
    # 1,234 may be more than a thousand; and where there is a decimal point, a comma is none.
    for text in ("x;y\n1,234;a\n", "x;y\n1,5;2.5\n", "x,y\n1,2\n", "x;y\n1,5;1\na;2\n"):
        assert settled(text).options.decimal == ".", text
        assert settled(text).notes == ()
    assert settled("x;y\n1,5;a\n", ReadOptions(decimal=".")).options.decimal == "."


def test_numbers_are_written_as_in_the_table_before_where_the_separator_is_the_same():
    like = ReadOptions(separator=";", decimal=",", thousands=".")
    assert settled("x;y\n1;a\n", like=like).options.decimal == ","
    assert settled("x,y\n1,a\n", like=like).options.decimal == "."


def test_a_header_of_numbers_is_said_to_be_one():
    assert "the first line is read as column names" in settled("5.1,3.5\n4.9,3\n").notes[0]
    assert settled("2020,2021\n4.9,3\n").notes == ()


@pytest.mark.parametrize("said", ["sep=;\n", "SEP=;\r\n"])
def test_the_separator_that_excel_puts_above_the_names_is_taken_at_its_word(said):
    content = said + "x,1;y\n1;2\n"
    found = settled(content).options.separator
    assert found == ";"
    assert frame(content, found).to_dict(as_series=False) == {"x,1": ["1"], "y": ["2"]}
    with pytest.raises(TableError, match=r"row 2 \(line 4\) has 1 field"):
        frame(content + "3\n", found)
