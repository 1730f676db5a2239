"""The loss does not suit the problem."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("the loss does not go with the problem")
CHANGES = ("loss",)


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if the loss is none of those that follow from the problem."""
    right, losses = symptoms.natural_pair
    if symptoms.recipe.loss in losses:
        return None
    # The output activation may be wrong as well.
    also = {} if symptoms.recipe.output_activation == right else {"output_activation": right}
    return Suspicion(
        "loss_mismatch",
        0.9 if also else 0.99,
        _("The loss {found} does not suit {task}; {right} does.").format(
            found=symptoms.recipe.loss, task=symptoms.recipe.task, right=losses[0]
        ),
        [Evidence(_("losses that do not suit the problem"), 1.0, "0")],
        [{"loss": losses[0], **also}],
        only_unusual=True,
    )
