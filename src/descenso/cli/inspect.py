"""`descenso inspect`: a table as it is understood before any training."""

import shlex
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated

from descenso.cli.options.data import TARGET, Column, Drop, SplitBy, SplitTime, Table, Test, Weights
from descenso.cli.options.parsing import check_table, checked, names, pairs
from descenso.cli.options.reading import takes_reading
from descenso.cli.options.recipe import read_recipe, takes_fields
from descenso.cli.options.shared import Json
from descenso.cli.terminal.streams import show, show_json, show_lines
from descenso.data.io.options import ReadOptions
from descenso.data.roles import check_one_split
from descenso.fields import Number
from descenso.i18n import N_
from descenso.i18n import gettext as _

HELP = N_(
    "Look at a table as it is understood before any training.\n\n"
    "What each column is and why, what is missing, what is suspicious and what to do about it; "
    "with --target also the problem, and which columns give the target away.\n\n"
    "Example: descenso inspect houses.csv --target price"
)


@takes_reading
@takes_fields("task", "validation", "preset")
def inspect(
    table: Table,
    target: Annotated[str | None, TARGET] = None,
    test: Test = "0",
    column: Column = None,
    drop: Drop = None,
    split_by: SplitBy = None,
    split_time: SplitTime = None,
    weights: Weights = None,
    as_json: Json = False,
    reading: ReadOptions = ReadOptions(),  # noqa: B008  (immutable)
    **texts: str | None,
) -> None:
    """Parse, look, print."""
    recipe = read_recipe(None, texts)
    share = checked("test", Number(below=1.0), test)
    kinds = pairs("column", column or [])
    check_one_split(split_by, split_time)
    check_table(table)
    if isinstance(recipe.validation, str) and not recipe.is_auto("validation"):
        check_table(recipe.validation)

    # It brings Polars along: --help and mistakes in the arguments do not wait for it.
    from descenso.api.inspect import inspect as look
    from descenso.data.io.read import read_table
    from descenso.views.inspection import lines

    seen = look(
        read_table(table, reading),
        target,
        columns=kinds,
        drop=names(drop or []),
        test=share,
        weights=weights,
        split_by=split_by,
        split_time=split_time,
        task=recipe.task,
        preset=recipe.preset,
        validation=recipe.validation,
    ).to_dict()
    if as_json:
        show_json(seen)
        return
    show_lines(lambda width: lines(seen, width))
    refused = any(finding["severity"] == "error" for finding in seen["findings"])
    if target is None:
        show()
        show(
            _(
                "Name the column to predict with --target, to see how well each other column "
                "predicts it."
            )
        )
    elif not refused:
        show()
        show(_("To try next:"))
        # What was said of the table here, a training has to be told too.
        told = {"test": None if test == "0" else test, "column": column, "drop": drop}
        told |= {"split_by": split_by, "split_time": split_time, "weights": weights}
        show(f"  {_training(table, target, told | texts | asdict(reading))}")


def _training(table: str, target: str, told: Mapping[str, str | list[str] | None]) -> str:
    """The command that trains on a table, as a person would type it."""
    words = ["descenso", "train", table, "--target", target]
    for name, values in told.items():
        for value in [values] if isinstance(values, str) else values or []:
            words += [f"--{name.replace('_', '-')}", value]
    return shlex.join(words)
