"""An evaluation in a notebook: what it shows is what was measured."""

import re
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

import descenso
from descenso.views.evaluation import MOST_IN_MATRIX, Evaluation, evaluation_fragment

from ..support.pages import Reader, rows_of
from ..support.small_tables import classes, numbers, plain


@pytest.fixture(scope="module")
def of_classes() -> Evaluation:
    X, y = classes(["a", "b", "c"])
    return descenso.train((X, y), **plain()).evaluate((X, y))


@pytest.fixture(scope="module")
def of_numbers() -> Evaluation:
    X, y = numbers()
    return descenso.train((X, y), **plain()).evaluate((X, y))


def test_each_metric_stands_with_its_interval(of_classes: Evaluation):
    low, high = of_classes["intervals"]["accuracy"]
    shown = dict(line[:2] for line in rows_of(evaluation_fragment(of_classes)) if len(line) == 3)
    assert shown["accuracy"] == f"{of_classes['metrics']['accuracy']:#.4g}"
    assert f"{low:#.4g} … {high:#.4g}" in Reader(evaluation_fragment(of_classes)).said


def test_without_intervals_none_are_spoken_of(of_classes: Evaluation):
    bare = of_classes | {"intervals": None, "bootstrap": None}
    assert "nterval" not in Reader(evaluation_fragment(bare)).said


def test_the_confusion_matrix_is_there_cell_by_cell_and_shaded_by_shares(of_classes: Evaluation):
    text = evaluation_fragment(of_classes)
    for name, counts in zip("abc", of_classes["confusion"]["counts"], strict=True):
        assert [name, *map(str, counts)] in rows_of(text)
    filled = np.count_nonzero(of_classes["confusion"]["counts"])
    assert len(re.findall("background: rgb", text)) == filled


def test_of_very_many_classes_the_most_confused_pairs_are_shown(of_classes: Evaluation):
    names = [f"c{j}" for j in range(MOST_IN_MATRIX + 1)]
    pair = {"truth": "c1", "prediction": "c2", "rows": 7}
    confusion = {"classes": names, "counts": None, "most_confused": [pair]}
    rows = rows_of(evaluation_fragment(of_classes | {"confusion": confusion}))
    assert ["c1", "c2", "7"] in rows
    assert ["", *names] not in rows


def test_the_worst_of_very_many_classes_are_shown_and_the_others_counted(of_classes: Evaluation):
    each = {"precision": 1.0, "recall": 1.0, "support": 2, "predicted": 2}
    many = [each | {"class": f"c{j}", "f1": (99 - j) / 100} for j in range(100)]
    text = evaluation_fragment(of_classes | {"per_class": many})
    assert rows_of(text).count(["c99", "1.000", "1.000", "0.000", "2"]) == 1
    assert "c0" not in [line[0] for line in rows_of(text)]
    assert "and 70 more classes" in Reader(text).said


def test_calibration_is_a_point_for_each_bin(of_classes: Evaluation):
    bins = of_classes["calibration"]["bins"]
    tree = ElementTree.fromstring(evaluation_fragment(of_classes))
    assert len(list(tree.iter("circle"))) == len(bins)
    described = next(svg.findtext("desc") or "" for svg in tree.iter("svg"))
    assert f"predicted {bins[0]['predicted']:.2f}, observed {bins[0]['happened']:.2f}" in described


def test_of_numbers_residuals_and_the_worst_rows_are_shown(of_numbers: Evaluation):
    rows = rows_of(evaluation_fragment(of_numbers))
    quantiles = of_numbers["residuals"]["quantiles"]
    assert [f"{percent}%" for percent in quantiles] in rows
    assert [f"{value:#.4g}".removesuffix(".") for value in quantiles.values()] in rows
    assert str(of_numbers["worst_rows"][0]["row"]) in [line[0] for line in rows]


def test_warnings_are_shown(of_numbers: Evaluation):
    assert (
        "Mind the gap."
        in Reader(evaluation_fragment(of_numbers | {"warnings": ["Mind the gap."]})).said
    )


def test_a_notebook_shows_the_page_and_a_prompt_one_line(of_numbers: Evaluation):
    found: Any = of_numbers
    assert found._repr_html_() == evaluation_fragment(of_numbers)
    assert "\n" not in repr(of_numbers)
