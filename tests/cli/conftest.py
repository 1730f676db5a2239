"""A table, a training of it, and a way to call the command line in this process."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from descenso.cli import main
from descenso.data.io.bundled import path


class Said(NamedTuple):
    """What a command left behind."""

    status: int
    out: str
    err: str


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run a command with these words in this process."""

    def called(*words: object) -> Said:
        status = main([str(word) for word in words])
        said = capfd.readouterr()
        return Said(status, said.out, said.err)

    return called


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a short training on the bundled penguins, which no test may change."""
    folder = tmp_path_factory.mktemp("cli") / "trained"
    words = "train penguins --target species --epochs 3 --learning-rate 0.01 --test 0.2 --seed 0"
    assert main([*words.split(), "--quiet", "--run-dir", str(folder)]) == 0
    return folder


@pytest.fixture
def penguins() -> Path:
    """The file of the bundled table."""
    return path("penguins")
