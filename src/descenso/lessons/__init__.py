"""The lessons: each measures one topic of the theory on a run, a table or bundled data.

A lesson is a function of this module, such as `descenso.lessons.losses()`. Every lesson takes

- `data` and `target`: a run, or a table and the column to predict, as `descenso.train` takes them;
  without them the lesson is measured on the bundled penguins;
- fields of the recipe, such as `epochs=50`; and `columns`, `drop` and `on_progress`, as
  `descenso.lessons.subject.subject` describes them;

raises `InputError` where these cannot be used, and returns a `Lesson`: sentences, `.table` and
`.chart`.

To add a lesson, add one file to `topics`: a function of the file's name, and two lines,

    PLACE = 14
    SUMMARY = N_("what it shows, for the list of lessons")

where PLACE is its position in the order in which to read them.
"""

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from descenso.lessons.lesson import Lesson

_DECLARATION = re.compile(r'^PLACE = (\d+)\nSUMMARY = N_\("(.+)"\)$', re.MULTILINE)


def _declared() -> dict[str, str]:
    """Each topic and its summary, in reading order.

    The declarations are read from the source, because importing a lesson would import JAX, which
    `descenso explain` and its completion must not wait for.
    """
    found: list[tuple[int, str, str]] = []
    for file in (Path(__file__).parent / "topics").glob("[!_]*.py"):
        declaration = _DECLARATION.search(file.read_text(encoding="utf-8"))
        if declaration is None:
            raise TypeError(f"{file}: a lesson declares PLACE and, in the line below, SUMMARY")
        found.append((int(declaration[1]), file.stem.replace("_", "-"), declaration[2]))
    return {topic: summary for _place, topic, summary in sorted(found)}


# Each topic as the command line names it, and what it shows, in English: see `N_`.
TOPICS: dict[str, str] = _declared()


def __getattr__(name: str) -> "Callable[..., Lesson]":
    if name.replace("_", "-") in TOPICS:
        return getattr(import_module(f"descenso.lessons.topics.{name}"), name)
    raise AttributeError(f"module 'descenso.lessons' has no attribute {name!r}")


def __dir__() -> list[str]:
    return ["TOPICS", *(topic.replace("-", "_") for topic in TOPICS)]
