"""A few absurd targets rule the loss, since errors count squared (row T2 of the theory)."""

from dataclasses import replace

import numpy as np

from descenso.doctor.case import Rows, with_scaled_target
from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.doctor.trials import Fold
from descenso.i18n import gettext as _

FAR = 4  # spreads from the median, which is three interquartile ranges (Tukey 1977)


def suspect(seen: Symptoms) -> Suspicion | None:
    """Where some targets lie very far from all others."""
    if not seen.outliers:
        return None
    share = seen.outliers / seen.rows
    yardstick = seen.case.yardstick
    scales = seen.recipe.scale_target

    def winsorized(rows: Rows, _fold: Fold) -> Rows:
        own = rows.training.y
        center, spread = (
            (yardstick.center - rows.center) / rows.scale,
            yardstick.spread / rows.scale,
        )
        near = own[np.abs(own - center) <= FAR * spread]
        y = np.clip(own, near.min(), near.max()).astype(np.float32)
        clipped = replace(rows, training=replace(rows.training, y=y))
        if not scales:
            return clipped
        return with_scaled_target(clipped, float(y.mean()), float(y.std()) or 1.0)

    return Suspicion(
        "outliers_in_target",
        0.9 if seen.recipe.loss == "mse" else 0.5,
        _("{n} targets lie more than ten spreads from the others, and rule the loss.").format(
            n=seen.outliers
        ),
        [Evidence(_("share of targets beyond ten spreads"), share, "0")],
        data_change="winsorize_target",
        treat=winsorized,
    )
