"""The options of runs, devices and output that several commands share."""

from pathlib import Path
from typing import Annotated, Any

import typer

from descenso.cli import completion
from descenso.cli.argv import not_allowed
from descenso.cli.completion import DEVICES
from descenso.i18n import N_

DEFAULT_RUNS = Path("runs")


def _known_device(context: Any, device: str | None) -> str | None:
    if device is None or device in DEVICES:
        return device
    source = context.get_parameter_source("device")
    set_before = source is not None and source.name == "ENVIRONMENT"
    raise not_allowed("DESCENSO_DEVICE" if set_before else "--device", device, DEVICES)


Json = Annotated[
    bool,
    typer.Option(
        "--json", help=N_("Print a single JSON object and nothing else."), rich_help_panel="Output"
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
        metavar=N_("FOLDER"),
        envvar="DESCENSO_RUNS",
        help=N_("Folder of the runs; by default DESCENSO_RUNS, or runs."),
        rich_help_panel="Run",
    ),
]
RunReference = Annotated[
    str,
    typer.Argument(
        metavar=N_("RUN"),
        help=N_("A run: its folder, the start of its id, or latest."),
        autocompletion=completion.runs,
        rich_help_panel="Run",
    ),
]
Data = Annotated[
    str | None,
    typer.Option(
        "--data",
        metavar=N_("FILE"),
        help=N_("The table that the run was trained on, if it has moved."),
        rich_help_panel="Data",
    ),
]
Device = Annotated[
    str | None,
    typer.Option(
        "--device",
        metavar="cpu|gpu|tpu",
        envvar="DESCENSO_DEVICE",
        help=N_("Device to compute on; by default DESCENSO_DEVICE, or the best that JAX finds."),
        rich_help_panel="Run",
        callback=_known_device,
        autocompletion=completion.devices,
    ),
]
RecipeFile = Annotated[
    Path | None,
    typer.Option(
        "--recipe",
        metavar=N_("FILE"),
        help=N_("A recipe as JSON, or the run.json of a run; options given here override it."),
        rich_help_panel="Training",
    ),
]
Page = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar=N_("FILE.html"),
        help=N_("Write the result, with its charts, as an HTML page."),
        rich_help_panel="Output",
    ),
]
Resamples = Annotated[
    str | None,
    typer.Option(
        metavar="N",
        help=N_(
            "Bootstrap resamples for the intervals; 0 for no intervals. By default 1000, or "
            "fewer for very many rows."
        ),
        rich_help_panel="Data",
    ),
]
Confidence = Annotated[
    str,
    typer.Option(
        metavar=N_("FRACTION"),
        help=N_("Confidence level of the intervals."),
        rich_help_panel="Data",
    ),
]
