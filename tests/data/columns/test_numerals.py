import polars as pl
import pytest

from descenso.data.columns.numerals import Numerals, infer_numerals, remark

COMMA = Numerals(",", ".")


def column(*values):
    return pl.Series("price", values, dtype=pl.String)


@pytest.mark.parametrize(
    ("numerals", "text", "plain"),
    [
        (COMMA, "1.234,5", "1234.5"),
        (COMMA, "-1.234.567", "-1234567"),
        (COMMA, ",5", ".5"),
        (COMMA, "1,5e-3", "1.5e-3"),
        (COMMA, "1.5", None),
        (COMMA, "12.34,5", None),
        (COMMA, "1,2,3", None),
        (Numerals(","), "1.234", None),
        (Numerals(",", " "), "1\u202f234,5", "1234.5"),
        (Numerals(",", " "), "1\u00a0234", "1234"),
        (Numerals(".", ","), "1,234.5", "1234.5"),
        (Numerals(".", ","), "1234.5", "1234.5"),
        (Numerals(".", ","), "1,23", None),
        (Numerals(".", "'"), "1'234", "1234"),
        (Numerals(), "1.5", "1.5"),
        (COMMA, "one", None),
        (COMMA, "-inf", "-inf"),
    ],
)
def test_numbers_are_read_as_they_are_written_and_nothing_else_is(numerals, text, plain):
    assert numerals.read(column(text, None)).to_list() == [plain, None]


@pytest.mark.parametrize(
    ("columns", "numerals", "proof"),
    [
        ((["a", "b"], ["1,5", "2", None]), Numerals(","), "1,5"),
        ((["0,123", "2,345"],), Numerals(","), "0,123"),
        ((["1.234,567", "5,123"],), COMMA, "1.234,567"),
        ((["1.234.567"],), COMMA, "1.234.567"),
        ((["999.50", "164,699.85"], ["0.5"]), Numerals(".", ","), "164,699.85"),
        ((["1,234,567", "12"],), Numerals(".", ","), "1,234,567"),
        ((["12", "1'234'567"], ["0.93"]), Numerals(".", "'"), "1'234'567"),
        ((["1\u202f234", "56"], ["0,93"]), Numerals(",", " "), "1\u202f234"),
        ((["1 234,50", "5,25"],), Numerals(",", " "), "1 234,50"),
    ],
)
def test_the_signs_of_numbers_are_inferred_where_they_cannot_be_anything_else(
    columns, numerals, proof
):
    assert infer_numerals([column(*values) for values in columns]) == (numerals, proof)


@pytest.mark.parametrize(
    "columns",
    [
        (["1,234"],),
        (["1,5", "two"],),
        (["1"],),
        ([],),
        # Telephone numbers.
        (["600 123 456", "911 234 567"],),
        # A decimal point elsewhere speaks against a comma.
        (["1,5"], ["2.5"]),
        (["1'234"], ["1\u202f234"]),
    ],
)
def test_signs_that_may_be_others_are_left_alone(columns):
    assert infer_numerals([column(*values) for values in columns]) == (Numerals(), "")


@pytest.mark.parametrize(
    ("values", "remedy"),
    [
        (("$1,200", "$ 3"), "remove the currency sign"),
        (("12 €", "3,50 €"), "remove the currency sign"),
        (("EUR 5", "-EUR 7.5"), "remove the currency sign"),
        (("12 %", "3.5%"), "remove the percent sign"),
        (("1,234", "12,345,678.5", "7"), "if they are numbers, use --thousands ,."),
        (("1,5", "2"), "use --decimal ,."),
        (("18000041845020005133", "7"), "use --column price=number."),
        (("01005", "10196"), ""),
        (("01005", "7.5"), ""),
        (("a", "b"), ""),
        ((None, None), ""),
    ],
)
def test_a_column_of_numbers_in_disguise_brings_a_remark_with_a_remedy(values, remedy):
    found = remark(column(*values), Numerals())
    assert remedy in found
    assert bool(found) == bool(remedy)
    if remedy:
        assert found.startswith(f"price is text, with values such as {values[0]!r}")


@pytest.mark.parametrize(
    ("values", "example"), [(("7", "1,234"), "'1,234'"), (("01", "1,5"), "'1,5'")]
)
def test_such_a_remark_shows_a_value_with_the_sign_that_it_names(values, example):
    assert f"values such as {example};" in remark(column(*values), Numerals())
