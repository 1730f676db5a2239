"""Tests of the data itself: wrong labels, and a shift between training and validation rows."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from descenso.doctor.baselines import Baselines, baseline_skills, plain_columns
from descenso.doctor.case import Case, Rows
from descenso.doctor.trials import MIN_FOLDED_ROWS, Fold, TrialBench
from descenso.engine import metrics

FOLDS, PARTITIONS = 5, 2
TREES = 60
# A label counts as wrong if its probability is below this share of the likeliest class's.
UNLIKELY_RATIO = 0.25
MAX_ROWS = 2_000


@dataclass(frozen=True)
class LabelNoise:
    """The share of labels that are not the class predicted by models fitted on other rows.

    Attributes:
        inside: among the half of the rows with the most confident predictions.
        outside: among the other half, nearer to the border between classes.
    """

    inside: float
    outside: float


@dataclass(frozen=True)
class Shift:
    """How training and validation rows differ.

    Attributes:
        auc: of a classifier that separates validation rows from training rows.
        lost: how much lower the skill of other models is on validation rows than on held-out
            training rows.
    """

    auc: float
    lost: float


def label_noise(case: Case) -> LabelNoise | None:
    """How many labels look wrong, far from the border between classes and near it.

    Overlapping classes disagree with predictions near their border, but hardly far from it.

    Source: after Northcutt, Jiang & Chuang, Confident Learning (2021), section 3.
    """
    if case.recipe.task == "regression" or len(case.experiment.training) < 50:
        return None
    y = case.experiment.training.y.astype(int)
    probable = _out_of_fold(plain_columns(case, case.experiment.training), y)
    likeliest = probable.argmax(axis=1)
    order = np.argsort(-np.sort(probable, axis=1)[:, -1])
    wrong = likeliest != y
    half = len(order) // 2
    return LabelNoise(float(wrong[order[:half]].mean()), float(wrong[order[half:]].mean()))


def clean_labels(case: Case) -> Callable[[Rows, Fold], Rows]:
    """A change of the data that corrects the labels of a fold's training rows.

    Only these rows suggest corrections, so that the judged rows stay unseen.
    """
    x, y = plain_columns(case, case.experiment.training), case.experiment.training.y

    def clean(rows: Rows, fold: Fold) -> Rows:
        known = y[fold.training].astype(int)
        better = y.copy()
        better[fold.training] = suggested_labels(x[fold.training], known)
        return replace(rows, training=replace(rows.training, y=better))

    return clean


def suggested_labels(
    x: Float[np.ndarray, "rows columns"], y: Int[np.ndarray, " rows"]
) -> Int[np.ndarray, " rows"]:
    """The labels, with unlikely ones replaced by the likeliest class."""
    probable = _out_of_fold(x, y)
    likeliest = probable.argmax(axis=1)
    own = probable[np.arange(len(y)), y]
    unlikely: Bool[np.ndarray, " rows"] = own < UNLIKELY_RATIO * probable.max(axis=1)
    return np.where(unlikely, likeliest, y)


def shift(case: Case, across: Baselines) -> Shift | None:
    """How training and validation rows differ, in columns and target together.

    Args:
        across: the skill of models fitted on training rows, on the validation rows.
    """
    validation = case.experiment.validation
    if not case.own_validation or validation is None or len(validation) < 20:
        return None
    if len(case.experiment.training) < MIN_FOLDED_ROWS:
        return None
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.model_selection import cross_val_predict

    random = np.random.default_rng(0)
    parts = []
    for examples in (case.experiment.training, validation):
        x = plain_columns(case, examples)
        both = np.column_stack([x, examples.y.astype(float)])
        parts.append(both[random.permutation(len(both))[:MAX_ROWS]])
    x = np.concatenate(parts)
    of_validation = np.repeat([0, 1], [len(part) for part in parts])
    learner = ExtraTreesClassifier(
        TREES, min_samples_leaf=5, class_weight="balanced", random_state=0
    )
    chance: Any = cross_val_predict(learner, x, of_validation, cv=FOLDS, method="predict_proba")
    area = metrics.roc_auc(of_validation, chance[:, 1], np.ones(len(x))) or 0.5
    within = baseline_skills(TrialBench.of(case, folded=True)).best_skill
    return Shift(float(area), float(within - across.best_skill))


def _out_of_fold(
    x: Float[np.ndarray, "rows columns"], y: Int[np.ndarray, " rows"]
) -> Float[np.ndarray, "rows classes"]:
    """The class probabilities of each row, by trees and neighbours fitted on other rows."""
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.model_selection import KFold
    from sklearn.neighbors import KNeighborsClassifier

    classes = int(y.max()) + 1
    learners: list[Any] = [
        ExtraTreesClassifier(TREES, min_samples_leaf=3, random_state=0),
        KNeighborsClassifier(min(15, max(1, len(y) // 2))),
    ]
    probable = np.zeros((len(y), classes))
    # More than one partition, since predictions of a few neighbours depend on who is among them.
    for turn in range(PARTITIONS):
        for training, judged in KFold(FOLDS, shuffle=True, random_state=turn).split(x):
            for learner in learners:
                learner.fit(x[training], y[training])
                predicted = learner.predict_proba(x[judged]) / (len(learners) * PARTITIONS)
                probable[np.ix_(judged, learner.classes_)] += predicted
    return probable
