"""Which rows of a table train, validate and test: the same for a training and for its preview."""

from dataclasses import dataclass
from typing import Any

from descenso.data.encoding.row_weights import weight_notes, without_zero_weights
from descenso.data.encoding.target import infer_task, rows_with_target
from descenso.data.io.read import read_with_target
from descenso.data.roles import Roles
from descenso.data.splits import Split, left_out_notes, split_rows
from descenso.data.table import RowNumbers, Table
from descenso.i18n import gettext as _
from descenso.presets import Facts, Reasons, resolve_split, uses_cross_validation
from descenso.recipe import Recipe
from descenso.runs.request import Request


@dataclass(frozen=True)
class SplitPlan:
    """The rows of each part, and what had to be known to choose them.

    Attributes:
        recipe: with its seed and its validation answered; `reasons` says why.
        facts: what the other fields of the recipe depend on.
        roles: the columns that weigh or split the rows.
        known: the rows with a target; `usable`: those of them that count.
        split: the rows of each part.
        validation_table: the table of the validation rows, where it is another.
        validation_rows: how many validation rows there are, in either table.
        cross_validated: whether cross-validation chooses the number of epochs.
        notes: how rows are counted and split, a sentence each.
        warnings: what a person should know, a sentence each.
    """

    recipe: Recipe
    reasons: Reasons
    facts: Facts
    roles: Roles
    known: RowNumbers
    usable: RowNumbers
    split: Split
    validation_table: Table | None
    validation_rows: int
    cross_validated: bool
    notes: list[str]
    warnings: list[str]


def plan_split(
    table: Table,
    target: str,
    request: Request,
    weights: str | None,
    *,
    task: tuple[str, str] | None = None,
    may_cross_validate: bool = True,
) -> SplitPlan:
    """Choose the rows of each part.

    Args:
        weights: the column that says how much each row counts; None where all count alike.
        task: the task and its reason, where they are known; None to infer them.
        may_cross_validate: whether cross-validation may choose the number of epochs.

    Raises:
        InputError: the rows cannot be split as requested.
    """
    roles = request.roles(table, target, weights)
    column, known = table.column(target), rows_with_target(table, target)
    usable = without_zero_weights(table, weights, known)
    cross_validated = (
        may_cross_validate
        and request.cross_validated
        and uses_cross_validation(request.recipe, roles, len(usable), request.test)
    )
    recipe, reasons = resolve_split(request.recipe, cross_validated=cross_validated)
    validation_table = None
    if not isinstance(recipe.validation, float):
        validation_table = _read_validation(recipe.validation, target, table)
    if task is None:
        task = (
            infer_task(column.gather(usable), target, target in table.categories)
            if recipe.is_auto("task")
            else (recipe.task, "")
        )
    split = split_rows(
        column,
        task[0],
        usable,
        validation=recipe.validation if isinstance(recipe.validation, float) else 0.0,
        test=request.test,
        seed=recipe.seed,
        groups=None if roles.split_by is None else table.column(roles.split_by),
        times=None if roles.split_time is None else table.column(roles.split_time),
    )
    notes = weight_notes(table, weights, usable, len(known) - len(usable))
    validation_rows = len(split.validation)
    if validation_table is not None:
        rows = without_zero_weights(
            validation_table, weights, rows_with_target(validation_table, target)
        )
        validation_rows = len(rows)
        if weights not in validation_table.names:
            notes += weight_notes(validation_table, weights, rows, 0)
    return SplitPlan(
        recipe=recipe,
        reasons=reasons,
        facts=Facts(*task, len(split.train), validation_table is not None or validation_rows > 0),
        roles=roles,
        known=known,
        usable=usable,
        split=split,
        validation_table=validation_table,
        validation_rows=validation_rows,
        cross_validated=cross_validated,
        notes=[*notes, *split.notes],
        warnings=[*left_out_notes(table.height - len(known), target), *split.warnings],
    )


def _read_validation(validation: Any, target: str, table: Table) -> Table:
    """The table of the validation rows, read as the training's table was."""
    like = table.source.options if table.source else {}
    return read_with_target(validation, target, like=like, called=_("the validation data"))[0]
