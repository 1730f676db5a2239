"""The columns tell nothing of the target."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import gettext as _

NOTHING = 0.03


def suspect(seen: Symptoms) -> Suspicion | None:
    """Where neither the network nor any other learner does better than a constant."""
    if seen.reference is None or max(seen.reference.skill, seen.skill) > NOTHING:
        return None
    return Suspicion(
        "no_signal",
        0.98,
        _("No signal was found in these columns: nothing predicts better than a constant."),
        [
            Evidence(_("skill of the network on rows held out"), seen.skill, _("above 0.1")),
            Evidence(
                _("skill of other learners on the same rows"), seen.reference.skill, _("above 0.1")
            ),
        ],
        data_change="informative_features",
        decided=True,
    )
