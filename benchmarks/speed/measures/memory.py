"""How much memory `descenso.train` takes beyond an array that is already there."""

import re
from pathlib import Path

import numpy as np

import descenso
from benchmarks.shared.figures import Figure, at_most
from benchmarks.shared.processes import alone

ROWS, COLUMNS = 2_500_000, 20  # 200 MB of float32
TARGET = 3  # times the array


def run(_rounds: int) -> list[Figure]:
    """The growth for an array in single and in double precision, each in a fresh process."""
    figures = []
    for dtype in ("float32", "float64"):
        megabytes = ROWS * COLUMNS * np.dtype(dtype).itemsize // 10**6
        what = f"memory for training on {megabytes} MB of {dtype}, in sizes of the array"
        figures.append(at_most(what, alone(growth, dtype), TARGET, " ×"))
    return figures


def growth(dtype: str) -> float:
    """The rise of the peak memory over what was in use with the array made, in arrays."""
    rng = np.random.default_rng(0)
    # What every training needs, whatever its size, is there before: libraries, compiled programs.
    _train(rng.standard_normal((1000, COLUMNS), np.float32))
    x = np.empty((ROWS, COLUMNS), dtype)
    rng.standard_normal(out=x, dtype=x.dtype.type)
    before = _status("VmRSS")
    _train(x)
    return (_status("VmHWM") - before) / x.nbytes


def _train(x: np.ndarray) -> None:
    descenso.train((x, x[:, 0] > 0), hidden_layers=(32,), batch_size=4096, epochs=1)


def _status(field: str) -> int:
    """Bytes of this process: resident now (VmRSS), or at its most so far (VmHWM)."""
    status = Path("/proc/self/status").read_text()
    found = re.search(rf"{field}:\s*(\d+) kB", status)
    assert found is not None, "only Linux has this"
    return 1024 * int(found[1])
