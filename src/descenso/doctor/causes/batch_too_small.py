"""The batch is too small: each update follows the noise of a few rows."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("the loss follows the noise of a few rows")
CHANGES = ("batch_size",)

SMALL_BATCH_SIZE, USUAL_BATCH_SIZE = 4, 32


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if a batch has few rows, more so if the loss jumps or stays high."""
    size = symptoms.recipe.batch_size
    if size == "full" or size > SMALL_BATCH_SIZE or symptoms.rows <= 2 * USUAL_BATCH_SIZE:
        return None
    unsteady = (
        symptoms.diverged
        or symptoms.jitter > 0.08
        or symptoms.training_skill < 0.3
        or symptoms.rise > 1.5
    )
    return Suspicion(
        "batch_too_small",
        0.9 if unsteady else 0.4,
        _("Batches of {n} rows are too small: noise dominates each update.").format(n=size),
        [
            Evidence(_("rows per batch"), float(size), _("16 to 256")),
            Evidence(_("loss jitter between epochs"), symptoms.jitter, _("below 0.1")),
        ],
        [{"batch_size": USUAL_BATCH_SIZE}],
    )
