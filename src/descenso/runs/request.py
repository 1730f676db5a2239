"""What a person requested, beside the data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from descenso.fields import ColumnKinds, ColumnNames, checked
from descenso.recipe import Recipe, RecipeOrFields


@dataclass(frozen=True)
class Request:
    """What a person asked for, beside the data.

    Attributes:
        recipe: the fields that were named; the others are "auto".
        columns: kinds given to columns by name.
        drop: columns to leave out.
        test: the share of rows to keep for a test.
        weights: how much each row counts: a column's name or an array; None where all count alike.
        split_by: the column whose equal values stay together when the rows are split.
        split_time: the column that tells earlier rows from later ones, to split by that.
        classes: all that there are, sorted, where the rows need not have each; None for theirs.
        cross_validated: whether few rows may all be learnt from, where cross-validation says for
            how many epochs. What compares trainings needs rows that watch them all.
    """

    recipe: Recipe
    columns: Mapping[str, str] = field(default_factory=dict[str, str])
    drop: Sequence[str] = ()
    test: float = 0.0
    weights: Any = None
    split_by: Any = None
    split_time: Any = None
    classes: Sequence[Any] | None = None
    cross_validated: bool = False

    @classmethod
    def of(
        cls,
        recipe: Recipe | Mapping[str, Any] | None,
        fields: dict[str, Any],
        columns: Mapping[str, str] | None,
        drop: Sequence[str] | str | None,
        **others: Any,
    ) -> "Request":
        """What is asked for in keywords: a recipe, fields that override it, and the columns.

        Raises:
            InputError: a field may not hold its value, or an argument is of no use.
        """
        given: Recipe | None = checked("recipe", RecipeOrFields(none=True), recipe)
        return cls(
            Recipe.from_dict((given.named() if given else {}) | fields),
            kinds_of(columns),
            checked("drop", ColumnNames(none=True), drop) or [],
            **others,
        )


def kinds_of(columns: Any) -> dict[str, str]:
    """The kinds that a person gives to columns by name; None for none.

    Raises:
        InputError: it is something else.
    """
    return checked("columns", ColumnKinds(none=True), columns) or {}
