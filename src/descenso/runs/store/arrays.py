"""Arrays in a file: safetensors, with metadata about them."""

import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Shaped
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from descenso.runs.store.atomic import as_run_error, damaged, replace

# One entry only: safetensors writes several in a random order.
ENTRY = "descenso"

Arrays = dict[str, Shaped[np.ndarray, "..."]]


def write_arrays(path: Path, arrays: Arrays, meta: dict[str, Any], *, durable: bool = True) -> None:
    """Write arrays with their names, atomically; equal content makes equal bytes.

    Args:
        path: the file, replaced if it is there; its folder is made if it is not.
        arrays: of any shape, 0-d included.
        meta: what else to keep, in JSON's own types.
        durable: as in `replace`.

    Raises:
        RunError: the file cannot be written.
    """
    plain = {name: _plain(array) for name, array in arrays.items()}
    said = json.dumps(
        {"meta": meta, "checksum": _checksum(plain, meta)}, sort_keys=True, allow_nan=False
    )
    replace(path, save(plain, {ENTRY: said}), durable=durable)


def read_arrays(path: Path) -> tuple[Arrays, dict[str, Any]]:
    """The arrays and the meta that `write_arrays` wrote.

    Raises:
        RunError: the file is missing, damaged or not descenso's.
    """
    try:
        with as_run_error(path), safe_open(path, "numpy") as file:
            said = json.loads(file.metadata()[ENTRY])
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        meta, checksum = said["meta"], said["checksum"]
    except (SafetensorError, TypeError, KeyError, ValueError) as error:
        raise damaged(path, error) from None
    if _checksum(arrays, meta) != checksum:
        raise damaged(path, "checksum")
    return arrays, meta


def _plain(array: Shaped[np.ndarray, "..."]) -> Shaped[np.ndarray, "..."]:
    """`array` in this machine's byte order, row by row: safetensors copies memory as it lies."""
    return array.astype(array.dtype.newbyteorder("="), order="C", copy=False)


def _checksum(arrays: Arrays, meta: dict[str, Any]) -> int:
    """CRC-32 of everything stored, for safetensors itself would not notice a changed weight."""
    checksum = zlib.crc32(json.dumps(meta, sort_keys=True).encode())
    for name, array in sorted(arrays.items()):
        about = f"{name} {array.dtype.name} {array.shape}"
        checksum = zlib.crc32(about.encode(), checksum)
        checksum = zlib.crc32(array.reshape(-1).view(np.uint8).data, checksum)
    return checksum
