"""The network is too small for what there is to learn."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import gettext as _

WIDE, WIDER = (64, 64), (16, 16)


def suspect(seen: Symptoms) -> Suspicion | None:
    """Where a small network, or a linear one, does no better on the rows that it learns from."""
    if seen.training_skill > 0.98 or seen.diverged:
        return None
    narrowest = seen.narrowest
    linear = narrowest is None or seen.recipe.activation == "linear"
    if linear or (narrowest or 0) <= 3:
        weight = 0.85
    elif (narrowest or 0) <= 8:
        weight = 0.5
    else:
        weight = 0.15
    if seen.gap > 0.15:
        weight *= 0.4
    # Units that are dead are not too few.
    if seen.dead >= 0.3:
        weight *= 0.6
    changes: list[dict[str, object]] = [{"hidden_layers": WIDE}]
    if seen.recipe.activation == "linear":
        bent: dict[str, object] = {"activation": "relu"}
        changes = [bent if narrowest and narrowest > 8 else {**changes[0], **bent}]
    elif narrowest and narrowest <= 3:
        # A rate that suits few units may be too large for many.
        changes.append({"hidden_layers": WIDER})
    return Suspicion(
        "underfitting_capacity",
        weight,
        _("The network is too small: {n} parameters cannot follow the data.").format(
            n=seen.parameters
        )
        if not linear
        else _("The network has no hidden layer that bends: it can only follow straight lines."),
        [
            Evidence(
                _("units of the narrowest hidden layer"), float(narrowest or 0), _("16 or more")
            ),
            Evidence(_("skill on the rows learnt from"), seen.training_skill, _("close to 1")),
        ],
        changes,
    )
