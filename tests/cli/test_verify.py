import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from descenso.runs.store.arrays import read_arrays, write_arrays


def test_a_run_is_repeated_bit_for_bit(call: Callable[..., Any], trained: Path):
    said = call("verify", trained, "--json")
    assert said.status == 0
    assert json.loads(said.out)["verified"] is True
    assert "bit for bit" in call("verify", trained, "--quiet").out


def test_weights_that_differ_in_one_bit_fail(
    call: Callable[..., Any], trained: Path, tmp_path: Path
):
    run = Path(shutil.copytree(trained, tmp_path / "run"))
    file = run / "model/weights.safetensors"
    weights, meta = read_arrays(file)
    bias = weights["layers.0.bias"]
    bias[0] = np.nextafter(bias[0], np.float32(np.inf))
    write_arrays(file, weights, meta)
    said = call("verify", run)
    assert said.status == 1
    assert said.out.startswith("Not verified")
