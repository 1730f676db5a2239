import numpy as np
import pytest

import descenso
from descenso.data.io.read import read_with_target
from descenso.errors import TableError


def save(path, **arrays):
    np.savez(path, **arrays)
    return path


def test_x_and_y_are_a_pair_and_a_single_matrix_a_table(tmp_path):
    X, y = np.arange(6.0).reshape(3, 2), np.array(["a", "b", "a"])
    table, target = read_with_target(save(tmp_path / "a.npz", X=X, y=y))
    assert target == "y"
    assert table.array
    assert table.frame.rows() == [(0.0, 1.0, "a"), (2.0, 3.0, "b"), (4.0, 5.0, "a")]
    assert table.source is not None
    assert table.source.options == {"format": "npz"}
    assert descenso.read(save(tmp_path / "b.npz", matrix=X)).names == ("x0", "x1")
    assert descenso.read(save(tmp_path / "c.npz", X=X)).names == ("x0", "x1")


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"X": np.zeros((3, 2)), "y": np.zeros(2)}, "X has 3 rows, but y has 2 values"),
        ({"X": np.zeros(3), "y": np.zeros(3)}, "1 dimensions, but a table has two"),
        ({"a": np.zeros((3, 2)), "b": np.zeros(3)}, "X and y, or a single one; .* 'a', 'b'"),
        ({}, "this one holds none|not a table that descenso can read"),
        ({"X": np.zeros((0, 2))}, "0 rows and 2 columns"),
        ({"X": np.array([[{}]], object)}, "Objects are never unpickled"),
    ],
)
def test_arrays_that_are_no_table_are_refused_by_the_file_s_name(tmp_path, arrays, message):
    with pytest.raises(TableError, match=message) as refusal:
        descenso.read(save(tmp_path / "a.npz", **arrays))
    assert str(refusal.value).startswith("a.npz: ")
    assert "\n" not in str(refusal.value)


def test_a_damaged_one_is_refused(tmp_path):
    path = save(tmp_path / "a.npz", X=np.random.default_rng(0).normal(size=(50, 2)))
    content = bytearray(path.read_bytes())
    content[200:260] = b"\0" * 60
    path.write_bytes(content)
    with pytest.raises(TableError, match=r"not an \.npz file"):
        descenso.read(path)


def test_several_are_no_table(tmp_path):
    path = save(tmp_path / "a.npz", X=np.zeros((3, 2)))
    with pytest.raises(TableError, match=r"Several \.npz files"):
        descenso.read([path, path])
