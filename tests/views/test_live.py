"""A training in a notebook: one display in its place, in a real kernel; elsewhere nothing."""

import subprocess
import sys
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from descenso.runs.events import Advanced, Ended, EpochEnded, EpochRecord, Warned
from descenso.views.live import Live, in_notebook

from ..support.pages import Reader

BEGIN = 'import descenso\nplain = dict(preset="lecture", hidden_layers=4, test=0.2)'
TRAIN = 'run = descenso.train("penguins", "species", {}**plain)'


class RecordingClient(NotebookClient):
    """A client that keeps what the kernel says."""

    def __init__(self, messages: list[dict[str, Any]], *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.messages = messages

    def process_message(self, msg, *args, **kwargs):
        self.messages.append(msg)
        return super().process_message(msg, *args, **kwargs)


@pytest.fixture(scope="module")
def cells() -> dict[str, Any]:
    """The outputs of a notebook's cells, by their sources."""
    sources = [
        BEGIN,
        TRAIN.format("epochs=3000, "),
        "run.resume(epochs=3010); None",
        TRAIN.format("epochs=2, progress=False, "),
        "events = []\n" + TRAIN.format("epochs=2, listen=events.append, "),
        'print(", ".join(type(each).__name__ for each in events))',
        "def break_off(epoch):\n    raise ZeroDivisionError",
        TRAIN.format("epochs=2, on_epoch=break_off, "),
        'descenso.train("penguins", "specie")',
        "run",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    messages: list[dict[str, Any]] = []
    client = RecordingClient(messages, notebook, allow_errors=True, timeout=120)
    client.execute()
    return {cell.source: cell.outputs for cell in notebook.cells} | {"messages": messages}


def test_a_training_is_one_display_that_ends_in_what_came_of_it(cells: dict[str, Any]):
    [shown] = cells[TRAIN.format("epochs=3000, ")]
    assert shown.output_type == "display_data"
    said = Reader(shown.data["text/html"]).said
    assert "Learning species from 7 columns" in said
    assert "Trained for 3000 epochs" in said
    assert "progress" not in Reader(shown.data["text/html"]).tags
    assert shown.data["text/plain"].startswith("Trained for 3000 epochs")


def test_it_stays_small_and_is_drawn_a_few_times_a_second(cells: dict[str, Any]):
    [shown] = cells[TRAIN.format("epochs=3000, ")]
    assert len(shown.data["text/html"]) < 20_000
    updates = [m for m in cells["messages"] if m["msg_type"] == "update_display_data"]
    seconds = (updates[-1]["header"]["date"] - updates[0]["header"]["date"]).total_seconds()
    assert 1 < len(updates) < 3 * seconds + 12  # each training has a first one and a last one


def test_a_training_that_goes_on_is_one_display_too(cells: dict[str, Any]):
    [shown] = cells["run.resume(epochs=3010); None"]
    assert "Trained for 3010 epochs" in Reader(shown.data["text/html"]).said


def test_it_can_be_turned_off_and_gives_way_to_a_listener(cells: dict[str, Any]):
    assert cells[TRAIN.format("epochs=2, progress=False, ")] == []
    assert cells["events = []\n" + TRAIN.format("epochs=2, listen=events.append, ")] == []
    [output] = cells['print(", ".join(type(each).__name__ for each in events))']
    assert output.text.startswith("Prepared, EpochEnded")
    assert output.text.rstrip().endswith("Ended")


def test_an_error_leaves_no_display_that_promises_to_go_on(cells: dict[str, Any]):
    shown, error = cells[TRAIN.format("epochs=2, on_epoch=break_off, ")]
    read = Reader(shown.data["text/html"])
    assert "did not finish" in read.said
    assert "progress" not in read.tags
    assert error.ename == "ZeroDivisionError"


def test_bad_input_shows_its_error_and_nothing_else(cells: dict[str, Any]):
    [error] = cells['descenso.train("penguins", "specie")']
    assert error.ename == "TableError"


def test_a_run_shows_itself(cells: dict[str, Any]):
    [shown] = cells["run"]
    assert shown.output_type == "execute_result"
    assert "2 epochs" in Reader(shown.data["text/html"]).said


@pytest.mark.parametrize("shell", [[], ["-m", "IPython", "--no-banner", "--colors=NoColor"]])
def test_in_a_terminal_nothing_is_shown(shell: list[str], tmp_path):
    script = tmp_path / "script.py"
    unneeded = "" if shell else "import sys; assert 'IPython' not in sys.modules"
    script.write_text(f"{BEGIN}\n{TRAIN.format('epochs=2, ')}\n{unneeded}\n")
    came = subprocess.run(
        [sys.executable, *shell, str(script)], capture_output=True, text=True, check=True
    )
    assert (came.stdout, came.stderr) == ("", "")


def test_here_is_no_notebook():
    assert not in_notebook()


def record(epoch: int, loss: float = 1.0) -> EpochRecord:
    return {
        "epoch": epoch,
        "iteration": epoch,
        "loss": loss,
        "validation_loss": 2 * loss,
        "validation_accuracy": 0.5,
        "learning_rate": 0.1,
        "elapsed_seconds": 1.0,
    }


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> Live:
    """One whose display is not there."""
    monkeypatch.setattr(Live, "_draw", lambda _self: None)
    return Live([record(1), record(2)])


def test_while_it_goes_on_it_shows_how_far_it_is_and_how_well_it_does(live: Live):
    live.receive(EpochEnded(record(3, 0.25)))
    live.receive(Advanced(3.5, 20, 70, 1.0, 4.0))
    live.receive(Warned("<b>Mind</b> the gap."))
    read = Reader(live._repr_html_())
    assert "epoch 3 of 20 · 4.0 s left · loss 0.2500 · validation loss 0.5000" in read.said
    assert "<b>Mind</b> the gap." in read.said
    assert {"progress", "svg"} <= set(read.tags)


def test_an_epoch_that_happens_again_replaces_what_was_known_of_it(live: Live):
    live.receive(EpochEnded(record(2, 0.5)))
    assert [(each["epoch"], each["loss"]) for each in live._records] == [(1, 1.0), (2, 0.5)]


def test_in_the_end_it_says_what_the_run_says(live: Live):
    metrics = {"accuracy": 0.75, "loss": 1.0}
    summary = {
        "epochs": 2,
        "seconds": 1.0,
        "stopped": "patience",
        "kept_epoch": 1,
        "metrics": {"train": metrics, "validation": metrics, "test": None},
    }
    live.receive(Ended(summary))
    live.close()
    said = Reader(live._repr_html_()).said
    assert "Stopped after 2 epochs" in said
    assert "The weights of epoch 1, the best on validation, are kept." in said
    assert "validation accuracy 0.7500" in said
    assert "did not finish" not in said
