"""Shell completion of values: the words of the recipe, devices, and existing runs.

typer completes options and commands, and the shell completes files. No completion waits for a heavy
import, so the folder of runs is only listed and no run is read.
"""

from collections.abc import Callable
from pathlib import Path

import typer

from descenso.fields import Boolean
from descenso.recipe import AUTO, FIELD_TYPES, NONE

DEVICES = ("cpu", "gpu", "tpu")
LATEST = "latest"


def words_of(name: str) -> Callable[[str], list[str]]:
    """The completion of a field of the recipe, from the words that it allows."""
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
    """The completion of a device."""
    return [word for word in DEVICES if word.startswith(incomplete)]


def runs(ctx: typer.Context, incomplete: str) -> list[str]:
    """The completion of a run: latest, the folders of runs, the newest first, or an id."""
    folder = Path(ctx.params.get("runs") or ctx.params.get("folder") or "runs")
    names = sorted((path.parent.name for path in folder.glob("*/run.json")), reverse=True)
    # With nothing typed yet, offer each run only once.
    ids = [name.rsplit("-", 1)[-1] for name in names] if incomplete else []
    return [name for name in (LATEST, *names, *ids) if name.startswith(incomplete)]
