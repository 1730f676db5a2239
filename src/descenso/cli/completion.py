"""What a shell offers where a person presses Tab: the words of the recipe, and the runs there are.

Options and commands are offered by typer itself, and files by the shell. None of it may wait for a
heavy import, so the folder of runs is only listed and no run is read.
"""

from collections.abc import Callable
from pathlib import Path

import typer

from descenso.fields import Boolean
from descenso.recipe import AUTO, FIELD_TYPES, NONE

DEVICES = ("cpu", "gpu", "tpu")
LATEST = "latest"


def words_of(name: str) -> Callable[[str], list[str]]:
    """What completes a value of a field of the recipe: the words that it may hold."""
    field_type = FIELD_TYPES[name]
    words = (
        *(
            ("true", "false")
            if isinstance(field_type, Boolean)
            else getattr(field_type, "words", ())
        ),
        *((NONE,) if field_type.none else ()),
        *((AUTO,) if name != "preset" else ()),
    )

    def complete(incomplete: str) -> list[str]:
        return [word for word in words if word.startswith(incomplete)]

    return complete


def devices(incomplete: str) -> list[str]:
    """What completes a device."""
    return [word for word in DEVICES if word.startswith(incomplete)]


def runs(ctx: typer.Context, incomplete: str) -> list[str]:
    """What completes a run: latest, the names in the folder of runs, the newest first; or an id."""
    folder = Path(ctx.params.get("runs") or ctx.params.get("folder") or "runs")
    there = sorted((path.parent.name for path in folder.glob("*/run.json")), reverse=True)
    # Each run once, where nothing is typed yet.
    ids = [name.rsplit("-", 1)[-1] for name in there] if incomplete else []
    return [name for name in (LATEST, *there, *ids) if name.startswith(incomplete)]
