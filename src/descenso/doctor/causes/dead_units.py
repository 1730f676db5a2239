"""Units are dead: they are off for every row, so that no gradient passes them."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import FAR_SPREADS, Symptoms
from descenso.i18n import N_, percent
from descenso.i18n import gettext as _

SIGNS = N_("units pass no gradient on any row")
CHANGES = ("activation",)


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if many units of a layer are off for all rows."""
    if symptoms.recipe.activation != "relu" or symptoms.dead_share < 0.3:
        return None
    weight = 0.9 if symptoms.dead_share >= 0.7 else 0.75 if symptoms.dead_share >= 0.5 else 0.5
    # Large steps and outliers kill units too; then they are the cause.
    if (
        symptoms.rate_ratio >= 15
        or symptoms.widest_feature > 5
        or symptoms.farthest_value > FAR_SPREADS
    ):
        weight *= 0.8
    return Suspicion(
        "dead_units",
        weight,
        _("{share} of the units of a layer are dead: they pass no gradient for any row.").format(
            share=percent(symptoms.dead_share)
        ),
        [Evidence(_("share of dead units"), symptoms.dead_share, _("below 0.2"))],
        [{"activation": "leaky_relu"}, {"activation": "elu"}],
    )
