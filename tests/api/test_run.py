"""The product in Python: train, predict, evaluate, keep, load, exactly as its contracts say."""

import json
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn.metrics
from numpy.testing import assert_allclose, assert_array_equal

import descenso
from descenso.data.io import bundled
from descenso.errors import RecipeError, RunError, TableError
from descenso.recipe import FIELD_NAMES
from descenso.runs.events import Advanced, Ended, EpochEnded, Event, Prepared, Saved, Warned

from ..support import small_tables

CLASSES = {"accuracy", "log_loss", "f1_macro"}
PENGUINS = pl.read_csv(bundled.path("penguins"), null_values=["NA", ""])
TABLE = small_tables.people()


@pytest.fixture(scope="module")
def species() -> descenso.Run:
    """Three classes from a bundled table, well enough trained to be right."""
    return descenso.train(
        "penguins", "species", test=0.2, **small_tables.plain(epochs=30, hidden_layers=(8,))
    )


@pytest.fixture(scope="module")
def paid() -> descenso.Run:
    """A number from a table of all kinds of columns."""
    return descenso.train(TABLE, "paid", test=0.25, **small_tables.plain(epochs=60))


# The result.


@pytest.mark.parametrize("name", ["species", "paid"])
def test_a_summary_has_exactly_the_keys_of_the_contract(name: str, request):
    run = request.getfixturevalue(name)
    summary = run.summary()
    assert set(summary) == {
        "run",
        "task",
        "target",
        "classes",
        "output_activation",
        "loss",
        "recipe",
        "rows",
        "parameters",
        "epochs",
        "kept_epoch",
        "iterations",
        "seconds",
        "stopped",
        "metrics",
        "warnings",
        "diagnosis",
    }
    assert set(summary["rows"]) == {"train", "validation", "test"}
    assert set(summary["metrics"]) == {"train", "validation", "test"}
    assert set(summary["recipe"]) == set(FIELD_NAMES)
    assert summary["diagnosis"]["verdict"] == "healthy"
    assert summary["target"] == run.target == name
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary


def test_metrics_of_classes_have_the_keys_of_the_contract(species: descenso.Run):
    for part in ("train", "validation", "test"):
        assert set(species.metrics[part]) == {"loss", "skill"} | CLASSES
    X, y = small_tables.classes(["no", "yes"])
    binary = descenso.train((X, y), **small_tables.PLAIN)
    assert set(binary.metrics["train"]) == {"loss", "skill", "roc_auc"} | CLASSES


def test_metrics_of_a_regression_have_the_keys_of_the_contract(paid: descenso.Run):
    for part in ("train", "validation", "test"):
        assert set(paid.metrics[part]) == {"loss", "skill", "rmse", "mae", "r2"}


def test_parts_without_rows_have_no_metrics():
    run = descenso.train(small_tables.numbers(), validation=0, **small_tables.PLAIN)
    assert run.metrics["train"] is not None
    assert run.metrics["validation"] is None
    assert run.metrics["test"] is None


def test_a_network_learns(species: descenso.Run, paid: descenso.Run):
    assert species.metrics["test"]["accuracy"] > 0.9
    assert species.metrics["test"]["skill"] > 0.5
    assert paid.metrics["test"]["r2"] > 0.6


