"""From symptoms to a verdict: suspected causes are tried, the strongest first."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from descenso.doctor.baselines import baseline_skills
from descenso.doctor.case import Case, Change
from descenso.doctor.causes import suspects
from descenso.doctor.suspicion import Suspicion
from descenso.doctor.symptoms import Symptoms, balanced_accuracy
from descenso.doctor.trials import (
    MIN_GAIN,
    MIN_ROWS,
    Gain,
    Trial,
    TrialBench,
    best_of,
    gain_of,
    joined,
    run_trial,
)
from descenso.engine.population import program_shape
from descenso.engine.progress import Progress, no_progress
from descenso.i18n import gettext as _

# On two cores, a full diagnosis takes at most this many times as long as the training, or this many
# seconds. It counts CPU time of both cores, so that a busy machine gives the same verdict.
MAX_BUDGET_FACTOR, MIN_BUDGET_SECONDS, BUDGET_CORES = 3.0, 10.0, 1.6
# If nothing looks wrong, a suspicion below this weight is not worth compiling another program.
FAINT_WEIGHT = 0.3
# Once a suspicion of the first weight is proved, those below the second need no trial.
CERTAIN_WEIGHT, STRONG_WEIGHT = 0.9, 0.5
MIN_STRONG_TRIALS = 2  # trials of strong suspicions, however long they take
DATA_TEST_PROOF = 0.9  # how much a test of the data proves; the gain of a trial proves up to 1
MORE_ROWS_PROOF = 0.5  # how much it proves that half of the rows are worse: they nearly always are
SYMPTOM_SHARE = 0.6  # of a confidence; the rest is the proof

MIN_TRIAL_ROWS = 500  # of trials for a training that is too long to be repeated on all rows
PARALLEL_TRIALS = 2
MAX_TURNS = 4  # of a trial, each from four other seeds
# Of a symptom that names the fault, and of one that is the fault itself.
NAMING_WEIGHT, PLAIN_WEIGHT = 0.9, 0.96


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


@dataclass(frozen=True)
class Examination:
    """The result of an examination.

    Attributes:
        findings: the proved ones, the likeliest first, and those that symptoms name without a
            proof in a training that has failed.
        tried: all others that were tried.
        untried: suspicions not tried within the time limit.
        seconds: how long it took.
    """

    symptoms: Symptoms
    findings: list[Finding]
    tried: list[Finding]
    untried: list[Suspicion]
    seconds: float


def examine(case: Case, *, quick: bool = False, on_progress: Progress = no_progress) -> Examination:
    """Find out what is wrong with a training, if anything.

    Args:
        quick: whether to look only at symptoms, and train nothing.
        on_progress: called with what is being done and the fraction that is done.
    """
    began = time.perf_counter()
    if quick or len(case.experiment.training) < MIN_ROWS:
        symptoms = Symptoms(case)
        plain = [each for each in suspicions_of(symptoms) if _is_plain(symptoms, each)]
        found = [
            Finding(each, _first_change(each), None, None, False, each.weight) for each in plain
        ]
        return Examination(symptoms, found, [], [], time.perf_counter() - began)
    budget = max(MIN_BUDGET_SECONDS, MAX_BUDGET_FACTOR * case.seconds)
    worked = time.process_time()

    def late() -> bool:
        return time.process_time() - worked > BUDGET_CORES * budget

    bench = TrialBench.of(case, affordable_rows(case, budget))
    on_progress(_("Repeating the training"), 0.0)
    with ThreadPoolExecutor(1) as beside:
        # In parallel: one waits for the compiler, the other for scikit-learn.
        others = beside.submit(baseline_skills, bench)
        symptoms = Symptoms(case, bench.unchanged, others.result())
    waiting = suspicions_of(symptoms)
    findings: list[Finding] = []
    untried: list[Suspicion] = []
    # Two at a time, since compiling keeps one core busy.
    with ThreadPoolExecutor(PARALLEL_TRIALS) as cores:
        while waiting:
            due, waiting = _next_suspicions(symptoms, findings, waiting, late())
            untried += [each for each in waiting if not due]
            if not due:
                break
            names = ", ".join(each.cause for each in due)
            share = len(findings) / max(len(findings) + len(due) + len(waiting), 1)
            on_progress(_("Trying {causes}").format(causes=names), share)
            findings += cores.map(partial(_try, bench), due)
    shown = _ranked([each for each in findings if each.proved])
    named = [
        each
        for each in findings
        if not each.proved
        and _is_named(symptoms, each.suspicion, NAMING_WEIGHT if shown else STRONG_WEIGHT)
    ]
    shown = sorted([*shown, *_suspected(named)], key=lambda each: -each.confidence)
    causes = {each.suspicion.cause for each in shown}
    tried = [each for each in findings if each.suspicion.cause not in causes]
    return Examination(symptoms, shown, tried, untried, time.perf_counter() - began)


def _is_named(symptoms: Symptoms, suspicion: Suspicion, least: float) -> bool:
    """Whether an unproved cause is reported: some runs need more than one repair.

    Args:
        least: the smallest weight that is enough if the run has learnt nothing.
    """
    return _is_memorising(symptoms, suspicion) or (symptoms.failed and suspicion.weight >= least)


def _is_memorising(symptoms: Symptoms, suspicion: Suspicion) -> bool:
    return suspicion.cause == "overfitting" and symptoms.memorised


def _suspected(findings: Sequence[Finding]) -> list[Finding]:
    """Unproved findings, with the confidence that their symptoms give."""
    return [replace(each, confidence=SYMPTOM_SHARE * each.suspicion.weight) for each in findings]


def affordable_rows(case: Case, budget: float) -> int | None:
    """How many training rows the trials may use, so that the decisive ones fit into the budget.

    None for all rows, as after short trainings, whose time is mostly compilation.
    """
    ends = [record["elapsed_seconds"] for record in case.records]
    if len(ends) < 2:
        return None
    steady = (ends[-1] - ends[0]) * len(ends) / (len(ends) - 1)
    # Four networks at once take about three times as long as one, and four or five trials decide.
    share = budget / max(3 * 4 * steady, 1e-9)
    rows = len(case.experiment.training)
    return None if share >= 1 else max(int(share * rows), min(MIN_TRIAL_ROWS, rows))


def _next_suspicions(
    symptoms: Symptoms, findings: Sequence[Finding], waiting: Sequence[Suspicion], late: bool
) -> tuple[list[Suspicion], list[Suspicion]]:
    """The suspicions to try now, and those that still wait; the others need no trial."""
    own = program_shape(symptoms.case.recipe)
    certain = any(each.proved and each.suspicion.weight >= CERTAIN_WEIGHT for each in findings)
    strong = len([each for each in findings if each.suspicion.weight >= STRONG_WEIGHT])
    worth: list[Suspicion] = []
    for each in waiting:
        faint = each.weight < FAINT_WEIGHT and symptoms.behind < 0.02 and symptoms.skill > 0.1
        if faint and any(program_shape(symptoms.case.changed(one)) != own for one in each.changes):
            continue
        if not (certain and each.weight < STRONG_WEIGHT):
            worth.append(each)
    if not late:
        return worth[:PARALLEL_TRIALS], worth[PARALLEL_TRIALS:]
    needed = [
        each
        for each in worth
        # Decided ones cost no trial, and a few strong ones have to be tried.
        if each.decided or (each.weight >= STRONG_WEIGHT and strong < MIN_STRONG_TRIALS)
    ][:PARALLEL_TRIALS]
    return needed, [each for each in worth if each not in needed]


def _is_plain(symptoms: Symptoms, suspicion: Suspicion) -> bool:
    """Whether symptoms alone are enough to report a problem.

    They are if they are the fault itself, or if nothing was learnt. A training that learns the
    little there is to learn has symptoms too.
    """
    if suspicion.decided or suspicion.weight >= PLAIN_WEIGHT or _is_memorising(symptoms, suspicion):
        return True
    nothing = symptoms.training_skill < 0.05
    return nothing and suspicion.weight >= 0.8 and suspicion.cause != "underfitting_capacity"


def suspicions_of(symptoms: Symptoms) -> list[Suspicion]:
    """All suspicions with changes that the network accepts, the strongest first."""
    found = [suspicion for suspect in suspects().values() if (suspicion := suspect(symptoms))]
    # A user's own network does not accept every change.
    taken = [
        replace(each, changes=[change for change in each.changes if symptoms.case.takes(change)])
        for each in found
    ]
    able = [new for new, each in zip(taken, found, strict=True) if new.changes or not each.changes]
    return sorted(able, key=lambda each: -each.weight)


def _first_change(suspicion: Suspicion) -> Change | None:
    return suspicion.changes[0] if suspicion.changes else None


def _try(bench: TrialBench, suspicion: Suspicion) -> Finding:
    if suspicion.halves:
        # What half of the rows lose shows what more of them would gain.
        half = run_trial(bench.halved(), {})
        # All rows are not a repair of half of them, so the bar "must beat the run itself" does not
        # apply.
        gain = replace(gain_of(bench, half, bench.unchanged), reached=-np.inf)
        if not gain.proves(suspicion.weight):
            # With few rows a trial shows little.
            return Finding(suspicion, None, None, None, suspicion.decided)
        return _finding(suspicion, half, gain, proved=True)
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
    gain = _gain(bench, suspicion, bench.unchanged, trial)
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
        gain = _gain(bench, suspicion, bench.repeats(len(turns)), trial)
    return _finding(suspicion, trial, gain, gain.proves(suspicion.weight))


def _finding(suspicion: Suspicion, trial: Trial, gain: Gain, proved: bool) -> Finding:
    change = trial.change if suspicion.changes else None
    return Finding(suspicion, change, gain, trial, proved or suspicion.decided)


def _gain(bench: TrialBench, suspicion: Suspicion, before: Trial, after: Trial) -> Gain:
    if suspicion.judged_by == "balanced_accuracy":
        return _balanced_gain(bench, before, after)
    return gain_of(bench, before, after)


def _balanced_gain(bench: TrialBench, base: Trial, trial: Trial) -> Gain:
    before, after = (balanced_accuracy(bench.case, each)[0] for each in (base, trial))
    rarest = float(bench.skill_score.shares.min()) * len(base.y)
    return Gain(before, after, float(1 / np.sqrt(max(rarest, 1)) / len(bench.skill_score.shares)))


def _ranked(findings: Sequence[Finding]) -> list[Finding]:
    gains = [each.gain.gain for each in findings if each.gain and _repairs(each)]
    most = max(gains, default=0.0)
    ranked = [
        replace(
            each,
            confidence=SYMPTOM_SHARE * each.suspicion.weight
            + (1 - SYMPTOM_SHARE) * _proof(each, most),
        )
        for each in findings
    ]
    return sorted(ranked, key=lambda each: -each.confidence)


def _repairs(finding: Finding) -> bool:
    """Whether its trial is a repair; others prove a cause by what they take away."""
    return not finding.suspicion.worsens and not finding.suspicion.halves


def _proof(finding: Finding, most: float) -> float:
    """How much the trial or the test of the data proves, from 0 to 1.

    Args:
        most: the largest gain of all repairs.
    """
    suspicion = finding.suspicion
    if suspicion.halves and not suspicion.decided:
        return MORE_ROWS_PROOF
    if finding.gain is None or not _repairs(finding) or suspicion.decided or most <= 0:
        return DATA_TEST_PROOF
    return float(np.clip(finding.gain.gain / most, 0, 1))
