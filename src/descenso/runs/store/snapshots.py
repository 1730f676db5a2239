"""The weights at the ends of some epochs: all at first, then ever fewer, evenly spread.

The epochs between them come from replaying the training.
"""

from pathlib import Path

from descenso.engine.loop import stride
from descenso.runs.store.arrays import Arrays, read_arrays, write_arrays
from descenso.runs.store.atomic import as_run_error, damaged


def write_snapshot(folder: Path, epoch: int, arrays: Arrays) -> None:
    """Keep the arrays of an epoch, atomically.

    Args:
        folder: of the snapshots; made if it is not there.
        epoch: epochs completed, 0 for the starting weights.
        arrays: a network's parameters by name.

    Raises:
        RunError: the file cannot be written.
    """
    # After a power cut, a snapshot that is not whole is refused, and a replay gives it again.
    write_arrays(_file(folder, epoch), arrays, {"epoch": epoch}, durable=False)


def read_snapshot(folder: Path, epoch: int) -> Arrays:
    """The arrays of one of `epochs`.

    Raises:
        RunError: the file is missing or damaged, or belongs to another epoch.
    """
    arrays, meta = read_arrays(_file(folder, epoch))
    if meta != {"epoch": epoch}:
        raise damaged(_file(folder, epoch), meta)
    return arrays


def prune(folder: Path, epoch: int) -> None:
    """Remove the snapshots that are too many once `epoch` is reached, and those beyond it.

    What stays are multiples of `loop.stride(epoch)`: 64 files at the most.
    """
    for each in epochs(folder):
        if each > epoch or each % stride(epoch):
            with as_run_error(_file(folder, each)):
                _file(folder, each).unlink()


def epochs(folder: Path) -> list[int]:
    """The epochs whose snapshots are there, ascending."""
    return sorted(int(file.stem) for file in folder.glob("*.safetensors") if file.stem.isdecimal())


def _file(folder: Path, epoch: int) -> Path:
    return folder / f"{epoch:06d}.safetensors"
