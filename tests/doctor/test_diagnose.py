"""The whole examination: a verdict, the suggested change, and its proof."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import descenso
from descenso.api.run import Run
from descenso.errors import RunError
from descenso.i18n import use_language
from descenso.views.diagnosis import Diagnosis, change_words, restored


def penguins(**fields: Any) -> Run:
    return descenso.train("penguins", "species", preset="lecture", progress=False, **fields)


@pytest.fixture(scope="module")
def diagnosis() -> Diagnosis:
    return penguins(learning_rate=10.0).diagnose()


@pytest.fixture(scope="module")
def healthy() -> Diagnosis:
    return penguins(epochs=200).diagnose()


def test_a_rate_that_is_too_large_is_found_and_its_repair_proved(diagnosis: Diagnosis):
    assert diagnosis.verdict == "ill"
    first = diagnosis.diagnoses[0]
    assert first.cause == "learning_rate_too_large"
    assert first.change is not None and first.change["learning_rate"] <= 1
    assert first.trial is not None and first.trial.proved
    assert first.trial.before is not None
    assert first.trial.after - first.trial.before > first.trial.noise
    assert first.trial.after > 0.8


def test_the_repair_repairs(diagnosis: Diagnosis):
    change = diagnosis.diagnoses[0].change
    assert change is not None
    repaired = penguins(**change).metrics["validation"]["accuracy"]
    assert repaired > penguins(learning_rate=10.0).metrics["validation"]["accuracy"] + 0.2


def test_a_healthy_training_is_called_so_with_the_same_evidence(healthy: Diagnosis):
    assert healthy.verdict == "healthy" and not healthy.diagnoses
    assert healthy.skill is not None and healthy.skill > 0.8
    assert {"linear", "trees", "neighbours"} == set(healthy.others)
    assert healthy.vital_signs[1].expected == "close to the above"


def causes(found: Diagnosis) -> list[str]:
    return [each.cause for each in found.diagnoses]


@pytest.mark.parametrize("rows", [1, 3, 7, 8])
def test_a_handful_of_rows_is_judged_by_how_well_the_network_fits_them(rows: int):
    X = np.random.default_rng(0).normal(size=(rows, 2))
    found = descenso.train(
        (X, X.sum(axis=1)), preset="lecture", epochs=2, validation=0, progress=False
    ).diagnose()
    assert not {"no_signal", "target_leakage"} & set(causes(found))
    assert not found.others
    assert causes(found)[0] == ("too_little_data" if rows == 1 else "too_few_epochs")


def test_the_four_rows_of_exclusive_or_are_all_of_the_problem():
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    run = descenso.train(
        (X, np.array(["same", "other", "other", "same"])),
        preset="lecture",
        optimizer="adam",
        learning_rate=0.05,
        epochs=300,
        validation=0,
        progress=False,
    )
    found = run.diagnose()
    assert found.skill is not None and found.skill > 0.9
    assert found.verdict == "healthy"


def test_a_target_that_follows_from_the_only_column_is_no_leak():
    x = np.linspace(-1, 1, 80)
    found = descenso.train(
        (x[:, None], 5 * x), preset="lecture", epochs=150, progress=False
    ).diagnose()
    assert "target_leakage" not in causes(found)


def test_a_leak_is_said_alike_by_train_inspect_and_diagnose():
    random = np.random.default_rng(0)
    X = random.normal(size=(400, 2))
    default = X[:, 0] + random.normal(size=400) > 1
    table = pl.DataFrame(
        {
            "age": X[:, 0],
            "income": X[:, 1],
            "letter": np.where(random.random(400) < 0.99, default, ~default),
            "default": default,
        }
    )
    run = descenso.train(table, "default", preset="lecture", epochs=40, progress=False)
    assert any(warning.startswith("letter alone") for warning in run.warnings)
    warned = descenso.inspect(table, "default").findings
    assert [each.column for each in warned if each.severity == "warning"] == ["letter"]
    for found in (run.diagnose(), run.diagnose(quick=True)):
        assert "target_leakage" in causes(found)
        leak = found.diagnoses[causes(found).index("target_leakage")]
        assert leak.columns == ["letter"]


def test_a_rare_class_is_no_fault_where_its_probabilities_are_right():
    random = np.random.default_rng(3)
    X = random.normal(size=(600, 3))
    rare = X[:, 0] + 0.5 * X[:, 1] + random.normal(size=600) > 1.7
    assert 0.05 < rare.mean() < 0.2
    run = descenso.train(
        (X, rare), preset="lecture", hidden_layers=None, learning_rate=0.1, progress=False
    )
    for each in run.diagnose().diagnoses:
        # Weights for the classes would cost accuracy and skill.
        assert each.change is None or "class_weight" not in each.change


def test_an_unusual_pair_that_reaches_what_the_usual_one_reaches_is_a_remark():
    found = penguins(loss="mse", allow_mismatch=True, epochs=100).diagnose()
    assert "loss_mismatch" not in causes(found)
    assert any("mse does not suit multiclass" in remark for remark in found.remarks)
    assert any("mse does not suit multiclass" in sentence for sentence in found.essence)
    quick = penguins(loss="mse", allow_mismatch=True, epochs=100).diagnose(quick=True)
    assert "loss_mismatch" not in causes(quick) and quick.remarks


def test_a_network_that_loses_to_a_straight_line_is_not_healthy():
    random = np.random.default_rng(0)
    X = random.normal(size=(200, 4))
    # Rates too small to learn much, in steps that no single change of the first trials makes up.
    run = descenso.train(
        (X, X.sum(axis=1)), preset="lecture", learning_rate=1e-4, epochs=20, progress=False
    )
    found = run.diagnose(budget=0.1)
    assert found.skill is not None and found.others["linear"] > found.skill + 0.5
    assert found.verdict == "ill" and found.diagnoses


def test_where_there_is_nothing_to_learn_no_change_is_sold_as_a_repair(tmp_path: Path):
    from descenso.api.diagnose import repair

    random = np.random.default_rng(0)
    run = descenso.train(
        (random.normal(size=(200, 4)), random.integers(0, 2, 200)),
        preset="lecture",
        progress=False,
        runs=tmp_path,
    )
    found = run.diagnose()
    assert found.diagnoses[0].cause == "no_signal"
    assert found.diagnoses[0].change is None
    # What only a person can repair is refused with the reason.
    with pytest.raises(RunError, match="cannot be repaired automatically"):
        repair(run, found, runs=tmp_path)


def test_a_failed_training_has_a_problem_even_where_no_single_change_repairs_it():
    # Weights that are far too large, and steps as well: either alone leaves nothing learnt.
    random = np.random.default_rng(0)
    X = random.normal(size=(200, 3))
    run = descenso.train(
        (X, np.sin(2 * X[:, 0]) + X[:, 1]),
        preset="lecture",
        progress=False,
        epochs=20,
        hidden_layers=(16,) * 12,
        init_scale=2.0,
        learning_rate=3.0,
    )
    found = run.diagnose()
    assert found.verdict == "ill"
    first = found.diagnoses[0]
    assert first.trial is not None and not first.trial.proved
    assert any("alone does not repair" in sentence for sentence in found.essence)


def test_rows_learnt_by_heart_are_an_illness_even_where_no_change_repairs_it():
    random = np.random.default_rng(0)
    X = random.normal(size=(150, 6))
    run = descenso.train(
        (X, X[:, 0] + 1.5 * random.normal(size=150) > 0),
        preset="lecture",
        progress=False,
        optimizer="adam",
        learning_rate=0.01,
        hidden_layers=(64, 64),
        epochs=150,
        validation=0.2,
    )
    for found in (run.diagnose(), run.diagnose(quick=True)):
        assert found.verdict == "ill"
        assert "overfitting" in [each.cause for each in found.diagnoses]


def test_a_fault_that_is_plain_is_named_where_there_is_little_to_learn():
    random = np.random.default_rng(0)
    X = random.normal(size=(300, 4))
    y = X[:, 0] + 1.5 * random.normal(size=300) > 0
    run = descenso.train((X, y), preset="lecture", progress=False, init="zeros", epochs=60)
    found = run.diagnose()
    assert found.verdict == "ill"
    assert found.diagnoses[0].cause == "symmetric_init"


def test_quick_looks_at_symptoms_and_says_so():
    found = penguins(init="zeros").diagnose(quick=True)
    assert found.quick and found.diagnoses[0].cause == "symmetric_init"
    assert found.vital_signs[0].expected == "above 0"
    assert found.diagnoses[0].trial is None
    assert any("nothing is proved" in sentence for sentence in found.essence)


def test_a_quick_look_at_a_large_table_makes_no_second_table():
    x = np.random.default_rng(0).normal(size=(40_000, 20)).astype(np.float32)
    fields: dict[str, Any] = {"preset": "lecture", "hidden_layers": (4,), "batch_size": 4096}
    run = descenso.train(x, x[:, 0] > 0, **fields, epochs=1, seed=0)
    tracemalloc.start()
    run.diagnose(quick=True)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 0.9 * x.nbytes


def test_a_training_brings_its_quick_diagnosis():
    assert penguins(init="zeros").summary()["diagnosis"]["verdict"] == "ill"
    assert penguins(epochs=200).summary()["diagnosis"]["verdict"] == "healthy"


def test_it_is_json(diagnosis: Diagnosis):
    result = json.loads(json.dumps(diagnosis.to_dict(), allow_nan=False))
    assert list(result)[:3] == ["run", "verdict", "diagnoses"]
    first = result["diagnoses"][0]
    assert set(first) >= {
        *("cause", "confidence", "summary", "evidence", "change", "data_change", "trial"),
    }
    assert set(first["trial"]) == {"metric", "before", "after", "noise", "proved"}
    assert {"measure", "value", "expected"} == set(first["evidence"][0])


def test_stored_and_restored_it_says_the_same(diagnosis: Diagnosis):
    again = restored(json.loads(json.dumps(diagnosis.stored(), allow_nan=False)))
    assert again.to_dict() == diagnosis.to_dict()
    assert [each.sentences for each in again.sections] == [
        each.sentences for each in diagnosis.sections
    ]
    assert again.diagnoses[0].trial is not None and again.diagnoses[0].trial.curves


def test_a_notebook_shows_it_with_the_trial_s_curves(diagnosis: Diagnosis):
    shown = diagnosis._repr_html_()  # pyright: ignore[reportPrivateUsage]
    assert "learning_rate_too_large" in shown and "<svg" in shown
    use_language("es")
    assert "Problema detectado" in penguins(init="zeros").diagnose(quick=True).title


def test_a_change_is_written_as_the_command_line_writes_it():
    assert change_words({"hidden_layers": (64, 64)}) == "--hidden-layers 64,64"
    assert change_words({"clip_norm": None}) == "--clip-norm none"


def test_a_run_on_disk_keeps_its_diagnosis_and_its_repair_names_it(tmp_path: Path):
    from descenso.api.diagnose import repair

    run = penguins(init="zeros", runs=tmp_path)
    found = run.diagnose()
    assert found.diagnoses[0].cause == "symmetric_init"
    assert found.diagnoses[0].change == {"init": "he", "init_scale": 1.0}
    assert run.path is not None
    kept = json.loads((run.path / "diagnosis.json").read_text(encoding="utf-8"))
    assert kept["verdict"] == "ill"
    assert run.report(tmp_path / "page.html")["diagnosis"]["verdict"] == "ill"
    assert "The trial" in (tmp_path / "page.html").read_text(encoding="utf-8")
    repaired = repair(run, found, runs=tmp_path)
    assert repaired.record.parent == str(run.path)
    assert repaired.recipe.init == "he"
    assert repaired.metrics["validation"]["skill"] > 0.5
    well = penguins(epochs=200, runs=tmp_path)
    with pytest.raises(RunError, match="nothing to repair"):
        repair(well, well.diagnose(quick=True), runs=tmp_path)
