"""A class is rare, and the network hardly ever predicts it."""

import numpy as np

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("a rare class, whose rows are taken for other classes")
CHANGES = ("class_weight", "decision_threshold")

RARE_SHARE = 0.2
MIN_RARE_ROWS = 5


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if a class is rare and the balanced accuracy is below the accuracy."""
    if symptoms.recipe.task == "regression" or symptoms.recipe.class_weight is not None:
        return None
    least = float(symptoms.shares.min()) * len(symptoms.shares) / 2
    balanced = symptoms.balanced
    if (
        least > RARE_SHARE
        or balanced is None
        or symptoms.shares.min() * symptoms.rows < MIN_RARE_ROWS
    ):
        return None
    recall, accuracy = balanced
    if accuracy - recall < 0.05:
        return None
    rare = int(np.argmin(symptoms.shares))
    return Suspicion(
        "class_imbalance",
        0.9 if least < 0.1 and recall < 0.75 else 0.7,
        _(
            "The class {name} is rare, and many of its rows are predicted as other classes. "
            "Finding more of them costs more wrong predictions of {name}."
        ).format(name=(symptoms.case.target.classes or ("",))[rare]),
        [
            Evidence(_("share of the rarest class"), float(symptoms.shares.min()), _("above 0.2")),
            Evidence(
                _("balanced accuracy (mean recall of the classes)"),
                recall,
                _("close to the accuracy"),
            ),
        ],
        [{"class_weight": "balanced"}],
        judged_by="balanced_accuracy",
    )
