"""When the validation loss starts to rise while the training loss falls, and what helps."""

from dataclasses import dataclass, replace
from typing import Any

import altair as alt
import numpy as np
import polars as pl
from jaxtyping import Float

from descenso.engine.experiment import Examples, Experiment
from descenso.errors import TableError
from descenso.i18n import N_
from descenso.i18n import gettext as _
from descenso.layout import row_bucket, zeros
from descenso.lessons.lesson import Lesson, Section, sketch
from descenso.lessons.subject import Subject, check_trained, subject
from descenso.recipe import to_text
from descenso.views.charts import HEIGHT, WIDTH, lines_by, log_scale
from descenso.views.numbers import number, whole

PLACE = 13
SUMMARY = N_("when it begins as rows, width and epochs vary, and what helps")

SEEDS = 3
SHARES = (0.1, 0.25, 0.5)  # of the training rows, beside all of them
WIDTHS = ((4,), (128, 128))  # hidden layers, beside the recipe's


@dataclass(frozen=True, eq=False)
class _Trial:
    """One setting, trained from several seeds: the mean curves.

    Attributes:
        setting: what was changed, in a word for people.
        group: rows, width or remedy; baseline for the recipe as it is.
        rows: training rows.
        loss: of each epoch, the mean over seeds.
        validations: the validation loss of each epoch, seed by seed.
    """

    setting: str
    group: str
    rows: int
    loss: Float[np.ndarray, " epochs"]
    validations: Float[np.ndarray, "seeds epochs"]

    @property
    def validation(self) -> Float[np.ndarray, " epochs"]:
        """The mean validation loss of each epoch."""
        return self.validations.mean(axis=0)

    @property
    def kept(self) -> float:
        """The mean validation loss of the epochs that early stopping would keep."""
        return float(self.validations.min(axis=1).mean())

    @property
    def named(self) -> str:
        """What was changed, as a heading."""
        return _named(self.group, self.setting)

    @property
    def rise(self) -> float:
        """How much the validation loss is above its lowest point at the end."""
        return float(self.validation[-1] - self.validation.min())

    @property
    def turn(self) -> int:
        """The epoch with the lowest validation loss, from 1."""
        return int(np.argmin(self.validation)) + 1


def overfitting(data: Any = None, target: Any = None, **fields: Any) -> Lesson:
    """Training and validation loss as rows, width and epochs vary, and what remedies change.

    Each setting is trained from three seeds without early stopping; the curves are their means.
    Overfitting begins at the epoch with the lowest validation loss, where the loss rises after it.

    Raises:
        InputError: there are no validation rows.

    >>> table = overfitting(epochs=5).table
    >>> table["setting"][0]
    'as it is'
    """
    given = subject(data, target, **fields)
    experiment = given.experiment
    if experiment.validation is None:
        raise TableError(
            _("{name}: overfitting is measured on validation rows, and there are none.").format(
                name=given.name
            )
        )
    tried = [_train(given, *setting) for setting in _settings(experiment)]
    trials = [trial for trial in tried if len(trial.loss)]
    base = tried[0]
    check_trained(base in trials)
    lost = [trial.named for trial in tried if trial not in trials]
    fewest = min(trials, key=lambda trial: trial.rows)
    worst = max(trials, key=lambda trial: trial.rise)
    best = min(trials, key=lambda trial: trial.validation.min())
    table = pl.DataFrame([_summary(trial) for trial in trials])
    return Lesson(
        topic="overfitting",
        title=_("Overfitting: memorising the training rows"),
        subject=given.description,
        essence=[
            _(
                "With the recipe unchanged, the validation loss is lowest after epoch {turn} of "
                "{epochs} ({lowest}); at the end it is {end}, and the training loss is {loss}."
            ).format(
                lowest=number(float(base.validation.min())),
                turn=whole(base.turn),
                epochs=whole(len(base.loss)),
                end=number(float(base.validation[-1])),
                loss=number(float(base.loss[-1])),
            ),
            _(
                "With {rows} training rows it is lowest after epoch {turn}. The largest rise after "
                "the minimum, {rise}, was with “{worst}”. The best was “{best}”."
            ).format(
                rows=whole(fewest.rows),
                turn=whole(fewest.turn),
                rise=number(worst.rise),
                worst=worst.named,
                best=best.named,
            ),
            *(
                [
                    _("Left out, because the loss became infinite at once: {settings}.").format(
                        settings="; ".join(lost)
                    )
                ]
                if lost
                else []
            ),
        ],
        sections=[_settings_section(table), _curves_section(trials)],
        numbers={
            "turn": base.turn,
            "epochs": len(base.loss),
            "gap": float(base.validation[-1] - base.loss[-1]),
        },
    )


