"""The columns carry no information about the target."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("no learner predicts better than a constant")
CHANGES = ("informative_features",)

NO_SKILL = 0.03


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Decided if neither the network nor any other model beats a constant prediction."""
    if symptoms.baselines is None or max(symptoms.baselines.best_skill, symptoms.skill) > NO_SKILL:
        return None
    return Suspicion(
        "no_signal",
        0.98,
        _("No signal was found in these columns: nothing predicts better than a constant."),
        [
            Evidence(_("skill of the network on held-out rows"), symptoms.skill, _("above 0.1")),
            Evidence(
                _("best skill of other models on the same rows"),
                symptoms.baselines.best_skill,
                _("above 0.1"),
            ),
        ],
        data_change="informative_features",
        decided=True,
    )
