"""The columns tell nothing of the target."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("no learner predicts better than a constant")
CHANGES = ("informative_features",)

NO_SKILL = 0.03


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Where neither the network nor any other learner does better than a constant."""
    if symptoms.baselines is None or max(symptoms.baselines.best_skill, symptoms.skill) > NO_SKILL:
        return None
    return Suspicion(
        "no_signal",
        0.98,
        _("No signal was found in these columns: nothing predicts better than a constant."),
        [
            Evidence(_("skill of the network on rows held out"), symptoms.skill, _("above 0.1")),
            Evidence(
                _("skill of other learners on the same rows"),
                symptoms.baselines.best_skill,
                _("above 0.1"),
            ),
        ],
        data_change="informative_features",
        decided=True,
    )
