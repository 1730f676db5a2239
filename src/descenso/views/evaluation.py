"""An evaluation: a dict that shows itself, at a prompt in a line and in a notebook as a page."""

from typing import Any

from descenso.views.evaluation_page import page


class Evaluation(dict[str, Any]):
    """What `Run.evaluate` found: a dict that shows itself."""

    def __repr__(self) -> str:
        of = self["table"] or self["part"]
        metrics = ", ".join(
            f"{name} {'none' if value is None else format(value, '.4g')}"
            for name, value in self["metrics"].items()
        )
        return f"<Evaluation of {self['rows']} rows ({of}): {metrics}>"

    def _repr_html_(self) -> str:
        return page(self)
