"""The skill of other models on the same rows: how much there is to learn.

A network that does as well as the best of them is hardly broken, and if none of them beats a
constant there is nothing to learn. They are judged on the same rows as the trials.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from descenso.doctor.case import Case, numeric_columns
from descenso.doctor.trials import TrialBench
from descenso.engine.experiment import Examples

MAX_ROWS = 5_000  # to fit them on
TREES = 100


@dataclass(frozen=True)
class Baselines:
    """The held-out skill of each model, by name."""

    skills: dict[str, float]

    @property
    def best_skill(self) -> float:
        """The skill of the best model."""
        return max(self.skills.values())


def baseline_skills(bench: TrialBench) -> Baselines:
    """The held-out skill of a linear model, of trees and of nearest neighbours."""
    # scikit-learn takes a second to import.
    from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor
    from sklearn.linear_model import LogisticRegression, RidgeCV
    from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

    case = bench.case
    regression = case.recipe.task == "regression"
    leaf = 1 if len(case.experiment.training) < 100 else 3
    learners: dict[str, Any] = (
        {
            "linear": RidgeCV(np.geomspace(1e-2, 1e4, 13)),
            "trees": ExtraTreesRegressor(TREES, min_samples_leaf=leaf, n_jobs=1, random_state=0),
            "neighbours": KNeighborsRegressor(5, weights="distance"),
        }
        if regression
        else {
            "linear": LogisticRegression(max_iter=300),
            "trees": ExtraTreesClassifier(TREES, min_samples_leaf=leaf, n_jobs=1, random_state=0),
            "neighbours": KNeighborsClassifier(7),
        }
    )
    x = plain_columns(case, case.experiment.training)
    y = case.experiment.training.y
    classes = len(bench.skill_score.shares)
    folds = bench.folds if bench.judges is None else bench.folds[:1]
    skills = dict[str, float]()
    truth = (
        np.concatenate([y[fold.judged] for fold in folds])
        if bench.judges is None
        else bench.judges.y
    )
    for name, learner in learners.items():
        said = []
        for fold in folds:
            learning = fold.training[:MAX_ROWS]
            judged = x[fold.judged] if bench.judges is None else plain_columns(case, bench.judges)
            if regression:
                # Robust to outliers, as the skill score is.
                limit = 10 * bench.skill_score.spread
                center = bench.skill_score.center
                learner.fit(x[learning], np.clip(y[learning], center - limit, center + limit))
                said.append(learner.predict(judged)[:, None])
            else:
                codes = y[learning].astype(int)
                probable = np.zeros((len(judged), classes))
                if len(np.unique(codes)) > 1:
                    if name == "neighbours":
                        learner.set_params(n_neighbors=min(7, len(learning)))
                    learner.fit(x[learning], codes)
                    probable[:, learner.classes_] = learner.predict_proba(judged)
                else:
                    probable[:, codes[0]] = 1.0
                # The vote of a few neighbours is never certain.
                said.append(
                    bench.skill_score.with_class_weights((probable + 0.02 / classes) / 1.02)
                )
        outputs = np.concatenate(said)
        answers = outputs[:, 1:] if case.recipe.task == "binary" else outputs
        judging = bench.skill_score.judges(truth)
        losses = bench.skill_score.losses(answers[judging], truth[judging])
        skills[name] = bench.skill_score.skill(losses, truth[judging])
    return Baselines(skills)


def plain_columns(case: Case, examples: Examples) -> Float[np.ndarray, "rows columns"]:
    """The matrix with standardised numeric columns, whatever the recipe says."""
    x = examples.x[: len(examples)].astype(float)
    numeric = numeric_columns(case.encoder)
    own = case.experiment.training
    known = own.x[: len(own), numeric].astype(float)
    center, spread = known.mean(axis=0), known.std(axis=0)
    x[:, numeric] = (x[:, numeric] - center) / np.where(spread > 0, spread, 1)
    return x
