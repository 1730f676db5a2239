"""Columns that say something about the rows, and so are no features: weights, groups, times."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from descenso.errors import RecipeError, TableError
from descenso.hints import hint
from descenso.i18n import gettext as _


@dataclass(frozen=True)
class Roles:
    """Which columns they are, by name; None where there is no such column.

    Attributes:
        weights: how much each row counts.
        split_by: which rows stay together when the table is split.
        split_time: which rows are earlier and which later.
    """

    weights: str | None = None
    split_by: str | None = None
    split_time: str | None = None

    @property
    def reasons(self) -> dict[str, str]:
        """Why each of them is no feature, unless a kind is given to it."""
        found = {
            self.split_by: _("groups the rows, and new rows have other values"),
            self.split_time: _("orders the rows in time, and new rows are later"),
            self.weights: _("weights the rows"),
        }
        return {name: reason for name, reason in found.items() if name is not None}


def check_one_split(split_by: Any, split_time: Any) -> None:
    """Refuse two ways to split at once, and what is no column's name.

    Raises:
        RecipeError: both are given, or one is no name.
    """
    if split_by is not None and split_time is not None:
        raise RecipeError(
            _(
                "split_by and split_time cannot be combined: a group may span both sides of a "
                "cut in time. Use one of them."
            )
        )
    for option, name in (("split_by", split_by), ("split_time", split_time)):
        if not isinstance(name, str | None):
            raise RecipeError(
                _(
                    "{option} is of type {found}; allowed: the name of a column of the table."
                ).format(option=option, found=type(name).__name__)
            )


def check_roles(
    roles: Roles, table: str, names: Collection[str], target: str, overrides: Mapping[str, str]
) -> None:
    """Refuse roles that the columns cannot play.

    Args:
        table: what to call the table.
        names: its columns.
        target: the column to predict.
        overrides: columns that the user gives a kind to, which makes features of them.

    Raises:
        TableError: there is no such column, or it is the target, or weights are a feature.
    """
    for option, name in (("split_by", roles.split_by), ("split_time", roles.split_time)):
        if name is None:
            continue
        if name not in names:
            raise TableError(
                _("{table}: {option} names {name!r}, but there is no such column. {hint}").format(
                    table=table, option=option, name=name, hint=hint(name, list(names))
                )
            )
        if name == target:
            raise TableError(
                _(
                    "{table}: {option} names {name!r}, but that is the target. Name another column."
                ).format(table=table, option=option, name=name)
            )
    if roles.weights is not None and (roles.weights == target or roles.weights in overrides):
        raise TableError(
            _(
                "{table}: the column {name!r} cannot be both the weights and the target or a "
                "feature. Choose another with --weights, or copy the column."
            ).format(table=table, name=roles.weights)
        )
