"""metrics.jsonl only grows, survives its writer, and is cut back to where a training goes on."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descenso.errors import RunError
from descenso.runs.store.history import HistoryLog, finite


@pytest.fixture
def log(tmp_path: Path) -> HistoryLog:
    """The lines of epochs 1 to 5."""
    log = HistoryLog(tmp_path / "metrics.jsonl")
    log.append(*({"epoch": epoch, "loss": 1 / epoch} for epoch in range(1, 6)))
    return log


def test_records_come_back_in_order(log: HistoryLog):
    log.append({"epoch": 6, "loss": 0.1})
    assert [record["epoch"] for record in log.read()] == [1, 2, 3, 4, 5, 6]
    assert log.read()[2] == {"epoch": 3, "loss": 1 / 3}


def test_a_line_is_in_the_file_as_soon_as_it_is_appended(log: HistoryLog):
    log.append({"epoch": 6})
    assert log.path.read_bytes().endswith(b'{"epoch": 6}\n')


def test_a_run_without_an_epoch_has_no_history(tmp_path: Path):
    log = HistoryLog(tmp_path / "metrics.jsonl")
    assert log.read() == []
    log.cut(0)
    assert log.read() == []


def test_numbers_that_are_not_finite_become_null(log: HistoryLog):
    record = {"epoch": 6, "loss": float("nan"), "norms": np.array([1.0, np.inf], np.float32)}
    log.append(record | {"layers": [{"dead": np.float32("-inf"), "units": np.int32(3)}]})
    assert log.read()[-1] == {
        "epoch": 6,
        "loss": None,
        "norms": [1.0, None],
        "layers": [{"dead": None, "units": 3}],
    }


@given(
    st.recursive(
        st.floats() | st.integers() | st.text() | st.booleans() | st.none(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    )
)
def test_what_is_finite_is_what_json_can_hold(value):
    # A parser that meets NaN or Infinity asks what it stands for: here it would get a word.
    text = json.dumps(finite(value), allow_nan=False)
    assert json.loads(text) == json.loads(json.dumps(value), parse_constant=lambda word: None)


def test_a_cut_drops_what_comes_after_and_keeps_the_rest_byte_for_byte(log: HistoryLog):
    lines = log.path.read_bytes().splitlines(keepends=True)
    log.cut(3)
    assert log.path.read_bytes() == b"".join(lines[:3])


def test_a_line_torn_at_any_byte_is_none_and_a_cut_removes_it(log: HistoryLog):
    whole = log.path.read_bytes()
    last = whole.splitlines(keepends=True)[-1]
    for size in range(1, len(last)):
        log.path.write_bytes(whole[:-size])
        assert [record["epoch"] for record in log.read()] == [1, 2, 3, 4]
        log.cut(4)
        log.append({"epoch": 5, "loss": 0.2})
        assert log.path.read_bytes() == whole


def test_a_cut_to_the_beginning_leaves_nothing(log: HistoryLog):
    log.cut(0)
    assert log.path.read_bytes() == b""


def test_a_history_that_lacks_the_epoch_to_go_on_from_is_refused(log: HistoryLog):
    with pytest.raises(RunError, match=r"metrics\.jsonl: the line of epoch 7 is missing"):
        log.cut(7)
    assert len(log.read()) == 5


@pytest.mark.parametrize(
    "line", [b"{", b"", b"[]", b"{}", b'{"epoch": "2"}', b'{"epoch": 6, "loss": NaN}', b"\xff"]
)
def test_a_damaged_line_is_refused_by_its_number(log: HistoryLog, line: bytes):
    with log.path.open("ab") as file:
        file.write(line + b"\n")
    with pytest.raises(RunError, match=r"metrics\.jsonl: .*damaged.* \(line 6: "):
        log.read()
