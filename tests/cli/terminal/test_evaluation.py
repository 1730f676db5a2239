from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from descenso.cli.terminal.evaluation import (
    BAR_WIDTH,
    bar,
    calibration_lines,
    class_lines,
    confusion_lines,
    metric_lines,
    residual_lines,
    show_evaluation,
    worst_lines,
)
from descenso.data.encoding.target import Target
from descenso.engine.task import Task
from descenso.runs.evaluation.evaluate import assess

from ...support.judged_rows import BINARY, MULTICLASS, REGRESSION, some

TOWNS = Target(name="town", task="multiclass", classes=("Bogotá", "Lima", "Quito", "La Paz"))


def measured(task: Task, target: Target, **options: Any) -> dict[str, Any]:
    rows = some(task, rows=200)
    return assess(rows, target, np.arange(200), **options)


@pytest.fixture(scope="module")
def towns() -> dict[str, Any]:
    return measured(MULTICLASS, TOWNS)


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    return measured(BINARY, Target(name="paid", task="binary", classes=(False, True)))


@pytest.fixture(scope="module")
def prices() -> dict[str, Any]:
    return measured(REGRESSION, Target(name="price", task="regression", center=5000, scale=10))


@pytest.fixture(scope="module")
def villages() -> dict[str, Any]:
    """Fifty classes of long names, some of them of wide characters."""
    names = [f"{'村' if code % 2 else 'village'} {code} beyond the river" for code in range(50)]
    target = Target(name="village", task="multiclass", classes=tuple(names))
    return measured(Task("multiclass", "softmax", "cce", 50), target)


def test_a_metric_stands_beside_its_interval_and_baselines_beside_what_they_are(towns):
    lines = metric_lines(towns)
    accuracy = next(line for line in lines if line.startswith("accuracy"))
    _name, value, low, high = accuracy.replace("[", "").replace("]", "").replace(",", "").split()
    assert (float(value), float(low), float(high)) == pytest.approx(
        (towns["metrics"]["accuracy"], *towns["intervals"]["accuracy"]), rel=1e-3
    )
    baseline = next(line for line in lines if line.startswith("baseline_accuracy"))
    assert baseline.endswith("of always predicting the most frequent class")
    assert lines[-1] == "In brackets: 95% intervals, from 1,000 bootstrap resamples of the rows."


def test_a_confidence_is_shown_with_all_its_digits(answers):
    wider = answers | {"bootstrap": answers["bootstrap"] | {"confidence": 0.975}}
    assert "In brackets: 97.5% intervals, " in "".join(metric_lines(wider))


def test_of_rows_without_a_mistake_it_is_said_that_the_interval_is_another(answers):
    assert len(metric_lines(answers)) == len(metric_lines(answers | {"bootstrap": None})) + 1
    perfect = answers | {"metrics": answers["metrics"] | {"accuracy": 1.0}}
    assert metric_lines(perfect)[-1].endswith("the exact one (Clopper and Pearson).")


def test_without_resamples_there_are_no_brackets():
    lines = metric_lines(measured(MULTICLASS, TOWNS, resamples=0))
    assert lines and not any("[" in line for line in lines)


def test_a_small_confusion_matrix_is_an_aligned_table(towns):
    _heading, head, *lines = confusion_lines(towns)
    assert head.split() == ["Bogotá", "Lima", "Quito", "La", "Paz"]
    assert [[int(n) for n in line.split()[-4:]] for line in lines] == towns["confusion"]["counts"]
    assert len({cell_len(line) for line in (head, *lines)}) == 1


def test_a_wide_confusion_matrix_is_shown_by_its_most_confused_pairs(villages):
    heading, _titles, first, *others = confusion_lines(villages)
    assert "of the 50 classes" in heading
    most = villages["confusion"]["most_confused"][0]
    assert first.split()[-1] == str(most["rows"])
    assert len(others) < 10


def test_where_nothing_is_confused_that_is_said():
    confusion = {"classes": ["a", "b"], "counts": None, "most_confused": []}
    assert confusion_lines({"confusion": confusion}) == [
        "Confusion matrix: every row is predicted correctly"
    ]


def test_each_class_has_a_line(answers):
    _heading, titles, *lines = class_lines(answers)
    assert titles.split() == ["precision", "recall", "F1", "rows"]
    for line, fares in zip(lines, answers["per_class"], strict=True):
        name, precision, _recall, _f1, rows = line.split()
        assert name == ("true" if fares["class"] else "false")
        assert float(precision) == pytest.approx(fares["precision"], rel=1e-3)
        assert int(rows) == fares["support"]


def test_of_many_classes_those_that_fare_worst_are_shown(villages):
    _heading, _titles, *lines, more = class_lines(villages)
    shown = [float(line.split()[-2]) for line in lines]
    every = sorted(each["f1"] for each in villages["per_class"] if each["f1"] is not None)
    assert shown == pytest.approx(every[: len(shown)], abs=1e-3)
    assert more.startswith(f"and {50 - len(shown)} more classes")


def test_calibration_is_shown_beside_chance_with_a_bar_for_each_bin(answers):
    _heading, error, of, _titles, *bins = calibration_lines(answers)
    assert error.startswith("Calibration error 0.") and "; about 0." in error
    assert of == "Rows by predicted probability of true:"
    assert len(bins) == len(answers["calibration"]["bins"])
    assert all("━" in line or "│" in line for line in bins)


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_bar_is_as_long_as_its_share_and_has_one_mark(share: float, mark: float):
    drawn = bar(share, mark)
    assert len(drawn) == BAR_WIDTH
    assert drawn.count("│") + drawn.count("┿") == 1
    assert abs(drawn.count("━") + drawn.count("┿") - share * BAR_WIDTH) <= 1


def test_residuals_are_shown_by_their_quantiles(prices):
    _heading, titles, values, sentence = residual_lines(prices)
    assert titles.split() == ["5%", "25%", "50%", "75%", "95%"]
    found = [float(value) for value in values.split()]
    assert found == pytest.approx(list(prices["residuals"]["quantiles"].values()), rel=1e-3)
    assert sentence.startswith("Half of the predictions are off by at most")


@pytest.mark.parametrize("name", ["answers", "prices"])
def test_the_worst_rows_are_shown_by_their_numbers(name: str, request):
    found = request.getfixturevalue(name)
    _heading, _titles, *lines = worst_lines(found)
    rows = [int(line.split()[0]) for line in lines]
    assert rows == [each["row"] for each in found["worst_rows"][:5]]


@pytest.mark.parametrize("name", ["towns", "answers", "prices", "villages"])
def test_all_fits_into_80_columns(name: str, request, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    show_evaluation(request.getfixturevalue(name), "test")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "test: 200 rows"
    assert max(map(cell_len, lines)) <= 80


def test_names_that_could_command_a_terminal_are_spelled_out(capsys):
    target = Target(name="x", task="binary", classes=("a\x1b[2J", "b\nc"))
    show_evaluation(measured(BINARY, target), "test")
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert r"b\nc" in out
