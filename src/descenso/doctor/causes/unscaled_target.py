"""The target is far from the scale of 1: weights must grow first, or steps explode."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("the target is far from 1 and not scaled")
CHANGES = ("scale_target",)


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if the target of a regression is not scaled, more so if it is large or small."""
    if symptoms.recipe.task != "regression" or symptoms.recipe.scale_target:
        return None
    factor = max(symptoms.target_size, 1 / max(symptoms.target_size, 1e-9) / 3)
    weight = 0.97 if factor > 20 else 0.85 if factor > 5 else 0.4 if factor > 2 else 0.15
    return Suspicion(
        "unscaled_target",
        weight,
        _("The target is not scaled."),
        [Evidence(_("scale of the target"), symptoms.target_size, _("about 1"))],
        [{"scale_target": True}],
    )
