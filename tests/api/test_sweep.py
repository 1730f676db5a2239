"""Many recipes at once: each as it trains alone, the best kept, and a kill costs only time."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import descenso
from descenso.api import sweep as sweep_module
from descenso.api.sweep import Stopped, sweep
from descenso.engine import population
from descenso.errors import InputError, RecipeError, RunError
from descenso.runs.search import plan
from descenso.runs.search.ranking import rank
from descenso.runs.search.sweep_file import SWEEP

from ..support.pages import Reader
from ..support.small_tables import classes, numbers, people, plain

DATA = classes(["a", "b"], rows=80)
VARY: dict[str, Any] = {"learning_rate": [0.01, 0.5], "hidden_layers": [(4,), (3,)]}
FIELDS: dict[str, Any] = {"preset": "lecture", "epochs": 3, "seed": 0}


def swept(data: Any = DATA, **changes: Any) -> descenso.Sweep:
    asked: dict[str, Any] = {"vary": VARY, "seeds": 2, **FIELDS}
    return sweep(data, **asked | changes)


@pytest.fixture(scope="module")
def found() -> descenso.Sweep:
    return swept(test=0.2)


def test_all_combinations_are_trained_from_all_seeds(found: descenso.Sweep):
    assert found.members.height == 8
    tried = found.members.select("learning_rate", "hidden_layers", "seed").rows()
    assert tried == [(r, w, s) for r in (0.01, 0.5) for w in ("4", "3") for s in (0, 1)]


def test_a_network_does_about_as_well_as_the_same_recipe_alone(found: descenso.Sweep):
    # With seed 0 the rows are split as in the sweep.
    for row in found.members.filter(seed=0).iter_rows(named=True):
        fields: dict[str, Any] = {"learning_rate": row["learning_rate"], "test": 0.2, **FIELDS}
        alone = descenso.train(DATA, hidden_layers=(int(row["hidden_layers"]),), **fields)
        assert row["loss"] == pytest.approx(alone.metrics["validation"]["loss"], rel=1e-4)
        assert (row["epochs"], row["diverged"]) == (3, False)


def test_the_ranking_is_that_of_the_members_losses(found: descenso.Sweep):
    losses = found.members["loss"].to_numpy().reshape(4, 2)
    ranks = rank(losses)
    for row, each in zip(found.ranking.iter_rows(named=True), ranks, strict=True):
        first = found.members.row(each.index * 2, named=True)
        assert row["learning_rate"] == first["learning_rate"]
        for name in ("mean", "sd", "times", "low", "high", "diverged", "verdict"):
            assert row[name] == getattr(each, name)


def test_the_best_recipe_is_kept_and_trained_by_itself(found: descenso.Sweep):
    run = found.run
    values = [loss for (loss,) in _of_best(found).select("loss").iter_rows()]
    seed = int(np.argmin(values))  # of two the better one counts as the median
    recipe = run.recipe
    assert found.best == {
        "learning_rate": recipe.learning_rate,
        "hidden_layers": recipe.hidden_layers,
    }
    assert recipe.seed == _of_best(found)["seed"][seed]
    assert run.metrics["validation"]["loss"] == pytest.approx(values[seed], rel=1e-4)
    assert run.reasons["learning_rate"] == "the best of 4 recipes by the validation loss"
    assert run.reasons["seed"] == "the median of 2 seeds by the validation loss"
    assert run.summary()["seeds"]["metrics"]["validation"]["loss"]["values"] == values


def test_only_the_run_that_is_kept_sees_the_test_rows(found: descenso.Sweep):
    assert found.run.metrics["test"] is not None
    assert found.run.summary()["seeds"]["metrics"]["test"] is None


def test_what_a_recipe_leaves_open_is_answered_for_each_by_itself():
    found = sweep(DATA, vary={"optimizer": ["sgd", "adam"]}, seeds=1, epochs=1, hidden_layers=(4,))
    assert found.best is not None
    best = found.best["optimizer"]
    alone = descenso.train(DATA, optimizer=best, epochs=1, hidden_layers=(4,))
    assert found.run.recipe == alone.recipe
    assert found.run.reasons == alone.reasons | {
        "optimizer": "the best of 2 recipes by the validation loss"
    }
    assert f"usual for {best}" in found.run.reasons["learning_rate"]


def test_without_validation_rows_the_training_loss_ranks():
    found = swept(vary={"learning_rate": [0.01, 0.5]}, validation=0, seeds=1)
    assert found.watched == "train"
    assert "mean train loss" in found.essence[0]
    assert "With one seed, real differences cannot be distinguished from chance" in found.essence[1]


def test_regressions_are_ranked_in_the_units_of_the_target():
    found = swept(numbers(), vary={"learning_rate": [0.01]}, seeds=1)
    assert found.members["loss"][0] == pytest.approx(
        found.run.metrics["validation"]["loss"], rel=1e-4
    )


def test_recipes_that_diverge_are_last_and_named():
    found = swept(vary={"learning_rate": [1e30, 0.1]}, hidden_layers=(4,))
    assert found.best == {"learning_rate": 0.1}
    assert found.ranking["verdict"].to_list() == ["best", "diverged"]
    assert found.members["loss"].null_count() == 2
    assert any("learning_rate 1e+30" in sentence for sentence in found.essence)
    json.dumps(found.to_dict(), allow_nan=False)


def test_where_all_diverge_nothing_is_kept(tmp_path: Path):
    found = swept(vary={"learning_rate": [1e30]}, hidden_layers=(4,), runs=tmp_path)
    assert (found.run, found.best, found.to_dict()["run"]) == (None, None, None)
    assert "All recipes diverged" in found.essence[0]
    assert not list(tmp_path.glob("*/run.json"))
    assert '<figure class="wide" tabindex="0">' in found.page()


def test_on_disk_the_sweep_and_its_best_run_are_kept(tmp_path: Path, found: descenso.Sweep):
    result = swept(test=0.2, runs=tmp_path)
    assert result.ranking.equals(found.ranking)
    assert result.path is not None
    assert result.path.parent == tmp_path and (result.path / SWEEP).is_file()
    assert descenso.load("latest", runs=tmp_path).metrics == result.run.metrics
    assert result.run.verify()["verified"]


def test_the_folder_of_a_sweep_holds_its_best_run_where_none_for_runs_is_named(tmp_path: Path):
    result = swept(vary={"learning_rate": [0.1]}, hidden_layers=(4,), sweep_dir=tmp_path / "s")
    assert result.run.path == tmp_path / "s/best"


@pytest.mark.parametrize("written", range(1, 5))
def test_a_sweep_that_is_killed_goes_on_and_ends_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: descenso.Sweep, written: int
):
    folders: dict[str, Any] = {"sweep_dir": tmp_path / "sweep", "runs": tmp_path / "runs"}
    write, train = sweep_module.write_sweep, population.train
    trained: list[int] = []

    def counted(experiment, recipes, on_chunk):
        trained.append(len(recipes))
        return train(experiment, recipes, on_chunk)

    def write_so_often(*arguments):
        nonlocal written
        write(*arguments)
        written -= 1
        if written == 0:
            raise SystemExit  # as good as killed: nothing below catches it

    monkeypatch.setattr(population, "train", counted)
    with monkeypatch.context() as killing:
        killing.setattr(sweep_module, "write_sweep", write_so_often)
        with pytest.raises(SystemExit):
            swept(test=0.2, **folders)
    result = swept(test=0.2, **folders)
    assert trained == [4, 4]  # each group once, however it was cut
    assert result.ranking.equals(found.ranking)
    assert result.members.equals(found.members)
    assert result.run.metrics == found.run.metrics
    # Asked once more, nothing is trained.
    again = swept(test=0.2, **folders)
    assert trained == [4, 4]
    assert again.run.path == result.run.path.resolve()
    assert again.ranking.equals(result.ranking)


def test_a_kept_run_that_was_killed_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: descenso.Sweep
):
    folders: dict[str, Any] = {"sweep_dir": tmp_path / "sweep", "runs": tmp_path / "runs"}

    def killed(*_arguments, **_more):
        raise SystemExit

    with monkeypatch.context() as killing:
        killing.setattr("descenso.runs.lifecycle.run_to_end", killed)
        with pytest.raises(SystemExit):
            swept(test=0.2, **folders)
    (run,) = (tmp_path / "runs").glob("*/run.json")
    result = swept(test=0.2, **folders)
    assert result.run.path == run.parent.resolve()
    assert result.run.metrics == found.run.metrics


def test_ctrl_c_says_how_much_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    train, called = population.train, []

    def interrupted(*arguments):
        called.append(0)
        if len(called) > 1:
            raise KeyboardInterrupt
        return train(*arguments)

    with monkeypatch.context() as interrupting:
        interrupting.setattr(population, "train", interrupted)
        with pytest.raises(Stopped) as raised:
            swept(sweep_dir=tmp_path / "s")
    assert (raised.value.folder, raised.value.done, raised.value.networks) == (tmp_path / "s", 4, 8)
    assert len(json.loads((tmp_path / "s" / SWEEP).read_text())["members"]) == 4


def test_large_groups_train_in_parts(monkeypatch: pytest.MonkeyPatch, found: descenso.Sweep):
    monkeypatch.setattr(plan, "MOST_TOGETHER", 3)
    result = swept(test=0.2)
    assert result.members["loss"].to_numpy() == pytest.approx(
        found.members["loss"].to_numpy(), rel=1e-4
    )


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"seeds": 3}, "seeds"),
        ({"vary": {"learning_rate": [0.02]}}, "vary"),
        ({"data": classes(["a", "b"], rows=60)}, "data"),
        ({"epochs": 4}, "recipe"),
        ({"test": 0.3}, "split"),
    ],
)
def test_a_folder_with_another_sweep_is_refused(tmp_path: Path, changes: dict, what: str):
    few: dict[str, Any] = {"vary": {"learning_rate": [0.01]}, "seeds": 1, "hidden_layers": (4,)}
    swept(**few, sweep_dir=tmp_path / "s")
    with pytest.raises(RunError, match=f"another sweep lies here; its .*{what}"):
        swept(**{**few, "sweep_dir": tmp_path / "s", **changes})


def test_what_is_there_already_is_left_alone(tmp_path: Path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(RunError, match="something is there already, and no sweep"):
        swept(sweep_dir=tmp_path)
    (tmp_path / "mine.txt").rename(tmp_path / SWEEP)
    with pytest.raises(RunError, match="the file is damaged"):
        swept(sweep_dir=tmp_path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"learning_rate": 0.1}, "learning_rate is named and varied as well"),
        ({"seeds": 0}, "seeds is 0; allowed"),
        ({"vary": {}}, "nothing to vary"),
        ({"vary": {"seed": [1]}}, "seed cannot be varied"),
        ({"data": people(), "target": "nothing"}, "no column 'nothing'"),
    ],
)
def test_a_mistake_is_reported_before_anything_trains_or_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict, message: str
):
    monkeypatch.setattr(population, "train", lambda *_: pytest.fail("it trained"))
    with pytest.raises(InputError, match=message):
        swept(**{"runs": tmp_path / "runs", "sweep_dir": tmp_path / "s", **changes})
    assert not list(tmp_path.iterdir())


def test_a_recipe_object_is_taken_too():
    found = sweep(
        DATA,
        vary={"learning_rate": [0.1]},
        seeds=1,
        recipe=descenso.Recipe(**plain(epochs=1)),
        on_progress=lambda *_: None,
    )
    assert found.run.recipe.hidden_layers == (4,)
    with pytest.raises(RecipeError, match="epochs is named"):
        sweep(DATA, vary={"epochs": [1]}, recipe=descenso.Recipe(**plain()))


def test_it_is_json_and_a_page_and_shows_in_a_notebook(found: descenso.Sweep):
    result = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert result["vary"] == {"learning_rate": [0.01, 0.5], "hidden_layers": [[4], [3]]}
    assert [len(result[name]) for name in ("ranking", "members", "seeds")] == [4, 8, 2]
    assert result["run"]["metrics"] == found.run.metrics
    assert found.page().count('role="img"') == 3
    seen = Reader(f"<div>{found._repr_html_()}</div>")
    assert all(sentence in seen.said for sentence in found.essence)


def _of_best(found: descenso.Sweep):
    values = found.ranking.row(0, named=True)
    return found.members.filter(
        learning_rate=values["learning_rate"], hidden_layers=values["hidden_layers"]
    )
