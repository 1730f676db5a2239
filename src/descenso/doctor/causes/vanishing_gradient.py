"""The gradient vanishes on its way back through the layers."""

from descenso.components import SATURATING
from descenso.doctor.suspicion import Evidence, Suspicion, number
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("little gradient reaches the first layer")
CHANGES = ("activation", "normalization")


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if little of the gradient of the last layer reaches the first."""
    if symptoms.depth < 3 or symptoms.through_depth > 0.1:
        return None
    flat = symptoms.recipe.activation in SATURATING
    weight = 0.95 if symptoms.through_depth < 0.01 else 0.7
    if not 1 / 3 < symptoms.weight_scale < 3:
        weight *= 0.6
    return Suspicion(
        "vanishing_gradient",
        weight,
        _(
            "The gradient vanishes: through {n} layers of {activation}, only {share} of it reaches "
            "the first."
        ).format(
            share=number(symptoms.through_depth),
            n=symptoms.depth,
            activation=symptoms.recipe.activation,
        ),
        [
            Evidence(
                _("gradient norm of the first layer relative to the last"),
                symptoms.through_depth,
                _("0.1 to 10"),
            )
        ],
        [{"activation": "relu"} if flat else {"normalization": "layer"}],
    )
