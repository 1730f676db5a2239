"""What Python's functions are handed and cannot use is refused in one line, before all else."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import descenso

from .support import small_tables

FRAME = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0] * 10, "b": [0.5, 1.5] * 20, "t": [0.0, 1.0] * 20})

# What is called, in Python's own words, and how the line begins that refuses it.
REFUSED = {
    "fit(recipe='r.json')": "recipe is 'r.json'; allowed: a Recipe, or its fields by name",
    "fit(recipe=3)": "recipe is 3; allowed: a Recipe",
    "fit(recipe={'epoch': 3})": "A recipe has no field 'epoch' (did you mean 'epochs'?)",
    "fit(columns=['a'])": "columns is ['a']; allowed: number, category, boolean or date for each",
    "fit(columns='a=category')": "columns is 'a=category'; allowed: number",
    "fit(columns=3)": "columns is 3; allowed: number",
    "fit(columns={'a': float})": "columns is {'a': <class 'float'>}; allowed: number",
    "fit(drop=3)": "drop is 3; allowed: names of columns, such as ['age', 'city'].",
    "fit(drop={'a': 1})": "drop is {'a': 1}; allowed: names of columns",
    "fit(drop=[3.5])": "drop is [3.5]; allowed: names of columns",
    "fit(test='0.2')": "test is '0.2'; allowed: a number from 0 to below 1.",
    "fit(test=frame)": "test is of type DataFrame; allowed: a number from 0 to below 1.",
    "fit(seeds='x')": "seeds is 'x'; allowed: a whole number from 1 on.",
    "fit(run_dir=3)": "run_dir is 3; allowed: a path, as text or a Path.",
    "fit(run_dir='')": "run_dir is ''; allowed: a path, as text or a Path.",
    "fit(runs=3)": "runs is 3; allowed: a path",
    "fit(on_epoch=3)": "on_epoch is 3; allowed: a function.",
    "fit(listen=3)": "listen is 3; allowed: a function.",
    "fit(network=divmod)": "network: it cannot process a row of 2 numbers",
    "fit(learning_rate=frame)": "learning_rate is of type DataFrame; allowed: a number above 0",
    "fit(optimizer='s' * 100)": f"optimizer is '{'s' * 80}…'; allowed: sgd",
    "run.resume(epochs='x')": "epochs is 'x'; allowed: a whole number from 0 on.",
    "run.resume(epochs=9, on_epoch=3)": "on_epoch is 3; allowed: a function.",
    "run.save(3)": "path is 3; allowed: a path",
    "run.report(3)": "path is 3; allowed: a path",
    "run.predictions(frame, keep=3)": "keep is 3; allowed: names of columns",
    "run.verify(listen=3)": "listen is 3; allowed: a function.",
    "run.diagnose(on_progress=3)": "on_progress is 3; allowed: a function.",
    "load(3)": "reference is 3; allowed: a path",
    "load(None)": "reference is None; allowed: a path",
    "load('latest', runs=3)": "runs is 3; allowed: a path",
    "compare(3)": "references is 3; allowed: a list of two runs or more.",
    "compare('ab')": "references is 'ab'; allowed: a list of two runs or more.",
    "diagnose(frame, 't', on_progress=3)": "on_progress is 3; allowed: a function.",
    "inspect(frame, 't', columns=3)": "columns is 3; allowed: number",
    "inspect(frame, 't', drop=3)": "drop is 3; allowed: names of columns",
    "inspect(frame, 't', test='x')": "test is 'x'; allowed: a number from 0 to below 1.",
    "sweep(frame, 't', vary=3)": "vary is 3; allowed: values by field",
    "sweep(frame, 't', vary=vary, seeds='x')": "seeds is 'x'; allowed: a whole number from 1 on.",
    "sweep(frame, 't', vary=vary, sweep_dir=3)": "sweep_dir is 3; allowed: a path",
    "sweep(frame, 't', vary=vary, on_progress=3)": "on_progress is 3; allowed: a function.",
    "Classifier(columns=3).fit(frame[['a', 'b']], frame['t'])": "columns is 3; allowed: number",
}


@pytest.fixture(scope="module")
def run() -> descenso.Run:
    return descenso.train(FRAME, "t", **small_tables.PLAIN)


@pytest.mark.parametrize("call", REFUSED)
def test_an_argument_of_no_use_is_refused_in_one_line_and_nothing_is_written(
    run: descenso.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
):
    def fit(**named: Any) -> Any:
        fields = {} if "network" in named else small_tables.PLAIN
        arguments: dict[str, Any] = {"run_dir": "kept", **fields, **named}
        return descenso.train(FRAME, "t", **arguments)

    monkeypatch.chdir(tmp_path)
    names = {name: getattr(descenso, name) for name in descenso.__all__}
    names |= {"frame": FRAME, "run": run, "fit": fit, "vary": {"learning_rate": [0.1]}}
    with pytest.raises(descenso.InputError) as refusal:
        eval(call, names)  # noqa: S307 (these are the lines above)
    assert str(refusal.value).startswith(REFUSED[call])
    assert "\n" not in str(refusal.value)
    assert not list(tmp_path.iterdir())


def test_a_recipe_may_be_a_dict_of_its_fields():
    fields = {**small_tables.PLAIN, "learning_rate": 0.03}
    run = descenso.train(FRAME, "t", recipe=fields, epochs=1)
    assert (run.recipe.learning_rate, run.recipe.epochs) == (0.03, 1)


def test_one_column_may_be_named_without_a_list():
    run = descenso.train(FRAME, "t", **small_tables.PLAIN)
    assert run.predictions(FRAME, keep="b")[0].columns[:2] == ["b", "prediction"]
    dropped = descenso.train(FRAME, "t", drop="a", **small_tables.PLAIN).record.columns
    assert [column["kind"] for column in dropped] == ["dropped", "number"]


def test_a_series_is_a_table_of_one_column():
    assert (
        descenso.train(FRAME["a"], FRAME["t"], **small_tables.PLAIN).record.columns[0]["name"]
        == "a"
    )
