"""From symptoms to a verdict: suspects are tried, the most suspected first; what helps counts."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from descenso.doctor.case import Case, Change
from descenso.doctor.causes import suspects
from descenso.doctor.reference import reference
from descenso.doctor.suspicion import Suspicion
from descenso.doctor.symptoms import Symptoms, balanced_accuracy
from descenso.doctor.trials import (
    LEAST_GAIN,
    Gain,
    Trial,
    Ward,
    best_of,
    gain_of,
    joined,
    run_trial,
)
from descenso.population import program_shape

# A full diagnosis takes so many times what the training took, or so many seconds, at the most.
TIMES, SECONDS = 3.0, 10.0
# Without a sign that something is wrong, a suspicion below this is not worth another program.
FAINT = 0.3
# Where a suspicion this strong is proved, those below STRONG need no trial.
CERTAIN, STRONG = 0.9, 0.5
LEAST_TRIALS = 2  # of strong suspicions, however long they take
DIRECT = 0.6  # how much the symptoms count in a rank, beside what the trial gained

Tell = Callable[[str, float], None]


@dataclass(frozen=True)
class Finding:
    """A cause that was tried, or that a test of the data has shown.

    Attributes:
        change: the one that was best; None where the data is to change.
        gain: of the trial; None where there was none.
        trial: it; None likewise.
        proved: whether the trial, or the test of the data, shows the cause.
        confidence: from 0 to 1.
    """

    suspicion: Suspicion
    change: Change | None
    gain: Gain | None
    trial: Trial | None = field(repr=False)
    proved: bool
    confidence: float = 0.0


@dataclass(frozen=True)
class Examined:
    """What came of an examination.

    Attributes:
        seen: the symptoms.
        findings: those that are proved, the likeliest first.
        tried: all others that were tried.
        untried: suspicions for which there was no time.
    """

    seen: Symptoms
    findings: list[Finding]
    tried: list[Finding]
    untried: list[Suspicion]
    seconds: float
    ward: Ward | None = field(default=None, repr=False)


def examine(case: Case, *, quick: bool = False, tell: Tell | None = None) -> Examined:
    """Find out whether a training is ill, and of what.

    Args:
        quick: look at symptoms alone, and train nothing.
        tell: hears what is being done, and which share is done.
    """
    began = time.perf_counter()
    tell = tell or (lambda _what, _share: None)
    if quick:
        seen = Symptoms(case)
        listed = suspicions_of(seen)
        strong = [
            Finding(each, _first(each), None, None, False, each.weight)
            for each in listed
            if each.weight >= 0.8 or each.decided
        ]
        return Examined(seen, strong, [], [], time.perf_counter() - began)
    ward = Ward.of(case)
    with ThreadPoolExecutor(1) as beside:
        # One waits for the compiler, the other for scikit-learn.
        others = beside.submit(reference, ward)
        seen = Symptoms(case, ward.unchanged, others.result())
    listed = suspicions_of(seen)
    budget = max(SECONDS, TIMES * case.seconds)
    findings: list[Finding] = []
    untried: list[Suspicion] = []
    own = program_shape(case.recipe)
    for each in listed:
        certain = any(f.proved and f.suspicion.weight >= CERTAIN for f in findings)
        if certain and each.weight < STRONG:
            continue
        elsewhere = any(program_shape(case.changed(change)) != own for change in each.changes)
        if each.weight < FAINT and elsewhere and seen.behind < 0.02 and seen.skill > 0.1:
            continue
        enough = len(findings) >= LEAST_TRIALS or each.weight < STRONG
        if enough and time.perf_counter() - began > budget:
            untried.append(each)
            continue
        findings.append(_tried(ward, each))
    proved = _ranked([each for each in findings if each.proved])
    return Examined(
        seen,
        proved,
        [each for each in findings if not each.proved],
        untried,
        time.perf_counter() - began,
        ward,
    )


def suspicions_of(seen: Symptoms) -> list[Suspicion]:
    """All suspicions, the strongest first, of changes that the network takes."""
    found = [suspicion for suspect in suspects().values() if (suspicion := suspect(seen))]
    found = [
        each
        for each in found
        if not each.changes or any(seen.case.takes(change) for change in each.changes)
    ]
    return sorted(found, key=lambda each: -each.weight)


def _first(suspicion: Suspicion) -> Change | None:
    return suspicion.changes[0] if suspicion.changes else None


def _tried(ward: Ward, suspicion: Suspicion) -> Finding:
    if suspicion.halves:
        # What half of the rows cost tells what more of them would bring.
        half = run_trial(ward.halved(), {})
        gain = gain_of(ward, half, ward.unchanged)
        return _found(suspicion, half, gain, gain.proves(suspicion.weight))
    if suspicion.changes:
        groups: dict[str, list[Change]] = {}
        for change in suspicion.changes:
            groups.setdefault(program_shape(ward.case.changed(change)), []).append(change)
        trials = [best_of(ward, group) for group in groups.values()]
        trial = max(trials, key=lambda each: each.skill)
    elif suspicion.treat is not None:
        trial = run_trial(ward, {}, suspicion.treat)
    else:
        return Finding(suspicion, None, None, None, suspicion.decided)
    gain = _gain(ward, suspicion, ward.unchanged, trial)
    if suspicion.worsens:
        return _found(suspicion, trial, gain, -gain.gain > max(gain.noise, LEAST_GAIN))
    if gain.matters(suspicion.weight) and not gain.proves(suspicion.weight):
        # It may be luck; more seeds tell.
        trial = joined(trial, run_trial(ward, trial.change, suspicion.treat, again=True))
        gain = _gain(ward, suspicion, ward.unchanged_longer, trial)
    return _found(suspicion, trial, gain, gain.proves(suspicion.weight))


def _found(suspicion: Suspicion, trial: Trial, gain: Gain, proved: bool) -> Finding:
    change = trial.change if suspicion.changes else None
    return Finding(suspicion, change, gain, trial, proved or suspicion.decided)


def _gain(ward: Ward, suspicion: Suspicion, before: Trial, after: Trial) -> Gain:
    if suspicion.judged_by == "balanced_accuracy":
        return _balanced_gain(ward, before, after)
    return gain_of(ward, before, after)


def _balanced_gain(ward: Ward, base: Trial, trial: Trial) -> Gain:
    before, after = (balanced_accuracy(ward.case, each)[0] for each in (base, trial))
    rarest = float(ward.yardstick.shares.min()) * len(base.y)
    return Gain(before, after, float(1 / np.sqrt(max(rarest, 1)) / len(ward.yardstick.shares)))


def _ranked(findings: Sequence[Finding]) -> list[Finding]:
    gains = [f.gain.gain for f in findings if f.gain and not f.suspicion.worsens]
    most = max(gains, default=0.0)
    ranked: list[Finding] = []
    for each in findings:
        share = 0.7
        if (
            each.gain is not None
            and not each.suspicion.worsens
            and not each.suspicion.decided
            and most > 0
        ):
            share = float(np.clip(each.gain.gain / most, 0, 1))
        confidence = DIRECT * each.suspicion.weight + (1 - DIRECT) * share
        ranked.append(
            Finding(each.suspicion, each.change, each.gain, each.trial, each.proved, confidence)
        )
    return sorted(ranked, key=lambda each: -each.confidence)
