"""`descenso explain`: the theory, measured on a run, on a table, or on bundled data."""

import inspect
from pathlib import Path
from typing import Annotated, Any

import typer

from descenso.cli.options.data import TARGET, Column, Drop
from descenso.cli.options.parsing import check_page, check_table, checked, compute_on, names, pairs
from descenso.cli.options.reading import takes_reading
from descenso.cli.options.recipe import read_recipe, takes_recipe
from descenso.cli.options.shared import DEFAULT_RUNS, Device, Json, Page, Quiet, Runs
from descenso.cli.terminal.streams import show, show_json
from descenso.cli.terminal.study import deliver, measuring
from descenso.data.io import bundled
from descenso.data.io.options import ReadOptions
from descenso.errors import InputError
from descenso.fields import Integer
from descenso.hints import nearest
from descenso.i18n import N_
from descenso.i18n import gettext as _
from descenso.lessons import TOPICS

HELP = N_(
    "See the theory of training at work: a topic, measured on your run, on your table, or on "
    "bundled data.\n\n"
    "Without a topic, list them.\n\n"
    "Example: descenso explain losses latest --out losses.html"
)


@takes_reading
@takes_recipe
def explain(
    topic: Annotated[
        str | None,
        typer.Argument(
            metavar="TOPIC",
            help=N_("What to explain; without it, the topics are listed."),
            autocompletion=lambda: list(TOPICS),
        ),
    ] = None,
    subject: Annotated[
        str | None,
        typer.Argument(
            metavar="RUN|TABLE",
            help=N_("A run, or a table with its --target; without it, the bundled penguins."),
        ),
    ] = None,
    target: Annotated[str | None, TARGET] = None,
    column: Column = None,
    drop: Drop = None,
    epoch: Annotated[
        str | None,
        typer.Option(
            metavar="N",
            help=N_("The epoch to open up, where a topic looks at one."),
            rich_help_panel="Lesson",
        ),
    ] = None,
    row: Annotated[
        list[str] | None,
        typer.Option(
            metavar="N",
            help=N_("A training row to look at, from 0, where a topic looks at some."),
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
    if topic not in TOPICS:
        raise InputError(
            _("There is no topic {topic!r}{hint}. `descenso explain` lists them.").format(
                topic=topic, hint=nearest(topic, list(TOPICS))
            )
        )
    named = [name for name, text in texts.items() if text is not None]
    recipe = read_recipe(None, texts)
    fields = {name: getattr(recipe, name) for name in named}
    wishes: dict[str, Any] = {}
    if epoch is not None:
        wishes["epoch"] = checked("epoch", Integer(low=0), epoch)
    if row:
        wishes["rows"] = tuple(checked("row", Integer(low=0), each) for each in row)
    check_page(out)
    is_table = subject is not None and (
        subject == "-" or subject in bundled.names() or Path(subject).is_file()
    )
    if is_table and target is None:
        raise InputError(
            _("{table} is a table: name the column to predict with --target.").format(table=subject)
        )
    if target is not None and subject is not None and not is_table:
        check_table(subject)
        is_table = True
    given = {"columns": pairs("column", column or []), "drop": tuple(names(drop or []))}

    # JAX takes most of a second to import: --help and mistakes in the arguments do not wait for it.
    from descenso import lessons
    from descenso.api.run import load
    from descenso.data.io.read import read_table

    compute_on(device)
    function = getattr(lessons, topic.replace("-", "_"))
    _check_wishes(topic, function, wishes)
    data: Any = None
    if subject is not None:
        data = read_table(subject, reading) if is_table else load(subject, runs=runs)
    with measuring(quiet) as on_progress:
        lesson = function(
            data,
            target,
            **{name: value for name, value in given.items() if value},
            **wishes,
            **fields,
            on_progress=on_progress,
        )
    deliver(lesson, out, as_json=as_json, quiet=quiet)


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


def _check_wishes(topic: str, function: Any, wishes: dict[str, Any]) -> None:
    """Refuse an option that the topic has no use for.

    Raises:
        InputError: naming it.
    """
    known = inspect.signature(function).parameters
    for name in wishes:
        if name not in known:
            option = {"rows": "row"}.get(name, name)
            raise InputError(
                _("--{option} means nothing to the topic {topic}: leave it out.").format(
                    option=option, topic=topic
                )
            )
