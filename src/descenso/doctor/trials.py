"""Trials: training with the change of a suspected cause, from the same seeds and rows.

Each trial is four networks, trained at once: each from its own seed, on three quarters of the rows,
judged on the last quarter. So every row is judged once by a network that was not trained on it, and
an unchanged repeat, judged on the same rows, shows how much of a difference is chance. An epoch of
fewer rows has fewer updates, so there are more epochs, for as many updates. If the validation rows
were chosen (another table, other groups, later times), they judge instead, and all four networks
train on all rows. A handful of rows may be all of a problem, as the four of "exclusive or" are: the
networks train on all of them and are judged by how well they fit them.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from jaxtyping import Float, Integer

from descenso.data.splits.folds import stratified_folds
from descenso.doctor.case import Case, Change, Rows, apply_change, experiment_of
from descenso.doctor.skill import SkillScore
from descenso.engine import inference, population
from descenso.engine.experiment import Examples
from descenso.recipe import Recipe

FOLDS = 4
HANDFUL_OF_ROWS = 20  # up to so many are judged by the fit on the rows themselves
MIN_FOLDED_ROWS = 2 * FOLDS  # with fewer, held-out rows show nothing
MAX_TURNS = 4  # of a trial, each from four other seeds
VALIDATION_SHARE = 0.2  # of a fold's rows, if patience needs validation rows and the run has none

# A gain counts if it is a tenth of what is missing to a perfect skill, and at least this.
MIN_GAIN, MIN_GAIN_SHARE = 0.03, 0.1
MIN_PROVING_SKILL = 0.05  # a repair has to beat a constant prediction
POINTING_WEIGHT = 0.7  # a cause of this weight or more is pointed at by its symptoms
MAX_ROW_LOSS = 4.0  # relative to a constant's; larger differences are clipped in the noise


@dataclass(frozen=True)
class Fold:
    """Rows to train on and rows to judge on, as positions among the training rows.

    Attributes:
        judged: None if the validation rows judge.
    """

    training: Integer[np.ndarray, " learning"]
    judged: Integer[np.ndarray, " judging"] | None


# A change of the rows, in addition to what the recipe of a trial changes.
DataChange = Callable[[Rows, Fold], Rows]


@dataclass(frozen=True)
class TrialBench:
    """The case and the folds that all trials share.

    Attributes:
        rows: how many rows the folds divide.
        judges: the rows that judge all folds, if the folds have none of their own.
        attempt: counts repetitions of a proof, each on other folds and from other seeds.
    """

    case: Case
    rows: int
    folds: list[Fold]
    judges: Examples | None
    attempt: int = 0

    @property
    def skill_score(self) -> SkillScore:
        """The skill score of the case."""
        return self.case.skill_score

    @cached_property
    def reached(self) -> float:
        """The skill that a repair has to beat, if the run itself is better than its repeats.

        Repeats learn from fewer rows, and the difference shows in the training skill. The run also
        has its validation skill, minus a standard error; but few rows may be lucky, so that counts
        only up to its training skill.
        """
        experiment = self.case.experiment
        learnt, _error = self._own_skill(experiment.training)
        reached = self.unchanged.skill + max(0.0, learnt - self.unchanged.training_skill)
        if experiment.validation is not None:
            skill, error = self._own_skill(experiment.validation)
            reached = max(reached, min(skill - error, learnt))
        return reached

    def _own_skill(self, examples: Examples) -> tuple[float, float]:
        """The skill of the run's own network on rows, and its standard error."""
        of_rows = self.case.losses_on(examples)
        if of_rows is None:
            return -1.0, 0.0
        judging = self.skill_score.judges(examples.y)
        losses, y = of_rows[judging], examples.y[judging]
        scale = max(float(self.skill_score.constant_losses(y).mean()), 1e-9)
        return self.skill_score.skill(losses, y), float(losses.std() / scale / np.sqrt(len(y)))

    @cached_property
    def unchanged(self) -> "Trial":
        """The unchanged case, repeated from four seeds."""
        return self.repeats(1)

    def repeats(self, turns: int) -> "Trial":
        """The unchanged case, repeated this many times, each time from four other seeds."""
        while len(self._repeats) < turns:
            self._repeats.append(run_trial(self, {}, turn=len(self._repeats)))
        return joined(self._repeats[:turns])

    @cached_property
    def _repeats(self) -> "list[Trial]":
        return []

    @classmethod
    def of(
        cls, case: Case, rows: int | None = None, *, folded: bool = False, attempt: int = 0
    ) -> "TrialBench":
        """The rows of the trials.

        Args:
            rows: how many of the training rows to use, drawn by the run's seed; None for all.
            folded: judge on folds of the training rows even where validation rows were chosen, or
                where there is only a handful of rows.
            attempt: see `TrialBench`.
        """
        training = case.experiment.training
        count = len(training)
        generator = np.random.default_rng((case.recipe.seed, 77, attempt))
        order = generator.permutation(count)[: min(rows or count, count)]
        # In the table's order, which a training without shuffling sees.
        everything = np.sort(order)
        if case.own_validation and not folded and case.experiment.validation is not None:
            folds = [Fold(everything, None)] * FOLDS
            return cls(case, len(order), folds, case.experiment.validation, attempt)
        if count <= HANDFUL_OF_ROWS and not folded:
            return cls(case, count, [Fold(everything, everything)] * FOLDS, None, attempt)
        held_out = [order[fold] for fold in stratified_folds(training.y[order], FOLDS, generator)]
        folds = [Fold(np.setdiff1d(order, judged), np.sort(judged)) for judged in held_out]
        return cls(case, len(order), folds, None, attempt)

    @property
    def judges_fit(self) -> bool:
        """Whether networks are judged on the rows that they have learnt."""
        return self.judges is None and self.folds[0].judged is self.folds[0].training

    @cached_property
    def again(self) -> "TrialBench":
        """The same number of rows in other folds, for networks from other seeds."""
        # Folds of a case with a handful of rows, or with its own validation rows, are asked for.
        folded = self.judges is None and not self.judges_fit
        return self.of(self.case, self.rows, folded=folded, attempt=self.attempt + 1)

    def halved(self) -> "TrialBench":
        """The same, but with every second training row."""
        folds = [replace(each, training=each.training[::2]) for each in self.folds]
        return replace(self, rows=self.rows // 2, folds=folds)


@dataclass(frozen=True)
class Trial:
    """The result of training with a change.

    Attributes:
        change: of the recipe; empty for the unchanged repeat.
        y: the true targets of the judged rows, on the case's scale, fold by fold.
        outputs: the networks' predictions of them, on the same scale.
        losses: their losses, by the skill score.
        fold_skills: the skill of each network alone.
        training_skill: the mean skill on training rows.
        curves: the training loss of each network, by epoch.
    """

    change: Change
    y: Float[np.ndarray, " rows"] | Integer[np.ndarray, " rows"]
    outputs: Float[np.ndarray, "rows outputs"]
    losses: Float[np.ndarray, " rows"]
    fold_skills: Float[np.ndarray, " folds"]
    skill: float
    training_skill: float
    curves: list[Float[np.ndarray, " _"]]


def run_trial(
    bench: TrialBench, change: Change, change_rows: DataChange | None = None, *, turn: int = 0
) -> Trial:
    """Train the case with a change.

    Args:
        change: fields of the recipe.
        change_rows: what to change in the rows after that.
        turn: each turn takes four other seeds.
    """
    recipe = bench.case.changed(change) if change else bench.case.recipe
    first = recipe.seed + FOLDS * (turn + MAX_TURNS * bench.attempt)
    seeds = [first + index for index in range(FOLDS)]
    recipes = [recipe.replace(seed=seed % 2**32) for seed in seeds]
    members, rows = _train(bench, recipes, change_rows)
    return _judged(bench, change, members, rows)


def joined(trials: Sequence[Trial]) -> Trial:
    """Trials of the same change from different seeds, as one."""
    return replace(
        trials[0],
        outputs=np.mean([each.outputs for each in trials], axis=0),
        losses=np.mean([each.losses for each in trials], axis=0),
        fold_skills=np.concatenate([each.fold_skills for each in trials]),
        skill=float(np.mean([each.skill for each in trials])),
        training_skill=float(np.mean([each.training_skill for each in trials])),
        curves=[curve for each in trials for curve in each.curves],
    )


def best_of(bench: TrialBench, changes: Sequence[Change]) -> Trial:
    """The trial of the most promising of several changes that share a compiled program.

    To choose among several, one network is trained with each on the first fold.
    """
    if len(changes) > 1:
        recipes = [bench.case.changed(change) for change in changes]
        # As many networks as in a trial, so that all share the program.
        recipes = [recipes[index % len(recipes)] for index in range(FOLDS)]
        members, rows = _train(bench, recipes, None, first_fold=True)
        skills = [
            _judged(bench, {}, [member], [rows[index]]).skill
            for index, member in enumerate(members[: len(changes)])
        ]
        changes = [changes[int(np.argmax(skills))]]
    return run_trial(bench, changes[0])


@dataclass(frozen=True)
class Gain:
    """How much better a change is than the unchanged repeat.

    Attributes:
        before, after: held-out skills.
        noise: twice the standard error of their difference, over rows or over seeds, whichever is
            larger.
        reached: the skill of the run itself, which a repair has to beat too unless symptoms point
            at its cause, since the repeats have learnt from fewer rows.
    """

    before: float
    after: float
    noise: float
    reached: float = -np.inf

    @property
    def gain(self) -> float:
        return self.after - self.before

    def proves(self, weight: float) -> bool:
        """Whether the gain matters and exceeds the noise, by more if symptoms hardly point at it.

        Of many changes that are tried without a reason, some succeed by chance.
        """
        return self.matters(weight) and self.gain > self.noise * (1.5 - 0.5 * weight)

    def matters(self, weight: float) -> bool:
        """Whether the gain would be large enough, if it is not chance."""
        needed = max(MIN_GAIN, MIN_GAIN_SHARE * (1 - self.before))
        # A recipe that is clearly wrong counts as a problem even if one run of it was lucky.
        start = self.before if weight >= POINTING_WEIGHT else max(self.before, self.reached)
        better_by = self.after - start
        return self.after > MIN_PROVING_SKILL and better_by > needed * (1.5 - 0.5 * weight)


def gain_of(bench: TrialBench, before: Trial, after: Trial) -> Gain:
    """Compare a trial with the unchanged repeat, row by row."""
    scale = max(float(bench.skill_score.constant_losses(before.y).mean()), 1e-9)
    of_rows = (before.losses - after.losses) / scale
    by_rows = float(np.clip(of_rows, -MAX_ROW_LOSS, MAX_ROW_LOSS).std() / np.sqrt(len(of_rows)))
    of_seeds = after.fold_skills - before.fold_skills
    by_seeds = float(np.std(of_seeds, ddof=1) / np.sqrt(len(of_seeds)))
    return Gain(before.skill, after.skill, 2 * max(by_rows, by_seeds), bench.reached)


def _train(
    bench: TrialBench,
    recipes: Sequence[Recipe],
    change_rows: DataChange | None,
    *,
    first_fold: bool = False,
) -> tuple[list[population.Member], list[tuple[Rows, Fold]]]:
    case = bench.case
    experiments, used = [], []
    for index, recipe in enumerate(recipes):
        fold = bench.folds[0 if first_fold else index]
        rows = apply_change(case, recipe)
        if change_rows is not None:
            rows = change_rows(rows, fold)
        learning, validation = fold.training, rows.validation
        if recipe.patience and validation is None:
            mixed = np.random.default_rng((recipe.seed, 78)).permutation(learning)
            held_out = int(VALIDATION_SHARE * len(mixed))
            # Of a few rows none can be spared: they are learnt, and stop the training as well.
            validation = rows.training.at(np.sort(mixed[:held_out] if held_out else learning))
            learning = np.sort(mixed[held_out:])
        training = rows.training.at(learning)
        recipe = recipe.replace(epochs=_as_many_updates(recipe, bench.rows, len(learning)))
        experiments.append(
            experiment_of(case, recipe, replace(rows, training=training, validation=validation))
        )
        used.append((rows, fold))
    return population.train_on_own_rows(experiments), used


def _as_many_updates(recipe: Recipe, rows: int, learning: int) -> int:
    """The epochs in which fewer rows make the same number of updates."""
    if recipe.batch_size == "full":
        return recipe.epochs
    per_epoch = [math.ceil(count / recipe.batch_size) for count in (rows, learning)]
    return math.ceil(recipe.epochs * per_epoch[0] / per_epoch[1])


def _judged(
    bench: TrialBench,
    change: Change,
    members: Sequence[population.Member],
    used: Sequence[tuple[Rows, Fold]],
) -> Trial:
    case, skill_score = bench.case, bench.skill_score
    outputs, truths, losses, skills, training_skills = [], [], [], [], []
    original = case.experiment.training
    for member, (rows, fold) in zip(members, used, strict=True):
        task = replace(
            case.experiment.task,
            output_activation=member.recipe.output_activation,
            loss=member.recipe.loss,
        )
        if fold.judged is None:
            assert rows.validation is not None and bench.judges is not None
            x, y = rows.validation.x, bench.judges.y
        else:
            x, y = rows.training.x[fold.judged], original.y[fold.judged]
        judging = skill_score.judges(y)
        said = inference.predict(task, member.network, x)[judging] * rows.scale + rows.center
        y = y[judging]
        known = inference.predict(task, member.network, rows.training.x[fold.training])
        known = known * rows.scale + rows.center
        outputs.append(said)
        truths.append(y)
        losses.append(skill_score.losses(said, y))
        skills.append(skill_score.skill(losses[-1], y))
        truth = original.y[fold.training]
        judging = skill_score.judges(truth)
        known_losses = skill_score.losses(known[judging], truth[judging])
        training_skills.append(skill_score.skill(known_losses, truth[judging]))
    y = np.concatenate(truths)
    all_losses = np.concatenate(losses)
    return Trial(
        change=dict(change),
        y=y,
        outputs=np.concatenate(outputs),
        losses=all_losses,
        fold_skills=np.array(skills),
        skill=skill_score.skill(all_losses, y),
        training_skill=float(np.mean(training_skills)),
        curves=[member.loss for member in members],
    )
