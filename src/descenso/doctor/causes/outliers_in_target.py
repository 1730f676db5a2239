"""A few outliers among the targets dominate the loss, since errors are squared."""

from dataclasses import replace

import numpy as np

from descenso.doctor.case import Rows, with_scaled_target
from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.doctor.trials import Fold
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("targets are outliers, more than ten spreads from the others")
CHANGES = ("winsorize_target",)

CLIP_SPREADS = 4  # spreads from the median, which is three interquartile ranges (Tukey 1977)


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if some targets are far from all others."""
    if not symptoms.outliers:
        return None
    share = symptoms.outliers / symptoms.rows
    skill_score = symptoms.case.skill_score
    scales = symptoms.recipe.scale_target

    def winsorized(rows: Rows, _fold: Fold) -> Rows:
        own = rows.training.y
        center, spread = (
            (skill_score.center - rows.center) / rows.scale,
            skill_score.spread / rows.scale,
        )
        near = own[np.abs(own - center) <= CLIP_SPREADS * spread]
        y = np.clip(own, near.min(), near.max()).astype(np.float32)
        clipped = replace(rows, training=replace(rows.training, y=y))
        if not scales:
            return clipped
        return with_scaled_target(clipped, float(y.mean()), float(y.std()) or 1.0)

    return Suspicion(
        "outliers_in_target",
        0.9 if symptoms.recipe.loss == "mse" else 0.5,
        _(
            "{n} targets are outliers, over 10 robust standard deviations away, and rule the loss."
        ).format(n=symptoms.outliers),
        [Evidence(_("share of outliers among the targets"), share, "0")],
        data_change="winsorize_target",
        change_rows=winsorized,
    )
