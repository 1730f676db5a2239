"""`descenso diagnose`: whether a training is healthy; if not, why, proved by training again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from descenso.cli.options.data import TARGET, Column, Drop, requested
from descenso.cli.options.parsing import check_page, check_tables, checked, compute_on
from descenso.cli.options.reading import takes_reading
from descenso.cli.options.recipe import read_recipe, takes_recipe
from descenso.cli.options.shared import DEFAULT_RUNS, Device, Json, Page, Quiet, RecipeFile, Runs
from descenso.cli.terminal.streams import say, show
from descenso.cli.terminal.study import deliver, measuring
from descenso.data.io.options import ReadOptions
from descenso.errors import InputError
from descenso.fields import BUDGET, ROUNDS
from descenso.i18n import N_
from descenso.i18n import gettext as _

if TYPE_CHECKING:
    # They bring JAX along, which must not delay --help.
    from descenso.api.diagnose import Repair
    from descenso.api.run import Run
    from descenso.views.diagnosis import Diagnosis

HELP = N_(
    "Find out whether a training is healthy; if not, why, and which change repairs it.\n\n"
    "Each suspected cause is tried: the training is repeated with only that change and judged on "
    "held-out rows. Without a run, a recipe is trained on --data and examined.\n\n"
    "Example: descenso diagnose latest"
)


@takes_reading
@takes_recipe
def diagnose(
    run: Annotated[
        str | None,
        typer.Argument(
            metavar=N_("RUN"),
            help=N_("A run: its folder, the start of its id, or latest."),
            rich_help_panel="Run",
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            "--data",
            metavar=N_("TABLE"),
            help=N_("A table to train on and examine; or the table of the run, if it has moved."),
            rich_help_panel="Data",
        ),
    ] = None,
    target: Annotated[str | None, TARGET] = None,
    column: Column = None,
    drop: Drop = None,
    recipe: RecipeFile = None,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick",
            help=N_("Look only at the symptoms: nothing is trained again, and nothing is proved."),
            rich_help_panel="Training",
        ),
    ] = False,
    apply: Annotated[
        bool,
        typer.Option(
            "--apply",
            help=N_(
                "Train the repaired recipe as a new run, which records the run it repairs; then "
                "repair that one, until a run is healthy."
            ),
            rich_help_panel="Run",
        ),
    ] = False,
    rounds: Annotated[
        str,
        typer.Option(
            metavar="N",
            help=N_("Repairs that --apply makes at the most, one after the other."),
            rich_help_panel="Run",
        ),
    ] = "5",
    budget: Annotated[
        str | None,
        typer.Option(
            metavar=N_("SECONDS"),
            help=N_(
                "Time for trials; by default three times as long as the training took, and ten "
                "seconds at the least."
            ),
            rich_help_panel="Training",
        ),
    ] = None,
    out: Page = None,
    runs: Runs = DEFAULT_RUNS,
    device: Device = None,
    as_json: Json = False,
    quiet: Quiet = False,
    reading: ReadOptions = ReadOptions(),  # noqa: B008  (immutable)
    **texts: str | None,
) -> None:
    """Parse, examine, print."""
    settings = read_recipe(recipe, texts)
    described = target is not None or recipe is not None or column or drop or any(texts.values())
    _check_subject(run, data, target, described=bool(described), apply=apply)
    keywords = requested(column, drop)
    number_of_rounds = checked("rounds", ROUNDS, rounds)
    seconds = None if budget is None else checked("budget", BUDGET, budget)
    check_tables(data)
    check_page(out)

    # JAX takes most of a second to import: --help and mistakes in the arguments do not wait for it.
    from descenso.api.diagnose import diagnose as examine
    from descenso.api.run import load
    from descenso.data.io.read import read_table

    compute_on(device)
    loaded = None if run is None else load(run, runs=runs)
    with measuring(quiet) as on_progress:
        if loaded is not None:
            found = loaded.diagnose(quick=quick, budget=seconds, data=data, on_progress=on_progress)
        else:
            assert data is not None
            table = read_table(data, reading)
            found = examine(
                table,
                target,
                recipe=settings,
                quick=quick,
                budget=seconds,
                on_progress=on_progress,
                **keywords,
            )
    more: dict[str, Any] = {}
    if loaded is not None and apply and as_json:
        # JSON is one object, which holds the repairs too.
        made = _repaired(loaded, found, runs, data, number_of_rounds, quick, seconds, quiet=True)
        more = {"repairs": [each.to_dict() for each in made]}
    deliver(found, out, as_json=as_json, quiet=quiet, more=more)
    if loaded is None or as_json:
        return
    if apply:
        _repaired(loaded, found, runs, data, number_of_rounds, quick, seconds, quiet=quiet)
    elif not quiet and found.diagnoses and found.diagnoses[0].change is not None:
        show()
        show(_("To try next:"))
        show(f"  descenso diagnose {run} --apply")


def _check_subject(
    run: str | None, data: str | None, target: str | None, *, described: bool, apply: bool
) -> None:
    """Refuse what is neither a run nor a table with its target, and what is both.

    Args:
        described: whether a target, columns or fields of the recipe are given.
    """
    if run is None and (data is None or target is None):
        raise InputError(
            _("Name a run, such as latest; or a table and its column, with --data and --target.")
        )
    if run is not None and described:
        raise InputError(
            _("A run already has its target, columns and recipe: give only the run and --data.")
        )
    if run is None and apply:
        raise InputError(_("--apply repairs a run: train it first, with descenso train."))


def _repaired(
    run: "Run",
    found: "Diagnosis",
    runs: Path,
    data: str | None,
    rounds: int,
    quick: bool,
    budget: float | None,
    *,
    quiet: bool,
) -> "list[Repair]":
    """Train repaired recipes as new runs, and say of each what became of it."""
    # It brings JAX along, which must not delay --help.
    from descenso.api.diagnose import repairs

    if not found.diagnoses:
        say(_("There is nothing to repair."))
        return []
    made: list[Repair] = []
    with measuring(quiet) as on_progress:
        for each in repairs(
            run,
            found,
            rounds=rounds,
            runs=runs,
            data=data,
            quick=quick,
            budget=budget,
            on_progress=on_progress,
        ):
            made.append(each)
            _say_repair(len(made), each)
    return made


def _say_repair(number: int, made: "Repair") -> None:
    from descenso.views.diagnosis import change_words, data_change_sentence
    from descenso.views.sentences import headlines

    words = made.data_change or ""
    remedy = change_words(made.change) if made.change else data_change_sentence(words)
    say(_("Repair {n} ({cause}): {remedy}").format(n=number, cause=made.cause, remedy=remedy))
    for line in headlines(made.run.metrics):
        say(f"  {line}")
    say(_("The repaired run is in {path}").format(path=made.run.path))
    if not made.kept:
        say(_("It does worse than the run before it, which stays the one to use."))
    elif made.diagnosis is not None and made.diagnosis.verdict == "healthy":
        say(_("It is healthy."))
