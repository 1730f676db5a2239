"""Dropout or weight decay is too strong and keeps the network from fitting the data."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("dropout or weight decay is strong")
CHANGES = ("dropout", "weight_decay")


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if either is strong, less so if the network overfits all the same."""
    recipe, change = symptoms.recipe, dict[str, object]()
    # The decay of adamw is decoupled and multiplied by the learning rate.
    strong = 0.2 if recipe.optimizer == "adamw" else 0.01
    weight = 0.0
    if recipe.dropout >= 0.35:
        change["dropout"] = 0.0
        weight = 0.9 if recipe.dropout >= 0.6 else 0.6
    if recipe.weight_decay >= strong:
        change["weight_decay"] = 0.0
        weight = max(weight, 0.9 if recipe.weight_decay >= 5 * strong else 0.6)
    if not change or symptoms.diverged:
        return None
    if symptoms.gap > 0.15:
        weight *= 0.5
    return Suspicion(
        "too_much_regularization",
        weight,
        _("Regularisation is too strong: it keeps the network from fitting the data."),
        [
            Evidence(_("dropout"), recipe.dropout, _("0 to 0.3")),
            Evidence(_("weight decay"), recipe.weight_decay, _("0 to {n}").format(n=strong / 2)),
            Evidence(_("skill on training rows"), symptoms.training_skill, _("close to 1")),
        ],
        [change],
    )
