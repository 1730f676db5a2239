"""`descenso inspect`: how descenso reads a table, before any training."""

import shlex
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated

from descenso.cli.options import data
from descenso.cli.options.parsing import check_tables
from descenso.cli.options.reading import takes_reading
from descenso.cli.options.recipe import read_recipe, takes_fields, validation_table
from descenso.cli.options.shared import Json
from descenso.cli.terminal.streams import show, show_json, show_lines
from descenso.data.io.options import ReadOptions
from descenso.i18n import N_
from descenso.i18n import gettext as _

HELP = N_(
    "Show how a table is read, before any training.\n\n"
    "What each column is and why, what is missing, what looks wrong and what to do about it; with "
    "--target also the problem, and which columns give the target away.\n\n"
    "Example: descenso inspect houses.csv --target price"
)


@takes_reading
@takes_fields("task", "validation", "preset")
def inspect(
    table: data.Table,
    target: Annotated[str | None, data.TARGET] = None,
    test: data.Test = "0",
    column: data.Column = None,
    drop: data.Drop = None,
    split_by: data.SplitBy = None,
    split_time: data.SplitTime = None,
    weights: data.Weights = None,
    as_json: Json = False,
    reading: ReadOptions = ReadOptions(),  # noqa: B008  (immutable)
    **texts: str | None,
) -> None:
    """Parse, look, print."""
    recipe = read_recipe(None, texts)
    keywords = data.requested(
        column, drop, test, weights=weights, split_by=split_by, split_time=split_time
    )
    check_tables(table, validation_table(recipe))

    # It brings Polars along: --help and mistakes in the arguments do not wait for it.
    from descenso.api.inspect import inspect as look
    from descenso.data.io.read import read_table
    from descenso.views.inspection import lines

    seen = look(
        read_table(table, reading),
        target,
        **keywords,
        task=recipe.task,
        preset=recipe.preset,
        validation=recipe.validation,
    ).to_dict()
    if as_json:
        show_json(seen)
        return
    show_lines(lambda width: lines(seen, width))
    if target is None:
        show()
        show(_("Name the column to predict with --target, to see how well each other predicts it."))
    elif not any(finding["severity"] == "error" for finding in seen["findings"]):
        show()
        show(_("To try next:"))
        # The training needs the same options as this inspection.
        given = {"test": None if test == "0" else test, "column": column, "drop": drop}
        given |= {"split_by": split_by, "split_time": split_time, "weights": weights}
        show(f"  {_training(table, target, given | texts | asdict(reading))}")


def _training(table: str, target: str, given: Mapping[str, str | list[str] | None]) -> str:
    """The command that trains on a table, as a person would type it."""
    words = ["descenso", "train", table, "--target", target]
    for name, values in given.items():
        for value in [values] if isinstance(values, str) else values or []:
            words += [f"--{name.replace('_', '-')}", value]
    return shlex.join(words)
