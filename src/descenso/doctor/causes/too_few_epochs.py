"""The training ended too early: the loss was still falling (row T9 of the theory)."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import gettext as _
from descenso.i18n import ngettext

LEAST_FACTOR, MOST_FACTOR = 4, 20
ENOUGH_UPDATES = 2_000


def suspect(seen: Symptoms) -> Suspicion | None:
    """Where few updates were made, or the loss falls at the end."""
    epochs = seen.recipe.epochs
    if seen.diverged or seen.case.stopped == "patience" or epochs == 0:
        return None
    falls = seen.falling > 0.03
    if epochs <= 10 and seen.updates < 300:
        weight = 0.95
    elif seen.updates < 400 and falls:
        weight = 0.8
    elif seen.updates < 1_500 and falls:
        weight = 0.55
    elif falls:
        weight = 0.35
    else:
        return None
    if seen.rate_ratio < 0.2:
        weight *= 0.6
    if seen.updates_per_epoch <= 2 and epochs > 10:
        weight *= 0.7
    factor = min(max(LEAST_FACTOR, ENOUGH_UPDATES / max(seen.updates, 1)), MOST_FACTOR)
    return Suspicion(
        "too_few_epochs",
        weight,
        ngettext(
            "{n} epoch is too few: the loss was still falling when the training ended.",
            "{n} epochs are too few: the loss was still falling when the training ended.",
            epochs,
        ).format(n=epochs),
        [
            Evidence(_("updates"), float(seen.updates), _("thousands")),
            Evidence(_("fall of the loss at the end"), seen.falling, _("about 0")),
        ],
        [{"epochs": int(epochs * factor)}],
    )
