"""The folders of runs: making a new one, finding one again, listing and removing them."""

import re
import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from descenso.errors import RunError
from descenso.i18n import gettext as _
from descenso.runs.store.atomic import as_run_error
from descenso.runs.store.lock import LOCK, writer, writing
from descenso.runs.store.run_file import (
    DATA,
    PREPROCESSING,
    RUN,
    VALIDATION,
    RunFile,
    Status,
    read_run,
)

LATEST = "latest"


@dataclass(frozen=True)
class Entry:
    """A run in a list of runs.

    Attributes:
        path: its folder.
        run: its run.json; None where that cannot be read.
        problem: why not, a sentence for people; empty where it can.
        status: how far it came; a run whose process was killed counts as interrupted.
    """

    path: Path
    run: RunFile | None
    problem: str
    status: Status | Literal["damaged"]


def new_id() -> str:
    """A run's name for short: eight random hexadecimal digits."""
    return secrets.token_hex(4)


def new_folder(runs: Path, target: str, now: datetime) -> Path:
    """Make a folder for a new run, `runs`/<time>-<target>-<id>, and its parents.

    Raises:
        RunError: it cannot be made there.
    """
    # Letters and digits of any script; nothing that a file system or a shell reads in its own way.
    name = re.sub(r"[^\w.]+", "_", target)[:40].strip("_.") or "target"
    path = runs / f"{now:%Y-%m-%dT%H-%M-%S}-{name}-{new_id()}"
    make_folder(path)
    return path


def id_of(path: Path) -> str:
    """The id in the name of a folder that `new_folder` made."""
    return path.name.rpartition("-")[2]


def make_folder(path: Path) -> None:
    """Make the folder `path` for a new run, and its parents.

    Raises:
        RunError: something is there already, or it cannot be made.
    """
    check_fresh(path)
    with as_run_error(path):
        path.mkdir(parents=True, exist_ok=True)


def check_fresh(path: Path) -> None:
    """Refuse a folder for a new run that is there already, unless it is empty.

    Raises:
        RunError: something is there.
    """
    with as_run_error(path):
        taken = path.exists() and (not path.is_dir() or any(path.iterdir()))
    if taken and not _is_abandoned(path):
        raise RunError(
            _(
                "{path}: something is there already. Name a new or an empty folder with "
                "--run-dir; `descenso resume` continues an interrupted run."
            ).format(path=path)
        )


def find(reference: str | Path, runs: Path) -> Path:
    """The folder of a run.

    Args:
        reference: the path of its folder; or "latest", the one most recently created in `runs`; or
            the beginning of an id or of a folder's name in `runs`, which no other shares.
        runs: the folder of runs.

    Raises:
        RunError: there is no such run, or there are several.
    """
    path = Path(reference).expanduser()
    if str(reference) != LATEST and (path / RUN).is_file():
        return path
    entries = listing(runs)
    if str(reference) == LATEST:
        if not entries:
            raise RunError(
                _("{path}: there are no runs here yet. Train one, or name another folder.").format(
                    path=runs
                )
            )
        return entries[0].path
    found = [entry.path for entry in entries if _is_called(entry, str(reference))]
    if len(found) > 1:
        raise RunError(
            _("{reference} matches {n} runs ({names}). Type more of the id.").format(
                reference=reference, n=len(found), names=", ".join(path.name for path in found)
            )
        )
    if not found:
        raise RunError(
            _(
                "{reference}: not a run. It is neither a run's folder nor the beginning of "
                "an id or a name in {runs}. `descenso runs` lists them."
            ).format(reference=str(reference) or "''", runs=runs)
        )
    return found[0]


def listing(runs: Path) -> list[Entry]:
    """All runs in the folder `runs`, the newest first; none where there is no such folder."""
    folders = [file.parent for file in runs.glob(f"*/{RUN}")]
    return sorted(map(_entry, folders), key=_created, reverse=True)


def _is_abandoned(path: Path) -> bool:
    """Whether all there is was left by a process that was killed before it had made a run of it."""
    found = {each.name.removesuffix(".tmp") for each in path.iterdir()} if path.is_dir() else set()
    made_before_a_run = {LOCK, RUN, DATA, VALIDATION, Path(PREPROCESSING).parts[0]}
    return (
        LOCK in found
        and found <= made_before_a_run
        and not (path / RUN).exists()
        and writer(path) is None
    )


def remove(path: Path) -> None:
    """Delete a run, with all that is in its folder.

    Raises:
        RunError: the folder holds no run, or one that cannot be read, or that a process is writing,
            or it cannot be deleted.
    """
    read_run(path)
    with writing(path), as_run_error(path):
        # First, so that what a killed removal leaves is not a run.
        (path / RUN).unlink()
    with as_run_error(path):
        shutil.rmtree(path)


def _is_called(entry: Entry, beginning: str) -> bool:
    names = [entry.path.name, id_of(entry.path), *([entry.run.id] if entry.run else [])]
    return bool(beginning) and any(name.startswith(beginning) for name in names)


def _entry(path: Path) -> Entry:
    try:
        run = read_run(path)
    except RunError as error:
        return Entry(path, None, str(error), "damaged")
    killed = run.status == "training" and writer(path) is None
    return Entry(path, run, "", "interrupted" if killed else run.status)


def _created(entry: Entry) -> str:
    if entry.run:
        return entry.run.created
    return datetime.fromtimestamp(entry.path.stat().st_mtime, UTC).isoformat()
