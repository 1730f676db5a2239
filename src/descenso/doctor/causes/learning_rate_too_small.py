"""The learning rate is too small: the training hardly moves (row T8 of the theory)."""

from descenso.doctor.suspicion import Evidence, Suspicion, number, rounded, unlike
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import gettext as _

LARGER = (3, 10, 30, 100)
LARGEST_RATIO = 5  # over the usual rate


def suspect(seen: Symptoms) -> Suspicion | None:
    """Where the rate is below the usual one and the loss has not come down."""
    if seen.diverged or seen.training_skill > 0.99:
        return None
    ratio, rate = seen.rate_ratio, seen.recipe.learning_rate
    unfinished = seen.falling > 0.02 or seen.training_skill < 0.05
    if ratio <= 0.05:
        weight = 0.95 if unfinished else 0.5
    elif ratio <= 0.25:
        weight = 0.7 if unfinished else 0.3
    elif unfinished:
        weight = 0.25
    else:
        weight = 0.1
    if ratio * LARGER[0] > LARGEST_RATIO:
        return None
    return Suspicion(
        "learning_rate_too_small",
        weight,
        _("The learning rate {rate} is too small: the loss was still far from its end.").format(
            rate=number(rate)
        ),
        [
            Evidence(
                _("learning rate over the usual one of {optimizer}").format(
                    optimizer=seen.recipe.optimizer
                ),
                ratio,
                _("about 1"),
            ),
            Evidence(_("step over weights"), seen.step_ratio, _("about 0.001")),
            Evidence(_("fall of the loss at the end"), seen.falling, _("about 0")),
        ],
        [{"learning_rate": each} for each in _larger(rate, rate / ratio)],
    )


def _larger(rate: float, usual: float) -> list[float]:
    """Up to four rates to try: the usual one first, where that is much larger."""
    rates = [rate * factor for factor in LARGER if rate * factor <= LARGEST_RATIO * usual]
    if usual >= LARGER[0] * rate:
        rates = [usual, *unlike(usual, rates)[-3:]]
    return [rounded(each) for each in rates]
