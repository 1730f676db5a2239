import polars as pl
import pytest

from descenso.data.io import bundled


def test_the_penguins_are_all_there_with_their_gaps_and_their_original_names():
    penguins = pl.read_csv(bundled.path("penguins"), null_values="NA")
    assert penguins.columns == [
        *("species", "island", "bill_length_mm", "bill_depth_mm"),
        *("flipper_length_mm", "body_mass_g", "sex", "year"),
    ]
    assert penguins.height == 344
    assert dict(penguins["species"].value_counts().iter_rows()) == {
        "Adelie": 152,
        "Chinstrap": 68,
        "Gentoo": 124,
    }
    assert penguins["bill_length_mm"].null_count() == 2
    assert penguins["sex"].null_count() == 11


def test_every_bundled_table_is_named_with_its_licence():
    about = (bundled.path("penguins").parent / "README.md").read_text()
    assert bundled.names() == ("penguins",)
    assert all(f"{name}.csv" in about for name in bundled.names())
    assert "CC0" in about


def test_a_table_that_is_not_bundled_is_a_key_error():
    with pytest.raises(KeyError, match="iris"):
        bundled.path("iris")
