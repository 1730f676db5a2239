"""The loss does not follow from the problem (row T3 of the theory)."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("the loss does not go with the problem")
CHANGES = ("loss",)


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Where the loss is not the likelihood, or distance, that the problem asks for."""
    right, losses = symptoms.natural_pair
    if symptoms.recipe.loss in losses:
        return None
    # A pair may be wrong in both.
    also = {} if symptoms.recipe.output_activation == right else {"output_activation": right}
    return Suspicion(
        "loss_mismatch",
        0.9 if also else 0.99,
        _("The loss {found} does not go with {task}; {right} does.").format(
            found=symptoms.recipe.loss, task=symptoms.recipe.task, right=losses[0]
        ),
        [Evidence(_("losses that do not go with the problem"), 1.0, "0")],
        [{"loss": losses[0], **also}],
        decided=True,
    )
