"""A run in a notebook: what it says is what the run says, and a recipe has its reasons."""

import numpy as np
import polars as pl
import pytest

import descenso

from ..support.pages import Reader, rows_of
from ..support.small_tables import plain

N = 60
ROWS = np.arange(N)
TABLE = pl.DataFrame({"<script>x</script>": ROWS * 1.5, "y": ["<b>no</b>", "a & b"] * (N // 2)})


@pytest.fixture(scope="module")
def run() -> descenso.Run:
    return descenso.train("penguins", "species", test=0.2, **plain(epochs=4))


def test_it_is_sound_and_asks_for_nothing_from_elsewhere(run: descenso.Run):
    read = Reader(run._repr_html_())
    assert not {"script", "link", "img", "iframe"} & set(read.tags)
    assert not {"src", "href", "id"} & set(read.attributes)


def test_it_states_the_task_the_rows_the_metrics_and_where_it_lies(run: descenso.Run):
    page = run._repr_html_()
    said = Reader(page).said
    assert f"Run {run.id}: species (multiclass)" in said
    assert "206 for training, 69 for validation, 69 for testing" in said
    assert "Trained for 4 epochs" in said
    assert "in memory" in said
    measured = [line for line in rows_of(page) if line[0] in run.metrics and len(line) > 3]
    accuracy = {line[0]: line[3] for line in measured}
    assert accuracy == {part: f"{run.metrics[part]['accuracy']:#.4g}" for part in run.metrics}


def test_the_recipe_stands_in_it_with_its_reasons(run: descenso.Run):
    rows = rows_of(run._repr_html_())
    assert ["learning_rate", "0.1", run.reasons["learning_rate"]] in rows
    assert ["epochs", "4", "as requested"] in rows


def test_what_a_table_holds_is_text_and_no_markup():
    run = descenso.train(TABLE, "y", **plain(epochs=1))
    for view in (run, run.evaluate(TABLE)):
        read = Reader(view._repr_html_())
        assert not {"script", "i"} & set(read.tags)
        assert "<b>no</b>" in read.said and "a & b" in read.said


def test_a_run_that_diverged_at_once_says_so():
    run = descenso.train("penguins", "body_mass_g", **plain(learning_rate=1e9, epochs=3))
    said = Reader(run._repr_html_()).said
    assert "the loss became infinite" in said
    assert run.warnings[-1] in said


def test_the_spread_over_seeds_is_shown():
    run = descenso.train("penguins", "species", seeds=2, **plain(epochs=1))
    page = run._repr_html_()
    assert "over 2 seeds" in Reader(page).said
    mean = run.summary()["seeds"]["metrics"]["train"]["loss"]["mean"]
    assert any(f"{mean:#.4g} ±" in cell for line in rows_of(page) for cell in line)


def test_a_run_that_was_killed_says_that_it_has_not_ended(run: descenso.Run, tmp_path):
    saved = run.save(tmp_path / "run")
    killed = saved.record.model_copy(update={"result": None, "status": "training"})
    from descenso.views.run import run_fragment

    read = Reader(run_fragment(killed, saved.records, str(saved.path)))
    assert "This training has not ended." in read.said
    assert str(saved.path) in read.said
    assert "svg" in read.tags


def test_a_page_speaks_spanish(run: descenso.Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DESCENSO_LANG", "es")
    said = Reader(run._repr_html_()).said
    assert "Se entrenó durante 4 épocas" in said
    assert "validación" in said


def test_a_recipe_shows_each_field_with_what_it_means():
    rows = rows_of(descenso.Recipe(learning_rate=0.5, hidden_layers=())._repr_html_())
    name, value, meaning = next(line for line in rows if line[0] == "learning_rate")
    assert value == "0.5" and meaning.startswith("The size of the step"), name
    assert next(line for line in rows if line[0] == "hidden_layers")[1] == "none"
    assert next(line for line in rows if line[0] == "epochs")[1] == "auto"
