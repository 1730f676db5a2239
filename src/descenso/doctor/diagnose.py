"""The diagnosis: whether a training is healthy; if not, which causes explain it, by trials."""

from typing import Any

import numpy as np

from descenso.doctor.case import Case
from descenso.doctor.examination import Examination, examine
from descenso.doctor.proof import Finding
from descenso.doctor.suspicion import number
from descenso.doctor.symptoms import Symptoms
from descenso.doctor.trials import Trial
from descenso.engine.metrics import finite
from descenso.engine.progress import Progress, no_progress
from descenso.i18n import gettext as _
from descenso.views.diagnosis import Diagnosed, Diagnosis, Evidence, Trialled, diagnosis
from descenso.views.sentences import run_name
from descenso.views.words import learner_name

__all__ = ["Diagnosed", "Diagnosis", "Evidence", "Trialled", "diagnose"]


def diagnose(
    case: Case,
    run: str | None,
    *,
    quick: bool = False,
    budget: float | None = None,
    on_progress: Progress = no_progress,
) -> Diagnosis:
    """Examine a training.

    Args:
        run: the name of the run in the diagnosis.
        quick: whether to look only at symptoms.
        budget: how many seconds trials may take; see `examine`.
        on_progress: called with what is being done and the fraction that is done.
    """
    examined = examine(case, quick=quick, budget=budget, on_progress=on_progress)
    symptoms = examined.symptoms
    return diagnosis(
        run_name(case.record),
        run=run,
        verdict="ill" if examined.findings else "healthy",
        diagnoses=[_diagnosed(examined, each) for each in examined.findings],
        remarks=[_remark(each) for each in examined.remarks],
        tried=[_diagnosed(examined, each) for each in examined.tried],
        untried=[each.cause for each in examined.untried],
        skill=None if symptoms.unchanged is None else symptoms.skill,
        others={} if symptoms.baselines is None else symptoms.baselines.skills,
        quick=quick,
        seconds=examined.seconds,
        vital_signs=vital_signs(symptoms),
    )


def vital_signs(symptoms: Symptoms) -> list[Evidence]:
    """The measurements shown for every training."""
    rows: list[tuple[str, float, str]] = []
    if symptoms.unchanged is not None:
        rows.append((_("skill on held-out rows"), symptoms.skill, _("above 0")))
    usual = _("close to the above") if rows else _("above 0")
    rows.append((_("skill on training rows"), symptoms.training_skill, usual))
    others = _("skill of another model ({name})")
    if symptoms.baselines is not None:
        rows += [
            (others.format(name=learner_name(name)), skill, _("not far above yours"))
            for name, skill in symptoms.baselines.skills.items()
        ]
    rows += [
        (
            _("still falling at the end? (relative fall of the loss)"),
            symptoms.falling,
            _("about 0"),
        ),
        (_("loss jitter between epochs"), symptoms.jitter, _("below 0.1")),
    ]
    if symptoms.depth > 1:
        rows.append(
            (
                _("gradient norm of the first layer relative to the last"),
                symptoms.through_depth,
                _("0.1 to 10"),
            )
        )
    if symptoms.depth:
        rows += [
            (_("share of dead units"), symptoms.dead_share, _("below 0.2")),
            (
                _("initial weights relative to the usual scale"),
                symptoms.weight_scale,
                _("0.6 to 1.5"),
            ),
        ]
    return [Evidence(name, finite(value), usual) for name, value, usual in rows]


def _diagnosed(examined: Examination, finding: Finding) -> Diagnosed:
    suspicion, gain = finding.suspicion, finding.gain
    trial = None
    if gain is not None:
        trial = Trialled(
            suspicion.judged_by,
            gain.before,
            gain.after,
            gain.noise,
            finding.proved,
            _curves(examined.symptoms.unchanged, finding.trial),
        )
    return Diagnosed(
        cause=suspicion.cause,
        confidence=round(finding.confidence, 3),
        summary=suspicion.summary,
        evidence=[
            Evidence(each.measure, finite(each.value), each.expected) for each in suspicion.evidence
        ],
        change=None if finding.change is None else _plain(finding.change),
        data_change=suspicion.data_change,
        columns=list(suspicion.columns),
        trial=trial,
    )


def _remark(finding: Finding) -> str:
    """A sentence about what is unusual, and what the usual would bring."""
    if finding.gain is None:
        return finding.suspicion.summary
    return _("{summary} Here it makes no difference: held-out skill {before} → {after}.").format(
        summary=finding.suspicion.summary,
        before=number(finding.gain.before),
        after=number(finding.gain.after),
    )


def _curves(base: Trial | None, trial: Trial | None) -> dict[str, list[float | None]]:
    named = {"before": base, "after": trial}
    return {name: mean for name, each in named.items() if each and len(mean := _mean(each))}


def _mean(trial: Trial) -> list[float | None]:
    """The mean loss of each epoch, as far as all networks have it."""
    epochs = min(map(len, trial.curves))
    mean = np.mean([curve[:epochs] for curve in trial.curves], axis=0)
    return [finite(float(loss)) for loss in mean]


def _plain(change: Any) -> dict[str, Any]:
    """A change as JSON types."""
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in change.items()
    }
