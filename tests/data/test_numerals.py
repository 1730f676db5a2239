import polars as pl
import pytest

from descenso.data.numerals import Numerals, infer_numerals, remark

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


def test_a_decimal_comma_is_inferred_only_where_it_cannot_be_anything_else():
    assert infer_numerals([column("a", "b"), column("1,5", "2", None)]) == (Numerals(","), "1,5")
    assert infer_numerals([column("0,123", "2,345")]) == (Numerals(","), "0,123")
    assert infer_numerals([column("1.234,567", "5,123")]) == (COMMA, "1.234,567")
    assert infer_numerals([column("1.234.567")]) == (COMMA, "1.234.567")
    for ambiguous in (["1,234"], ["1,5", "two"], ["1"], []):
        assert infer_numerals([column(*ambiguous)]) == (Numerals(), "")
    # A decimal point elsewhere speaks against it.
    assert infer_numerals([column("1,5"), column("2.5")]) == (Numerals(), "")


@pytest.mark.parametrize(
    ("values", "remedy"),
    [
        (("$1,200", "$ 3"), "take the sign of the currency away"),
        (("12 €", "3,50 €"), "take the sign of the currency away"),
        (("EUR 5", "-EUR 7.5"), "take the sign of the currency away"),
        (("12 %", "3.5%"), "take the percent sign away"),
        (("1,234", "12,345,678.5", "7"), "if they are numbers, --thousands , says so."),
        (("1,5", "2"), "--decimal , says so."),
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
        assert found.startswith(f"price is text, with values such as {values[0]!r}; ")


@pytest.mark.parametrize(
    ("values", "example"), [(("7", "1,234"), "'1,234'"), (("01", "1,5"), "'1,5'")]
)
def test_such_a_remark_shows_a_value_with_the_sign_that_it_names(values, example):
    assert f"values such as {example};" in remark(column(*values), Numerals())
