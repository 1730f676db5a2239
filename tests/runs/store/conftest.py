"""A run as descenso stores it, and what is needed to write beside a process that is killed."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from descenso.recipe import Recipe
from descenso.runs.store.run_file import (
    VERSION,
    DataReference,
    Leg,
    RequestFile,
    ResultFile,
    RowCounts,
    RunFile,
    SplitRows,
)


@pytest.fixture(scope="session")
def run() -> RunFile:
    """A finished run of eight rows. It is frozen, so all tests share it."""
    return RunFile(
        version=VERSION,
        descenso="0.1.0",
        id="0123abcd",
        created="2026-11-23T18:49:41.000000+00:00",
        status="finished",
        target="species",
        task="multiclass",
        classes=["Adélie", "Chinstrap", "Gentoo"],
        recipe=Recipe(hidden_layers=(16, 16), learning_rate=0.1, class_weight={"a": 2.0}),
        given={"hidden_layers": [16, 16], "learning_rate": 0.1},
        reasons={"task": "inferred multiclass because `species` has 3 values"},
        columns=[{"name": "island", "kind": "category", "reason": "3 values", "missing": 0}],
        request=RequestFile(
            columns={"island": "category"},
            drop=["year"],
            test=0.1,
            weights=None,
            split_by=None,
            split_time=None,
        ),
        data=DataReference(
            paths=["penguins"],
            bundled=True,
            options={"format": "delimited", "separator": ","},
            sha256="0" * 64,
            split=SplitRows(validation=[1, 4], test=[0], left_out=[7]),
            validation=None,
        ),
        environment={"python": "3.11.7", "threads": 2, "XLA_FLAGS": None},
        rows=RowCounts(train=4, validation=2, test=1),
        parameters=390,
        result=ResultFile(
            epochs=3,
            kept_epoch=3,
            iterations=3,
            seconds=0.5,
            stopped="epochs",
            metrics={"train": {"loss": 0.25}, "validation": {"loss": 0.5}, "test": None},
            warnings=[],
            diagnosis=None,
        ),
        own_network=False,
        went_on=False,
        legs=[Leg(iteration=0, epochs=3)],
        constant=[0.1, -0.2, 0.1],
        warnings=[],
        seeds=None,
        cross_validation=None,
        parent=None,
    )


@pytest.fixture
def python() -> Callable[..., subprocess.Popen[str]]:
    """Starts a Python of its own that runs the given code; its words come through a pipe."""

    def start(code: str, *arguments: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start
