"""The options that several commands take, those of the recipe, and how their texts are read."""

import csv
import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast

import typer

from descenso import datasets
from descenso.cli import completion
from descenso.cli.arguments import not_allowed
from descenso.cli.completion import DEVICES
from descenso.data.files import STANDARD_INPUT, matching
from descenso.dialects import in_our_words
from descenso.errors import InputError, RecipeError
from descenso.messages import N_
from descenso.messages import gettext as _
from descenso.recipe import (
    AUTO,
    KINDS,
    RANGE_TEST,
    ClassWeight,
    Flag,
    Kind,
    Real,
    Recipe,
    Unfit,
    Whole,
    Widths,
    parse,
)


def _known_device(context: Any, device: str | None) -> str | None:
    if device is None or device in DEVICES:
        return device
    source = context.get_parameter_source("device")
    set_before = source is not None and source.name == "ENVIRONMENT"
    raise not_allowed("DESCENSO_DEVICE" if set_before else "--device", device, DEVICES)


Json = Annotated[
    bool,
    typer.Option(
        "--json", help=N_("Print one JSON object and nothing else."), rich_help_panel="Output"
    ),
]
Quiet = Annotated[
    bool,
    typer.Option("--quiet", help=N_("Print only the result."), rich_help_panel="Output"),
]
Runs = Annotated[
    Path,
    typer.Option(
        "--runs",
        metavar="FOLDER",
        envvar="DESCENSO_RUNS",
        help=N_("The folder that holds the runs; else DESCENSO_RUNS, or runs."),
        rich_help_panel="Run",
    ),
]
RunReference = Annotated[
    str,
    typer.Argument(
        metavar="RUN",
        help=N_("A run: its folder, the beginning of its id, or latest."),
        autocompletion=completion.runs,
        rich_help_panel="Run",
    ),
]
Data = Annotated[
    str | None,
    typer.Option(
        "--data",
        metavar="FILE",
        help=N_("The table that the run was trained on, where it has moved since."),
        rich_help_panel="Data",
    ),
]
Device = Annotated[
    str | None,
    typer.Option(
        "--device",
        metavar="cpu|gpu|tpu",
        envvar="DESCENSO_DEVICE",
        help=N_("Where to compute; else DESCENSO_DEVICE, or the best that JAX finds."),
        rich_help_panel="Run",
        callback=_known_device,
        autocompletion=completion.devices,
    ),
]
RecipeFile = Annotated[
    Path | None,
    typer.Option(
        "--recipe",
        metavar="FILE",
        help=N_("A recipe as JSON, or the run.json of a run; options named here override it."),
        rich_help_panel="Training",
    ),
]
Page = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE.html",
        help=N_("Write what was found with its charts as a page."),
        rich_help_panel="Output",
    ),
]
Resamples = Annotated[
    str | None,
    typer.Option(
        metavar="N",
        help=N_(
            "How often to draw the rows anew for the intervals; 0 for none; else 1000, or "
            "fewer where rows are very many."
        ),
        rich_help_panel="Data",
    ),
]
Confidence = Annotated[
    str,
    typer.Option(
        metavar="FRACTION",
        help=N_("The share of the resamples that an interval spans."),
        rich_help_panel="Data",
    ),
]
DEFAULT_RUNS = Path("runs")
PAGES = (".html", ".htm")

# Where each field of the recipe stands on the page of `train --help`.
FIELDS_BY_GROUP: dict[str, tuple[str, ...]] = {
    "Data": ("validation", "scale_features", "scale_target"),
    "Network": (
        "task",
        "hidden_layers",
        "activation",
        "output_activation",
        "loss",
        "allow_mismatch",
        "normalization",
        "init",
        "init_scale",
    ),
    "Training": (
        "preset",
        "optimizer",
        "learning_rate",
        "momentum",
        "schedule",
        "batch_size",
        "epochs",
        "shuffle",
        "patience",
        "seed",
    ),
    "Regularisation": ("dropout", "weight_decay", "clip_norm", "class_weight"),
}

METAVARS: dict[type[Kind], str] = {
    Whole: "N",
    Real: "NUMBER",
    Widths: "N,N,…",
    ClassWeight: "WEIGHTS",
    Flag: "true|false",
}

Function = TypeVar("Function", bound=Callable[..., None])


def takes_recipe(command: Function) -> Function:
    """Give a command one option for each field of the recipe, in the place of its `**texts`."""
    return takes_fields(*KINDS)(command)


def takes_fields(*names: str) -> Callable[[Function], Function]:
    """Give a command options for some fields of the recipe, in the place of its `**texts`."""

    def with_options(command: Function) -> Function:
        signature = inspect.signature(command)
        own = [
            parameter
            for parameter in signature.parameters.values()
            if parameter.kind is not inspect.Parameter.VAR_KEYWORD
        ]
        fields = [
            _field(name, group)
            for group, of_group in FIELDS_BY_GROUP.items()
            for name in of_group
            if name in names
        ]
        command.__signature__ = signature.replace(parameters=[*own, *fields])  # pyright: ignore[reportFunctionMemberAccess]
        return command

    return with_options


