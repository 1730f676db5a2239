"""The output activation does not suit the problem."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("the output activation does not go with the problem")
CHANGES = ("output_activation",)


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if the output activation is not the one that follows from the problem."""
    right, losses = symptoms.natural_pair
    found = symptoms.recipe.output_activation
    if found == right:
        return None
    # The loss may be wrong as well.
    also = {} if symptoms.recipe.loss in losses else {"loss": losses[0]}
    return Suspicion(
        "output_activation_mismatch",
        0.99,
        _("The output activation {found} does not suit {task}; {right} does.").format(
            found=found, task=symptoms.recipe.task, right=right
        ),
        [Evidence(_("output activations that do not suit the problem"), 1.0, "0")],
        [{"output_activation": right, **also}],
        only_unusual=True,
    )
