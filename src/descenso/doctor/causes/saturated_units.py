"""Units are saturated: they are where their activation is flat."""

from descenso.components import SATURATING
from descenso.doctor.causes.bad_init_scale import usual_start
from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_, percent
from descenso.i18n import gettext as _

SIGNS = N_("units lie where their activation is flat")
CHANGES = ("activation", "init")


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if many sigmoid or tanh units of a layer are saturated."""
    share = max(symptoms.saturated_share, symptoms.saturated_share_at_start)
    if symptoms.recipe.activation not in SATURATING or share < 0.3:
        return None
    weight = 0.97 if share >= 0.6 else 0.75 if share >= 0.45 else 0.5
    if symptoms.widest_feature > 5:
        weight *= 0.7
    smaller_start = [usual_start(symptoms)] if symptoms.weight_scale > 1.5 else []
    return Suspicion(
        "saturated_units",
        weight,
        _("{share} of the units of a layer are saturated: {activation} is flat there.").format(
            share=percent(share), activation=symptoms.recipe.activation
        ),
        [Evidence(_("share of saturated units"), share, _("below 0.3"))],
        [*smaller_start, {"activation": "relu"}],
    )