def read_recipe(file: Path | None, texts: Mapping[str, str | None]) -> Recipe:
    """The recipe of a file, with those fields that the command line names in their place.

    Args:
        file: a recipe as JSON, or a run.json; None for no file.
        texts: the words of each option; None where it was not given.

    Raises:
        RecipeError: the file holds no recipe, or a field may not hold its value.
    """
    written = {} if file is None else _read_recipe_file(file)
    named = {name: parse(name, text) for name, text in texts.items() if text is not None}
    # Who names it wants it found; the usual rate is what comes without.
    if named.get("learning_rate") == AUTO:
        named["learning_rate"] = RANGE_TEST
    return Recipe.from_dict({**written, **named})


def checked(option: str, kind: Kind, text: str) -> Any:
    """The value that an option's text spells.

    Raises:
        InputError: the option may not hold it.
    """
    try:
        return kind.check(kind.parse(text))
    except Unfit:
        raise InputError(
            _("--{option} is {found!r}; allowed: {allowed}.").format(
                option=option, found=text, allowed=kind.allowed()
            )
        ) from None


def pairs(option: str, texts: Sequence[str]) -> dict[str, str]:
    """What options such as `--column age=category` say.

    Raises:
        InputError: one has no equals sign.
    """
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.rpartition("=")
        if not equals or not name:
            raise InputError(
                _("--{option} is {found!r}; write NAME=KIND, such as age=category.").format(
                    option=option, found=text
                )
            )
        found[name] = value
    return found


def names(texts: Sequence[str]) -> list[str]:
    """The names in `--drop a --drop b,c`; one that has a comma in it stands in double quotes."""
    return [name for row in csv.reader(texts, skipinitialspace=True) for name in row]


def compute_on(device: str | None) -> None:
    """Use a device for all that follows; None leaves the choice to JAX.

    Raises:
        InputError: there is none here.
    """
    if device is not None:
        # JAX takes most of a second to import: mistakes in the arguments do not wait for it.
        from descenso.runtime import use_device

        use_device(device)


def check_table(table: str) -> None:
    """Say at once that a table is not there, before anything heavy is imported.

    Raises:
        TableError: there is no such file or bundled table.
    """
    files_of(table)


def files_of(table: str) -> list[Path]:
    """The files that a table's rows come from; none for a bundled one and standard input.

    Raises:
        TableError: there is no such file or bundled table.
    """
    if table == STANDARD_INPUT or table in datasets.names():
        return []
    return matching(table)


def check_page(out: Path | None) -> None:
    """Refuse a place where no page can be written before any work is done; None is none at all.

    Raises:
        InputError: naming it.
    """
    if out is None:
        return
    if out.suffix.lower() not in PAGES:
        raise InputError(
            _("--out is {out!r}, but what is written is a page: it must end in {suffixes}.").format(
                out=str(out), suffixes=", ".join(PAGES)
            )
        )
    check_place(str(out))


def check_place(out: str) -> None:
    """Refuse a file that cannot be written there before any work is done.

    Raises:
        InputError: there is no such folder, or the file is one.
    """
    folder = Path(out).parent
    if not folder.is_dir():
        raise InputError(
            _("--out is {out!r}, but there is no folder {folder}.").format(out=out, folder=folder)
        )
    if Path(out).is_dir():
        raise InputError(_("--out is {out!r}, but that is a folder.").format(out=out))


def _field(name: str, group: str) -> inspect.Parameter:
    spelled = name.replace("_", "-")
    option = typer.Option(
        f"--{spelled}",
        # Only for the list of nearest words: arguments.py has spelled it out by then.
        *([f"--no-{spelled}"] if isinstance(KINDS[name], Flag) else []),
        metavar=METAVARS.get(type(KINDS[name]), "WORD"),
        autocompletion=completion.words_of(name),
        rich_help_panel=group,
    )
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[str | None, option],
    )


def _read_recipe_file(file: Path) -> dict[str, Any]:
    try:
        # Some editors write a mark of the encoding before the text.
        content = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise RecipeError(
            _("{file}: the recipe cannot be read ({reason}).").format(
                file=file, reason=error.strerror
            )
        ) from None
    except (ValueError, RecursionError) as error:
        raise RecipeError(
            _("{file}: this is not a JSON file ({reason}).").format(file=file, reason=error)
        ) from None
    recipe: Any = content
    if isinstance(recipe, dict) and "recipe" in recipe:
        # A run.json holds its recipe beside other things.
        recipe = recipe["recipe"]
    if not isinstance(recipe, dict):
        raise RecipeError(
            _("{file}: a recipe is a JSON object of fields and values.").format(file=file)
        )
    try:
        fields = in_our_words(cast("dict[str, Any]", recipe))
        Recipe.from_dict(fields)
    except RecipeError as error:
        raise RecipeError(f"{file}: {error}") from None
    return fields
