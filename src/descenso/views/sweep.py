"""A sweep, as a terminal, a page, a notebook and JSON show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import altair as alt
import polars as pl

from descenso.i18n import gettext as _
from descenso.i18n import ngettext, percent
from descenso.recipe import to_text
from descenso.runs.search.ranking import CONFIDENCE
from descenso.views.charts import HEIGHT, SHORT, WIDTH, log_scale, points_by
from descenso.views.numbers import number, whole
from descenso.views.study import Section, Study, finite_table
from descenso.views.words import part_name, task_name

MOST_RANKED = 30  # recipes in the chart; of more the best


@dataclass(frozen=True, repr=False, kw_only=True)
class Sweep(Study):
    """What `descenso.sweep` found: a notebook shows it as a page.

    Attributes:
        target: the predicted column.
        task: the problem.
        watched: the rows whose loss ranks the recipes: validation, or train without those.
        vary: of each field that varies, its values.
        seeds: that each recipe was trained from.
        best: the values of the best recipe; None where all diverged.
        ranking: a row for each recipe, the best first: rank, the fields that vary, the mean of the
            ranked loss over the seeds and its sd, how many times the best one's loss it is with
            the interval of that, low and high, how many seeds diverged, and the verdict: best,
            noise, worse, diverged, or unknown of one seed.
        members: a row for each network: the fields that vary, seed, loss (on these rows; null
            where it diverged), epochs, kept_epoch, diverged.
        run: the best recipe's run, a `Run`; None where all diverged.
        path: the folder from which a sweep goes on; None in memory.
        warnings: what a person should know, a sentence each.
        seconds: what it took, from where it went on.
    """

    target: str
    task: str
    watched: str
    vary: dict[str, tuple[Any, ...]]
    seeds: list[int]
    best: dict[str, Any] | None
    ranking: pl.DataFrame
    members: pl.DataFrame
    run: Any
    path: Path | None
    warnings: list[str]
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """The sweep in JSON's own types, as `descenso sweep --json` prints it.

        Returns:
            sweep (its folder), target, task, watched, vary, seeds, best, essence and warnings
            (sentences), the tables ranking and members as lists of objects, run (what
            `descenso train --json` prints of the one that is kept) and seconds.
        """
        return {
            "sweep": None if self.path is None else str(self.path),
            "target": self.target,
            "task": self.task,
            "watched": self.watched,
            "vary": {name: list(map(_json_value, values)) for name, values in self.vary.items()},
            "seeds": self.seeds,
            "best": self.best and {name: _json_value(value) for name, value in self.best.items()},
            "essence": [each for each in self.essence if each not in self.warnings],
            "warnings": self.warnings,
            "ranking": finite_table(self.ranking).to_dicts(),
            "members": finite_table(self.members).to_dicts(),
            "run": None if self.run is None else self.run.summary(),
            "seconds": round(self.seconds, 3),
        }


def sweep_of(*, table: str, **found: Any) -> Sweep:
    """The sweep as people read it.

    Args:
        table: the name of the data.
        **found: the attributes of a `Sweep` that are not sentences.
    """
    fields, ranking = list(found["vary"]), found["ranking"]
    seeds, networks = len(found["seeds"]), found["members"].height
    recipes = ngettext("{n} recipe", "{n} recipes", ranking.height).format(n=whole(ranking.height))
    of_seeds = ngettext("{n} seed", "{n} seeds", seeds).format(n=whole(seeds))
    subject = ngettext(
        "{table}: {recipes} from {seeds} each, {n} network",
        "{table}: {recipes} from {seeds} each, {n} networks",
        networks,
    )
    return Sweep(
        title=_("Recipes compared: {target} ({task})").format(
            target=found["target"], task=task_name(found["task"])
        ),
        subject=subject.format(table=table, recipes=recipes, seeds=of_seeds, n=whole(networks)),
        essence=[*_essence(found, fields), *found["warnings"]],
        sections=[
            _ranking_section(ranking, fields, found["watched"], seeds),
            *(
                _field_section(found["members"], name, found["watched"])
                for name in fields
                if len(found["vary"][name]) > 1
            ),
        ],
        **found,
    )


def described(values: dict[str, Any]) -> str:
    """A combination of values in a line.

    >>> described({"learning_rate": 0.1, "hidden_layers": (64, 64)})
    'learning_rate 0.1, hidden_layers 64,64'
    """
    return ", ".join(f"{name} {to_text(value)}" for name, value in values.items())


def _json_value(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _essence(found: dict[str, Any], fields: Sequence[str]) -> list[str]:
    ranking, part = found["ranking"], part_name(found["watched"])
    best = ranking.row(0, named=True)
    sentences: list[str] = []
    if found["best"] is None:
        sentences.append(_("All recipes diverged, so none is kept; try smaller learning rates."))
    else:
        sentences.append(
            _("Best: {values}, with a mean {part} loss of {mean}.").format(
                values=described(found["best"]), part=part, mean=_with_spread(best)
            )
        )
        sentences += _beside_the_best(ranking, len(found["seeds"]))
    diverged = ranking.filter(pl.col("diverged") > 0)
    if diverged.height and found["best"] is not None:
        shown = "; ".join(
            described({name: row[name] for name in fields})
            for row in diverged.head(3).iter_rows(named=True)
        )
        sentences.append(
            ngettext(
                "{n} recipe diverged with at least one seed and is ranked last: {values}.",
                "{n} recipes diverged with at least one seed and are ranked last: {values}.",
                diverged.height,
            ).format(n=diverged.height, values=shown + (" …" if diverged.height > 3 else ""))
        )
    return sentences


def _with_spread(row: dict[str, Any]) -> str:
    return number(row["mean"]) + ("" if row["sd"] is None else f" ± {number(row['sd'])}")


def _beside_the_best(ranking: pl.DataFrame, seeds: int) -> list[str]:
    if seeds < 2:
        return [
            _(
                "With one seed, real differences cannot be distinguished from chance. "
                "Use --seeds 3 or more."
            )
        ]
    sentences: list[str] = []
    alike, worse = (ranking.filter(verdict=verdict).height for verdict in ("noise", "worse"))
    if alike:
        sentences.append(
            ngettext(
                "{n} other recipe does not differ significantly from the best.",
                "{n} other recipes do not differ significantly from the best.",
                alike,
            ).format(n=alike)
        )
    if worse:
        sentences.append(
            ngettext(
                "{n} recipe is significantly worse.", "{n} recipes are significantly worse.", worse
            ).format(n=worse)
        )
    return sentences


def _words() -> dict[str, str]:
    return {
        "best": _("best"),
        "noise": _("not significant"),
        "worse": _("worse"),
        "diverged": _("diverged"),
        "unknown": _("unknown"),
    }


def _ranking_section(
    ranking: pl.DataFrame, fields: Sequence[str], part: str, seeds: int
) -> Section:
    sentences = [
        _("Ranked by the mean {part} loss over the seeds (± one standard deviation).").format(
            part=part_name(part)
        )
    ]
    if seeds > 1:
        sentences.append(
            _(
                "The ratio to the best has a {percent} confidence interval over the "
                "seeds, low to high (Student's t of logarithms). If it contains 1, "
                "the difference is not significant. The best was chosen by these "
                "losses, so its own is slightly optimistic."
            ).format(percent=percent(CONFIDENCE, "g"))
        )
    return Section(
        name="ranking",
        title=_("Ranking of the recipes"),
        sentences=sentences,
        table=ranking.drop(
            [] if seeds > 1 else ["sd", "low", "high"],
            [] if any(ranking["diverged"]) else ["diverged"],
        ),
        # A field of the recipe keeps the name that is typed.
        column_titles={name: name for name in fields}
        | {"mean": _("mean loss"), "sd": _("±"), "times": _("ratio to the best")},
        cell_words=_words(),
        draw=lambda: _ranked(ranking.drop_nulls("mean").head(MOST_RANKED), fields),
        alternative=_("The mean loss of each recipe, with one standard deviation to each side."),
        most=MOST_RANKED,
    )


def _ranked(ranking: pl.DataFrame, fields: Sequence[str]) -> alt.TopLevelMixin:
    """Each recipe's mean as a point on a band of one deviation to each side, the best on top."""
    spread = pl.col("sd").fill_null(0.0)
    seen = ranking.with_columns(
        pl.Series(
            "recipe",
            [described({name: row[name] for name in fields}) for row in ranking.to_dicts()],
            dtype=pl.String,
        ),
        (pl.col("mean") - spread).alias("below"),
        (pl.col("mean") + spread).alias("above"),
        pl.col("verdict").replace(_words()),
    )
    y = alt.Y("recipe:N", sort=None, title=None, axis=alt.Axis(labelLimit=240))
    scale = alt.Scale(zero=False)
    colour, shape = points_by("verdict:N")
    base = alt.Chart(seen)
    bands = base.mark_rule(strokeWidth=2).encode(
        alt.X("below:Q", title=_("loss"), scale=scale, axis=SHORT), alt.X2("above:Q"), y, colour
    )
    points = base.mark_point(filled=True, size=50).encode(
        alt.X("mean:Q", scale=scale), y, colour, shape
    )
    return (bands + points).properties(width=WIDTH - 200, height=18 * max(seen.height, 1))


