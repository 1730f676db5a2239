import subprocess
import sys

import pytest

from descenso.data.io.options import ReadOptions
from descenso.errors import TableError


def test_signs_that_are_awkward_to_write_have_names():
    named = ReadOptions(separator="tab", thousands="space")
    assert (named.separator, named.thousands) == ("\t", " ")


def test_what_is_not_asked_for_is_not_there():
    assert ReadOptions().named() == {}
    assert ReadOptions(decimal=",").named() == {"decimal": ","}


def test_they_are_found_among_other_options_of_a_source():
    found = ReadOptions.from_dict({"format": "delimited", "separator": ";", "newer": 3})
    assert found == ReadOptions(separator=";")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"separator": ";;"}, "separator is ';;'; allowed: one character"),
        ({"separator": '"'}, "separator is '\"'"),
        ({"separator": "a"}, "separator is 'a'"),
        ({"separator": ""}, "separator is ''"),
        ({"encoding": "utf-88"}, "encoding is 'utf-88'; allowed: the name of an encoding"),
        ({"encoding": "base64"}, "encoding is 'base64'"),
        ({"decimal": ";"}, "decimal is ';'; allowed: '.', ','."),
        ({"thousands": "x"}, "thousands is 'x'; allowed: . , ' _ space none"),
        ({"decimal": ",", "thousands": ","}, "thousands and decimal are both ','"),
        ({"separator": 3}, "separator is 3; allowed: text"),
    ],
)
def test_an_option_that_cannot_be_so_is_refused_with_what_is_allowed(options, message):
    with pytest.raises(TableError, match=message):
        ReadOptions.from_dict(options)


def test_an_option_that_is_no_text_is_refused_by_its_name():
    # In a process of its own, where the types of arguments are not checked.
    program = """
import descenso
for name in ("separator", "encoding", "decimal", "thousands"):
    try:
        descenso.read("penguins", **{name: 5})
    except descenso.TableError as error:
        print(error)
"""
    said = subprocess.check_output([sys.executable, "-c", program], text=True)
    assert said.splitlines() == [
        f"{name} is 5; allowed: text." for name in ("separator", "encoding", "decimal", "thousands")
    ]
