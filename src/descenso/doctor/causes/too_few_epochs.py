"""The training ended too early: the loss was still falling."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_, ngettext
from descenso.i18n import gettext as _

SIGNS = N_("there are few updates, and the loss is still falling at the end")
CHANGES = ("epochs",)

MIN_FACTOR, MAX_FACTOR = 4, 20
ENOUGH_UPDATES = 2_000


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if there were few updates, or the loss still falls at the end."""
    epochs = symptoms.recipe.epochs
    if symptoms.diverged or symptoms.case.stopped == "patience" or epochs == 0:
        return None
    falls = symptoms.falling > 0.03
    if epochs <= 10 and symptoms.updates < 300:
        weight = 0.95
    elif symptoms.updates < 400 and falls:
        weight = 0.8
    elif symptoms.updates < 1_500 and falls:
        weight = 0.55
    elif falls:
        weight = 0.35
    else:
        return None
    if symptoms.rate_ratio < 0.2:
        weight *= 0.6
    if symptoms.updates_per_epoch <= 2 and epochs > 10:
        weight *= 0.7
    factor = min(max(MIN_FACTOR, ENOUGH_UPDATES / max(symptoms.updates, 1)), MAX_FACTOR)
    return Suspicion(
        "too_few_epochs",
        weight,
        ngettext(
            "{n} epoch is too few: the loss was still falling when the training ended.",
            "{n} epochs are too few: the loss was still falling when the training ended.",
            epochs,
        ).format(n=epochs),
        [
            Evidence(_("updates"), float(symptoms.updates), _("thousands")),
            Evidence(
                _("still falling at the end? (relative fall of the loss)"),
                symptoms.falling,
                _("about 0"),
            ),
        ],
        [{"epochs": int(epochs * factor)}],
    )
