"""Runs side by side, as a terminal, a page, a notebook and JSON show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import polars as pl

from descenso.i18n import gettext as _
from descenso.i18n import percent
from descenso.views.charts import DASHES, HEIGHT, WIDTH, log_scale
from descenso.views.numbers import counted_rows, whole
from descenso.views.study import Section, Study, finite_table, sketch
from descenso.views.words import metric_name, part_name, task_name

MOST_POINTS = 300  # of a run's curve; of a longer one every so manieth is drawn


@dataclass(frozen=True, repr=False, kw_only=True)
class Comparison(Study):
    """What `descenso.compare` found: a notebook shows it as a page.

    Attributes:
        target: the predicted column.
        task: the problem.
        part: what the runs were judged on: test, validation or table; None where on nothing.
        table: the name of that table; None for rows that were kept.
        rows: how many they were.
        bootstrap: resamples, confidence and seed of the intervals; None without.
        warnings: what a person should know, a sentence each.
        runs: a row for each run: run (its id), path, created, train_rows, columns, parameters,
            epochs, kept_epoch, seconds.
        recipes: a row for each field that differs: field, and its value in each run.
        curves: a row for each run and epoch: run, epoch, loss, validation_loss.
        metrics: a row for each run and metric: run, metric, value; for all runs but the first also
            the difference from the first, its interval low and high, and the verdict: better,
            worse or noise.
    """

    target: str
    task: str
    part: str | None
    table: str | None
    rows: int
    bootstrap: dict[str, Any] | None
    warnings: list[str]
    runs: pl.DataFrame
    recipes: pl.DataFrame
    curves: pl.DataFrame
    metrics: pl.DataFrame

    def to_dict(self) -> dict[str, Any]:
        """The comparison in JSON's own types, as `descenso compare --json` prints it.

        Returns:
            target, task, part, table, rows, bootstrap, essence and warnings (sentences), and the
            tables runs, recipes, metrics and curves: lists of objects.
        """
        return {
            "target": self.target,
            "task": self.task,
            "part": self.part,
            "table": self.table,
            "rows": self.rows,
            "bootstrap": self.bootstrap,
            "essence": [each for each in self.essence if each not in self.warnings],
            "warnings": self.warnings,
            "runs": self.runs.to_dicts(),
            "recipes": self.recipes.to_dicts(),
            "metrics": finite_table(self.metrics).to_dicts(),
            "curves": finite_table(self.curves).to_dicts(),
        }


def comparison(**found: Any) -> Comparison:
    """The comparison as people read it.

    Args:
        **found: the attributes of a `Comparison` that are not sentences.
    """
    recipes, curves, metrics = found["recipes"], found["curves"], found["metrics"]
    parts = [_runs_section(found["runs"]), _recipes_section(recipes)]
    if curves.height:
        parts.append(_curves_section(curves))
    parts += _metric_parts(metrics, found["bootstrap"])
    return Comparison(
        title=_("Runs compared: {target} ({task})").format(
            target=found["target"], task=task_name(found["task"])
        ),
        subject=_judged_on(found["part"], found["table"], found["rows"]),
        essence=[*_verdicts(metrics), *found["warnings"]],
        sections=parts,
        **found,
    )


def _judged_on(part: str | None, table: str | None, rows: int) -> str:
    if part is None:
        return _("not evaluated on any rows")
    counted = counted_rows(rows)
    if part == "table":
        return _("evaluated on {table}: {rows}").format(table=table, rows=counted)
    return _("evaluated on the {part} rows that all runs share: {rows}").format(
        part=part_name(part), rows=counted
    )


def _verdicts(metrics: pl.DataFrame) -> list[str]:
    """For each run but the first, where it is better or worse, and where that is only noise."""
    first = metrics["run"].first()
    sentences = {
        "better": _("{run} is significantly better than {first} in: {metrics}."),
        "worse": _("{run} is significantly worse than {first} in: {metrics}."),
        "noise": _("{run} and {first} do not differ significantly in: {metrics}."),
    }
    return [
        sentence.format(run=run, first=first, metrics=", ".join(map(metric_name, names)))
        for (run,), rows in metrics.group_by("run", maintain_order=True)
        for verdict, sentence in sentences.items()
        if (names := rows.filter(verdict=verdict)["metric"].to_list())
    ]


def _runs_section(runs: pl.DataFrame) -> Section:
    return Section(
        name="runs",
        title=_("The runs"),
        table=runs.drop("path").with_columns(
            pl.col("created").str.slice(0, 16).str.replace("T", " ")
        ),
        column_titles={"created": _("created (UTC)")},
    )


def _recipes_section(recipes: pl.DataFrame) -> Section:
    return Section(
        name="recipes",
        title=_("Settings that differ"),
        sentences=[]
        if recipes.height
        else [_("The settings are the same. Rows and columns are in the table above.")],
        table=recipes if recipes.height else None,
        # A run may be called like a column that has a title.
        column_titles={name: name for name in recipes.columns} | {"field": _("field")},
    )


def _curves_section(curves: pl.DataFrame) -> Section:
    """The validation loss of each run, or its training loss, on one scale."""
    validated = curves["validation_loss"].null_count() < curves.height
    shown_loss = "validation_loss" if validated else "loss"
    known = curves.drop_nulls(shown_loss)

    def draw() -> alt.TopLevelMixin:
        lines = (
            _thinned(curves)
            .rename({"loss": _("train"), "validation_loss": _("validation")})
            .unpivot(index=["run", "epoch"], variable_name="part", value_name="loss")
            .drop_nulls("loss")
        )
        return (
            alt.Chart(lines)
            .mark_line()
            .encode(
                alt.X("epoch:Q", title=_("epoch")),
                alt.Y("loss:Q", title=_("loss"), scale=log_scale(lines["loss"])),
                alt.Color("run:N", title=None, sort=None, legend=alt.Legend(orient="top")),
                alt.StrokeDash("part:N", scale=DASHES, title=None, legend=alt.Legend(orient="top")),
            )
            .properties(width=WIDTH, height=HEIGHT)
        )

    return Section(
        name="curves",
        title=_("Validation loss by epoch") if validated else _("Training loss by epoch"),
        draw=draw,
        alternative=_("The loss of each run by epoch."),
        sketch=sketch(
            {
                str(run): rows[shown_loss].to_list()
                for (run,), rows in known.group_by("run", maintain_order=True)
            },
            together=True,
        )
        if known.height
        else [],
    )


def _thinned(curves: pl.DataFrame) -> pl.DataFrame:
    longest = int(curves.group_by("run").len()["len"].max() or 1)  # pyright: ignore[reportArgumentType]
    every = -(-longest // MOST_POINTS)
    return curves.filter((pl.col("epoch") - 1) % every == 0)


def _metric_parts(metrics: pl.DataFrame, drawn: Mapping[str, Any] | None) -> list[Section]:
    """The metrics of each run beside those of the first."""
    groups = [
        (str(run), rows.drop("run"))
        for (run,), rows in metrics.group_by("run", maintain_order=True)
    ]
    if not groups:
        return []
    (first, base), *others = groups
    sentences: list[str] = []
    if drawn is not None:
        sentences.append(
            _(
                "Low and high: the {percent} confidence interval of the difference, "
                "from {n} paired bootstrap resamples of the rows. If it does not "
                "contain 0, the difference is significant."
            ).format(percent=percent(drawn["confidence"], "g"), n=whole(drawn["resamples"]))
        )
    return [
        _beside(index, first, base, run, rows, sentences if index == 1 else [])
        for index, (run, rows) in enumerate(others, start=1)
    ]


def _beside(
    index: int,
    first: str,
    base: pl.DataFrame,
    run: str,
    rows: pl.DataFrame,
    sentences: Sequence[str],
) -> Section:
    table = rows.with_columns(
        base["value"].alias("first"), pl.col("metric").replace(_named(rows))
    ).select("metric", "first", "value", "difference", "low", "high", "verdict")
    spans = rows.drop_nulls("low")
    return Section(
        name=f"metrics_{index}",
        title=_("{run} vs {first}").format(run=run, first=first),
        sentences=sentences,
        table=table,
        column_titles={"first": first, "value": run},
        cell_words=_verdict_words(),
        draw=(lambda: _intervals(spans, run, first)) if spans.height else None,
        alternative=_("The difference of each metric with its interval; the dashed line is 0."),
    )


def _verdict_words() -> dict[str, str]:
    return {"better": _("better"), "worse": _("worse"), "noise": _("noise")}


def _named(rows: pl.DataFrame) -> dict[str, str]:
    return {name: metric_name(name) for name in rows["metric"]}


def _intervals(rows: pl.DataFrame, run: str, first: str) -> alt.TopLevelMixin:
    """Each metric's difference as a point on its interval: in a row, and on a scale of its own."""
    words = _verdict_words()
    seen = rows.with_columns(
        pl.col("metric").replace(_named(rows)), pl.col("verdict").replace(words)
    )
    title = _("{run} minus {first}").format(run=run, first=first)
    y = alt.Y("metric:N", title=None, axis=alt.Axis(labels=False, ticks=False, domain=False))
    colour = alt.Color(
        "verdict:N",
        title=None,
        scale=alt.Scale(domain=list(words.values()), range=["#009e73", "#d55e00", "#6b7785"]),
        legend=alt.Legend(orient="top"),
    )
    base = alt.Chart(seen)
    bars = base.mark_rule(strokeWidth=2).encode(
        alt.X("low:Q", title=title), alt.X2("high:Q"), y, colour
    )
    points = base.mark_point(filled=True, size=60).encode(alt.X("difference:Q"), y, colour)
    zero = base.mark_rule(strokeDash=[4, 4]).encode(alt.XDatum(0))
    return (
        (zero + bars + points)
        .properties(width=WIDTH - 120, height=24)
        .facet(
            row=alt.Row(
                "metric:N",
                title=None,
                sort=None,
                header=alt.Header(labelAngle=0, labelAlign="left"),
            )
        )
        .resolve_scale(x="independent", y="independent")
    )
