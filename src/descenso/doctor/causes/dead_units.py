"""Units are dead: on no row does any gradient pass them (row T6 of the theory)."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import FAR_SPREADS, Symptoms
from descenso.i18n import N_, percent
from descenso.i18n import gettext as _

SIGNS = N_("units pass no gradient on any row")
CHANGES = ("activation", "init")


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Where many units of a layer are off on all rows."""
    if symptoms.recipe.activation != "relu" or symptoms.dead_share < 0.3:
        return None
    weight = 0.9 if symptoms.dead_share >= 0.7 else 0.75 if symptoms.dead_share >= 0.5 else 0.5
    # Steps that are too large, or a few rows far from all others, throw units off.
    if (
        symptoms.rate_ratio >= 15
        or symptoms.widest_feature > 5
        or symptoms.farthest_value > FAR_SPREADS
    ):
        weight *= 0.8
    return Suspicion(
        "dead_units",
        weight,
        _("{share} of a layer's units are dead: they pass no gradient on any row.").format(
            share=percent(symptoms.dead_share)
        ),
        [Evidence(_("share of dead units"), symptoms.dead_share, _("below 0.2"))],
        [{"activation": "leaky_relu"}, {"activation": "elu"}],
    )
