"""Arrays come back as they were written, and a file that is not whole is refused."""

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import ml_dtypes
import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as stnp

from descenso.errors import RunError
from descenso.runs.store.arrays import read_arrays, write_arrays

DTYPES = [
    *(np.float16, np.float32, np.float64, np.int8, np.int32, np.int64, np.uint8, np.uint32),
    *(np.bool_, np.complex64),
]
SHAPES = stnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
ARRAYS = st.dictionaries(
    st.text("abc.0123", min_size=1, max_size=12),
    st.sampled_from(DTYPES).flatmap(lambda dtype: stnp.arrays(dtype, SHAPES)),
    max_size=4,
)
META = st.dictionaries(st.text(max_size=5), st.integers() | st.text() | st.none(), max_size=3)

EXAMPLE = {"layers.0.weight": np.array([[1.0, 2.0]], np.float32), "count": np.array(3, np.int32)}


@given(ARRAYS, META)
def test_what_is_written_is_read(arrays, meta):
    with TemporaryDirectory() as folder:
        file = Path(folder) / "arrays"
        write_arrays(file, arrays, meta)
        read, read_meta = read_arrays(file)
    assert read_meta == meta
    assert read.keys() == arrays.keys()
    for name, array in arrays.items():
        assert read[name].dtype == array.dtype
        np.testing.assert_array_equal(read[name], array, strict=True)


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0).reshape(2, 3).T,
        np.arange(12)[::-2],
        np.arange(3, dtype=">f4"),
        np.arange(3).astype(ml_dtypes.bfloat16),
    ],
    ids=["transposed", "strided", "big-endian", "bfloat16"],
)
def test_values_do_not_depend_on_how_memory_lies(tmp_path: Path, array):
    write_arrays(tmp_path / "arrays", {"a": array}, {})
    read, _ = read_arrays(tmp_path / "arrays")
    np.testing.assert_array_equal(read["a"], array)


def test_others_can_read_the_arrays(tmp_path: Path):
    write_arrays(tmp_path / "arrays", EXAMPLE, {"epoch": 1})
    read = safetensors.numpy.load_file(tmp_path / "arrays")
    np.testing.assert_array_equal(read["layers.0.weight"], [[1.0, 2.0]])


def test_equal_content_makes_equal_bytes(tmp_path: Path):
    # In a process of its own too, where sets and hash maps have another order.
    code = (
        "import sys, numpy as np, pathlib\n"
        "from descenso.runs.store.arrays import write_arrays\n"
        "names = sorted('abcdefgh', reverse=True)\n"
        "write_arrays(pathlib.Path(sys.argv[1]), {name: np.arange(3) for name in names},"
        " {name: 1 for name in names})"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "there")], check=True)
    write_arrays(
        tmp_path / "here",
        {name: np.arange(3) for name in "abcdefgh"},
        dict.fromkeys("abcdefgh", 1),
    )
    assert (tmp_path / "here").read_bytes() == (tmp_path / "there").read_bytes()


def test_a_file_cut_at_any_byte_is_refused_by_name(tmp_path: Path):
    file = tmp_path / "checkpoint.safetensors"
    write_arrays(file, EXAMPLE, {"epoch": 1})
    whole = file.read_bytes()
    for size in range(len(whole)):
        file.write_bytes(whole[:size])
        with pytest.raises(RunError, match=r"checkpoint\.safetensors: the file is damaged"):
            read_arrays(file)


def test_a_file_with_any_bit_changed_is_refused_or_says_the_same(tmp_path: Path):
    file = tmp_path / "arrays"
    write_arrays(file, EXAMPLE, {"epoch": 1})
    whole = file.read_bytes()
    changed = 0
    for position in range(len(whole)):
        for bit in range(8):
            flipped = bytearray(whole)
            flipped[position] ^= 1 << bit
            file.write_bytes(flipped)
            try:
                arrays, meta = read_arrays(file)
            except RunError:
                changed += 1
                continue
            # Only blanks and the spelling of JSON may change without changing what is said.
            assert meta == {"epoch": 1}
            assert arrays.keys() == EXAMPLE.keys()
            for name, array in EXAMPLE.items():
                np.testing.assert_array_equal(arrays[name], array, strict=True)
    assert changed > 8 * len(whole) * 0.9


@given(st.binary(max_size=300))
def test_random_bytes_are_refused(content):
    with TemporaryDirectory() as folder:
        file = Path(folder) / "arrays"
        file.write_bytes(content)
        with pytest.raises(RunError, match="damaged"):
            read_arrays(file)


def test_anothers_safetensors_are_refused(tmp_path: Path):
    for metadata in (None, {"format": "pt"}, {"descenso": "[]"}, {"descenso": json.dumps({})}):
        safetensors.numpy.save_file(EXAMPLE, tmp_path / "arrays", metadata)
        with pytest.raises(RunError, match="did not write it"):
            read_arrays(tmp_path / "arrays")


def test_a_pickle_is_refused_and_never_opened(tmp_path: Path):
    # Unpickled, this would write a file.
    harm = f"cbuiltins\nexec\n(S'open({str(tmp_path / 'harm')!r}, \"w\")'\ntR."
    (tmp_path / "arrays").write_bytes(harm.encode())
    with pytest.raises(RunError, match="damaged"):
        read_arrays(tmp_path / "arrays")
    assert not (tmp_path / "harm").exists()


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(RunError, match=r"weights\.safetensors: there is no such file"):
        read_arrays(tmp_path / "weights.safetensors")
