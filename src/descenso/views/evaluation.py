"""An evaluation as a notebook shows it."""

from typing import Any


class Evaluation(dict[str, Any]):
    """What `Run.evaluate` found: a dict that shows itself."""

    def __repr__(self) -> str:
        of = self["table"] or self["part"]
        metrics = ", ".join(
            f"{name} {'none' if value is None else format(value, '.4g')}"
            for name, value in self["metrics"].items()
        )
        return f"<Evaluation of {self['rows']} rows ({of}): {metrics}>"
