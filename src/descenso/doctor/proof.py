"""The proof of a suspected cause: a trial of its change, which has to hold a second time.

A trial that gains is made once more, on other folds and from other seeds: of many changes some gain
by chance, and a change is to help on rows that nobody has seen. And a change may not cost what
people look at: one that finds a rare class and gets everything else wrong is no repair.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Float, Int

from descenso.doctor.case import Change
from descenso.doctor.suspicion import Suspicion
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
from descenso.engine import metrics
from descenso.engine.population import program_shape

STRONG_WEIGHT = 0.5  # suspicions of this weight are tried longer
# A second trial has to reach this share of the first one's gain. A gain of so many times its noise
# needs none.
CONFIRMING_SHARE, PLAIN_NOISES = 0.5, 5.0
MAX_COST = 0.02  # of accuracy, that a repair may have
# Each class's probability is divided by its share to this power before the likeliest is taken: 0
# changes nothing, 1 treats all classes as equally frequent.
POWERS = np.linspace(0, 1, 11)
RESAMPLES = 400  # of the judged rows, for the noise of an F1 score


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

    Weights distort the probabilities. Where they do not improve the ranking of the rows either,
    the probabilities are right as they are, and what has to change is where the line is drawn.
    """
    before, after = bench.unchanged, run_trial(bench, suspicion.changes[0])
    gain = _balanced_gain(bench, before, after)
    of_skill = gain_of(bench, before, after)
    free = (
        of_skill.gain > -min(of_skill.noise, MIN_GAIN) and accuracy_cost(bench, before, after) <= 0
    )
    if free and gain.proves(suspicion.weight):
        return _finding(suspicion, after, gain, proved=True)
    decided = replace(suspicion, changes=(), data_change="decision_threshold", judged_by="f1_macro")
    weighed, cost = decision_gain(bench, before)
    proved = weighed.proves(suspicion.weight) and cost <= MAX_COST
    return Finding(decided, None, weighed, None, proved)


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


def decision_gain(bench: TrialBench, trial: Trial) -> tuple[Gain, float]:
    """The macro F1 that the same probabilities reach if rare classes are chosen earlier.

    How much earlier is learnt from the other folds, so that no row helps to judge itself.

    Returns:
        The gain, and its cost: the accuracy that is lost.
    """
    shares = bench.skill_score.shares
    probable, truth = bench.skill_score.probabilities(trial.outputs), trial.y.astype(int)
    usual = probable.argmax(axis=1)
    # Where rows of their own judge, each network has judged all of them.
    rows = len(truth) if bench.judges is None else len(truth) // len(bench.folds)
    fold = np.arange(len(truth)) % rows * len(bench.folds) // rows
    chosen = usual.copy()
    for held_out in range(len(bench.folds)):
        known = fold != held_out
        scores = [
            _f1_macro(truth[known], _decide(probable[known], shares, power), len(shares))
            for power in POWERS
        ]
        best = POWERS[int(np.argmax(scores))]
        chosen[~known] = _decide(probable[~known], shares, best)
    before, after = (_f1_macro(truth, each, len(shares)) for each in (usual, chosen))
    cost = float(np.mean(usual == truth) - np.mean(chosen == truth))
    return Gain(before, after, _noise_of_f1(truth, usual, chosen, len(shares))), cost


def _decide(
    probable: Float[np.ndarray, "rows classes"], shares: Float[np.ndarray, " classes"], power: float
) -> Int[np.ndarray, " rows"]:
    return (probable / np.maximum(shares, 1e-9) ** power).argmax(axis=1)


def _f1_macro(
    truth: Int[np.ndarray, " rows"],
    said: Int[np.ndarray, " rows"],
    classes: int,
    count: Float[np.ndarray, " rows"] | None = None,
) -> float:
    weight = np.ones(len(truth)) if count is None else count
    return float(metrics.macro_f1(metrics.tally(truth, said, weight, classes)))


def _noise_of_f1(
    truth: Int[np.ndarray, " rows"],
    usual: Int[np.ndarray, " rows"],
    chosen: Int[np.ndarray, " rows"],
    classes: int,
) -> float:
    """Twice the standard error of the difference of two F1 scores, over resampled rows.

    Rows of the same truth and predictions are alike, so that only their numbers are drawn.
    """
    rows = np.stack([truth, usual, chosen], axis=1)
    kinds, counts = np.unique(rows, axis=0, return_counts=True)
    drawn = np.random.default_rng(0).multinomial(len(truth), counts / len(truth), RESAMPLES)
    right, before, after = kinds.T
    differences = [
        _f1_macro(right, after, classes, times) - _f1_macro(right, before, classes, times)
        for times in drawn.astype(float)
    ]
    return 2 * float(np.std(differences))
