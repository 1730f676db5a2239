"""`descenso predict`: the predictions of a trained network for a table."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from descenso.cli.options.parsing import check_place, files_of, load_run, names
from descenso.cli.options.reading import takes_reading
from descenso.cli.options.shared import DEFAULT_RUNS, Device, Json, Quiet, RunReference, Runs
from descenso.cli.terminal.row_counter import counting
from descenso.cli.terminal.streams import output, say, show, show_json, write_as_a_file
from descenso.data.io.options import ReadOptions
from descenso.errors import InputError
from descenso.i18n import N_, ngettext
from descenso.i18n import gettext as _

if TYPE_CHECKING:
    # It must not delay --help.
    import polars as pl

HELP = N_(
    "Predict the target for each row of a table, which may be larger than memory.\n\n"
    "For classes, a column per class gives its probability. The table is read like the run's own, "
    "unless its format or an option below says otherwise.\n\n"
    "Example: descenso predict latest new.csv --out predictions.csv --keep id"
)
TEXTS = (".csv", ".tsv")
SUFFIXES = (*TEXTS, ".jsonl", ".ndjson", ".parquet", ".arrow", ".feather")
STANDARD_OUTPUT = "-"


@takes_reading
def predict(
    run: RunReference,
    table: Annotated[
        str,
        typer.Argument(
            metavar=N_("TABLE"),
            help=N_("The table to predict, with the columns that the training used."),
            rich_help_panel="Data",
        ),
    ],
    out: Annotated[
        str,
        typer.Option(
            metavar=N_("FILE"),
            help=N_(
                "File to write: .csv, .tsv, .jsonl, .parquet or .arrow; - for CSV on standard "
                "output."
            ),
            rich_help_panel="Output",
        ),
    ],
    keep: Annotated[
        list[str] | None,
        typer.Option(
            metavar=N_("NAME,…"),
            help=N_("Columns of the table to copy next to the predictions."),
            rich_help_panel="Output",
        ),
    ] = None,
    runs: Runs = DEFAULT_RUNS,
    device: Device = None,
    as_json: Json = False,
    quiet: Quiet = False,
    reading: ReadOptions = ReadOptions(),  # noqa: B008  (immutable)
) -> None:
    """Parse, predict, write."""
    _check_out(out, as_json)
    _check_not_read(out, table)
    loaded = load_run(run, runs, device)
    # A text file takes kept columns as the text that they are.
    typed = out != STANDARD_OUTPUT and Path(out).suffix.lower() not in TEXTS
    found = loaded.predict_parts(table, names(keep or []), typed=typed, **reading.named())
    with counting(quiet) as show_rows, _writing(out) as write:
        for part in found:
            write(part)
            show_rows(found.rows)
    if not quiet:
        for note in found.notes:
            say(note)
    if as_json:
        show_json({"run": str(loaded.path), "rows": found.rows, "out": out})
    elif out != STANDARD_OUTPUT and not quiet:
        wrote = ngettext("{n} prediction in {out}", "{n} predictions in {out}", found.rows)
        show(wrote.format(n=found.rows, out=out))


def _check_out(out: str, as_json: bool) -> None:
    """Refuse an --out that cannot be written to, before any work."""
    if out == STANDARD_OUTPUT:
        if as_json:
            raise InputError(
                _("--out - and --json would both print to standard output: choose one.")
            )
        return
    if Path(out).suffix.lower() not in SUFFIXES:
        raise InputError(
            _("--out is {out!r}; it must end in {suffixes}, or be - for standard output.").format(
                out=out, suffixes=", ".join(SUFFIXES)
            )
        )
    check_place(out)


def _check_not_read(out: str, table: str) -> None:
    """Refuse to write over the table itself, whose other columns would be lost."""
    files = files_of(table)
    if Path(out).exists() and any(file.samefile(out) for file in files):
        raise InputError(
            _("--out is {out!r}, which is the table itself. Choose another file.").format(out=out)
        )


@contextmanager
def _writing(out: str) -> Generator["Callable[[pl.DataFrame], None]"]:
    """A function that writes a part of the table: to standard output, or to a file."""
    if out != STANDARD_OUTPUT:
        # It brings Polars along, which must not delay --help.
        from descenso.runs.prediction_writer import writing_table

        with writing_table(Path(out)) as write:
            yield write
        return
    # Characters that a terminal cannot show are still to reach a pipe unchanged.
    write_as_a_file()
    first = True

    def print_part(part: "pl.DataFrame") -> None:
        nonlocal first
        with output() as out:
            out.write(part.write_csv(include_header=first))
            out.flush()
        first = False

    yield print_part
