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
        rows = "1 row" if self["rows"] == 1 else f"{self['rows']} rows"
        return f"<Evaluation of {rows} ({of}): {metrics}>"

    def _repr_html_(self) -> str:
        return page(self)
