"""The learning rate is too large: steps jump over the minimum (row T8 of the theory)."""

from descenso.doctor.suspicion import Evidence, Suspicion, number, rounded, unlike
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import gettext as _

SMALLER = (1 / 3, 1 / 10, 1 / 30, 1 / 100)
FEW = 4  # rows of a batch


def suspect(seen: Symptoms) -> Suspicion | None:
    """Where it diverges, jumps, or has learnt nothing in large steps."""
    weight = _weight(seen)
    if not weight:
        return None
    rate = seen.recipe.learning_rate
    return Suspicion(
        "learning_rate_too_large",
        weight,
        _("The learning rate {rate} is too large: steps jump over the minimum.").format(
            rate=number(rate)
        ),
        [
            Evidence(
                _("learning rate over the usual one of {optimizer}").format(
                    optimizer=seen.recipe.optimizer
                ),
                seen.rate_ratio,
                _("about 1"),
            ),
            Evidence(_("change of the loss from epoch to epoch"), seen.jumps, _("below 0.1")),
        ],
        [{"learning_rate": each} for each in _smaller(rate, rate / seen.rate_ratio)],
    )


def _smaller(rate: float, usual: float) -> list[float]:
    """Four rates to try: the usual one first, where that is much smaller."""
    rates = [rate * factor for factor in SMALLER]
    if usual <= rates[0]:
        rates = [usual, *unlike(usual, rates)[:3]]
    return [rounded(each) for each in rates]


def _weight(seen: Symptoms) -> float:
    ratio = seen.rate_ratio
    nothing_learnt = seen.training_skill < 0.1
    if seen.diverged or not seen.last < 1e3:
        weight = 0.95 if ratio >= 3 else 0.7 if seen.depth < 4 else 0.5
    elif ratio >= 8:
        weight = 0.8
    elif ratio >= 2 and (seen.jumps > 0.15 or seen.risen > 1.5 or nothing_learnt):
        weight = 0.7
    elif seen.jumps > 0.2 or seen.risen > 2:
        weight = 0.5
    elif nothing_learnt and ratio >= 0.5:
        weight = 0.4
    else:
        weight = 0.2
    # Where a batch is a row or two, their noise is what makes steps jump.
    if seen.recipe.batch_size in range(FEW + 1):
        weight *= 0.8
    # Where inputs or target are large, it is their fault that the steps are.
    if seen.widest_feature > 5 or seen.target_size > 5:
        weight *= 0.6
    return weight
