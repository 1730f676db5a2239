"""`descenso predict`: a trained network's predictions for a table."""

import secrets
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from descenso.cli.options import (
    DEFAULT_RUNS,
    Device,
    Json,
    Quiet,
    RunReference,
    Runs,
    check_table,
    compute_on,
    names,
)
from descenso.cli.terminal.streams import say, show, show_json
from descenso.errors import InputError
from descenso.messages import N_, ngettext
from descenso.messages import gettext as _

if TYPE_CHECKING:
    # It must not delay --help.
    import polars as pl

HELP = N_(
    "Predict the target for each row of a table.\n\n"
    "For classes, a column for each gives its probability.\n\n"
    "Example: descenso predict latest new.csv --out predictions.csv --keep id"
)
SUFFIXES = (".csv", ".tsv", ".parquet")
STANDARD_OUTPUT = "-"


def predict(
    run: RunReference,
    table: Annotated[
        str,
        typer.Argument(
            metavar="TABLE",
            help=N_("The table to predict for, with the columns that training used."),
            rich_help_panel="Data",
        ),
    ],
    out: Annotated[
        str,
        typer.Option(
            metavar="FILE",
            help=N_("Where to write: .csv, .tsv or .parquet; - is CSV on standard output."),
            rich_help_panel="Output",
        ),
    ],
    keep: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME,…",
            help=N_("Columns of the table to copy beside the predictions."),
            rich_help_panel="Output",
        ),
    ] = None,
    runs: Runs = DEFAULT_RUNS,
    device: Device = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Parse, predict, write."""
    _check_out(out, as_json)
    check_table(table)

    # JAX takes most of a second to import: --help and mistakes in the arguments do not wait for it.
    from descenso.run import load

    compute_on(device)
    loaded = load(run, runs=runs)
    predictions, notes = loaded.predictions(table, keep=names(keep or []))
    _write(predictions, out)
    if not quiet:
        for note in notes:
            say(note)
    if as_json:
        show_json({"run": str(loaded.path), "rows": predictions.height, "out": out})
    elif out != STANDARD_OUTPUT and not quiet:
        wrote = ngettext("{n} prediction in {out}", "{n} predictions in {out}", predictions.height)
        show(wrote.format(n=predictions.height, out=out))


def _check_out(out: str, as_json: bool) -> None:
    """Refuse a place that cannot be written to before any work is done."""
    if out == STANDARD_OUTPUT:
        if as_json:
            raise InputError(
                _("--out - and --json would both print to standard output: choose one.")
            )
        return
    path = Path(out)
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(
            _("--out is {out!r}; it must end in {suffixes}, or be - for standard output.").format(
                out=out, suffixes=", ".join(SUFFIXES)
            )
        )
    if not path.parent.is_dir():
        raise InputError(
            _("--out is {out!r}, but there is no folder {folder}.").format(
                out=out, folder=path.parent
            )
        )


def _write(frame: "pl.DataFrame", out: str) -> None:
    """Write a table, whole or not at all."""
    if out == STANDARD_OUTPUT:
        sys.stdout.write(frame.write_csv())
        return
    path = Path(out)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with unfinished.open("wb") as file:
            if path.suffix.lower() == ".parquet":
                frame.write_parquet(file)
            else:
                frame.write_csv(file, separator="\t" if path.suffix.lower() == ".tsv" else ",")
        unfinished.replace(path)
    except OSError as error:
        raise InputError(
            _("{path}: the file cannot be written ({reason}).").format(
                path=path, reason=error.strerror
            )
        ) from None
    finally:
        unfinished.unlink(missing_ok=True)
