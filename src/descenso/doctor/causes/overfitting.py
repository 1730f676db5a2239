"""The network overfits: it improves on its training rows and not on others."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("the training rows are predicted far better than held-out rows")
CHANGES = ("patience", "dropout")

MIN_TRAINING_SKILL = 0.3  # below it the network has not memorised its rows
VERY_FEW_ROWS = 40  # rows


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if the training skill is far above the held-out skill."""
    if symptoms.gap < 0.05 or symptoms.training_skill < MIN_TRAINING_SKILL or symptoms.diverged:
        return None
    weight = 0.85 if symptoms.gap > 0.3 else 0.6 if symptoms.gap > 0.12 else 0.3
    if symptoms.validation_rise > 0.1:
        weight = max(weight, 0.85)
    if symptoms.rows <= VERY_FEW_ROWS:
        # Any network memorises so few rows.
        weight -= 0.1
    patience = max(5, symptoms.recipe.epochs // 20)
    changes: list[dict[str, object]] = [{"patience": patience}]
    if symptoms.case.experiment.validation is None:
        changes = [{"patience": patience, "validation": 0.2}]
    if symptoms.recipe.dropout < 0.3:
        changes.append({"dropout": 0.5})
    return Suspicion(
        "overfitting",
        weight,
        _("The network overfits: it is far better on its training rows than on held-out rows."),
        [
            Evidence(
                _("training skill minus held-out skill"),
                symptoms.gap,
                _("below 0.1"),
            ),
            Evidence(
                _("rise of the validation loss after its minimum"),
                symptoms.validation_rise,
                _("about 0"),
            ),
        ],
        changes,
    )
