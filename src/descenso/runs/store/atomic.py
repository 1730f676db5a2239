"""Whole files: replaced at once or not at all, and refused by name when they cannot be used."""

import errno
import hashlib
import os
import re
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from descenso.errors import DiskError, RunError
from descenso.i18n import gettext as _

NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def replace(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Give the file at `path` new content; its folder is made if it is not there.

    A reader of the file, also after this process was killed, sees the old content or the
    new, never a part.

    Args:
        durable: wait until the content is on the disk itself, so that even a power cut leaves it
            whole; it takes some milliseconds.

    Raises:
        RunError: it cannot be written.
    """
    # A run has one writer at a time, so one name is enough; what a killed writer left under it is
    # overwritten here.
    temporary = path.with_name(f"{path.name}.tmp")
    with as_run_error(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                if durable:
                    # Otherwise a power cut could leave the new name with none of the new content.
                    os.fsync(file.fileno())
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise


def content(path: Path) -> bytes:
    """All bytes of the file at `path`.

    Raises:
        RunError: there is no such file, or it cannot be read.
    """
    with as_run_error(path):
        return path.read_bytes()


@contextmanager
def as_run_error(path: Path) -> Generator[None]:
    """Tell what the system refuses to do with `path` as a RunError, a full disk as a DiskError."""
    try:
        yield
    except FileNotFoundError:
        raise RunError(_("{path}: there is no such file in this run.").format(path=path)) from None
    except OSError as error:
        if _number(error) in NO_SPACE:
            raise DiskError(
                _(
                    "{path}: there is no space left to write it ({reason}). Make room, or choose a "
                    "folder on another disk."
                ).format(path=path, reason=os.strerror(_number(error)))
            ) from None
        raise RunError(
            _("{path}: it cannot be read or written ({reason}).").format(
                path=path, reason=error.strerror or error
            )
        ) from None


def _number(error: OSError) -> int:
    """The system's number of an error; Polars only writes it at the end of its sentence."""
    written = re.search(r"\(os error (\d+)\)$", str(error))
    return error.errno or (int(written[1]) if written else 0)


def damaged(path: Path, reason: object) -> RunError:
    """The error for a file that is not as descenso wrote it."""
    return RunError(
        _(
            "{path}: the file is damaged, or descenso did not write it ({reason}). Restore it from "
            "a copy, or train again."
        ).format(path=path, reason=reason)
    )


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, as hexadecimal digits; the file is never in memory whole.

    Raises:
        RunError: the file is missing or cannot be read.
    """
    with as_run_error(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
