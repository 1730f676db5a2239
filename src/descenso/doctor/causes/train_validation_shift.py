"""The validation rows come from another distribution than the training rows."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_, percent
from descenso.i18n import gettext as _

SIGNS = N_("validation rows can be distinguished from training rows")
CHANGES = ("matched_training",)

DIFFERENT_AUC, PLAINLY_DIFFERENT_AUC = 0.65, 0.75


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if a classifier separates training from validation rows."""
    shift = symptoms.shift
    if shift is None or shift.auc < DIFFERENT_AUC:
        return None
    lost, plainly = shift.lost, shift.auc > PLAINLY_DIFFERENT_AUC
    return Suspicion(
        "train_validation_shift",
        0.97 if plainly and lost > 0.05 else 0.85 if plainly else 0.6,
        _("Training and validation rows differ: a classifier separates {share} of pairs.").format(
            share=percent(shift.auc)
        ),
        [
            Evidence(_("AUC of separating training from validation rows"), shift.auc, "0.5"),
            Evidence(_("skill lost between training and validation rows"), lost, _("about 0")),
        ],
        data_change="matched_training",
        decided=plainly or lost > 0.1,
    )
