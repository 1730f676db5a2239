"""The learning rate is too small: the weights hardly change."""

from descenso.doctor.suspicion import Evidence, Suspicion, distinct_from, number, rounded
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("the loss still falls or has hardly moved, all the more below the usual rate")
CHANGES = ("learning_rate",)

LARGER_FACTORS = (3, 10, 30, 100)
MAX_RATIO = 5  # over the usual rate
# The relative fall of the loss late in the training, and its level over a constant's.
STEEP_FALL, HARDLY_MOVED = 0.1, 0.9


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if the rate is below the usual one and the loss is still high or falling."""
    if symptoms.diverged or symptoms.training_skill > 0.99:
        return None
    ratio, rate = symptoms.rate_ratio, symptoms.recipe.learning_rate
    unfinished = symptoms.falling > 0.02 or symptoms.training_skill < 0.05
    if ratio <= 0.05:
        weight = 0.95 if unfinished else 0.5
    elif ratio <= 0.25:
        weight = 0.7 if unfinished else 0.3
    elif symptoms.falling > STEEP_FALL or symptoms.last > HARDLY_MOVED:
        # Whatever is usual, this loss was not near its minimum.
        weight = 0.5
    elif unfinished:
        weight = 0.25
    else:
        weight = 0.1
    if ratio * LARGER_FACTORS[0] > MAX_RATIO:
        return None
    return Suspicion(
        "learning_rate_too_small",
        weight,
        _("The learning rate {rate} is too small: the loss was still far from its minimum.").format(
            rate=number(rate)
        ),
        [
            Evidence(
                _("learning rate relative to the usual one of {optimizer}").format(
                    optimizer=symptoms.recipe.optimizer
                ),
                ratio,
                _("about 1"),
            ),
            Evidence(_("step size relative to the weights"), symptoms.step_ratio, _("about 0.001")),
            Evidence(
                _("still falling at the end? (relative fall of the loss)"),
                symptoms.falling,
                _("about 0"),
            ),
        ],
        [{"learning_rate": each} for each in _larger(rate, rate / ratio)],
    )


def _larger(rate: float, usual: float) -> list[float]:
    """Up to four rates to try, beginning with the usual one if it is much larger."""
    rates = [rate * factor for factor in LARGER_FACTORS if rate * factor <= MAX_RATIO * usual]
    if usual >= LARGER_FACTORS[0] * rate:
        rates = [usual, *distinct_from(usual, rates)[-3:]]
    return [rounded(each) for each in rates]
