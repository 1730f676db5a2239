"""How `train` and `resume` end: the result, the exit status, and how to go on."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from descenso.cli.options.shared import DEFAULT_RUNS
from descenso.cli.terminal.streams import say, show_json
from descenso.errors import DiskError
from descenso.i18n import gettext as _

if TYPE_CHECKING:
    # It brings JAX along, which must not delay --help.
    from descenso.api.run import Run

FAILED = 1


class Interrupted(Exception):
    """A training was interrupted and can be resumed; the message says how."""


def finish(run: "Run", reference: str | Path, as_json: bool, quiet: bool) -> None:
    """Print a training's result.

    Args:
        reference: how a next command may name the run.

    Raises:
        Interrupted: the training was interrupted.
        typer.Exit: it diverged and left no usable weights.
    """
    # It brings the sentences of a result along, which --help does not wait for.
    from descenso.cli.terminal.result import show_result

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
    """How a next command may name a new run."""
    made_here = path is not None and path.parent == runs == DEFAULT_RUNS
    return "latest" if made_here else str(path)


@contextmanager
def resumable(reference: Callable[[], str | None]) -> Generator[None]:
    """Say how to go on with the run of this block, where Ctrl-C or a full disk ends it.

    Args:
        reference: how a next command may name the run; None while there is nothing to go on with.

    Raises:
        Interrupted: by Ctrl-C before the first iteration; later it ends a training in good order.
        DiskError: the disk is full.
    """
    try:
        yield
    except KeyboardInterrupt:
        if (run := reference()) is None:
            raise
        raise interrupted(run) from None
    except DiskError as error:
        if (run := reference()) is None:
            raise
        more = _("The run so far is saved. Once there is room, go on with: descenso resume {run}")
        raise DiskError(f"{error} {more.format(run=run)}") from None


def interrupted(reference: str | Path) -> Interrupted:
    """The exception that says how to resume an interrupted run."""
    return Interrupted(
        _("interrupted; everything is saved. To go on: descenso resume {run}").format(run=reference)
    )
