"""The batch is too large: an epoch has only a few updates."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("an epoch has few updates, and the loss has not come down")
CHANGES = ("batch_size",)

USUAL_BATCH_SIZE = 32


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if an epoch has few updates, more so while the loss is still high."""
    size = (
        symptoms.rows
        if symptoms.recipe.batch_size == "full"
        else min(symptoms.recipe.batch_size, symptoms.rows)
    )
    if size <= 2 * USUAL_BATCH_SIZE or symptoms.updates_per_epoch > 10 or symptoms.diverged:
        return None
    unfinished = symptoms.falling > 0.02 or symptoms.training_skill < 0.5
    weight = 0.85 if unfinished and symptoms.updates_per_epoch <= 4 else 0.5 if unfinished else 0.3
    if symptoms.rate_ratio < 0.1:
        weight *= 0.7
    return Suspicion(
        "batch_too_large",
        weight,
        _("Batches of {n} rows are too large: an epoch has only {updates} updates.").format(
            n=size, updates=symptoms.updates_per_epoch
        ),
        [
            Evidence(_("rows per batch"), float(size), _("16 to 256")),
            Evidence(_("updates per epoch"), float(symptoms.updates_per_epoch), _("10 or more")),
        ],
        [{"batch_size": USUAL_BATCH_SIZE}],
    )
