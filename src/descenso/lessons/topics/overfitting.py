"""When the validation loss starts to rise while the training loss falls, and what helps."""

from dataclasses import dataclass, replace
from typing import Any

import altair as alt
import numpy as np
import polars as pl
from jaxtyping import Float

from descenso.engine.experiment import Experiment
from descenso.errors import TableError
from descenso.i18n import N_, decimal, ngettext, percent
from descenso.i18n import gettext as _
from descenso.lessons.lesson import Lesson, Section, sketch
from descenso.lessons.subject import Subject, check_trained, some_examples, subject
from descenso.recipe import to_text
from descenso.views.charts import HEIGHT, WIDTH, lines_by, log_scale
from descenso.views.numbers import number, whole

PLACE = 13
SUMMARY = N_("when it begins as rows, width and epochs vary, and what helps")

SEEDS = 3
SHARES = (0.1, 0.25, 0.5)  # of the training rows, beside all of them
WIDTHS = ((4,), (128, 128))  # hidden layers, beside the recipe's
MEASURED_ROWS = 2000  # of the training rows, on which their loss is measured
FEW_ROWS = 30  # of so few validation rows, chance decides which are hard
RISE = 0.02  # a rise of the validation loss by this share is worth speaking of


@dataclass(frozen=True, eq=False)
class _Trial:
    """One setting, trained from several seeds: the losses at each epoch's end, dropout at rest.

    Attributes:
        setting: what was changed, in a word for people.
        group: rows, width or remedy; baseline for the recipe as it is.
        rows: training rows.
        losses: of the training rows, seed by seed.
        validations: of the validation rows, likewise.
    """

    setting: str
    group: str
    rows: int
    losses: Float[np.ndarray, "seeds epochs"]
    validations: Float[np.ndarray, "seeds epochs"]

    @property
    def epochs(self) -> int:
        """How many epochs all seeds completed."""
        return self.validations.shape[1]

    @property
    def loss(self) -> Float[np.ndarray, " epochs"]:
        """The mean training loss of each epoch."""
        return self.losses.mean(axis=0)

    @property
    def validation(self) -> Float[np.ndarray, " epochs"]:
        """The mean validation loss of each epoch."""
        return self.validations.mean(axis=0)

    @property
    def lowest(self) -> float:
        """The lowest mean validation loss."""
        return float(self.validation.min())

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
        return float(self.validation[-1] - self.lowest)

    @property
    def turn(self) -> int:
        """The epoch with the lowest validation loss, from 1."""
        return int(np.argmin(self.validation)) + 1

    @property
    def overfits(self) -> bool:
        """Whether from the turn on, for every seed, only the training loss fell."""
        since = self.turn - 1
        rose = (self.validations[:, -1] > self.validations[:, since]).all()
        fell = (self.losses[:, -1] < self.losses[:, since]).all()
        return bool(rose and fell) and self.rise > RISE * abs(self.lowest)


