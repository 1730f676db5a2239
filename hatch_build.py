"""Compiles the message catalogues when descenso is built or installed, also in editable mode.

Translators edit `descenso.po`; Python reads `descenso.mo`, which is made here and not kept in git.
"""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueHook(BuildHookInterface[Any]):
    """Called by hatchling before it collects the files of a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 (hatchling's)
        """Compile every catalogue of the source tree in place."""
        compile_catalogues(Path(self.root) / "src/descenso/locale")


def compile_catalogues(folder: Path) -> list[Path]:
    """Write the .mo beside each .po under `folder`, and return what was written."""
    return [_compile(po) for po in sorted(folder.rglob("*.po"))]


def _compile(po: Path) -> Path:
    mo = po.with_suffix(".mo")
    with po.open("rb") as source, mo.open("wb") as compiled:
        write_mo(compiled, read_po(source))
    return mo
