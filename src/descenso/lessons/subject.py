"""What a lesson is measured on: a run, a table of the user's, or bundled data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, runtime_checkable

from descenso.data.encoding import Encoder
from descenso.data.target import Target
from descenso.errors import RecipeError
from descenso.events import Advanced, Event
from descenso.experiment import Examples, Experiment
from descenso.messages import gettext as _
from descenso.preparation import Preparation, Request, prepare
from descenso.recipe import Recipe
from descenso.runtime import set_up
from descenso.trained import Trained, train_prepared

BUNDLED = "penguins"
CLASSES, NUMBER = "species", "body_mass_g"  # its targets

# Hears what is being measured now, and how much of it is done, from 0 to 1; None where unknown.
Tell = Callable[[str, float | None], None]


def silent(_what: str, _done: float | None = None) -> None:
    """Hear nothing."""


@runtime_checkable
class HasTrained(Protocol):
    """A run."""

    def trained(self) -> Trained:
        """It, as a lesson looks at it."""
        ...


@dataclass(frozen=True)
class Subject:
    """A table with a recipe, trained once somebody asks for it, or a run.

    Attributes:
        name: what it is, in words.
        source: a training that has ended, or what it takes to train.
        tell: hears what is being measured.
    """

    name: str
    source: Trained | Preparation
    tell: Tell = field(default=silent, repr=False)

    @property
    def experiment(self) -> Experiment:
        """Recipe, task and encoded rows."""
        return self.source.experiment

    @property
    def encoder(self) -> Encoder:
        """How columns became numbers."""
        return self.source.encoder

    @property
    def target(self) -> Target:
        """How the target became numbers."""
        return self.source.target

    @property
    def test(self) -> Examples | None:
        """The rows kept for a test; None without."""
        return self.source.test

    @cached_property
    def trained(self) -> Trained:
        """The training: the run's, or one that is made now."""
        if isinstance(self.source, Trained):
            return self.source
        return train_prepared(self.name, self.source, self._hear)

    def _hear(self, event: Event) -> None:
        if isinstance(event, Advanced):
            self.tell(_("Training a network"), event.epoch / max(event.epochs, 1))


def checked_rows(rows: Sequence[int], experiment: Experiment) -> list[int]:
    """Numbers of training rows, from 0.

    Raises:
        RecipeError: there is no such row.
    """
    last = len(experiment.training) - 1
    for row in rows:
        if not 0 <= row <= last:
            raise RecipeError(
                _("row is {found}; allowed: a whole number from 0 to {last}.").format(
                    found=row, last=last
                )
            )
    return list(rows)


def subject(
    data: Any = None,
    target: str | None = None,
    *,
    bundled_target: str = CLASSES,
    columns: dict[str, str] | None = None,
    drop: tuple[str, ...] = (),
    tell: Tell = silent,
    **fields: Any,
) -> Subject:
    """What to measure a lesson on.

    Args:
        data: a run, or a table as `descenso.train` takes it; None for the bundled penguins.
        target: the column to predict, where `data` is a table.
        bundled_target: that of the bundled table, if neither is named.
        columns: kinds of columns, as in `descenso.train`.
        drop: columns to leave out.
        tell: hears what is being measured.
        **fields: of the recipe; the preset is `lecture` where it is not named.

    Raises:
        InputError: the data or the recipe cannot be used, or a run is given with a recipe.
    """
    set_up()
    if isinstance(data, Trained | HasTrained):
        if fields or columns or drop or target is not None:
            named = ", ".join(sorted([*fields, *(["target"] if target is not None else [])]))
            raise RecipeError(
                _(
                    "A run has its target and its recipe already ({named} cannot be changed). To "
                    "choose others, name the table instead of the run."
                ).format(named=named or "columns")
            )
        trained = data if isinstance(data, Trained) else data.trained()
        return Subject(trained.name, trained, tell)
    if data is None:
        data, target = BUNDLED, target or bundled_target
    recipe = Recipe.from_dict({"preset": "lecture", **fields})
    prepared = prepare(data, target, Request(recipe, columns or {}, list(drop)))
    name = _("{table}, {target} ({task})").format(
        table=prepared.table.title, target=prepared.target.name, task=prepared.target.task
    )
    return Subject(name, prepared, tell)
