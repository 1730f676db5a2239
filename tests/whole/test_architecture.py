"""What keeps descenso quick to start and its installs repeatable; import-linter holds the rest."""

import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]

SLOW_TO_IMPORT = {"jax", "equinox", "optax", "sklearn", "altair"}


@pytest.mark.parametrize(
    "module",
    ["descenso", "descenso.cli", "descenso.recipe", "descenso.data", "descenso.data.io.bundled"],
)
def test_importing_brings_in_nothing_slow(module: str):
    code = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert module in loaded
    assert SLOW_TO_IMPORT.isdisjoint(loaded)


def test_constraints_pin_every_dependency_within_its_bounds():
    pinned = constraints()
    for requirement in requirements():
        name = canonicalize_name(requirement.name)
        assert name in pinned, f"{name} is missing; run `make constraints`"
        assert requirement.specifier.contains(pinned[name]), requirement


def test_every_dependency_has_a_lower_and_an_upper_bound():
    for requirement in requirements():
        operators = {specifier.operator for specifier in requirement.specifier}
        assert operators == {">=", "<"}, requirement


def constraints() -> dict[str, str]:
    """The version of each package in constraints.txt; a line that says anything else fails."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line.split("==") for line in lines if not line.startswith("#")]
    return {canonicalize_name(name, validate=True): version for name, version in pins}


def requirements() -> list[Requirement]:
    """All that pyproject.toml asks for, with the extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    found = map(Requirement, chain.from_iterable(lists))
    # An extra may bring another extra of descenso along.
    return [each for each in found if each.name != project["name"]]
