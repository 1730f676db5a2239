"""Columns lie on very different scales: some rule the gradient, others are not heard."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("columns are far from 1 and not scaled")
CHANGES = ("scale_features",)


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Where columns are not scaled, and are far from 1."""
    if symptoms.recipe.scale_features or not len(symptoms.feature_scales):
        return None
    large, small = symptoms.widest_feature, symptoms.smallest_feature
    off = max(large, 1 / max(small, 1e-9) / 3)
    weight = 0.97 if off > 20 else 0.85 if off > 5 else 0.5 if off > 2.5 else 0.2
    return Suspicion(
        "unscaled_features",
        weight,
        _("The columns are not brought to one scale."),
        [
            Evidence(_("largest size of a column"), large, _("about 1")),
            Evidence(_("smallest size of a column"), small, _("about 1")),
        ],
        [{"scale_features": True}],
    )
