"""The fingerprint by which a file is known to be the one that was trained on."""

import hashlib
from pathlib import Path

from descenso.store.files import told_as_run_error


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, as hexadecimal digits; the file is never in memory whole.

    Raises:
        RunError: the file is missing or cannot be read.
    """
    with told_as_run_error(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
