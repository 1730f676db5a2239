"""The learning rate is too large: steps overshoot the minimum."""

from descenso.doctor.suspicion import Evidence, Suspicion, distinct_from, number, rounded
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("the training diverges, the loss jumps, or the rate is far above the usual one")
CHANGES = ("learning_rate",)

SMALLER_FACTORS = (1 / 3, 1 / 10, 1 / 30, 1 / 100)
FEW_BATCH_ROWS = 4  # rows of a batch


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if the loss diverges or jumps, or if large steps have learnt nothing."""
    weight = _weight(symptoms)
    if not weight:
        return None
    rate = symptoms.recipe.learning_rate
    return Suspicion(
        "learning_rate_too_large",
        weight,
        _("The learning rate {rate} is too large: steps overshoot the minimum.").format(
            rate=number(rate)
        ),
        [
            Evidence(
                _("learning rate relative to the usual one of {optimizer}").format(
                    optimizer=symptoms.recipe.optimizer
                ),
                symptoms.rate_ratio,
                _("about 1"),
            ),
            Evidence(_("loss jitter between epochs"), symptoms.jitter, _("below 0.1")),
        ],
        [{"learning_rate": each} for each in _smaller(rate, rate / symptoms.rate_ratio)],
    )


def _smaller(rate: float, usual: float) -> list[float]:
    """Four rates to try, beginning with the usual one if it is much smaller."""
    rates = [rate * factor for factor in SMALLER_FACTORS]
    if usual <= rates[0]:
        rates = [usual, *distinct_from(usual, rates)[:3]]
    return [rounded(each) for each in rates]


def _weight(symptoms: Symptoms) -> float:
    ratio = symptoms.rate_ratio
    nothing_learnt = symptoms.training_skill < 0.1
    if symptoms.diverged or not symptoms.last < 1e3:
        weight = 0.95 if ratio >= 3 else 0.7 if symptoms.depth < 4 else 0.5
    elif ratio >= 8:
        weight = 0.8
    elif ratio >= 2 and (symptoms.jitter > 0.15 or symptoms.rise > 1.5 or nothing_learnt):
        weight = 0.7
    elif symptoms.jitter > 0.2 or symptoms.rise > 2:
        weight = 0.5
    elif nothing_learnt and ratio >= 0.5:
        weight = 0.4
    else:
        weight = 0.2
    # In batches of a few rows, noise makes the loss jump.
    if symptoms.recipe.batch_size in range(FEW_BATCH_ROWS + 1):
        weight *= 0.8
    # Large inputs or targets explain large steps, and are causes of their own.
    if symptoms.widest_feature > 5 or symptoms.target_size > 5:
        weight *= 0.6
    return weight
