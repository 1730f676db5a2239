"""`descenso explain`: the theory, measured on a run, on a table, or on bundled data."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from descenso.cli.options.data import TARGET, Column, Drop, requested
from descenso.cli.options.parsing import check_page, check_tables, checked, compute_on
from descenso.cli.options.reading import takes_reading
from descenso.cli.options.recipe import read_recipe, takes_recipe
from descenso.cli.options.shared import DEFAULT_RUNS, Device, Json, Page, Quiet, Runs
from descenso.cli.terminal.streams import show, show_json
from descenso.cli.terminal.study import deliver, measuring
from descenso.data.io import bundled
from descenso.data.io.files import STANDARD_INPUT
from descenso.data.io.options import ReadOptions
from descenso.errors import InputError
from descenso.fields import Integer
from descenso.hints import nearest
from descenso.i18n import N_
from descenso.i18n import gettext as _
from descenso.lessons import TOPICS

HELP = N_(
    "See the theory of training at work: a topic, measured on your run, your table, or bundled "
    "data.\n\n"
    "Without a topic, list all topics.\n\n"
    "Example: descenso explain losses latest --out losses.html"
)


@takes_reading
@takes_recipe
def explain(
    topic: Annotated[
        str | None,
        typer.Argument(
            metavar=N_("TOPIC"),
            help=N_("What to explain; without it, all topics are listed."),
            autocompletion=lambda: list(TOPICS),
        ),
    ] = None,
    subject: Annotated[
        str | None,
        typer.Argument(
            metavar=N_("RUN|TABLE"),
            help=N_("A run, or a table with its --target; by default the bundled penguins."),
        ),
    ] = None,
    target: Annotated[str | None, TARGET] = None,
    column: Column = None,
    drop: Drop = None,
    epoch: Annotated[
        str | None,
        typer.Option(
            metavar="N",
            help=N_("The epoch to look at, in topics that look at one."),
            rich_help_panel="Lesson",
        ),
    ] = None,
    row: Annotated[
        list[str] | None,
        typer.Option(
            metavar="N",
            help=N_("A training row, from 0, in topics that look at rows. Can be repeated."),
            rich_help_panel="Lesson",
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
    """Parse, measure, print."""
    if topic is None:
        _list_topics(as_json)
        return
    _check_topic(topic)
    own = _of_lesson(epoch, row)
    keywords = _of_recipe(texts) | own
    keywords |= {name: given for name, given in requested(column, drop).items() if given}
    check_page(out)
    is_table = _is_table(subject, target)

    # JAX takes most of a second to import: --help and mistakes in the arguments do not wait for it.
    from descenso import lessons
    from descenso.api.run import load
    from descenso.data.io.read import read_table

    compute_on(device)
    lesson = getattr(lessons, topic.replace("-", "_"))
    _check_takes(topic, lesson, own)
    data: Any = None
    if subject is not None:
        data = read_table(subject, reading) if is_table else load(subject, runs=runs)
    with measuring(quiet) as on_progress:
        found = lesson(data, target, **keywords, on_progress=on_progress)
    deliver(found, out, as_json=as_json, quiet=quiet)


def _list_topics(as_json: bool) -> None:
    if as_json:
        show_json(
            {"topics": [{"topic": topic, "shows": _(text)} for topic, text in TOPICS.items()]}
        )
        return
    room = max(map(len, TOPICS))
    for topic, text in TOPICS.items():
        show(f"  {topic:<{room}}  {_(text)}")
    show()
    show(_("To try next:"))
    show("  descenso explain losses")
    show("  descenso explain losses latest --out losses.html")


def _check_topic(topic: str) -> None:
    if topic not in TOPICS:
        raise InputError(
            _("There is no topic {topic!r}{hint}. `descenso explain` lists them.").format(
                topic=topic, hint=nearest(topic, list(TOPICS))
            )
        )


def _of_recipe(texts: Mapping[str, str | None]) -> dict[str, Any]:
    """The fields of the recipe that are named."""
    recipe = read_recipe(None, texts)
    return {name: getattr(recipe, name) for name, text in texts.items() if text is not None}


def _of_lesson(epoch: str | None, row: Sequence[str] | None) -> dict[str, Any]:
    """The keywords of a lesson's own options."""
    keywords: dict[str, Any] = {}
    if epoch is not None:
        keywords["epoch"] = checked("epoch", Integer(), epoch)
    if row:
        keywords["rows"] = tuple(checked("row", Integer(), each) for each in row)
    return keywords


def _is_table(subject: str | None, target: str | None) -> bool:
    """Whether the subject of a lesson is a table, as opposed to a run or to nothing.

    Raises:
        InputError: it is a table without a target, or with a target and does not exist.
    """
    if subject is None:
        return False
    if target is not None:
        check_tables(subject)
        return True
    is_table = subject == STANDARD_INPUT or subject in bundled.names() or Path(subject).is_file()
    if is_table:
        raise InputError(
            _("{table} is a table: name the column to predict with --target.").format(table=subject)
        )
    return False


def _check_takes(topic: str, lesson: Callable[..., Any], keywords: Mapping[str, Any]) -> None:
    """Refuse an option that a lesson does not take."""
    known = inspect.signature(lesson).parameters
    for name in keywords:
        if name not in known:
            option = "row" if name == "rows" else name
            raise InputError(
                _("The lesson {topic} takes no --{option}.").format(topic=topic, option=option)
            )
