"""The choices before a training: how the table is read and the recipe filled in, with reasons."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from descenso.cli.terminal.streams import visible
from descenso.i18n import gettext as _
from descenso.i18n import ngettext
from descenso.recipe import FIELD_NAMES, Recipe, to_text
from descenso.views.sentences import first_names, learning, row_counts

if TYPE_CHECKING:
    # They bring Polars along, which must not delay --help.
    from descenso.data.columns.kinds import Column
    from descenso.runs.events import Prepared

MAX_LISTED_COLUMNS = 15
LABEL_WIDTH = 36

Row = tuple[str, str]


def show_choices(prepared: "Prepared", console: Console) -> None:
    """Print rows, columns and recipe, and how to override them."""
    console.print(Text(visible(learning(prepared)), style="bold"))
    console.print(_grid([(_("rows"), row_counts(prepared.rows))]))
    console.print(Text(_("Columns (override with --column NAME=KIND, --drop NAME)"), style="bold"))
    console.print(_grid(column_rows(prepared.columns)))
    console.print(Text(_("Recipe (override with --FIELD VALUE)"), style="bold"))
    for line in recipe_lines(prepared.recipe, prepared.reasons):
        console.print(Padding(Text(visible(line)), (0, 0, 0, 2)))
    for note in prepared.notes:
        console.print(visible(note))
    console.print()


def column_rows(columns: "Sequence[Column]") -> list[Row]:
    """Each column with its reason; in a wide table, one row for many columns of the same kind."""
    names: dict[str, list[str]] = {}
    for column in columns:
        names.setdefault(column.kind, []).append(column.name)
    many = {
        kind
        for kind, of_kind in names.items()
        if kind != "dropped" and len(of_kind) > MAX_LISTED_COLUMNS
    }
    listed = {kind: first_names(names[kind], MAX_LISTED_COLUMNS) for kind in names if kind in many}
    return [
        *((_kind(kind), text) for kind, text in listed.items()),
        *((column.name, _reason(column)) for column in columns if column.kind not in many),
    ]


def recipe_lines(recipe: Recipe, reasons: Mapping[str, str]) -> list[str]:
    """The fields of a recipe and their values, a line for each reason that fields share."""
    fields: dict[str, list[str]] = {}
    for name in FIELD_NAMES:
        value = f"{name} {to_text(getattr(recipe, name))}"
        if name in reasons:
            fields.setdefault(reasons[name], []).append(value)
        elif name != "preset":
            fields.setdefault(_("as requested"), []).append(value)
    return [f"{' · '.join(values)} ({reason})" for reason, values in fields.items()]


def _reason(column: "Column") -> str:
    reason = column.reason
    if column.kind == "dropped":
        return _("dropped: {reason}").format(reason=reason)
    if column.missing:
        missing = ngettext("{n} value missing", "{n} values missing", column.missing)
        reason = f"{reason}; {missing.format(n=column.missing)}"
    return reason


def _kind(kind: str) -> str:
    return {
        "number": _("numbers"),
        "category": _("categories"),
        "boolean": _("true or false"),
        "date": _("dates"),
    }[kind]


def _grid(rows: Sequence[Row]) -> Padding:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="cyan", max_width=LABEL_WIDTH)
    grid.add_column()
    for label, text in rows:
        grid.add_row(Text(visible(label)), Text(visible(text)))
    return Padding(grid, (0, 0, 0, 2))
