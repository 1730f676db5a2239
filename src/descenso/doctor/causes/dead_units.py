"""Units are dead: on no row does any gradient pass them (row T6 of the theory)."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import RARE, Symptoms
from descenso.i18n import gettext as _
from descenso.i18n import percent


def suspect(seen: Symptoms) -> Suspicion | None:
    """Where many units of a layer are off on all rows."""
    if seen.recipe.activation != "relu" or seen.dead < 0.3:
        return None
    weight = 0.9 if seen.dead >= 0.7 else 0.75 if seen.dead >= 0.5 else 0.5
    # Steps that are too large, or a few rows far from all others, throw units off.
    if seen.rate_ratio >= 15 or seen.widest_feature > 5 or seen.rare_rows > RARE:
        weight *= 0.8
    return Suspicion(
        "dead_units",
        weight,
        _("{share} of a layer's units are dead: they pass no gradient on any row.").format(
            share=percent(seen.dead)
        ),
        [Evidence(_("share of dead units"), seen.dead, _("below 0.2"))],
        [{"activation": "leaky_relu"}, {"activation": "elu"}],
    )
