"""The examples run, as scripts and as notebooks, and a notebook of them is not flooded."""

import subprocess
import sys
from pathlib import Path

import jupytext
import pytest
from nbclient import NotebookClient

from ..support.documents import ROOT

EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


def test_there_are_three():
    assert len(EXAMPLES) == 3


def test_an_example_runs_as_a_script_and_says_only_what_it_prints(tmp_path: Path):
    example = ROOT / "examples/from_a_table_to_predictions.py"
    came = subprocess.run(
        [sys.executable, str(example)], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert len(came.stdout.splitlines()) == example.read_text().count("print(")
    assert came.stderr == ""


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs_as_a_notebook_of_few_and_small_outputs(example: Path, tmp_path: Path):
    notebook = jupytext.read(example)
    assert {cell.cell_type for cell in notebook.cells} == {"markdown", "code"}
    # An error in a cell raises here.
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert any("text/html" in output.get("data", {}) for output in outputs)
    assert not any(output.get("name") == "stderr" for output in outputs)
    for cell in notebook.cells:  # at the most the display of one training
        kinds = [output.output_type for output in cell.get("outputs", [])]
        assert kinds.count("display_data") <= 1
    assert sum(len(str(output)) for output in outputs) < 300_000
    # It leaves nothing where it was started.
    assert list(tmp_path.iterdir()) == []
