"""Whether a run can be kept in a folder, asked before the work and not found out after it."""

import shutil
import tempfile
from pathlib import Path

from descenso.errors import RunError
from descenso.i18n import decimal
from descenso.i18n import gettext as _


def check_writable(path: Path) -> None:
    """Refuse a folder, there or still to be made, in which nothing can be written.

    Raises:
        RunError: it cannot be written, with the system's reason.
    """
    try:
        tempfile.TemporaryFile(dir=_nearest(path)).close()
    except OSError as error:
        raise RunError(
            _(
                "{path}: no run can be kept there ({reason}). Name another folder with --runs or "
                "--run-dir."
            ).format(path=path, reason=error.strerror)
        ) from None


def check_space(path: Path, needed_bytes: int) -> None:
    """Refuse a folder, there or still to be made, on a disk with less space than is needed.

    Raises:
        RunError: there is too little.
    """
    free_bytes = shutil.disk_usage(_nearest(path)).free
    if free_bytes < needed_bytes:
        raise RunError(
            _(
                "{path}: the run may need {needed} there, but {free} are free. Make room, train "
                "fewer epochs or a smaller network, or name a folder on another disk with --runs "
                "or --run-dir."
            ).format(path=path, needed=_size(needed_bytes), free=_size(free_bytes))
        )


def _nearest(path: Path) -> Path:
    """The folder itself, or the nearest above it that is there."""
    path = path.absolute()
    return next((each for each in (path, *path.parents) if each.exists()), path)


def _size(count: int) -> str:
    """So many bytes as people read them.

    >>> _size(2_500_000)
    '2.5 MB'
    """
    value, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{decimal(f'{value:.3g}')} {unit}"
