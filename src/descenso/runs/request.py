"""What a person requested of a training, beside the data: made once, checked once, kept whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from descenso.data.roles import Roles, check_one_split, check_roles
from descenso.data.table import Table
from descenso.fields import FRACTION, ColumnKinds, ColumnNames, checked
from descenso.recipe import Recipe, RecipeOrFields
from descenso.runs.store.run_file import RequestFile, RunFile


@dataclass(frozen=True)
class Request:
    """What a person requested, beside the data.

    Attributes:
        recipe: the fields that were named; the others are "auto".
        columns: kinds of columns by name, where they should not be inferred.
        drop: columns to leave out.
        test: the share of rows to keep for a test, in [0, 1).
        weights: how much each row counts: a column's name or an array; None where all count alike.
        split_by: the column whose equal values stay together when the rows are split.
        split_time: the column that orders the rows in time, to split by that.
        classes: all classes, sorted, where the rows need not have each; None for those of the rows.
        cross_validated: whether few rows may all be used for training, and cross-validation chooses
            the number of epochs. What compares trainings needs the same validation rows for all.
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

    def __post_init__(self) -> None:
        checked("test", FRACTION, self.test)
        check_one_split(self.split_by, self.split_time)

    @classmethod
    def of(
        cls,
        recipe: Recipe | Mapping[str, Any] | None,
        fields: Mapping[str, Any],
        columns: Mapping[str, str] | None,
        drop: Sequence[str] | str | None,
        **others: Any,
    ) -> "Request":
        """A request from keywords: a recipe, fields that override it, columns and rows.

        Raises:
            InputError: a field may not hold its value, or an argument is not allowed.
        """
        given: Recipe | None = checked("recipe", RecipeOrFields(none=True), recipe)
        return cls(
            Recipe.from_dict((given.named() if given else {}) | dict(fields)),
            checked("columns", ColumnKinds(none=True), columns) or {},
            checked("drop", ColumnNames(none=True), drop) or [],
            **others,
        )

    @classmethod
    def of_run(cls, record: RunFile) -> "Request":
        """The request that a run was trained by, from its run.json."""
        return cls(Recipe.from_dict(record.given), **record.request.model_dump())

    def stored(self, weights: str | None) -> RequestFile:
        """The request as run.json keeps it; the recipe's fields stand there by themselves.

        Args:
            weights: the column that an array of weights became.
        """
        return RequestFile(
            columns=dict(self.columns),
            drop=list(self.drop),
            test=self.test,
            weights=weights,
            split_by=self.split_by,
            split_time=self.split_time,
        )

    def with_fields(self, **fields: Any) -> "Request":
        """The same request with some fields of the recipe named."""
        return replace(self, recipe=self.recipe.replace(**fields))

    def roles(self, table: Table, target: str, weights: str | None) -> Roles:
        """The columns that weigh or split the rows, and so are no features.

        Args:
            target: the column to predict; "" without.
            weights: the column of weights, which the request may hold as an array.

        Raises:
            InputError: the table has no such column, or one has two roles.
        """
        roles = Roles(weights, self.split_by, self.split_time)
        check_roles(roles, table.title, table.names, target, self.columns)
        return roles
