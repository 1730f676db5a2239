"""The end of `train` and `resume`: the result, and the exit status that it means."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from descenso.cli.options.shared import DEFAULT_RUNS
from descenso.cli.terminal.result import show_result
from descenso.cli.terminal.streams import say, show_json
from descenso.errors import DiskError
from descenso.i18n import gettext as _

if TYPE_CHECKING:
    # It brings JAX along, which must not delay --help.
    from descenso.api.run import Run

FAILED = 1


class Interrupted(Exception):
    """A training was interrupted and can be resumed; the text says how."""


def finish(run: "Run", reference: str | Path, as_json: bool, quiet: bool) -> None:
    """Print a training's result.

    Args:
        reference: how a next command may name the run.

    Raises:
        Interrupted: it was interrupted.
        typer.Exit: it diverged without usable weights.
    """
    summary = run.summary()
    if as_json:
        show_json(summary)
    elif any(summary["metrics"].values()):
        show_result(summary, str(reference), quiet=quiet)
    if quiet and not as_json:
        for warning in summary["warnings"]:
            say(warning)
    if summary["stopped"] == "interrupted":
        raise interrupted(reference)
    if summary["stopped"] == "diverged" and not any(summary["metrics"].values()):
        raise typer.Exit(FAILED)


def reference_of(path: Path | None, runs: Path) -> str:
    """How a next command may name a run that was just made."""
    made_here = path is not None and path.parent == runs == DEFAULT_RUNS
    return "latest" if made_here else str(path)


def full(error: DiskError, reference: str | Path) -> DiskError:
    """A full disk, and how to go on with the run that it stopped."""
    more = _("The run so far is kept. To go on once there is room: descenso resume {run}")
    return DiskError(f"{error} {more.format(run=reference)}")


def interrupted(reference: str | Path) -> Interrupted:
    """The exception that says how to go on with a run that was interrupted."""
    return Interrupted(
        _("interrupted; all is saved. To go on: descenso resume {run}").format(run=reference)
    )
