import io

import polars as pl
import pyarrow as pa
import pyarrow.parquet
import pytest

import descenso
from descenso.data.io.source import open_files
from descenso.errors import TableError

FRAME = pl.DataFrame({"x": range(1000), "y": ["a", "b"] * 500})


def save(frame, path):
    if path.suffix == ".parquet":
        frame.write_parquet(path, row_group_size=300)
    elif path.suffix == ".arrow":
        frame.write_ipc(path)
    else:
        frame.write_ipc_stream(path)
    return path


@pytest.fixture(params=["a.parquet", "a.arrow", "a.feather"])
def path(request, tmp_path):
    return save(FRAME, tmp_path / request.param)


def test_it_is_read_with_its_types(path):
    assert descenso.read(path).frame.equals(FRAME)


def test_its_rows_come_a_few_at_a_time_and_only_the_columns_that_are_needed(path):
    parts = list(next(open_files(path).parts(["y", "z"], 128)))
    assert all(part.height <= 128 for part in parts)
    assert pl.concat(parts).equals(FRAME.select("y"))


def test_a_damaged_one_is_one_line_and_nothing_else(path, capfd):
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(TableError, match="or it is damaged") as refusal:
        descenso.read(path)
    assert "\n" not in str(refusal.value)
    assert capfd.readouterr().err == ""


def test_an_empty_one_is_refused(tmp_path):
    with pytest.raises(TableError, match=r"none\.parquet: the table has no rows"):
        descenso.read(save(FRAME.clear(), tmp_path / "none.parquet"))


def test_two_columns_of_one_name_are_refused(tmp_path, capfd):
    table = pa.table([[1], [2]], names=["a", "a"])
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(TableError, match="two columns have the same name"):
        descenso.read(tmp_path / "a.parquet")
    # Here Polars gives up with a trace of its own, which must not be shown.
    stream = io.BytesIO()
    with pa.ipc.new_stream(stream, table.schema) as writer:
        writer.write(table)
    (tmp_path / "a.arrow").write_bytes(stream.getvalue())
    with pytest.raises(TableError, match="damaged, or two of its columns have the same name"):
        descenso.read(tmp_path / "a.arrow")
    assert capfd.readouterr().err == ""
