"""The options that say what a table's columns and rows are for, and what they spell."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from descenso.cli.options.parsing import checked, names, pairs
from descenso.data.roles import check_one_split
from descenso.fields import FRACTION
from descenso.i18n import N_

Table = Annotated[
    str,
    typer.Argument(
        metavar=N_("TABLE"),
        help=N_(
            "An example in each row: CSV or other text (also .gz), Parquet, Arrow, JSON Lines, "
            "Excel, .npz; a pattern of files; - for standard input; or a bundled table."
        ),
        rich_help_panel="Data",
    ),
]
# A bare option, since the commands differ in whether it is required.
TARGET: Any = typer.Option(
    metavar=N_("COLUMN"), help=N_("The column to predict."), rich_help_panel="Data"
)
Test = Annotated[
    str,
    typer.Option(
        metavar=N_("FRACTION"),
        help=N_("Share of rows to hold out for a final test."),
        rich_help_panel="Data",
    ),
]
Column = Annotated[
    list[str] | None,
    typer.Option(
        metavar=N_("NAME=KIND"),
        help=N_("Treat a column as number, category, boolean or date. Can be repeated."),
        rich_help_panel="Data",
    ),
]
Drop = Annotated[
    list[str] | None,
    typer.Option(
        metavar=N_("NAME,…"),
        help=N_("Columns to leave out. Can be repeated."),
        rich_help_panel="Data",
    ),
]
SplitBy = Annotated[
    str | None,
    typer.Option(
        metavar=N_("COLUMN"),
        help=N_("Keep rows with the same value in this column in the same part of the split."),
        rich_help_panel="Data",
    ),
]
SplitTime = Annotated[
    str | None,
    typer.Option(
        metavar=N_("COLUMN"),
        help=N_("Split by time: train on the rows earliest in this column, test on the latest."),
        rich_help_panel="Data",
    ),
]
Weights = Annotated[
    str | None,
    typer.Option(
        metavar=N_("COLUMN"),
        help=N_("A column with the weight of each row; 0 leaves a row out."),
        rich_help_panel="Data",
    ),
]


def requested(
    column: Sequence[str] | None, drop: Sequence[str] | None, test: str | None = None, **roles: Any
) -> dict[str, Any]:
    """What these options spell, as the keywords of `descenso.train`, `sweep` and `inspect`.

    Args:
        test: None where a command has no such option.
        **roles: weights, split_by and split_time, which are names already.

    Raises:
        InputError: an option may not hold its text, or two of them exclude each other.
    """
    check_one_split(roles.get("split_by"), roles.get("split_time"))
    share = {} if test is None else {"test": checked("test", FRACTION, test)}
    return {"columns": pairs("column", column or ()), "drop": names(drop or ()), **share, **roles}
