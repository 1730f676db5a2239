"""Real tables that come with descenso; README.md beside this file names sources and licences."""

from pathlib import Path

_FOLDER = Path(__file__).parent / "bundled"


def names() -> tuple[str, ...]:
    """The bundled tables, by the name that `read` knows them by."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.csv")))


def path(name: str) -> Path:
    """The CSV file of a bundled table.

    Raises:
        KeyError: no table of that name is bundled; see `names`.
    """
    if name not in names():
        raise KeyError(name)
    return _FOLDER / f"{name}.csv"