def test_history_has_a_row_for_each_epoch(species: descenso.Run, paid: descenso.Run):
    common = {"epoch", "iteration", "learning_rate", "loss", "validation_loss", "elapsed_seconds"}
    assert set(species.history.columns) == common | {"validation_accuracy"}
    assert set(paid.history.columns) == common | {"validation_rmse"}
    assert species.history["epoch"].to_list() == list(range(1, 31))
    per_epoch = -(-species.summary()["rows"]["train"] // 32)
    assert species.history["iteration"].to_list() == [per_epoch * e for e in range(1, 31)]
    assert (species.history["elapsed_seconds"].diff().drop_nulls() >= 0).all()


def test_the_historys_last_row_is_judged_as_the_metrics_are(
    species: descenso.Run, paid: descenso.Run
):
    # Without patience the last epoch's weights are kept.
    for run, metric in ((species, "accuracy"), (paid, "rmse")):
        last, metrics = run.history.row(-1, named=True), run.metrics["validation"]
        assert last["validation_loss"] == pytest.approx(metrics["loss"], rel=1e-5)
        assert last[f"validation_{metric}"] == pytest.approx(metrics[metric], rel=1e-5)


def test_with_patience_the_best_epochs_weights_are_kept():
    run = descenso.train(
        small_tables.numbers(), **small_tables.plain(epochs=60, patience=3, learning_rate=0.3)
    )
    assert run.stopped == "patience"
    losses = run.history["validation_loss"].to_numpy()
    assert run.kept_epoch == losses.argmin() + 1
    assert len(losses) == run.summary()["epochs"] == run.kept_epoch + 3
    assert run.metrics["validation"]["loss"] == pytest.approx(losses.min(), rel=1e-5)


def test_the_answered_recipe_and_its_reasons_are_shown(species: descenso.Run):
    assert species.recipe.loss == "cce"
    assert "override with --task" in species.reasons["task"]
    assert species.reasons["epochs"] == "as requested"


# Where tables come from.


def test_a_row_of_weight_n_trains_as_n_such_rows():
    X, y = small_tables.numbers(40)
    copies = np.arange(40) % 3 + 1
    same = small_tables.plain(
        batch_size="full",
        validation=0,
        scale_features=False,
        scale_target=False,
        learning_rate=1e-5,
    )
    weighted = descenso.train((X, y), weights=copies, **same)
    repeated = descenso.train((np.repeat(X, copies, axis=0), np.repeat(y, copies)), **same)
    assert_allclose(weighted.predict(X), repeated.predict(X), rtol=1e-4)
    assert weighted.metrics["train"] == pytest.approx(repeated.metrics["train"], rel=1e-4)
    plain = descenso.train((X, y), **same)
    assert np.abs(plain.predict(X) - repeated.predict(X)).max() > 1e-3


def test_an_evaluation_weighs_the_rows_where_the_table_has_the_weights():
    table = TABLE.with_columns(w=np.arange(80) % 4 + 0.5)
    run = descenso.train(table, "paid", weights="w", **small_tables.PLAIN)
    found = run.evaluate(table)
    expected = sklearn.metrics.root_mean_squared_error(
        TABLE["paid"], run.predict(TABLE), sample_weight=table["w"]
    )
    assert found["metrics"]["rmse"] == pytest.approx(expected, rel=1e-5)
    assert found["warnings"] == [
        "Rows are weighted by w (0.5 to 3.5), in training and in the metrics.",
        "The quantiles of the residuals are not weighted: there each row counts once.",
    ]
    plain = run.evaluate(TABLE)
    expected = sklearn.metrics.root_mean_squared_error(TABLE["paid"], run.predict(TABLE))
    assert plain["metrics"]["rmse"] == pytest.approx(expected, rel=1e-5)
    assert plain["warnings"] == [
        "the data: there is no column of weights 'w', so all rows count equally."
    ]


def test_the_validation_loss_is_weighted_as_the_metrics_are():
    run = descenso.train(TABLE, "paid", weights=np.arange(80) % 4 + 1, **small_tables.PLAIN)
    validation_loss = run.history["validation_loss"].to_list()[-1]
    assert validation_loss == pytest.approx(run.metrics["validation"]["loss"], rel=1e-5)


def test_the_same_table_trains_the_same_wherever_it_comes_from(tmp_path: Path):
    TABLE.write_csv(tmp_path / "t.csv")
    TABLE.write_csv(tmp_path / "t.tsv", separator="\t")
    TABLE.write_parquet(tmp_path / "t.parquet")
    pandas = pd.DataFrame(TABLE.to_dict(as_series=False))
    sources: list[Any] = [TABLE, pandas, str(tmp_path / "t.csv"), *tmp_path.iterdir()]
    runs = [descenso.train(source, "paid", **small_tables.PLAIN) for source in sources]
    for run in runs[1:]:
        assert_allclose(run.history["loss"], runs[0].history["loss"], rtol=1e-6)
        assert run.metrics["train"]["loss"] == pytest.approx(runs[0].metrics["train"]["loss"])


def test_a_pair_needs_no_name_for_its_target():
    X, y = small_tables.numbers()
    assert descenso.train((X, y), **small_tables.PLAIN).target == "y"
    named = descenso.train((pd.DataFrame(X), pd.Series(y, name="price")), **small_tables.PLAIN)
    assert named.target == "price"


def test_a_table_without_a_named_target_is_refused():
    with pytest.raises(TableError, match="name the column to predict"):
        descenso.train(TABLE)


# Predictions.


@pytest.mark.parametrize(
    "names",
    [["no", "yes"], [False, True], [3, 7], [3, 7, 9], ["a", "b", "c"], [-1, 1]],
    ids=str,
)
def test_classes_come_back_as_the_user_wrote_them(names: list[Any]):
    X, y = small_tables.classes(names)
    run = descenso.train(
        (X, y), task="multiclass" if len(names) > 2 else "binary", **small_tables.PLAIN
    )
    assert run.classes == names
    assert [type(each) for each in run.classes or []] == [type(each) for each in names]
    predicted = run.predict(X)
    assert set(predicted.tolist()) <= set(names)
    assert {type(each) for each in predicted.tolist()} == {type(names[0])}
    likely = run.predict_proba(X)
    assert likely.shape == (len(X), len(names))
    assert_allclose(likely.sum(axis=1), 1, rtol=1e-6)
    assert_array_equal(predicted, np.array(names)[likely.argmax(axis=1)])


def test_two_classes_may_be_trained_as_multiclass():
    X, y = small_tables.classes(["no", "yes"])
    run = descenso.train((X, y), task="multiclass", **small_tables.PLAIN)
    assert run.summary()["output_activation"] == "softmax"
    assert run.predict_proba(X).shape == (60, 2)


def test_a_regression_predicts_in_the_targets_units(paid: descenso.Run):
    predicted = paid.predict(TABLE)
    assert predicted.dtype == np.float64
    errors = TABLE["paid"].to_numpy() - predicted
    assert paid.data is not None
    train = paid.rows.split.train
    assert paid.metrics["train"]["rmse"] == pytest.approx(np.sqrt((errors[train] ** 2).mean()))
    assert paid.metrics["train"]["loss"] == pytest.approx((errors[train] ** 2).mean(), rel=1e-5)


def test_a_regression_has_no_probabilities(paid: descenso.Run):
    with pytest.raises(RunError, match="it has no probabilities"):
        paid.predict_proba(TABLE)


def test_predictions_stand_in_the_order_of_the_rows_with_the_columns_that_are_kept(
    species: descenso.Run,
):
    table, notes = species.predictions(PENGUINS, keep=["year", "island"])
    assert table.columns == [
        "year",
        "island",
        "prediction",
        "probability_Adelie",
        "probability_Chinstrap",
        "probability_Gentoo",
    ]
    assert table["year"].equals(PENGUINS["year"])
    assert notes == []
    backwards, _ = species.predictions(PENGUINS.reverse(), keep=["year", "island"])
    assert backwards.reverse().equals(table)


def test_a_regressions_predictions_are_one_column(paid: descenso.Run):
    assert paid.predictions(TABLE)[0].columns == ["prediction"]


def test_the_target_may_be_missing_where_one_predicts(species: descenso.Run):
    with_target, without = (species.predict(each) for each in (PENGUINS, PENGUINS.drop("species")))
    assert_array_equal(with_target, without)


def test_a_column_named_twice_is_kept_once(species: descenso.Run):
    table, _ = species.predictions(PENGUINS, keep=["year", "year"])
    assert table.columns[:2] == ["year", "prediction"]


def test_a_column_to_keep_may_not_have_the_name_of_a_prediction(species: descenso.Run):
    table = PENGUINS.with_columns(pl.lit(1).alias("prediction"))
    with pytest.raises(descenso.TableError, match="'prediction' cannot be kept"):
        species.predictions(table, keep=["prediction"])


def test_a_run_is_shown_in_one_line(species: descenso.Run):
    assert repr(species) == f"<Run {species.id}: species (multiclass), 30 epochs, in memory>"


def test_the_time_left_is_not_stated_before_it_is_known():
    events: list[Event] = []
    descenso.train(TABLE, "paid", listen=events.append, **small_tables.plain(epochs=5))
    first, *later = [e.remaining_seconds for e in events if isinstance(e, Advanced)]
    assert first is None
    assert all(seconds is not None and seconds >= 0 for seconds in later)
    assert later[-1] == 0


def test_a_column_to_keep_that_is_not_there_is_refused_with_the_nearest_name(
    species: descenso.Run,
):
    with pytest.raises(TableError, match=r"there is no column 'yaer'\. Did you mean 'year'\?"):
        species.predictions(PENGUINS, keep=["yaer"])
    with pytest.raises(TableError, match=r"there is no column 'nope'\. There are 'species', 'isl"):
        species.predictions(PENGUINS, keep=["nope"])


def test_a_column_that_the_network_needs_is_named_where_it_is_missing(species: descenso.Run):
    with pytest.raises(TableError, match="the column 'island' is missing"):
        species.predict(PENGUINS.drop("island"))


def test_categories_that_training_did_not_see_are_counted_and_reported(species: descenso.Run):
    strange = PENGUINS.with_columns(
        pl.Series("island", PENGUINS["island"].scatter(range(4), "Anvers"))
    )
    table, notes = species.predictions(strange)
    assert notes == [
        "island: 4 rows have categories that are rare or new; they are treated as unknown."
    ]
    assert table["prediction"].null_count() == 0


# Evaluation.


def test_an_evaluation_states_its_rows_and_metrics(species: descenso.Run):
    found = species.evaluate(PENGUINS)
    assert {"rows", "metrics", "warnings"} < set(found)
    assert found["rows"] == len(PENGUINS)
    assert (found["part"], found["table"]) == ("table", "the data")
    accuracy = sklearn.metrics.accuracy_score(PENGUINS["species"], species.predict(PENGUINS))
    assert found["metrics"]["accuracy"] == pytest.approx(accuracy)
    log_loss = sklearn.metrics.log_loss(PENGUINS["species"], species.predict_proba(PENGUINS))
    assert found["metrics"]["log_loss"] == pytest.approx(log_loss, rel=1e-5)


def test_without_data_the_test_rows_are_evaluated_else_the_validation_rows(species: descenso.Run):
    found = species.evaluate()
    assert found["rows"] == species.summary()["rows"]["test"]
    assert found["metrics"] == species.metrics["test"]
    assert (found["part"], found["table"]) == ("test", None)
    untested = descenso.train(small_tables.numbers(), **small_tables.PLAIN)
    assert untested.evaluate()["metrics"] == untested.metrics["validation"]
    assert untested.evaluate()["part"] == "validation"


def test_the_worst_rows_are_numbered_as_the_table_numbers_them(paid: descenso.Run):
    errors = TABLE["paid"].to_numpy() - paid.predict(TABLE)
    for data, rows in ((None, paid.rows.split.test), (TABLE, np.arange(TABLE.height))):
        worst = paid.evaluate(data)["worst_rows"][0]
        row = rows[np.abs(errors[rows]).argmax()]
        assert worst["row"] == row + 1
        assert worst["truth"] == pytest.approx(TABLE["paid"][int(row)], rel=1e-6)
        assert worst["residual"] == pytest.approx(errors[row], rel=1e-4)


def test_an_evaluation_counts_rows_as_they_weigh():
    X, y = small_tables.classes(["no", "yes"])
    weights = np.where(y == "no", 3.0, 1.0)
    run = descenso.train((X, y), weights=weights, **small_tables.PLAIN)
    table = pl.DataFrame(X, ["x0", "x1", "x2"]).with_columns(y=y, sample_weight=weights)
    found = run.evaluate(table)
    right = run.predict(X) == y
    assert found["metrics"]["accuracy"] == pytest.approx(np.average(right, weights=weights))
    assert np.sum(found["confusion"]["counts"]) == len(y)
    warnings = [
        "Rows are weighted by sample_weight (1 to 3), in training and in the metrics.",
        "The confusion matrix and the numbers of rows are not weighted: there each row counts "
        "once.",
    ]
    assert found["warnings"] == warnings
    assert run.evaluate()["warnings"] == warnings


def test_rows_of_a_validation_without_weights_are_said_to_count_alike():
    table = TABLE.with_columns(w=np.arange(80) % 4 + 0.5)
    run = descenso.train(table, "paid", weights="w", **small_tables.plain(validation=TABLE))
    assert run.evaluate()["warnings"] == [
        "the validation data: there is no column of weights 'w', so all rows count equally."
    ]


def test_where_no_rows_were_kept_an_evaluation_asks_for_a_table():
    run = descenso.train(small_tables.numbers(), validation=0, **small_tables.PLAIN)
    with pytest.raises(RunError, match=r"no held-out rows to evaluate on\. Name a table"):
        run.evaluate()


def test_an_evaluation_takes_a_pair_and_leaves_out_rows_without_a_target():
    X, y = small_tables.numbers()
    run = descenso.train((X, y), **small_tables.PLAIN)
    whole = run.evaluate((X, y))
    assert whole["rows"] == 60
    assert whole["metrics"]["mae"] == pytest.approx(np.abs(run.predict(X) - y).mean())
    y = y.copy()
    y[:5] = np.nan
    assert run.evaluate((X, y))["rows"] == 55


def test_a_table_whose_target_is_always_missing_cannot_be_evaluated(paid: descenso.Run):
    with pytest.raises(TableError, match="the target 'paid' is missing in every row"):
        paid.evaluate(TABLE.with_columns(paid=pl.lit(None, pl.Float64)))


def test_a_class_that_training_never_saw_cannot_be_evaluated(species: descenso.Run):
    emperor = PENGUINS.with_columns(species=pl.lit("Emperor"))
    with pytest.raises(
        TableError, match=r"'Emperor' is new; the network knows .*\. Correct .* train again"
    ):
        species.evaluate(emperor)


def test_metrics_that_are_not_defined_are_null_and_reported():
    X, y = small_tables.classes(["no", "yes"])
    later = (X[y == "no"], y[y == "no"])
    run = descenso.train((X, y), validation=later, **small_tables.PLAIN)
    assert run.metrics["validation"]["roc_auc"] is None
    assert run.metrics["train"]["roc_auc"] is not None
    assert "Not defined on some of these rows, so null: roc_auc." in run.warnings
    json.dumps(run.summary(), allow_nan=False)


# Rows that say less than they should.


def test_rows_without_a_target_are_left_out_with_a_count():
    X, y = small_tables.numbers()
    y = y.copy()
    y[:3] = np.nan
    run = descenso.train((X, y), **small_tables.PLAIN)
    assert sum(run.summary()["rows"].values()) == 57
    assert "3 rows have no value in y and are left out." in run.warnings


def test_infinite_numbers_are_refused_by_column_and_row():
    X, y = small_tables.numbers()
    X[4, 1] = np.inf
    with pytest.raises(TableError, match=r"'x1'.*row 5"):
        descenso.train((X, y), **small_tables.PLAIN)


# Stopping.


@pytest.mark.parametrize("epoch", [1, 3, 40])
def test_on_epoch_stops_exactly_where_it_returns_true(epoch: int):
    epochs: list[int] = []

    def on_epoch(record: dict[str, Any]) -> bool:
        epochs.append(record["epoch"])
        return record["epoch"] == epoch

    run = descenso.train(small_tables.numbers(), on_epoch=on_epoch, **small_tables.plain(epochs=50))
    assert run.stopped == "interrupted"
    assert epochs == run.history["epoch"].to_list() == list(range(1, epoch + 1))
    assert run.summary()["epochs"] == epoch
    assert run.summary()["iterations"] == 2 * epoch


def test_on_epoch_may_raise_stop_iteration():
    def on_epoch(record: dict[str, Any]) -> None:
        if record["loss"] < 1e9:
            raise StopIteration

    run = descenso.train(small_tables.numbers(), on_epoch=on_epoch, **small_tables.PLAIN)
    assert (run.stopped, len(run.history)) == ("interrupted", 1)


def test_what_else_on_epoch_returns_stops_nothing():
    run = descenso.train(
        small_tables.numbers(), on_epoch=lambda record: "yes", **small_tables.PLAIN
    )
    assert run.stopped == "epochs"


def without_clock(record: Any) -> dict[str, Any]:
    return {name: value for name, value in record.items() if "seconds" not in name}


def test_a_listener_to_epochs_cannot_change_what_is_kept_of_them(tmp_path: Path):
    def spoil(record: Any) -> None:
        record["loss"] = -1.0
        record.pop("epoch")
        (record.get("telemetry") or {}).clear()

    def listen(event: Event) -> None:
        if isinstance(event, EpochEnded):
            spoil(event.record)

    plain = descenso.train(small_tables.numbers(), **small_tables.PLAIN)
    listened = descenso.train(
        small_tables.numbers(),
        on_epoch=spoil,
        listen=listen,
        run_dir=tmp_path / "run",
        **small_tables.PLAIN,
    )
    for run in (listened, descenso.load(tmp_path / "run")):
        assert [without_clock(each) for each in run.records] == [
            without_clock(each) for each in plain.records
        ]


def test_another_error_of_on_epoch_is_the_callers():
    def on_epoch(record: dict[str, Any]) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        descenso.train(small_tables.numbers(), on_epoch=on_epoch, **small_tables.PLAIN)


def test_listening_and_stopping_change_no_number():
    plain = descenso.train(small_tables.numbers(), **small_tables.PLAIN)
    listened = descenso.train(
        small_tables.numbers(),
        listen=lambda event: None,
        on_epoch=lambda record: None,
        **small_tables.PLAIN,
    )
    assert plain.metrics == listened.metrics


def test_a_listener_receives_what_happens_in_order(tmp_path: Path):
    events: list[Event] = []
    run = descenso.train(
        TABLE, "paid", run_dir=tmp_path / "run", listen=events.append, **small_tables.PLAIN
    )
    assert isinstance(events[0], Prepared)
    assert events[0].recipe == run.recipe
    assert events[0].rows == run.summary()["rows"]
    assert events[0].path == run.path
    assert any("Missing values" in note for note in events[0].notes)
    ends = [event.record for event in events if isinstance(event, EpochEnded)]
    assert ends == run.records
    advanced = [event for event in events if isinstance(event, Advanced)]
    assert advanced[-1].iterations == run.summary()["iterations"]
    assert advanced[-1].epoch == advanced[-1].epochs == 2
    assert advanced[-1].remaining_seconds == 0
    assert isinstance(events[-2], Saved)
    assert events[-1] == Ended(run.summary())


# Odd trainings.


def test_no_epochs_give_the_starting_weights():
    run: Any = descenso.train(small_tables.numbers(), **small_tables.plain(epochs=0))
    assert run.stopped == "epochs"
    assert len(run.history) == run.summary()["iterations"] == run.kept_epoch == 0
    assert run.metrics["train"]["loss"] > 0
    assert not np.any(run.network.layers[0].bias)
    assert np.isfinite(run.predict(small_tables.numbers()[0])).all()


def test_a_training_that_diverges_at_once_has_no_weights_and_says_so():
    events: list[Event] = []
    run = descenso.train(
        small_tables.numbers(), listen=events.append, **small_tables.plain(learning_rate=1e30)
    )
    assert run.stopped == "diverged"
    assert run.network is None
    assert run.metrics == {"train": None, "validation": None, "test": None}
    (warning,) = run.warnings
    assert "The loss became infinite in epoch 1" in warning
    assert "the learning rate" in warning and "is too large" in warning
    assert [event.message for event in events if isinstance(event, Warned)] == [warning]
    with pytest.raises(RunError, match="there are no trained weights"):
        run.predict(small_tables.numbers()[0])
    json.dumps(run.summary(), allow_nan=False)


def test_a_training_that_diverges_later_keeps_the_last_good_weights(tmp_path: Path):
    # Without an activation each step multiplies the weights: it takes some epochs to infinity.
    run = descenso.train(
        small_tables.numbers(),
        run_dir=tmp_path / "run",
        **small_tables.plain(hidden_layers=None, learning_rate=3.0, epochs=500),
    )
    assert run.stopped == "diverged"
    good = run.summary()["epochs"]
    assert good >= 1
    assert f"infinite in epoch {good + 1}" in run.warnings[-1]
    assert f"The weights of epoch {good} are kept" in run.warnings[-1]
    assert run.kept_epoch == good
    assert run.history.height == good
    assert run.record.status == "finished"
    assert np.isfinite(run.predict(small_tables.numbers()[0])).all()
    loaded = descenso.load(tmp_path / "run")
    assert loaded.metrics == run.metrics
    text = (tmp_path / "run/metrics.jsonl").read_text() + (tmp_path / "run/run.json").read_text()
    assert "NaN" not in text
    assert "Infinity" not in text
    assert loaded.verify()["verified"]


def test_trained_weights_that_are_gone_are_missed_by_the_name_of_their_file(tmp_path: Path):
    run: Any = descenso.train(
        small_tables.numbers(), run_dir=tmp_path / "run", **small_tables.PLAIN
    )
    weights = tmp_path / "run/model/weights.safetensors"
    weights.unlink()
    with pytest.raises(
        RunError, match=rf"^{weights}: the file with the trained weights is missing\. Restore it"
    ):
        descenso.load(run.path).predict(small_tables.numbers()[0])


def test_a_target_that_never_varies_trains_and_has_no_skill():
    X, _ = small_tables.numbers()
    run = descenso.train((X, np.full(60, 0.1)), task="regression", **small_tables.PLAIN)
    assert run.metrics["train"]["skill"] is None
    assert run.metrics["train"]["r2"] is None
    assert any("null: r2, skill" in warning for warning in run.warnings)


# On disk.


def test_a_loaded_run_predicts_the_same_to_the_bit(tmp_path: Path):
    fields = small_tables.plain(preset="tabular", dropout=0.2, normalization="layer")
    run = descenso.train("penguins", "species", run_dir=tmp_path / "run", **fields)
    loaded = descenso.load(tmp_path / "run")
    assert loaded.predict_proba(PENGUINS).tobytes() == run.predict_proba(PENGUINS).tobytes()
    assert loaded.summary() == run.summary()
    assert loaded.recipe == run.recipe
    assert loaded.reasons == run.reasons
    assert loaded.history.equals(run.history)
    assert loaded.classes == ["Adelie", "Chinstrap", "Gentoo"]
    assert loaded.evaluate() == run.evaluate()


def test_a_run_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(RunError, match="not a run"):
        descenso.load("nothing", runs=tmp_path)


def test_the_folder_of_runs_may_come_from_the_environment(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("DESCENSO_RUNS", str(tmp_path))
    run = descenso.train(small_tables.numbers(), runs=tmp_path, **small_tables.PLAIN)
    assert descenso.load("latest").path == run.path


# A network of the user's own.


class Own(eqx.Module):
    """Two layers with dropout between them, as a user may write it."""

    first: eqx.nn.Linear
    dropout: eqx.nn.Dropout
    last: eqx.nn.Linear

    def __init__(self, inputs: int, outputs: int, key: jax.Array, rate: float = 0.5) -> None:
        one, two = jax.random.split(key)
        self.first = eqx.nn.Linear(inputs, 6, key=one)
        self.dropout = eqx.nn.Dropout(rate)
        self.last = eqx.nn.Linear(6, outputs, key=two)

    def __call__(self, x: jax.Array, key: jax.Array | None = None) -> jax.Array:
        return self.last(self.dropout(jax.nn.relu(self.first(x)), key=key))


def own(rate: float = 0.5) -> Own:
    return Own(3, 1, jax.random.key(1), rate)


def test_a_users_own_network_trains_is_saved_and_loaded(tmp_path: Path):
    X, y = small_tables.numbers()
    recipe: dict[str, Any] = small_tables.BARE | {"epochs": 30}
    run = descenso.train((X, y), network=own(), run_dir=tmp_path / "run", **recipe)
    assert run.history["loss"][-1] < run.history["loss"][0]
    assert run.summary()["parameters"] == 3 * 6 + 6 + 6 + 1
    # Predictions draw nothing: dropout is for training.
    assert run.predict(X).tobytes() == run.predict(X).tobytes()
    loaded = descenso.load(tmp_path / "run", network=own())
    assert loaded.predict(X).tobytes() == run.predict(X).tobytes()
    assert loaded.verify()["verified"]
    assert loaded.resume(epochs=31).summary()["epochs"] == 31


def test_a_network_that_holds_functions_trains_alone_and_over_seeds():
    network = eqx.nn.MLP(3, "scalar", 4, 1, activation=jax.nn.tanh, key=jax.random.key(0))
    run = descenso.train(small_tables.numbers(), network=network, seeds=2, **small_tables.BARE)
    assert len(set(run.summary()["seeds"]["metrics"]["train"]["loss"]["values"])) == 2
    assert run.verify()["verified"]


def test_its_dropout_is_at_work_in_training():
    X, y = small_tables.numbers()
    some, none = (
        descenso.train((X, y), network=own(rate), **small_tables.BARE).history["loss"]
        for rate in (0.5, 0.0)
    )
    assert not np.allclose(some, none)


def test_a_run_of_a_users_own_network_is_not_loaded_without_it(tmp_path: Path):
    descenso.train(
        small_tables.numbers(), network=own(), run_dir=tmp_path / "run", **small_tables.BARE
    )
    with pytest.raises(RunError, match=r"network of your own; load it .* network=your_module"):
        descenso.load(tmp_path / "run")


def test_a_network_of_other_shapes_is_refused_when_it_is_loaded(tmp_path: Path):
    descenso.train(
        small_tables.numbers(), network=own(), run_dir=tmp_path / "run", **small_tables.BARE
    )
    other = eqx.tree_at(lambda own: own.last.bias, own(), np.zeros(2, np.float32))
    with pytest.raises(RunError, match=r"last\.bias is float32 \(1,\) instead of float32 \(2,\)"):
        descenso.load(tmp_path / "run", network=other)


def test_a_network_that_does_not_fit_the_data_is_refused_before_training():
    X, y = small_tables.classes(["a", "b", "c"])
    with pytest.raises(RecipeError, match="returns 1 outputs per row, but multiclass needs 3"):
        descenso.train((X, y), network=own(), **small_tables.BARE)


# Wrong words.


def test_a_field_that_does_not_exist_is_refused_with_the_nearest_name():
    with pytest.raises(
        RecipeError, match=r"no field 'learning_rat' \(did you mean 'learning_rate'"
    ):
        descenso.train("penguins", "species", learning_rat=0.1)


def test_fields_given_by_name_override_those_of_the_recipe():
    recipe = descenso.Recipe(**small_tables.plain(epochs=9, learning_rate=0.25))
    run = descenso.train(small_tables.numbers(), recipe=recipe, epochs=1)
    assert (run.recipe.epochs, run.recipe.learning_rate) == (1, 0.25)
