"""All units of a layer start alike and learn alike: the layer is worth a single unit."""

from descenso.doctor.causes.bad_init_scale import usual_start
from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("all units of a layer start equal")
CHANGES = ("init", "init_scale")


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if the units of a layer start as copies of each other."""
    if symptoms.identical_share < 0.9:
        return None
    return Suspicion(
        "symmetric_init",
        0.99,
        _("All units of a layer start alike ({init}), and so they learn alike.").format(
            init=symptoms.recipe.init
        ),
        [
            Evidence(
                _("share of units that start as copies of another"), symptoms.identical_share, "0"
            )
        ],
        [usual_start(symptoms)],
    )