def _field_section(members: pl.DataFrame, name: str, part: str) -> Section:
    """The loss against one field: each network a point, and a line through each value's best."""
    known = members.drop_nulls("loss")
    best = known.group_by(name, maintain_order=True).agg(
        pl.col("loss").min().alias("least"),
        pl.col("loss").mean().alias("mean"),
        pl.len().alias("n"),
    )

    def draw() -> alt.TopLevelMixin:
        numeric = known.schema[name].is_numeric()
        scale = log_scale(known[name]) if numeric else alt.Undefined
        x: Any = alt.X(f"{name}:{'Q' if numeric else 'N'}", title=name, scale=scale, sort=None)
        up = log_scale(known["loss"])
        points = (
            alt.Chart(known)
            .mark_point(filled=True, size=30, opacity=0.6)
            .encode(x, alt.Y("loss:Q", title=_("loss"), scale=up, axis=SHORT))
        )
        line = alt.Chart(best).mark_line().encode(x, alt.Y("least:Q", scale=up))
        return (points + line).properties(width=WIDTH, height=HEIGHT)

    return Section(
        name=name,
        title=_("The {part} loss by {field}").format(part=part_name(part), field=name),
        table=best.sort(name) if best.schema[name].is_numeric() else best,
        column_titles={
            name: name,
            "least": _("lowest loss"),
            "mean": _("mean loss"),
            "n": _("networks"),
        },
        draw=draw if known.height else None,
        alternative=_("The loss of each network by {field}; a line joins the lowest.").format(
            field=name
        ),
    )
