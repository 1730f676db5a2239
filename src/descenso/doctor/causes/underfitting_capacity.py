"""The network is too small for what there is to learn."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("the network is small or linear, and no better on the rows that it learns from")
CHANGES = ("hidden_layers", "activation")

WIDE_LAYERS, WIDER_LAYERS = (64, 64), (16, 16)
NARROW = 3  # units


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if a small or linear network does not fit its own training rows."""
    if symptoms.training_skill > 0.98 or symptoms.diverged:
        return None
    narrowest = symptoms.narrowest
    linear = narrowest is None or symptoms.recipe.activation == "linear"
    if linear or (narrowest or 0) <= NARROW:
        weight = 0.85
    elif (narrowest or 0) <= 8:
        weight = 0.5
    else:
        weight = 0.15
    if symptoms.gap > 0.15:
        weight *= 0.4
    # Where a linear model is as good as any other, more units have nothing to find, unless there
    # are fewer of them than outputs.
    if symptoms.linear_is_enough and (linear or (narrowest or 0) > NARROW):
        weight *= 0.3
    # Dead units are a cause of their own.
    if symptoms.dead_share >= 0.3:
        weight *= 0.6
    changes: list[dict[str, object]] = [{"hidden_layers": WIDE_LAYERS}]
    if symptoms.recipe.activation == "linear":
        nonlinear: dict[str, object] = {"activation": "relu"}
        changes = [nonlinear if narrowest and narrowest > 8 else {**changes[0], **nonlinear}]
    elif narrowest and narrowest <= NARROW:
        # A learning rate that suits few units may be too large for many.
        changes.append({"hidden_layers": WIDER_LAYERS})
    return Suspicion(
        "underfitting_capacity",
        weight,
        _("The network is too small: {n} parameters cannot fit the data.").format(
            n=symptoms.parameters
        )
        if not linear
        else _("The network has no nonlinear hidden layer: it can only fit linear relations."),
        [
            Evidence(
                _("units of the narrowest hidden layer"), float(narrowest or 0), _("16 or more")
            ),
            Evidence(_("skill on training rows"), symptoms.training_skill, _("close to 1")),
        ],
        changes,
    )
