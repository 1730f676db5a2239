"""The proof of a suspected cause: a trial of its change, which has to hold a second time.

A trial that gains is made once more, on other folds and from other seeds: of many changes some gain
by chance, and a change has to help on unseen rows. And a change may not cost what
people look at: one that finds a rare class and gets everything else wrong is no repair.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from descenso.doctor.case import Change
from descenso.doctor.suspicion import Evidence, Suspicion, number
from descenso.doctor.symptoms import balanced_accuracy
from descenso.doctor.trials import (
    MAX_TURNS,
    MIN_GAIN,
    Gain,
    Trial,
    TrialBench,
    best_of,
    gain_of,
    joined,
    run_trial,
)
from descenso.engine.population import program_shape
from descenso.i18n import gettext as _

STRONG_WEIGHT = 0.5  # suspicions of this weight are tried longer
# A second trial has to reach this share of the first one's gain. A gain this many times its noise
# needs none.
CONFIRMING_SHARE, PLAIN_NOISES = 0.5, 5.0
MAX_COST = 0.02  # of accuracy, that a repair may have


@dataclass(frozen=True)
class Finding:
    """A suspicion after its trial or test of the data.

    Attributes:
        change: the best of its changes; None if the data has to change.
        gain: the gain of the trial; None without a trial.
        trial: None likewise.
        proved: whether the trial or the test of the data proves the cause.
        confidence: from 0 to 1.
    """

    suspicion: Suspicion
    change: Change | None
    gain: Gain | None
    trial: Trial | None = field(repr=False)
    proved: bool
    confidence: float = 0.0

    @property
    def repairs(self) -> bool:
        """Whether its trial is a repair; others prove a cause by what they take away."""
        return not self.suspicion.worsens and not self.suspicion.halves

    @property
    def is_remark(self) -> bool:
        """Whether it is merely unusual: the usual would be no better."""
        return self.suspicion.only_unusual and not self.proved


def try_cause(bench: TrialBench, suspicion: Suspicion) -> Finding:
    """Try the changes of a suspicion, and the best one once more."""
    if suspicion.halves:
        return _try_half(bench, suspicion)
    if suspicion.judged_by == "balanced_accuracy":
        return _try_class_weights(bench, suspicion)
    if suspicion.changes:
        groups: dict[str, list[Change]] = {}
        for change in suspicion.changes:
            groups.setdefault(program_shape(bench.case.changed(change)), []).append(change)
        trials = [best_of(bench, group) for group in groups.values()]
        trial = max(trials, key=lambda each: each.skill)
    elif suspicion.change_rows is not None:
        trial = run_trial(bench, {}, suspicion.change_rows)
    else:
        return Finding(suspicion, None, None, None, suspicion.decided)
    gain = gain_of(bench, bench.unchanged, trial)
    if suspicion.worsens:
        return _finding(suspicion, trial, gain, -gain.gain > max(gain.noise, MIN_GAIN))
    turns = [trial]
    while (
        gain.matters(suspicion.weight)
        and not gain.proves(suspicion.weight)
        and len(turns) < (MAX_TURNS if suspicion.weight >= STRONG_WEIGHT else 2)
    ):
        # It may be chance; more seeds decide.
        turns.append(run_trial(bench, trial.change, suspicion.change_rows, turn=len(turns)))
        trial = joined(turns)
        gain = gain_of(bench, bench.repeats(len(turns)), trial)
    proved = (
        gain.proves(suspicion.weight)
        and accuracy_cost(bench, bench.repeats(len(turns)), trial) <= MAX_COST
        and (gain.gain > PLAIN_NOISES * gain.noise or _holds_again(bench, suspicion, trial, gain))
    )
    return _finding(suspicion, trial, gain, proved)


def _finding(suspicion: Suspicion, trial: Trial, gain: Gain, proved: bool) -> Finding:
    change = trial.change if suspicion.changes else None
    return Finding(suspicion, change, gain, trial, proved or suspicion.decided)


def _holds_again(bench: TrialBench, suspicion: Suspicion, trial: Trial, first: Gain) -> bool:
    """Whether a change gains on other folds and from other seeds as well."""
    second = run_trial(bench.again, trial.change, suspicion.change_rows)
    gained = gain_of(bench.again, bench.again.unchanged, second).gain
    return gained >= max(MIN_GAIN, CONFIRMING_SHARE * first.gain)


def _try_half(bench: TrialBench, suspicion: Suspicion) -> Finding:
    """What half of the rows lose shows what more of them would gain."""
    if bench.judges_fit:
        return Finding(suspicion, None, None, None, suspicion.decided)
    half = run_trial(bench.halved(), {})
    # All rows are not a repair of half of them, so the bar "must beat the run itself" does not
    # apply.
    gain = replace(gain_of(bench, half, bench.unchanged), reached=-np.inf)
    if not gain.proves(suspicion.weight):
        # With few rows a trial shows little.
        return Finding(suspicion, None, None, None, suspicion.decided)
    return _finding(suspicion, half, gain, proved=True)


def _try_class_weights(bench: TrialBench, suspicion: Suspicion) -> Finding:
    """Weights for the classes if they cost nothing else; else another decision.

    Weights distort the probabilities. Where they do not improve anything else, the probabilities
    are right as they are, and what can change is from which probability on a class is chosen.
    """
    before, after = bench.unchanged, run_trial(bench, suspicion.changes[0])
    gain = _balanced_gain(bench, before, after)
    of_skill = gain_of(bench, before, after)
    costs_skill = of_skill.gain < -min(of_skill.noise, MIN_GAIN)
    if (
        gain.proves(suspicion.weight)
        and not costs_skill
        and not accuracy_cost(bench, before, after)
    ):
        return _finding(suspicion, after, gain, proved=True)
    decided = decided_by_shares(bench, before)
    gain = _balanced_gain(bench, before, decided)
    lost = accuracies(bench, before, decided)
    threshold = Evidence(
        _("accuracy if rare classes are chosen earlier (now {now})").format(now=number(lost[0])),
        lost[1],
        _("close to the accuracy"),
    )
    other = replace(
        suspicion,
        changes=(),
        data_change="decision_threshold",
        evidence=[*suspicion.evidence, threshold],
    )
    return Finding(other, None, gain, None, gain.proves(suspicion.weight))


def decided_by_shares(bench: TrialBench, trial: Trial) -> Trial:
    """A trial whose predicted classes are those likelier than usual, not the likeliest.

    A class is chosen if its probability, relative to its share of the rows, is the largest: the
    best decision if the recalls of all classes count alike.
    """
    shares = np.maximum(bench.skill_score.shares, 1e-9)
    likelier = bench.skill_score.probabilities(trial.outputs) / shares
    likelier /= likelier.sum(axis=1, keepdims=True)
    outputs = likelier[:, 1:] if bench.case.recipe.task == "binary" else likelier
    return replace(trial, outputs=outputs.astype(trial.outputs.dtype))


def accuracies(bench: TrialBench, *trials: Trial) -> list[float]:
    """The accuracy of each trial on the judged rows."""
    return [balanced_accuracy(bench.case, each)[1] for each in trials]


def accuracy_cost(bench: TrialBench, before: Trial, after: Trial) -> float:
    """How much accuracy a change costs beyond chance: 0 if it costs none, and for numbers."""
    if bench.case.recipe.task == "regression":
        return 0.0
    right = [
        bench.skill_score.probabilities(each.outputs).argmax(axis=1) == each.y.astype(int)
        for each in (before, after)
    ]
    lost = right[0].astype(float) - right[1]
    return max(0.0, float(lost.mean() - 2 * lost.std() / np.sqrt(len(lost))))


def _balanced_gain(bench: TrialBench, base: Trial, trial: Trial) -> Gain:
    before, after = (balanced_accuracy(bench.case, each)[0] for each in (base, trial))
    rarest = float(bench.skill_score.shares.min()) * len(base.y)
    return Gain(before, after, float(1 / np.sqrt(max(rarest, 1)) / len(bench.skill_score.shares)))
