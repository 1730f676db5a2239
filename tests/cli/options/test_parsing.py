"""Texts of the command line as values, and what is refused before any work."""

from pathlib import Path

import pytest

from descenso.cli.options.parsing import check_tables, checked, names, pairs
from descenso.errors import InputError, TableError
from descenso.fields import Integer, Number


def test_an_option_says_what_it_may_hold():
    assert checked("test", Number(below=1.0), "0.25") == 0.25
    assert checked("seeds", Integer(low=1), "5") == 5
    with pytest.raises(InputError, match="--test is '1'; allowed: a number from 0 to below 1"):
        checked("test", Number(below=1.0), "1")
    with pytest.raises(InputError, match="--seeds is 'two'"):
        checked("seeds", Integer(low=1), "two")


def test_pairs_are_split_at_the_last_equals_sign():
    assert pairs("column", ["age=category", "a=b=number"]) == {"age": "category", "a=b": "number"}


@pytest.mark.parametrize("text", ["age", "=number", ""])
def test_a_pair_without_a_name_or_a_sign_is_refused(text: str):
    with pytest.raises(InputError, match="NAME=KIND"):
        pairs("column", [text])


def test_names_are_split_at_commas_outside_quotes():
    assert names(["a,b", "c", '"d,e", f']) == ["a", "b", "c", "d,e", "f"]


def test_a_table_that_is_not_there_is_refused_with_the_nearest(tmp_path: Path):
    (tmp_path / "houses.csv").touch()
    check_tables(str(tmp_path / "houses.csv"), "penguins", None)
    with pytest.raises(TableError, match=r"Did you mean 'houses.csv'\?"):
        check_tables(str(tmp_path / "house.csv"))
    for name in ("b.py", "b.csv.gz", "a.parquet", "a.html", "notes.out", ".hidden.csv"):
        (tmp_path / name).touch()
    with pytest.raises(TableError, match=r"bundled table\. There are 'penguins'\.$"):
        check_tables(str(tmp_path / "xyz"))
    with pytest.raises(TableError, match=r"Did you mean 'penguins'\?"):
        check_tables("pinguins")
