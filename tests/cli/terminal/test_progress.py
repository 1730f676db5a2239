import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from descenso.cli.terminal.progress import (
    MAX_EPOCHS_SHOWN,
    Lines,
    LiveTable,
    SampledEpochs,
    epochs_text,
    progress,
)
from descenso.runs.events import Advanced, EpochEnded, EpochRecord, Preparing, Warned


def record(epoch: int, validation_loss: float | None = None) -> EpochRecord:
    return {
        "epoch": epoch,
        "iteration": 10 * epoch,
        "learning_rate": 0.1,
        "loss": 1 / epoch,
        "validation_loss": validation_loss,
        "validation_accuracy": None if validation_loss is None else 0.5,
        "elapsed_seconds": 0.01 * epoch,
    }


def advanced(epoch: float) -> Advanced:
    return Advanced(epoch, 100, int(10 * epoch), 1.0, 75.0)


@given(st.lists(st.floats(0, 10), min_size=1, max_size=300))
def test_a_course_always_shows_the_first_the_best_and_the_latest_epoch(losses: list[float]):
    course = SampledEpochs()
    for epoch, loss in enumerate(losses, start=1):
        course.add(record(epoch, loss))
        shown = [each["epoch"] for each in course.shown()]
        assert shown == sorted(set(shown))
        assert len(shown) <= MAX_EPOCHS_SHOWN + 2
        assert {1, 1 + losses.index(min(losses[:epoch])), epoch} <= set(shown)


@given(st.integers(1, 2000))
def test_a_course_spans_the_training_evenly(epochs: int):
    course = SampledEpochs()
    for epoch in range(1, epochs + 1):
        course.add(record(epoch))
    *spaced, _latest = [each["epoch"] for each in course.shown()]
    gaps = {after - before for before, after in pairwise(spaced)}
    assert len(gaps) <= 1
    assert len(spaced) >= min(epochs - 1, MAX_EPOCHS_SHOWN // 2)


def test_lines_are_written_when_a_chunk_is_done(capsys: pytest.CaptureFixture[str]):
    lines = Lines(Console(stderr=True))
    lines.show(EpochEnded(record(1, 0.5)))
    lines.show(EpochEnded(record(2, 0.25)))
    assert capsys.readouterr().err == ""
    lines.show(advanced(2.5))
    heading, first, second = capsys.readouterr().err.splitlines()
    assert " ".join(heading.split()) == "epoch loss validation loss accuracy learning rate seconds"
    assert first.split() == ["1", "1.000", "0.5000", "0.5000", "0.1000", "0.01000"]
    assert second.split()[:3] == ["2", "0.5000", "0.2500"]
    assert len({len(line) for line in (heading, first, second)}) == 1


def test_without_validation_rows_there_is_no_column_for_them(capsys: pytest.CaptureFixture[str]):
    lines = Lines(Console(stderr=True))
    lines.show(EpochEnded(record(1)))
    lines.write()
    assert "validation" not in capsys.readouterr().err


def test_a_warning_is_shown_when_it_happens_after_the_epochs_before_it(
    capsys: pytest.CaptureFixture[str],
):
    lines = Lines(Console(stderr=True))
    lines.show(EpochEnded(record(1)))
    lines.show(Warned("The loss became infinite."))
    *_heading, epoch, warning = capsys.readouterr().err.splitlines()
    assert epoch.split()[0] == "1"
    assert warning == "The loss became infinite."


def test_what_waits_is_written_even_when_the_training_is_cut_off(
    capsys: pytest.CaptureFixture[str],
):
    with pytest.raises(KeyboardInterrupt), progress(quiet=False) as listen:
        listen(EpochEnded(record(1)))
        raise KeyboardInterrupt
    assert capsys.readouterr().err.splitlines()[1].split()[0] == "1"


def test_what_is_done_before_a_training_is_one_line(capsys: pytest.CaptureFixture[str]):
    lines = Lines(Console(stderr=True))
    for done in (0.0, 0.5, 1.0):
        lines.show(Preparing("Looking for the learning rate", done))
    assert capsys.readouterr().err == "Looking for the learning rate …\n"


def test_a_terminal_shows_how_far_it_is_before_the_training():
    table = LiveTable(terminal())
    with table.live:
        table.show(Preparing("Looking for the learning rate", 0.5))
    assert "Looking for the learning rate" in written(table.live.console)


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str]):
    with progress(quiet=True) as listen:
        listen(EpochEnded(record(1)))
        listen(Warned("The loss became infinite."))
    assert capsys.readouterr() == ("", "")


def test_a_terminal_shows_epochs_a_bar_and_the_time_left():
    table = LiveTable(terminal())
    with table.live:
        for epoch in range(1, 51):
            table.show(EpochEnded(record(epoch, 1 / epoch)))
        table.show(advanced(50.5))
    screen = written(table.live.console)
    assert "epoch 50 of 100" in screen
    assert "1 min 15 s left" in screen
    assert "validation loss" in screen


def test_once_a_training_has_ended_no_time_is_left():
    table = LiveTable(terminal())
    with table.live:
        table.show(EpochEnded(record(1, 0.5)))
        table.show(advanced(1.0))
    before = written(table.live.console)
    table.end()
    remains = written(table.live.console).removeprefix(before)
    assert "validation loss" in remains
    assert "epoch 1 of 100" in remains
    assert "left" not in remains


def test_a_terminal_says_at_once_that_something_goes_on_and_keeps_no_trace_of_it():
    table = LiveTable(terminal())
    with table.live:
        assert "Preparing" in written(table.live.console)
    before = written(table.live.console)
    table.end()
    assert written(table.live.console) == before


def test_a_terminal_is_drawn_five_times_a_second_at_the_most(monkeypatch: pytest.MonkeyPatch):
    now = 0.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    table = LiveTable(terminal())
    with table.live:
        drawn = 0
        for tick in range(100):
            now = 1 + tick * 0.01
            before = written(table.live.console)
            table.show(EpochEnded(record(tick + 1)))
            table.show(advanced(tick + 1.0))
            drawn += written(table.live.console) != before
    assert 4 <= drawn <= 5


def test_the_best_epoch_is_marked():
    course = SampledEpochs()
    for epoch, loss in enumerate([3.0, 1.0, 2.0], start=1):
        course.add(record(epoch, loss))
    text = epochs_text(course)
    [marked] = [span for span in text.spans if span.style == "green"]
    assert text.plain[marked.start : marked.end].split()[:2] == ["2", "0.5000"]


def terminal() -> Console:
    return Console(file=io.StringIO(), force_terminal=True, width=100)


def written(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()
