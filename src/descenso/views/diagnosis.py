"""A diagnosis, as a terminal, a page, a notebook and JSON show it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl
from pydantic import TypeAdapter

from descenso.i18n import decimal, ngettext, percent
from descenso.i18n import gettext as _
from descenso.recipe import to_text
from descenso.views.study import Section, Study
from descenso.views.words import metric_name

if TYPE_CHECKING:
    import altair as alt


@dataclass(frozen=True)
class Evidence:
    """Something measured, beside what is usual.

    Attributes:
        measure: what, in a word or two.
        value: the number; None where it is not finite.
        expected: what is usual, in words.
    """

    measure: str
    value: float | None
    expected: str


@dataclass(frozen=True)
class Trialled:
    """What came of training with the change.

    Attributes:
        metric: skill (1 - loss / loss of the best constant, on rows held out, see
            `doctor.skill`) or balanced_accuracy.
        before: of the unchanged repeat; None where nothing could be trained before.
        after: with the change.
        noise: how far the two may differ by luck.
        proved: whether the change is better, or where it takes a leak away worse, by more than
            that.
        curves: the mean training loss of the repeat (before) and of the change (after), epoch by
            epoch, on the scale that each was trained on; shown in charts alone.
    """

    metric: str
    before: float | None
    after: float
    noise: float
    proved: bool
    curves: Mapping[str, Sequence[float | None]] = field(
        default_factory=dict[str, Sequence[float | None]], repr=False
    )


@dataclass(frozen=True)
class Diagnosed:
    """A cause, what points at it, what would repair it, and the proof.

    Attributes:
        cause: its name.
        confidence: from 0 to 1.
        summary: what is wrong, a sentence.
        evidence: what was measured, and what is usual.
        change: fields of the recipe to change; None where the data is to change.
        data_change: what is to be done to the data, in a word; None otherwise.
        columns: of the table, that it is about.
        trial: None where none was made.
    """

    cause: str
    confidence: float
    summary: str
    evidence: Sequence[Evidence]
    change: dict[str, Any] | None
    data_change: str | None
    columns: Sequence[str]
    trial: Trialled | None

    def to_dict(self) -> dict[str, Any]:
        """All of it in JSON's own types."""
        fields = asdict(self)
        if self.trial is not None:
            del fields["trial"]["curves"]
        return fields


@dataclass(frozen=True, repr=False, kw_only=True)
class Diagnosis(Study):
    """Whether a training is healthy; if not, why. A notebook shows it as a page.

    Attributes:
        run: its folder, or the name of one in memory; None where the data was refused.
        verdict: "healthy" or "ill".
        diagnoses: the causes, the likeliest first; empty where it is healthy.
        remarks: what is unusual, though the usual would be no better, a sentence each.
        tried: causes that were suspected and are not proved, likewise.
        untried: causes that were suspected, for which there was no time.
        skill: on rows held out; None where nothing was trained.
        others: the skill of other learners on the same rows, by name.
        quick: whether only symptoms were looked at.
        seconds: that it took.
        vital_signs: what is measured of every training.
    """

    run: str | None
    verdict: str
    diagnoses: Sequence[Diagnosed]
    remarks: Sequence[str]
    tried: Sequence[Diagnosed]
    untried: Sequence[str]
    skill: float | None
    others: dict[str, float]
    quick: bool
    seconds: float
    vital_signs: Sequence[Evidence]

    def to_dict(self) -> dict[str, Any]:
        """What `descenso diagnose --json` prints.

        Returns:
            run, verdict, diagnoses [{cause, confidence, summary, evidence [{measure, value,
            expected}], change, data_change, columns, trial {metric, before, after, noise,
            proved}}], remarks (sentences), tried (the same of suspects that are not proved),
            untried (causes), skill, others (skills of other learners), quick, seconds, vital_signs
            [as evidence].
        """
        return {
            "run": self.run,
            "verdict": self.verdict,
            "diagnoses": [each.to_dict() for each in self.diagnoses],
            "remarks": list(self.remarks),
            "tried": [each.to_dict() for each in self.tried],
            "untried": list(self.untried),
            "skill": self.skill,
            "others": self.others,
            "quick": self.quick,
            "seconds": round(self.seconds, 3),
            "vital_signs": [asdict(each) for each in self.vital_signs],
        }

    def stored(self) -> dict[str, Any]:
        """The same with the curves of the trials, as a run's folder keeps it."""
        fields = self.to_dict()
        for name in ("diagnoses", "tried"):
            for each, own in zip(fields[name], getattr(self, name), strict=True):
                if own.trial is not None:
                    each["trial"]["curves"] = {k: list(v) for k, v in own.trial.curves.items()}
        return fields | {"subject": self.subject}


