"""Columns have very different scales: a few dominate the gradient."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("columns are far from 1 and not scaled")
CHANGES = ("scale_features",)


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if columns are not scaled, more so the farther they are from 1."""
    if symptoms.recipe.scale_features or not len(symptoms.feature_scales):
        return None
    large, small = symptoms.widest_feature, symptoms.smallest_feature
    factor = max(large, 1 / max(small, 1e-9) / 3)
    weight = 0.97 if factor > 20 else 0.85 if factor > 5 else 0.5 if factor > 2.5 else 0.2
    return Suspicion(
        "unscaled_features",
        weight,
        _("The columns are not scaled."),
        [
            Evidence(_("largest scale of a column"), large, _("about 1")),
            Evidence(_("smallest scale of a column"), small, _("about 1")),
        ],
        [{"scale_features": True}],
    )
