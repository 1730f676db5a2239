"""One writer at a time: a lock that the system itself frees when its holder ends or is killed."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from descenso.errors import RunError
from descenso.i18n import gettext as _
from descenso.runs.store.atomic import as_run_error

LOCK = "lock"  # holds the process id of its last holder; who holds it now is for the system to say

if sys.platform == "win32":
    import msvcrt

    def _lock(file: FileIO) -> None:
        # No other process can read what is locked here, so it is a byte far behind the process id.
        file.seek(2**30)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        file.seek(0)
else:
    import fcntl

    def _lock(file: FileIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def writing(path: Path) -> Generator[None]:
    """Be the one who writes the run in the folder `path`, until the block ends.

    Raises:
        RunError: another process (or this one, elsewhere) is writing it, or the folder cannot be
            written.
    """
    with as_run_error(path / LOCK):
        (path / LOCK).touch()
        file = _open(path)
    with file:
        if not try_lock(file):
            raise RunError(
                _(
                    "{path}: process {process} is writing this run. Wait until it ends, or stop it."
                ).format(path=path, process=_holder(file))
            )
        file.write(f"{os.getpid():<20}".encode())
        yield


def writer(path: Path) -> int | None:
    """The id of the process that is writing the run; None where none is, also if one was killed."""
    try:
        file = _open(path)
    except OSError:  # never locked, or not ours to write
        return None
    with file:
        return None if try_lock(file) else _holder(file)


def _open(path: Path) -> FileIO:
    return (path / LOCK).open("r+b", buffering=0)


def try_lock(file: FileIO) -> bool:
    """Lock an open file until it is closed; False where another process holds it."""
    with as_run_error(Path(str(file.name))):
        try:
            _lock(file)
        except (BlockingIOError, PermissionError):
            return False
    return True


def _holder(file: FileIO) -> int:
    return int(file.read(20) or 0)
