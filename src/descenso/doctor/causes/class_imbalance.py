"""A class is rare, and the network answers as if it did not exist."""

import numpy as np

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import gettext as _

RARE = 0.2
FEW_ROWS = 5


def suspect(seen: Symptoms) -> Suspicion | None:
    """Where a class is rare and its rows are mostly taken for others."""
    if seen.recipe.task == "regression" or seen.recipe.class_weight is not None:
        return None
    least = float(seen.shares.min()) * len(seen.shares) / 2
    balanced = seen.balanced
    if least > RARE or balanced is None or seen.shares.min() * seen.rows < FEW_ROWS:
        return None
    recall, accuracy = balanced
    if accuracy - recall < 0.05:
        return None
    rare = int(np.argmin(seen.shares))
    return Suspicion(
        "class_imbalance",
        0.9 if least < 0.1 and recall < 0.75 else 0.7,
        _(
            "The class {name} is rare, and its rows are mostly taken for others. Weights find more "
            "of them, at the price of rows of other classes that are taken for {name}."
        ).format(name=(seen.case.target.classes or ("",))[rare]),
        [
            Evidence(_("share of the rarest class"), float(seen.shares.min()), _("above 0.2")),
            Evidence(
                _("mean share of each class that is recognised"), recall, _("about the accuracy")
            ),
        ],
        [{"class_weight": "balanced"}],
        judged_by="balanced_accuracy",
    )
