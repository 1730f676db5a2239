"""The batch is too small: each update follows the noise of a few rows (rows T7 and T10)."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("the loss follows the noise of a few rows")
CHANGES = ("batch_size",)

SMALL_BATCH_SIZE, USUAL_BATCH_SIZE = 4, 32


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Where a batch is a few rows, and the loss jumps or does not come down."""
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
        _("Batches of {n} rows are too small: each update follows their noise.").format(n=size),
        [
            Evidence(_("rows in a batch"), float(size), _("16 to 256")),
            Evidence(_("change of the loss from epoch to epoch"), symptoms.jitter, _("below 0.1")),
        ],
        [{"batch_size": USUAL_BATCH_SIZE}],
    )