def overfitting(data: Any = None, target: Any = None, **fields: Any) -> Lesson:
    """Training and validation loss as rows, width and epochs vary, and what remedies change.

    Each setting is trained from three seeds without early stopping; the curves are their means.
    Both losses are those of the network at an epoch's end, without dropout, so that they differ in
    their rows alone. Overfitting begins at the epoch with the lowest validation loss, if it rises
    after that for every seed while the training loss falls.

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
    trials = [trial for trial in tried if trial.epochs]
    base = tried[0]
    check_trained(base in trials)
    lost = [trial.named for trial in tried if trial not in trials]
    table = pl.DataFrame([_summary(trial) for trial in trials])
    return Lesson(
        topic="overfitting",
        title=_("Overfitting: memorising the training rows"),
        subject=given.description,
        essence=[
            *_unchanged(base, len(experiment.validation)),
            *_changed(base, trials),
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
            "epochs": base.epochs,
            "overfits": base.overfits,
            "gap": float(base.validation[-1] - base.loss[-1]),
        },
    )


def _unchanged(base: _Trial, validation_rows: int) -> list[str]:
    """Whether the recipe overfits, and what the gap is."""
    end, loss = float(base.validation[-1]), float(base.loss[-1])
    if base.overfits:
        first = _(
            "With the recipe unchanged, overfitting begins after epoch {turn} of {epochs}: from "
            "there on the training loss falls from {before} to {loss}, and the validation loss "
            "rises from {lowest} to {end}."
        )
    elif base.turn == base.epochs:
        first = _(
            "With the recipe unchanged, the validation loss is lowest at the end, after epoch "
            "{epochs}: {end}, with a training loss of {loss}. It is not rising, so there is no "
            "overfitting yet."
        )
    else:
        first = _(
            "With the recipe unchanged, the validation loss is lowest after epoch {turn} of "
            "{epochs} ({lowest}); at the end it is {end}, and the training loss is {loss}. That "
            "rise is small, or not the same for all seeds."
        )
    sentences = [
        first.format(
            turn=whole(base.turn),
            epochs=whole(base.epochs),
            before=number(float(base.loss[base.turn - 1])),
            loss=number(loss),
            lowest=number(base.lowest),
            end=number(end),
        )
    ]
    if end < loss:
        sentences.append(
            _(
                "The validation loss is below the training loss: the validation rows happen to be "
                "the easier ones."
            )
        )
    if validation_rows < FEW_ROWS:
        sentences.append(
            ngettext(
                "There is only {n} validation row, so chance has a large part in its loss.",
                "There are only {n} validation rows, so chance has a large part in their loss.",
                validation_rows,
            ).format(n=validation_rows)
        )
    return sentences


def _changed(base: _Trial, trials: list[_Trial]) -> list[str]:
    """What fewer rows and the other changes did."""
    overfitted = [trial for trial in trials if trial.overfits]
    best = min(trials, key=lambda trial: trial.lowest)
    sentences: list[str] = []
    fewest = min(trials, key=lambda trial: trial.rows)
    if fewest is not base:
        said = (
            _(
                "With only {rows} training rows, overfitting begins after epoch {turn}, and the "
                "lowest validation loss is {lowest}."
            )
            if fewest.overfits
            else _("With only {rows} training rows, the lowest validation loss is {lowest}.")
        )
        sentences.append(
            said.format(
                rows=whole(fewest.rows), turn=whole(fewest.turn), lowest=number(fewest.lowest)
            )
        )
    if overfitted:
        worst = max(overfitted, key=lambda trial: trial.rise)
        sentences.append(
            _("The validation loss rose most, by {rise}, with “{worst}”.").format(
                rise=number(worst.rise), worst=worst.named
            )
        )
    count = min(len(best.validations), len(base.validations))
    gain = (base.validations.min(axis=1)[:count] - best.validations.min(axis=1)[:count]) > 0
    if best is base:
        sentences.append(_("No change reached a lower validation loss than the recipe unchanged."))
    elif gain.all():
        sentences.append(
            _(
                "The lowest validation loss, {lowest}, was reached with “{best}”; unchanged it is "
                "{base}."
            ).format(lowest=number(best.lowest), best=best.named, base=number(base.lowest))
        )
    else:
        sentences.append(
            _(
                "The lowest validation loss, {lowest}, was reached with “{best}”; unchanged it is "
                "{base}, and for some seeds lower: the difference may be chance."
            ).format(lowest=number(best.lowest), best=best.named, base=number(base.lowest))
        )
    return sentences


def _settings(experiment: Experiment) -> list[tuple[str, str, Experiment]]:
    """The recipe as it is, then with one thing changed."""
    recipe = experiment.recipe.replace(patience=None)
    base = replace(experiment, recipe=recipe)
    rows = len(experiment.training)
    found = [("as it is", "baseline", base)]
    counts = {max(2, round(share * rows)): share for share in SHARES}
    for count, share in counts.items():
        fewer = some_examples(experiment.training, count)
        found.append((f"{share:.0%}", "rows", replace(base, training=fewer)))
    # A weight decay that is felt: with plain descent it is the learning rate times this.
    decay = max(0.01, 10 * recipe.weight_decay)
    dropout = 0.3 if recipe.dropout < 0.3 else 0.5
    changes: list[tuple[str, str, dict[str, Any]]] = [
        *(
            (to_text(widths), "width", {"hidden_layers": widths})
            for widths in WIDTHS
            if widths != recipe.hidden_layers
        ),
        (f"weight decay {decay:g}", "remedy", {"weight_decay": decay}),
        (f"dropout {dropout:g}", "remedy", {"dropout": dropout}),
    ]
    return found + [
        (setting, group, replace(base, recipe=recipe.replace(**change)))
        for setting, group, change in changes
    ]


def _train(given: Subject, setting: str, group: str, experiment: Experiment) -> _Trial:
    message = _("Training: {setting}").format(setting=_named(group, setting))
    training = experiment.training
    measured = some_examples(training, MEASURED_ROWS)
    members, course = given.follow_seeds(experiment, SEEDS, message, measured)
    epochs = min(each.epochs for each in members)
    validation = np.stack([each.validation_loss[:epochs] for each in members])  # pyright: ignore[reportOptionalSubscript]
    return _Trial(
        setting=setting,
        group=group,
        rows=len(training),
        losses=course.losses[:, :epochs],
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
        "lowest_validation_loss": trial.lowest,
        "rise": trial.rise,
        "overfits": trial.overfits,
        "with_early_stopping": trial.kept,
    }


def _named(group: str, setting: str) -> str:
    return f"{_words()[group]}: {_setting(setting)}"


def _setting(setting: str) -> str:
    """A setting as people read it."""
    if setting.endswith("%"):
        return percent(float(setting.removesuffix("%")) / 100)
    for english, words in (("weight decay ", _("weight decay")), ("dropout ", _("dropout"))):
        if setting.startswith(english):
            return f"{words} {decimal(setting.removeprefix(english))}"
    return _words().get(setting, setting)


def _words() -> dict[str, str]:
    return {
        "as it is": _("unchanged"),
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
                "Means over {seeds} seeds, at each epoch's end and without dropout. The gap is the "
                "final validation loss minus the final training loss. Early stopping keeps, for "
                "each seed, the weights of the epoch with the lowest validation loss."
            ).format(seeds=SEEDS)
        ],
        table=table,
        column_titles={
            "rows": _("training rows"),
            "turn": _("best epoch"),
            "lowest_validation_loss": _("lowest validation loss"),
            "rise": _("rise since"),
            "overfits": _("overfits"),
            "with_early_stopping": _("with early stopping"),
        },
        cell_words=_words() | {each: _setting(each) for each in table["setting"]},
    )


def _curves_section(trials: list[_Trial]) -> Section:
    words = _words() | {trial.setting: _setting(trial.setting) for trial in trials}
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