def restored(stored: Mapping[str, Any]) -> Diagnosis:
    """The diagnosis that `stored` gave, in the language in use.

    Raises:
        pydantic.ValidationError: it is no such thing.
    """
    found = dict(stored)
    subject = found.pop("subject", found["run"] or "")
    found.pop("epochs", None)
    for name in ("diagnoses", "tried"):
        found[name] = TypeAdapter(list[Diagnosed]).validate_python(found[name])
    found["vital_signs"] = TypeAdapter(list[Evidence]).validate_python(found["vital_signs"])
    return diagnosis(subject, **found)


def diagnosis(name: str, **found: Any) -> Diagnosis:
    """The diagnosis as people read it.

    Args:
        name: what was examined, in words.
        **found: the attributes of a `Diagnosis` that are not sentences.
    """
    diagnoses, tried = found["diagnoses"], found["tried"]
    parts = [_cause(index, each) for index, each in enumerate(diagnoses, start=1)]
    if vital := found["vital_signs"]:
        table = _evidence_table(vital)
        parts.append(
            Section("vital_signs", _("Vital signs"), table=table, column_titles=_heads(), most=99)
        )
    if tried:
        parts.append(_tried(tried))
    return Diagnosis(
        title=_title(found),
        subject=name,
        essence=_essence(found),
        sections=parts,
        **found,
    )


def _title(found: Mapping[str, Any]) -> str:
    if found["diagnoses"]:
        return _("Problem found")
    # Symptoms alone do not show that nothing could be better.
    return _("No symptom of a problem") if found["quick"] else _("Healthy")


def change_words(change: Mapping[str, Any]) -> str:
    """A change as the command line writes it.

    >>> change_words({"learning_rate": 0.01, "dropout": 0.0})
    '--learning-rate 0.01 --dropout 0'
    """
    return " ".join(
        f"--{name.replace('_', '-')} {to_text(value)}" for name, value in change.items()
    )


def data_change_sentence(word: str) -> str:
    """What is to be done to the data, for people."""
    return {
        "impute_nonfinite": _(
            "Leave infinite values empty; they are then filled in like missing values."
        ),
        "drop_nonfinite_rows": _("Leave out the rows whose target is infinite."),
        "winsorize_target": _(
            "Correct the implausible targets, or clip them to a plausible range."
        ),
        "drop_degenerate_features": _("Leave these columns out."),
        "shuffle_rows": _("Shuffle the rows."),
        "clean_labels": _("Check the labels, starting with the doubtful ones."),
        "more_data": _("Collect more rows."),
        "drop_leak": _("Leave the column out, unless it will be known when predictions are made."),
        "matched_training": _("Train on rows like those to be predicted."),
        "informative_features": _("Find columns that are related to the target."),
        "decision_threshold": _(
            "The probabilities are right, so weights would only distort them: choose a rare class "
            "from a lower probability on, such as its share of the rows."
        ),
    }[word]


def _essence(found: Mapping[str, Any]) -> list[str]:
    diagnoses: Sequence[Diagnosed] = found["diagnoses"]
    sentences: list[str] = []
    if diagnoses:
        sentences.append(diagnoses[0].summary)
        sentences += _remedy(diagnoses[0])
    elif not found["quick"]:
        sentences.append(_("Healthy: none of the changes tried gave a significant improvement."))
    sentences += found["remarks"]
    if found["quick"]:
        sentences.append(_("Only symptoms were checked; nothing is proved without trials."))
    if found["untried"]:
        sentences.append(
            _("Not tried within the time limit (see --budget): {causes}.").format(
                causes=", ".join(found["untried"])
            )
        )
    return sentences


def _remedy(each: Diagnosed) -> list[str]:
    """The change, and what came of it."""
    sentences: list[str] = []
    if each.change is not None:
        sentences.append(_("Suggested change: {change}").format(change=change_words(each.change)))
    elif each.data_change is not None:
        sentences.append(data_change_sentence(each.data_change))
    if each.trial is not None:
        sentences.append(_proof(each, each.trial))
        if not each.trial.proved and each.trial.before is not None:
            sentences.append(
                _(
                    "This change alone does not repair the training, but the symptoms "
                    "point to it: something else is wrong too."
                )
            )
    return sentences


