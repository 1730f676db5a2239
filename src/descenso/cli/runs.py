"""`descenso runs`: list, show and remove the runs on disk."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from descenso.cli import completion
from descenso.cli.help import Command, Group
from descenso.cli.options.shared import DEFAULT_RUNS, Json, Quiet, RunReference, Runs
from descenso.cli.terminal.result import headlines, parts_table
from descenso.cli.terminal.streams import say, show, show_json
from descenso.cli.terminal.table import aligned
from descenso.errors import InputError
from descenso.i18n import N_, ngettext
from descenso.i18n import gettext as _
from descenso.views.sentences import parts_of, row_counts
from descenso.views.words import status_name

if TYPE_CHECKING:
    # It brings Polars along, which must not delay --help.
    from descenso.runs.store.folder import Entry
    from descenso.runs.store.run_file import RunFile

HELP = N_("List, show and remove runs. Without a command, list them.")
HELP_LIST = N_("List the runs in the folder, the newest first.")
HELP_SHOW = N_("Show the settings and the result of a run.")
HELP_REMOVE = N_("Delete runs and everything in their folders.")

# In both languages at once: a yes of one is a no in neither.
YES = ("y", "yes", "s", "sí", "si")

app = typer.Typer(cls=Group, add_completion=False, help=HELP)


@app.command("list", cls=Command, help=HELP_LIST)
def list_runs(folder: Runs = DEFAULT_RUNS, as_json: Json = False, quiet: Quiet = False) -> None:
    """Print a line for each run; with --quiet only its folder."""
    # It brings Polars along: --help does not wait for it.
    from descenso.runs.store.folder import listing

    entries = listing(folder)
    if as_json:
        show_json({"runs": [_as_json(entry) for entry in entries]})
    elif quiet:
        for entry in entries:
            show(str(entry.path))
    elif not entries:
        show(_("There are no runs in {folder} yet.").format(folder=folder))
    else:
        for line in _lines(entries):
            show(line)


@app.command("show", cls=Command, help=HELP_SHOW)
def show_run(
    run: RunReference, folder: Runs = DEFAULT_RUNS, as_json: Json = False, quiet: Quiet = False
) -> None:
    """Print the contents of run.json; with --quiet only the metrics."""
    # They bring Polars and rich along: --help does not wait for them.
    from descenso.cli.terminal.choices import recipe_lines
    from descenso.runs.store.folder import find
    from descenso.runs.store.run_file import read_run

    path = find(run, folder)
    stored = read_run(path)
    summary = stored.result and stored.summary(stored.result, path)
    if as_json:
        # Row numbers may be a million, and are of no use to a reader: run.json has them.
        shown = stored.model_dump(mode="json", exclude={"data": {"split"}})
        show_json({"path": str(path), **shown, "result": summary})
        return
    if not quiet:
        show(str(path), style="bold")
        show(
            _("created {created}, {status}").format(
                created=f"{stored.created[:19].replace('T', ' ')} UTC",
                status=status_name(stored.status),
            )
        )
        used = sum(column["kind"] != "dropped" for column in stored.columns)
        trained_on = ngettext(
            "{target}: {task}, trained on {n} column",
            "{target}: {task}, trained on {n} columns",
            used,
        )
        show(trained_on.format(target=stored.target, task=stored.task, n=used))
        show(row_counts(stored.rows.model_dump()))
        for line in recipe_lines(stored.recipe, stored.reasons):
            show(line)
        show()
    for line in parts_table(parts_of(summary) if summary else {}):
        show(line)


@app.command("remove", cls=Command, help=HELP_REMOVE)
def remove_runs(
    references: Annotated[
        list[str],
        typer.Argument(
            metavar=N_("RUN"),
            help=N_("Runs: folders, starts of ids, or latest."),
            autocompletion=completion.runs,
            rich_help_panel="Run",
        ),
    ],
    yes: Annotated[
        bool, typer.Option("--yes", help=N_("Do not ask before deleting."), rich_help_panel="Run")
    ] = False,
    folder: Runs = DEFAULT_RUNS,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Delete runs, after asking."""
    # It brings Polars along: --help does not wait for it.
    from descenso.runs.store.folder import find, remove

    # Find all before removing any: "latest" must not change in between.
    paths = list(dict.fromkeys(find(reference, folder) for reference in references))
    if not yes:
        _ask(paths)
    for path in paths:
        remove(path)
        if not as_json and not quiet:
            show(_("Removed {path}").format(path=path))
    if as_json:
        show_json({"removed": [str(path) for path in paths]})


def _ask(paths: list[Path]) -> None:
    """Ask for confirmation; without a terminal to ask in, refuse."""
    if not sys.stdin.isatty():
        raise InputError(_("Removing runs cannot be undone; confirm it with --yes."))
    for path in paths:
        say(str(path))
    question = ngettext("Delete this run?", "Delete these {n} runs?", len(paths))
    answers = _("[y/N]")
    say(f"{question.format(n=len(paths))} {answers}")
    if sys.stdin.readline().strip().lower() not in YES:
        raise typer.Abort


def _as_json(entry: "Entry") -> dict[str, Any]:
    """A run as `runs list --json` prints it."""
    run = entry.run
    return {
        "path": str(entry.path),
        "status": entry.status,
        "problem": entry.problem or None,
        "id": run.id if run else None,
        "created": run.created if run else None,
        "target": run.target if run else None,
        "task": run.task if run else None,
        "metrics": run.result.metrics if run and run.result else None,
    }


def _lines(entries: "list[Entry]") -> list[str]:
    """The runs as aligned lines under a heading."""
    heading = (_("id"), _("created (UTC)"), _("status"), _("target"), _("task"), _("result"))
    return aligned([heading, *map(_cells, entries)], [False] * len(heading), indent="")


def _cells(entry: "Entry") -> tuple[str, ...]:
    run = entry.run
    if run is None:
        return (entry.path.name, "", status_name(entry.status), "", "", entry.problem)
    created = run.created[:16].replace("T", " ")
    return (run.id, created, status_name(entry.status), run.target, run.task, _result(run))


def _result(run: "RunFile") -> str:
    """The metric of the last part that has any, such as `test accuracy 0.9710`."""
    summary = run.result and run.summary(run.result, None)
    lines = headlines(parts_of(summary)) if summary else []
    return lines[-1] if lines else ""
