"""The options that say what a table's columns and rows are for: of `train` and `inspect`."""

from typing import Annotated, Any

import typer

from descenso.i18n import N_

Table = Annotated[
    str,
    typer.Argument(
        metavar="TABLE",
        help=N_(
            "An example in each row: CSV or other text (also .gz), Parquet, Arrow, JSON Lines, "
            "Excel, .npz; a pattern of files; - for standard input; or a bundled table."
        ),
        rich_help_panel="Data",
    ),
]
# The commands differ in whether it has to be named.
TARGET: Any = typer.Option(
    metavar="COLUMN", help=N_("The column to predict."), rich_help_panel="Data"
)
Test = Annotated[
    str,
    typer.Option(
        metavar="FRACTION",
        help=N_("The share of rows that training never sees, for a last test."),
        rich_help_panel="Data",
    ),
]
Column = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=KIND",
        help=N_("What a column is: number, category, boolean or date. May stand repeatedly."),
        rich_help_panel="Data",
    ),
]
Drop = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME,…",
        help=N_("Columns to leave out. May stand repeatedly."),
        rich_help_panel="Data",
    ),
]
SplitBy = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN",
        help=N_("Rows with the same value here stay together in validation and test."),
        rich_help_panel="Data",
    ),
]
SplitTime = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN",
        help=N_("Train on the rows that are earliest by this, validate on later, test on last."),
        rich_help_panel="Data",
    ),
]
Weights = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN",
        help=N_("The column that says how much each row counts; 0 leaves a row out."),
        rich_help_panel="Data",
    ),
]
