"""Snapshots are evenly spread epochs, 64 at the most however long the training."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descenso.engine.loop import SCHEDULED
from descenso.errors import RunError
from descenso.runs.store.snapshots import epochs, prune, read_snapshot, write_snapshot

MOST = 64  # what the design allows


@pytest.fixture
def weights() -> dict[str, np.ndarray]:
    return {"layers.0.weight": np.ones((1, 2), np.float32)}


def test_a_snapshot_is_read_as_it_was_written(tmp_path: Path, weights):
    write_snapshot(tmp_path / "snapshots", 12, weights)
    assert epochs(tmp_path / "snapshots") == [12]
    read = read_snapshot(tmp_path / "snapshots", 12)
    np.testing.assert_array_equal(read["layers.0.weight"], weights["layers.0.weight"], strict=True)


def test_a_run_without_snapshots_has_none(tmp_path: Path):
    assert epochs(tmp_path / "snapshots") == []
    prune(tmp_path / "snapshots", 3)


def test_never_more_than_64_are_kept_and_they_are_evenly_spread(tmp_path: Path):
    for epoch in range(1200):
        (tmp_path / f"{epoch:06d}.safetensors").touch()
        prune(tmp_path, epoch)
        kept = epochs(tmp_path)
        assert kept[0] == 0
        assert len(kept) <= MOST
        # As many as are wanted: at half the distance they would be more.
        (distance,) = {*np.diff(kept)} or {1}
        assert epoch - kept[-1] < distance
        assert distance == 1 or epoch // (distance // 2) + 1 > SCHEDULED


@given(st.integers(0, 10**7))
def test_pruning_at_any_epoch_leaves_64_at_the_most(epoch):
    with TemporaryDirectory() as folder:
        # All multiples of the smallest power of two that makes a manageable number of files.
        distance = 1 << max(0, (epoch // 256).bit_length())
        for each in range(0, epoch + 1, distance):
            (Path(folder) / f"{each:06d}.safetensors").touch()
        prune(Path(folder), epoch)
        assert len(epochs(Path(folder))) <= MOST


def test_epochs_beyond_the_one_that_a_training_goes_on_from_are_removed(tmp_path: Path, weights):
    for epoch in range(11):
        write_snapshot(tmp_path, epoch, weights)
    prune(tmp_path, 6)
    assert epochs(tmp_path) == [0, 1, 2, 3, 4, 5, 6]


def test_files_that_are_no_snapshots_are_left_alone(tmp_path: Path):
    notes = tmp_path / "notes.safetensors"
    notes.touch()
    prune(tmp_path, 0)
    assert notes.exists()


def test_a_snapshot_under_another_epochs_name_is_refused(tmp_path: Path, weights):
    write_snapshot(tmp_path, 3, weights)
    (tmp_path / "000003.safetensors").rename(tmp_path / "000004.safetensors")
    with pytest.raises(RunError, match=r"000004\.safetensors: .*damaged"):
        read_snapshot(tmp_path, 4)
