"""The skill of other models on the same rows: how much there is to learn.

A network that does as well as the best of them is hardly broken, and if none of them beats a
constant there is nothing to learn. They are judged on the same rows as the trials.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from descenso.doctor.case import Case, numeric_columns
from descenso.doctor.skill import RowLosses
from descenso.doctor.trials import MAX_ROW_LOSS, Trial, TrialBench
from descenso.engine.experiment import Examples

MAX_ROWS = 5_000  # to fit them on
TREES = 100


@dataclass(frozen=True)
class Baselines:
    """How well other models predict the judged rows.

    Attributes:
        skills: the held-out skill of each model, by name.
        losses: their losses of the judged rows, by the skill score.
        fold_skills: the skill of each model in each fold.
        scale: the mean loss of a constant prediction of these rows.
    """

    skills: dict[str, float]
    losses: dict[str, RowLosses]
    fold_skills: dict[str, list[float]]
    scale: float

    @property
    def best(self) -> str:
        """The name of the best model."""
        return max(self.skills, key=lambda name: self.skills[name])

    @property
    def best_skill(self) -> float:
        """The skill of the best model."""
        return self.skills[self.best]


@dataclass(frozen=True)
class Lag:
    """How much worse a network is than another model on the same rows.

    Attributes:
        name: the model.
        skill: the skill that the network lacks; negative if it is ahead.
        noise: twice the standard error of the difference, over rows.
    """

    name: str
    skill: float
    noise: float


def lag(trial: Trial, others: Baselines) -> Lag:
    """How much worse the networks of a trial are than the best other model, row by row."""
    theirs = others.losses[others.best]
    # Where rows of their own judge, each network has judged all of them.
    own = trial.losses.reshape(-1, len(theirs)).mean(axis=0)
    missing = np.clip((own - theirs) / others.scale, -MAX_ROW_LOSS, MAX_ROW_LOSS)
    noise = 2 * float(missing.std() / np.sqrt(len(missing)))
    # A few rows that are very wrong do not make the whole difference.
    return Lag(others.best, min(others.best_skill - trial.skill, float(missing.mean())), noise)


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
    skills, losses_by_name = dict[str, float](), dict[str, RowLosses]()
    fold_skills = dict[str, list[float]]()
    truth = (
        np.concatenate([y[fold.judged] for fold in folds])
        if bench.judges is None
        else bench.judges.y
    )
    judging = bench.skill_score.judges(truth)
    for name, learner in learners.items():
        said = []
        for fold in folds:
            learning = fold.training[:MAX_ROWS]
            judged = x[fold.judged] if bench.judges is None else plain_columns(case, bench.judges)
            if regression:
                # Robust to outliers, as the skill score is.
                limit = 10 * bench.skill_score.spread
                center = bench.skill_score.center
                if name == "neighbours":
                    learner.set_params(n_neighbors=min(5, len(learning)))
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
        losses = bench.skill_score.losses(answers[judging], truth[judging])
        skills[name] = bench.skill_score.skill(losses, truth[judging])
        losses_by_name[name] = losses
        ends = np.cumsum([len(part) for part in said])[:-1]
        fold_skills[name] = [
            bench.skill_score.skill(bench.skill_score.losses(part[kept], y[kept]), y[kept])
            for part, y in zip(np.split(answers, ends), np.split(truth, ends), strict=True)
            if (kept := bench.skill_score.judges(y)).any()
        ]
    scale = max(float(bench.skill_score.constant_losses(truth[judging]).mean()), 1e-9)
    return Baselines(skills, losses_by_name, fold_skills, scale)


def plain_columns(case: Case, examples: Examples) -> Float[np.ndarray, "rows columns"]:
    """The matrix with standardised numeric columns, whatever the recipe says."""
    x = examples.x[: len(examples)].astype(float)
    numeric = numeric_columns(case.encoder)
    own = case.experiment.training
    known = own.x[: len(own), numeric].astype(float)
    center, spread = known.mean(axis=0), known.std(axis=0)
    x[:, numeric] = (x[:, numeric] - center) / np.where(spread > 0, spread, 1)
    return x
