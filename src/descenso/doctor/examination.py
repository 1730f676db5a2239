"""From symptoms to a verdict: suspected causes are tried, the strongest first."""

import time
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from descenso.doctor.baselines import baseline_skills
from descenso.doctor.case import Case, Change
from descenso.doctor.causes import suspects
from descenso.doctor.proof import STRONG_WEIGHT, Finding, try_cause
from descenso.doctor.suspicion import Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.doctor.trials import MIN_FOLDED_ROWS, MIN_GAIN, TrialBench
from descenso.engine.population import program_shape
from descenso.engine.progress import Progress, no_progress
from descenso.i18n import gettext as _

# On two cores, a full diagnosis takes at most this many times as long as the training, or this many
# seconds. It counts CPU time of both cores, so that a busy machine gives the same verdict.
MAX_BUDGET_FACTOR, MIN_BUDGET_SECONDS, BUDGET_CORES = 3.0, 10.0, 1.6
# If nothing looks wrong, a suspicion below this weight is not worth compiling another program.
FAINT_WEIGHT = 0.3
# Where something is wrong and nothing explains it, the search may take so many times as long.
LONGEST = 2.0
# Once a suspicion of this weight is proved, those below STRONG_WEIGHT need no trial.
CERTAIN_WEIGHT = 0.9
MIN_STRONG_TRIALS = 2  # trials of strong suspicions, however long they take
DATA_TEST_PROOF = 0.9  # how much a test of the data proves; the gain of a trial proves up to 1
MORE_ROWS_PROOF = 0.5  # how much it proves that half of the rows are worse: they nearly always are
SYMPTOM_SHARE = 0.6  # of a confidence; the rest is the proof

MIN_TRIAL_ROWS = 500  # of trials for a training that is too long to be repeated on all rows
PARALLEL_TRIALS = 2
GOOD_SKILL = 0.8  # of a network that has learnt what there is, as far as symptoms show
LARGE_GAP = 0.15  # between the skill on own rows and on others
# Of gains that differ by less than this share, symptoms say which is the cause.
SIMILAR_GAIN = 0.1
# Of a symptom that names the fault, and of one that is the fault itself.
NAMING_WEIGHT, PLAIN_WEIGHT = 0.9, 0.96


@dataclass(frozen=True)
class Examination:
    """The result of an examination.

    Attributes:
        findings: the proved ones, the likeliest first, and those that symptoms name without a
            proof in a training that has failed.
        remarks: what is merely unusual: the usual would be no better.
        tried: all others that were tried.
        untried: suspicions not tried within the time limit.
        seconds: how long it took.
    """

    symptoms: Symptoms
    findings: list[Finding]
    remarks: list[Finding]
    tried: list[Finding]
    untried: list[Suspicion]
    seconds: float


def examine(
    case: Case,
    *,
    quick: bool = False,
    budget: float | None = None,
    on_progress: Progress = no_progress,
) -> Examination:
    """Find out what is wrong with a training, if anything.

    Args:
        quick: whether to look only at symptoms, and train nothing.
        budget: how many seconds trials may take; None for three times the training's, and ten at
            the least.
        on_progress: called with what is being done and the fraction that is done.
    """
    began = time.perf_counter()
    if quick:
        return _glance(case, began)
    seconds = (
        max(MIN_BUDGET_SECONDS, MAX_BUDGET_FACTOR * case.seconds) if budget is None else budget
    )
    on_progress(_("Repeating the training"), 0.0)
    with warnings.catch_warnings():
        # What other learners say of themselves is not about this training.
        warnings.simplefilter("ignore")
        bench = TrialBench.of(case, affordable_rows(case, seconds))
        symptoms = _repeated(bench)
        findings, untried = _try_all(bench, symptoms, seconds, on_progress)
    remarks = [each for each in findings if each.is_remark]
    shown = _shown(symptoms, [each for each in findings if not each.is_remark])
    causes = {each.suspicion.cause for each in [*shown, *remarks]}
    tried = [each for each in findings if each.suspicion.cause not in causes]
    return Examination(symptoms, shown, remarks, tried, untried, time.perf_counter() - began)


def _glance(case: Case, began: float) -> Examination:
    """What symptoms alone show."""
    symptoms = Symptoms(case)
    found = [
        Finding(each, each.changes[0] if each.changes else None, None, None, False, each.weight)
        for each in suspicions_of(symptoms)
        if _is_plain(symptoms, each)
    ]
    # What has learnt well all the same is worth a remark.
    well = symptoms.training_skill >= GOOD_SKILL
    remarks = [each for each in found if each.is_remark and well]
    found = [each for each in found if each not in remarks]
    return Examination(symptoms, found, remarks, [], [], time.perf_counter() - began)


def _repeated(bench: TrialBench) -> Symptoms:
    """The symptoms, with the unchanged repeat and the other models beside it."""
    case = bench.case
    rows = len(case.experiment.training)
    if bench.judges_fit or rows < MIN_FOLDED_ROWS:
        folded = None if rows < MIN_FOLDED_ROWS else TrialBench.of(case, folded=True).unchanged
        return Symptoms(case, bench.unchanged, of_handful=folded)
    with ThreadPoolExecutor(1) as beside:
        # In parallel: one waits for the compiler, the other for scikit-learn.
        others = beside.submit(baseline_skills, bench)
        return Symptoms(case, bench.unchanged, others.result())