def _settings(experiment: Experiment) -> list[tuple[str, str, Experiment]]:
    """The recipe as it is, then with one thing changed."""
    recipe = experiment.recipe.replace(patience=None)
    base = replace(experiment, recipe=recipe)
    rows = len(experiment.training)
    found = [("as it is", "baseline", base)]
    for share in SHARES:
        count = max(2, round(share * rows))
        fewer = _some(experiment.training, count)
        found.append((f"{share:.0%}", "rows", replace(base, training=fewer)))
    changes: list[tuple[str, str, dict[str, Any]]] = [
        *((to_text(widths), "width", {"hidden_layers": widths}) for widths in WIDTHS),
        # A weight decay that is felt: with plain descent it is the learning rate times this.
        ("weight decay", "remedy", {"weight_decay": 0.01}),
        ("dropout", "remedy", {"dropout": 0.3}),
    ]
    return found + [
        (setting, group, replace(base, recipe=recipe.replace(**change)))
        for setting, group, change in changes
    ]


def _some(examples: Examples, count: int) -> Examples:
    """So many of the rows, drawn at random."""
    chosen = np.sort(np.random.default_rng(0).permutation(len(examples))[:count])
    some = examples.at(chosen)
    x = zeros((row_bucket(count), examples.x.shape[1]), np.float32)
    x[:count] = some.x
    return replace(some, x=x, weight=some.weight / some.weight.mean())


def _train(given: Subject, setting: str, group: str, experiment: Experiment) -> _Trial:
    message = _("Training: {setting}").format(setting=_named(group, setting))
    members = given.train_seeds(experiment, SEEDS, message)
    epochs = min(each.epochs for each in members)
    validation = np.stack([each.validation_loss[:epochs] for each in members])  # pyright: ignore[reportOptionalSubscript]
    return _Trial(
        setting=setting,
        group=group,
        rows=len(experiment.training),
        loss=np.mean([each.loss[:epochs] for each in members], axis=0),
        validations=validation,
    )


def _summary(trial: _Trial) -> dict[str, Any]:
    return {
        "setting": trial.setting,
        "group": trial.group,
        "rows": trial.rows,
        "loss": float(trial.loss[-1]),
        "validation_loss": float(trial.validation[-1]),
        "gap": float(trial.validation[-1] - trial.loss[-1]),
        "turn": trial.turn,
        "lowest_validation_loss": float(trial.validation.min()),
        "rise": trial.rise,
        "with_early_stopping": trial.kept,
    }


def _named(group: str, setting: str) -> str:
    words = _words()
    return f"{words[group]}: {words.get(setting, setting)}"


def _words() -> dict[str, str]:
    return {
        "as it is": _("unchanged"),
        "weight decay": _("weight decay 0.01"),
        "dropout": _("dropout 0.3"),
        "baseline": _("the recipe"),
        "rows": _("fewer rows"),
        "width": _("hidden layers"),
        "remedy": _("remedy"),
        "loss": _("train"),
        "validation": _("validation"),
    }


def _settings_section(table: pl.DataFrame) -> Section:
    return Section(
        name="settings",
        title=_("Comparison by setting"),
        sentences=[
            _(
                "The gap is the final validation loss minus the final training loss. "
                "Early stopping keeps, for each seed, the weights of the epoch with "
                "the lowest validation loss."
            )
        ],
        table=table,
        column_titles={
            "rows": _("training rows"),
            "turn": _("best epoch"),
            "lowest_validation_loss": _("lowest validation loss"),
            "rise": _("rise since"),
            "with_early_stopping": _("with early stopping"),
        },
        cell_words=_words(),
    )


def _curves_section(trials: list[_Trial]) -> Section:
    words = _words()
    table = pl.concat(
        pl.DataFrame(
            {
                "setting": [trial.setting] * len(values),
                "group": [trial.group] * len(values),
                "part": [part] * len(values),
                "epoch": np.arange(1, len(values) + 1),
                "loss": np.asarray(values, float),
            }
        )
        for trial in trials
        for part, values in (("loss", trial.loss), ("validation", trial.validation))
    )

    def draw() -> alt.TopLevelMixin:
        seen = table.with_columns(
            pl.concat_str(
                pl.col("group").replace(words), pl.col("setting").replace(words), separator=": "
            ).alias("panel"),
            pl.col("part").replace(words),
        )
        return (
            alt.Chart(seen)
            .mark_line()
            .encode(
                alt.X("epoch", title=_("epoch")),
                alt.Y("loss", title=_("loss"), scale=log_scale(seen["loss"])),
                *lines_by("part"),
                alt.Facet("panel", title=None, columns=3, sort=[each.named for each in trials]),
            )
            .properties(width=WIDTH // 3 - 40, height=HEIGHT // 2)
        )

    return Section(
        name="curves",
        title=_("Training and validation loss by epoch"),
        table=table,
        column_titles={"part": _("rows")},
        cell_words=words,
        draw=draw,
        alternative=_("Training and validation loss by epoch, one panel per setting."),
        sketch=sketch({trial.named: trial.validation.tolist() for trial in trials}),
    )