def _proof(each: Diagnosed, trial: Trialled) -> str:
    metric = metric_name(trial.metric)
    after, noise = decimal(f"{trial.after:.3f}"), decimal(f"{trial.noise:.3f}")
    if trial.before is None:
        return _("With this change, held-out {metric} is {after} ± {noise}.").format(
            metric=metric, after=after, noise=noise
        )
    sentence = _("Tried: held-out {metric} {before} → {after} (noise ± {noise}).")
    if each.data_change == "more_data":
        sentence = _(
            "Tried: with all rows instead of half of them, held-out {metric} {before} "
            "→ {after} (noise ± {noise})."
        )
    return sentence.format(
        metric=metric, before=decimal(f"{trial.before:.3f}"), after=after, noise=noise
    )


def _cause(index: int, each: Diagnosed) -> Section:
    curves = {} if each.trial is None else each.trial.curves
    return Section(
        each.cause,
        f"{index}. {each.cause} ({percent(each.confidence)})",
        [each.summary, *_remedy(each)],
        table=_evidence_table(each.evidence),
        column_titles=_heads(),
        draw=(lambda: _curves_chart(curves)) if curves else None,
        alternative=_describe_curves(curves),
    )


def _evidence_table(evidence: Sequence[Evidence]) -> pl.DataFrame:
    schema = {"measure": pl.String, "value": pl.Float64, "expected": pl.String}
    return pl.DataFrame([asdict(each) for each in evidence], schema=schema)


def _heads() -> dict[str, str]:
    return {"measure": _("measured"), "expected": _("usual")}


def _tried(tried: Sequence[Diagnosed]) -> Section:
    rows: list[dict[str, Any]] = [
        {
            "cause": each.cause,
            "change": data_change_sentence(each.data_change)
            if each.data_change is not None
            else change_words(each.change or {}),
            "before": each.trial and each.trial.before,
            "after": each.trial and each.trial.after,
            "noise": each.trial and each.trial.noise,
        }
        for each in tried
    ]
    counted = ngettext(
        "{n} other possible cause was tried and ruled out.",
        "{n} other possible causes were tried and ruled out.",
        len(rows),
    ).format(n=len(rows))
    return Section(
        "tried",
        _("Causes ruled out"),
        [counted],
        table=pl.DataFrame(
            rows, schema_overrides=dict.fromkeys(["before", "after", "noise"], pl.Float64)
        ),
        most=len(rows),
    )


def _names() -> dict[str, str]:
    return {"before": _("unchanged"), "after": _("with the change")}


def _curves_chart(curves: Mapping[str, Sequence[float | None]]) -> "alt.TopLevelMixin":
    # It takes most of a second to import, which only those wait for who look at charts.
    import altair as alt

    from descenso.views.charts import SHORT, log_scale

    frame = curves_table(curves)
    order = list(_names().values())
    return (
        alt.Chart(frame)
        .mark_line()
        .encode(
            alt.X("epoch:Q", title=_("epoch of the trial")),
            alt.Y("loss:Q", title=_("training loss"), scale=log_scale(frame["loss"]), axis=SHORT),
            alt.Color("training:N", title=None, sort=order, scale=alt.Scale(domain=order)),
            alt.StrokeDash("training:N", title=None, sort=order, scale=alt.Scale(domain=order)),
        )
    )


def curves_table(curves: Mapping[str, Sequence[float | None]]) -> pl.DataFrame:
    """The losses of a trial as a table: training, epoch, loss; what is not finite is left out."""
    return pl.DataFrame(
        [
            {"training": _names()[name], "epoch": epoch, "loss": loss}
            for name, curve in curves.items()
            for epoch, loss in enumerate(curve, start=1)
            if loss is not None
        ],
        schema={"training": pl.String, "epoch": pl.Int64, "loss": pl.Float64},
    )


def _describe_curves(curves: Mapping[str, Sequence[float | None]]) -> str:
    return " ".join(
        _("Training loss {which}: from {first} to {last}.").format(
            which=_names()[name],
            first=decimal(f"{finite[0]:.3g}"),
            last=decimal(f"{finite[-1]:.3g}"),
        )
        for name, curve in curves.items()
        if (finite := [loss for loss in curve if loss is not None])
    )
