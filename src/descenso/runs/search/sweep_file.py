"""sweep.json: what a sweep was asked, and what its trainings gave so far."""

import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from descenso.errors import RunError
from descenso.i18n import gettext as _
from descenso.runs.store.atomic import replace
from descenso.runs.store.history import finite
from descenso.runs.store.run_file import Scores, Stored, read_document

VERSION = 1
SWEEP = "sweep.json"


class SweepMember(Stored):
    """What one network of a sweep gave; its metrics are on the training and validation rows."""

    epochs: int
    kept_epoch: int
    diverged: bool
    metrics: Scores


class SweepFile(Stored):
    """sweep.json, which is replaced whenever a group of networks is trained.

    Attributes:
        version: of this format.
        asked: data, recipes and seeds, as JSON: a sweep continues only where all is the same.
        environment: versions, processor and threads; see `engine.device.environment`.
        members: of each network that was trained, by its number among all: its result.
        kept: the folder of the run that is kept; None until it is made.
    """

    version: Annotated[int, Field(ge=1)]
    asked: dict[str, Any]
    environment: dict[str, Any]
    members: dict[int, SweepMember]
    kept: str | None


def read_sweep(folder: Path, asked: dict[str, Any]) -> SweepFile | None:
    """What a sweep in a folder has done so far; None where the folder is new or empty.

    Args:
        asked: what it is asked now.

    Raises:
        RunError: something else is there, the file is damaged, or it was asked something else.
    """
    if not (folder / SWEEP).is_file():
        check_fresh(folder)
        return None
    found = read_document(folder / SWEEP, SweepFile)
    other = [name for name in asked if found.asked.get(name) != as_json(asked[name])]
    if other:
        raise RunError(
            _(
                "{path}: another sweep lies here; its {names} differ from what is asked now. Ask "
                "as you did then, or name a new folder with --sweep-dir."
            ).format(path=folder, names=", ".join(other))
        )
    return found


def check_fresh(folder: Path) -> None:
    """Refuse a folder for a sweep in which something else lies.

    Raises:
        RunError: it does.
    """
    there = [each for each in folder.iterdir() if each.name != "lock"] if folder.is_dir() else []
    if there or folder.is_file():
        raise RunError(
            _(
                "{path}: something is there already, and no sweep. Name a new or an empty folder "
                "with --sweep-dir."
            ).format(path=folder)
        )


def write_sweep(folder: Path, sweep: SweepFile) -> None:
    """Write the sweep.json of a folder, atomically.

    Raises:
        RunError: it cannot be written.
    """
    values = finite(sweep.model_dump(mode="json"))
    replace(folder / SWEEP, f"{json.dumps(values, ensure_ascii=False, indent=1)}\n".encode())


def as_json(value: Any) -> Any:
    """A value as JSON gives it back: tuples are lists, and all names are text."""
    return json.loads(json.dumps(finite(value), ensure_ascii=False))