def _try_all(
    bench: TrialBench, symptoms: Symptoms, seconds: float, on_progress: Progress
) -> tuple[list[Finding], list[Suspicion]]:
    """The findings of all suspicions that are worth a trial, and those that time did not allow."""
    worked = time.process_time()
    waiting, findings = suspicions_of(symptoms), list[Finding]()
    # Two at a time, since compiling keeps one core busy.
    with ThreadPoolExecutor(PARALLEL_TRIALS) as cores:
        while waiting:
            # Where something is wrong and unexplained, the search goes on for longer.
            limit = seconds * (LONGEST if _unexplained(symptoms, findings) else 1)
            late = (time.process_time() - worked) / BUDGET_CORES > limit
            due, waiting = _next_suspicions(symptoms, findings, waiting, late)
            if not due:
                return findings, waiting
            names = ", ".join(each.cause for each in due)
            share = len(findings) / max(len(findings) + len(due) + len(waiting), 1)
            on_progress(_("Trying {causes}").format(causes=names), share)
            findings += cores.map(partial(try_cause, bench), due)
    return findings, []


def _unexplained(symptoms: Symptoms, findings: Sequence[Finding]) -> bool:
    """Whether something is wrong, and no finding says what."""
    return _is_unwell(symptoms) and not any(each.proved for each in findings)


def _is_unwell(symptoms: Symptoms) -> bool:
    """Whether the result itself shows a problem, whatever its cause is."""
    return symptoms.is_behind or symptoms.is_uneven or symptoms.is_unfit


def _shown(symptoms: Symptoms, findings: Sequence[Finding]) -> list[Finding]:
    """The findings that are reported, the likeliest first."""
    shown = _ranked([each for each in findings if each.proved])
    least = NAMING_WEIGHT if shown else STRONG_WEIGHT
    named = [
        each for each in findings if not each.proved and _is_named(symptoms, each.suspicion, least)
    ]
    shown = sorted([*shown, *_suspected(named)], key=lambda each: -each.confidence)
    if not shown and _is_unwell(symptoms):
        return _suspected(_likeliest(symptoms, findings))
    return shown


def _likeliest(symptoms: Symptoms, findings: Sequence[Finding]) -> list[Finding]:
    """The likeliest cause of a poor result where none is proved.

    It is the one whose trial gained most; if none gained, what fits the symptoms: a network that
    is far better on its own rows overfits, another one does not fit.
    """
    repairs = [each for each in findings if each.gain is not None and each.repairs and each.change]
    gained = [each for each in repairs if _gain(each) >= MIN_GAIN]
    if gained:
        return [max(gained, key=_gain)]
    usual = "overfitting" if symptoms.gap > LARGE_GAP else "underfitting_capacity"
    fitting = [each for each in repairs if each.suspicion.cause == usual]
    return fitting or sorted(repairs, key=lambda each: -each.suspicion.weight)[:1]


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
    # A leak is a fault beside others, and explains none of them.
    certain = any(
        each.proved and each.repairs and each.suspicion.weight >= CERTAIN_WEIGHT
        for each in findings
    )
    strong = len([each for each in findings if each.suspicion.weight >= STRONG_WEIGHT])
    well = symptoms.behind < 0.02 and symptoms.skill > 0.1 and not _is_unwell(symptoms)
    worth: list[Suspicion] = []
    for each in waiting:
        faint = each.weight < FAINT_WEIGHT and well
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
    able = [
        new
        for each in found
        if (new := replace(each, changes=_possible(symptoms.case, each.changes))).changes
        or not each.changes
    ]
    return sorted(able, key=lambda each: -each.weight)


def _possible(case: Case, changes: Sequence[Change]) -> list[Change]:
    """The changes that a user's own network accepts, and that change anything."""
    return [change for change in changes if case.takes(change) and case.differs_by(change)]


def _ranked(findings: Sequence[Finding]) -> list[Finding]:
    """The findings with their confidence: what gained most first.

    Of similar gains the symptoms say which comes first, since many faults can be mended in several
    ways.
    """
    gains = [each.gain.gain for each in findings if each.gain and each.repairs]
    most = max(gains, default=0.0)
    confidences = {
        id(each): SYMPTOM_SHARE * each.suspicion.weight + (1 - SYMPTOM_SHARE) * _proof(each, most)
        for each in findings
    }
    # The confidences of repairs are given in the order of their gains.
    repairs = [each for each in findings if _is_measured(each)]
    ordered = sorted((confidences[id(each)] for each in repairs), reverse=True)
    for each, confidence in zip(_by_gain(repairs), ordered, strict=True):
        confidences[id(each)] = confidence
    found = [replace(each, confidence=confidences[id(each)]) for each in findings]
    return sorted(found, key=lambda each: -each.confidence)


def _is_measured(finding: Finding) -> bool:
    """Whether the gain of its trial says how much it matters."""
    return finding.gain is not None and finding.repairs and not finding.suspicion.decided


def _by_gain(repairs: Sequence[Finding]) -> list[Finding]:
    """The repairs that gained most first; those of similar gain by their symptoms."""
    left, ordered = list(repairs), list[Finding]()
    while left:
        most = max(left, key=_gain)
        noise = most.gain.noise if most.gain else 0.0
        least = _gain(most) - max(noise, SIMILAR_GAIN * abs(_gain(most)))
        similar = [each for each in left if _gain(each) >= least]
        ordered += sorted(similar, key=lambda each: -each.suspicion.weight)
        left = [each for each in left if _gain(each) < least]
    return ordered


def _gain(finding: Finding) -> float:
    return finding.gain.gain if finding.gain else 0.0


def _proof(finding: Finding, most: float) -> float:
    """How much the trial or the test of the data proves, from 0 to 1.

    Args:
        most: the largest gain of all repairs.
    """
    suspicion = finding.suspicion
    if suspicion.halves and not suspicion.decided:
        return MORE_ROWS_PROOF
    if finding.gain is None or not finding.repairs or suspicion.decided or most <= 0:
        return DATA_TEST_PROOF
    return float(np.clip(finding.gain.gain / most, 0, 1))
