"""Runs side by side: on the rows that none of them knows, each beside the first."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import accuracy_score

import descenso
from descenso.api.compare import FEWEST_ROWS, compare, verdict
from descenso.errors import InputError, RunError

from ..support.pages import Reader
from ..support.small_tables import classes, features, numbers, plain

DATA = classes(["a", "b"], rows=100)
FIELDS: dict[str, Any] = plain(epochs=4, test=0.3)


def train(data: Any = DATA, **changes: Any) -> descenso.Run:
    return descenso.train(data, **FIELDS | changes)


@pytest.fixture(scope="module")
def slow() -> descenso.Run:
    return train(learning_rate=0.001)


@pytest.fixture(scope="module")
def fast() -> descenso.Run:
    return train(learning_rate=0.3)


@pytest.fixture(scope="module")
def found(slow: descenso.Run, fast: descenso.Run) -> descenso.Comparison:
    return compare([slow, fast], resamples=200)


def test_only_fields_that_differ_are_shown(found: descenso.Comparison, slow, fast):
    assert found.recipes.to_dicts() == [
        {"field": "learning_rate", slow.id: "0.001", fast.id: "0.3"}
    ]


def test_the_runs_are_judged_on_the_test_rows_that_they_share(
    found: descenso.Comparison, slow, fast
):
    assert (found.part, found.rows) == ("test", 30)
    for run in (slow, fast):
        metrics = found.metrics.filter(run=run.id)
        assert dict(metrics.select("metric", "value").iter_rows()) == pytest.approx(
            run.metrics["test"]
        )


def test_a_difference_is_the_second_minus_the_first_with_its_paired_interval(
    found: descenso.Comparison, slow, fast
):
    X, y = DATA
    rows = fast.rows.split.test
    right = np.array([run.predict(X[rows]) == y[rows] for run in (slow, fast)], float)
    gaps = right[1] - right[0]
    generator = np.random.default_rng(0)
    means = [gaps[each].mean() for each in generator.integers(len(rows), size=(200, len(rows)))]
    (row,) = found.metrics.filter(run=fast.id, metric="accuracy").to_dicts()
    assert row["difference"] == pytest.approx(gaps.mean())
    assert (row["low"], row["high"]) == pytest.approx(tuple(np.quantile(means, [0.025, 0.975])))
    assert found.metrics.filter(run=slow.id)["difference"].null_count() == 6


def test_an_interval_without_0_is_a_real_difference_in_the_metrics_own_direction():
    assert verdict("log_loss", 0.1, 0.2) == verdict("accuracy", -0.2, -0.1) == "worse"
    assert verdict("mae", -0.2, -0.1) == verdict("roc_auc", 0.1, 0.2) == "better"
    assert verdict("loss", -0.1, 0.0) == verdict("loss", 0.0, 0.0) == "noise"


def test_a_better_run_is_said_to_be_better_beyond_the_noise(fast: descenso.Run):
    # The same network with its classes exchanged is wrong wherever it was right.
    X, y = DATA
    wrong = train((X, np.where(y == "a", "b", "a")), learning_rate=0.3)
    result = compare([wrong, fast], (X, y), resamples=50)
    [sentence] = [each for each in result.essence if "significantly better" in each]
    assert sentence.startswith(f"{fast.id} is significantly better than {wrong.id} in: ")
    assert "accuracy" in sentence


def test_runs_that_differ_in_nothing_are_within_the_noise(slow):
    result = compare([slow, train(learning_rate=0.001)], resamples=50)
    assert result.recipes.is_empty()
    assert (
        "The settings are the same. Rows and columns are in the table above."
        in result.sections[1].sentences
    )
    assert set(result.metrics["verdict"].drop_nulls()) == {"noise"}


def test_the_curves_are_the_histories(found: descenso.Comparison, slow):
    curves = found.curves.filter(run=slow.id)
    assert curves.select("epoch", "loss", "validation_loss").equals(
        slow.history.select("epoch", "loss", "validation_loss")
    )


def test_of_other_splits_only_rows_that_no_run_learned_from_count(slow):
    other = train(learning_rate=0.001, seed=5)
    assert other.data is not None
    shared = np.intersect1d(slow.rows.split.test, other.rows.split.test)
    result = compare([slow, other], resamples=0)
    if len(shared) >= FEWEST_ROWS:
        assert result.rows == len(shared)
    else:
        assert result.part != "test"


def test_without_test_rows_the_validation_rows_are_judged_and_that_is_reported():
    runs = [train(test=0.0, learning_rate=rate, validation=0.3) for rate in (0.01, 0.1)]
    result = compare(runs, resamples=20)
    assert (result.part, result.rows) == ("validation", 30)
    assert "These validation rows also chose the best epoch" in result.warnings[0]
    assert result.metrics["value"][0] == pytest.approx(runs[0].metrics["validation"]["loss"])


def test_a_validation_table_of_its_own_is_judged_on_too():
    X, y = classes(["a", "b"], rows=40)
    runs = [train(test=0.0, validation=(X, y), learning_rate=rate) for rate in (0.01, 0.1)]
    assert (compare(runs, resamples=0).part, compare(runs, resamples=0).rows) == ("validation", 40)


def test_a_table_may_be_named_to_judge_on(slow, fast):
    X = features(50, seed=9)
    y = np.where(X[:, 0] + X[:, 1] > 0, "b", "a")
    result = compare([slow, fast], (X, y), resamples=20)
    assert (result.part, result.rows, result.warnings) == ("table", 50, [])
    accuracy = result.metrics.filter(run=fast.id, metric="accuracy")["value"].item()
    assert accuracy == pytest.approx(accuracy_score(y, fast.predict(X)))


def test_the_table_that_a_run_learned_from_scores_optimistically(tmp_path: Path):
    X, y = DATA
    file = tmp_path / "table.csv"
    pl.DataFrame(X, schema=["p", "q", "r"]).with_columns(pl.Series("y", y)).write_csv(file)
    runs = [train(file, target="y", learning_rate=rate) for rate in (0.01, 0.1)]
    assert "so its scores here are optimistic" in compare(runs, file, resamples=0).warnings[0]


def test_runs_without_rows_in_common_are_compared_in_what_can_be(slow):
    other = train(classes(["a", "b"], rows=90))
    result = compare([slow, other])
    assert (result.part, result.rows, result.bootstrap, result.metrics.height) == (None, 0, None, 0)
    assert "trained on different tables" in result.warnings[0]
    assert "--data" in result.warnings[0]
    assert result.curves.height == 8
    nothing_kept = [train(test=0.0, validation=0, learning_rate=rate) for rate in (0.01, 0.1)]
    assert f"Fewer than {FEWEST_ROWS} held-out rows" in compare(nothing_kept).warnings[0]


def test_a_run_that_diverged_at_once_is_reported_and_not_judged(slow, fast):
    broken = train(learning_rate=1e30)
    result = compare([broken, slow, fast], resamples=20)
    assert result.metrics["run"].unique(maintain_order=True).to_list() == [slow.id, fast.id]
    assert f"{broken.id} has no trained weights" in result.warnings[0]
    assert compare([broken, slow]).part is None


def test_different_losses_are_not_compared_but_the_other_metrics_are():
    runs = [train(numbers(100), loss=loss) for loss in ("mse", "mae")]
    result = compare(runs, resamples=20)
    assert result.metrics["metric"].unique(maintain_order=True).to_list() == ["rmse", "mae", "r2"]
    assert "different losses (mse, mae)" in result.warnings[0]


def test_rows_that_runs_weigh_differently_count_alike(slow):
    X, y = DATA
    weighted = train(learning_rate=0.001, weights=np.linspace(1, 3, 100))
    # The table from memory is another one with its weights, so one to judge on is named.
    result = compare([slow, weighted], (X, y), resamples=0)
    assert any("all rows count alike" in warning for warning in result.warnings)
    value = result.metrics.filter(run=weighted.id, metric="accuracy")["value"].item()
    assert value == pytest.approx(accuracy_score(y, weighted.predict(X)))


def test_rows_that_all_runs_weigh_alike_count_so():
    weights = np.linspace(1, 3, 100)
    runs = [train(learning_rate=rate, weights=weights) for rate in (0.01, 0.1)]
    result = compare(runs, resamples=20)
    assert result.metrics["value"][0] == pytest.approx(runs[0].metrics["test"]["loss"])


def test_runs_on_disk_are_what_they_are_in_memory(found, slow, fast, tmp_path: Path):
    saved = [run.save(tmp_path / name) for run, name in ((slow, "a-1"), (fast, "b-1"))]
    result = compare([run.path for run in saved if run.path], resamples=200)
    assert result.metrics.drop("run").equals(found.metrics.drop("run"))
    mixed = compare([saved[0], fast], resamples=200)
    assert mixed.metrics.drop("run").equals(found.metrics.drop("run"))
    assert "latest" not in repr(compare(["latest", saved[0]], runs=tmp_path, resamples=0))


def test_runs_of_one_id_are_distinguished_by_their_folders(tmp_path: Path):
    (tmp_path / "x").mkdir()
    paths = [tmp_path / "run", tmp_path / "x/run"]
    for path in paths:
        assert train(run_dir=path).id == "run"
    assert compare(paths, resamples=0).runs["run"].to_list() == list(map(str, paths))


def test_no_resamples_give_differences_without_intervals(slow, fast):
    result = compare([slow, fast], resamples=0)
    assert result.bootstrap is None
    assert result.metrics["difference"].null_count() == 6
    assert result.metrics["low"].null_count() == result.metrics["verdict"].null_count() == 12
    assert '<figure class="wide" tabindex="0">' in result.page()


def test_it_is_json(found: descenso.Comparison):
    result = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert result["bootstrap"] == {"resamples": 200, "confidence": 0.95, "seed": 0}
    assert result["metrics"][6]["verdict"] == "better"
    assert [len(result[name]) for name in ("runs", "recipes", "curves", "metrics")] == [2, 1, 8, 12]


def test_a_page_and_a_notebook_show_curves_and_intervals(found: descenso.Comparison, fast):
    page = found.page()
    assert page.count('role="img"') == 2
    assert "<script" not in page
    seen = Reader(f"<div>{found._repr_html_()}</div>")
    assert all(sentence in seen.said for sentence in found.essence)
    assert "better" in seen.said


def test_runs_that_cannot_be_compared_are_refused(slow, fast, tmp_path: Path):
    number = train(numbers(100))
    names = pl.DataFrame(DATA[0]).with_columns(pl.Series("label", DATA[1]))
    for runs, message in (
        ([slow], "A single run cannot be compared"),
        ([], "A single run cannot be compared"),
        ([slow, fast, slow], f"{slow.id}: this run is named twice"),
        ([slow, train(names, target="label")], f'different columns: {slow.id} "y"'),
        ([slow, number], "solve different problems"),
        ([slow, train(classes(["a", "c"], rows=100))], r"have different classes: .*\["),
        ([slow, tmp_path / "nowhere"], "not a run"),
    ):
        with pytest.raises(RunError, match=message) as raised:
            compare(runs)
        assert "\n" not in str(raised.value)
    wrongs: list[dict[str, Any]] = [{"confidence": 1.0}, {"resamples": -1}, {"seed": -1}]
    for wrong in wrongs:
        with pytest.raises(InputError, match=f"{next(iter(wrong))} is"):
            compare([slow, fast], **wrong)
