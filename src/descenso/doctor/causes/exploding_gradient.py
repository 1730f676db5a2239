"""The gradient explodes on its way back through the layers, or because of outliers."""

from descenso.doctor.suspicion import Evidence, Suspicion, number
from descenso.doctor.symptoms import FAR_SPREADS, MAX_START_GROWTH, Symptoms
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("gradients are very long, or values are outliers")
CHANGES = ("clip_norm",)

LONG_GRADIENT = 30.0
CLIP_NORMS = (1.0, 0.3, 3.0)


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if gradients are very large, or grow from layer to layer."""
    if symptoms.recipe.clip_norm is not None:
        return None
    grows = symptoms.depth >= 3 and symptoms.through_depth > 5
    long = symptoms.gradient_norm > LONG_GRADIENT
    deep = symptoms.depth >= 4 and symptoms.diverged
    rare = symptoms.farthest_value > FAR_SPREADS and (
        symptoms.jitter > 0.1 or symptoms.training_skill < 0.7
    )
    if not (grows or long or symptoms.diverged or rare):
        return None
    weight = 0.9 if deep or (grows and long) else 0.85 if rare else 0.65 if long else 0.4
    # Large weights, inputs or targets explain large gradients, and are causes of their own.
    if symptoms.weight_scale > 2.5 or (
        symptoms.weight_scale > 1.9 and symptoms.start_growth > MAX_START_GROWTH
    ):
        weight *= 0.7
    if symptoms.widest_feature > 5 or symptoms.target_size > 5:
        weight *= 0.6
    if symptoms.rate_ratio >= 8:
        weight *= 0.8
    return Suspicion(
        "exploding_gradient",
        weight,
        _("The gradient explodes: its norm reaches {norm}.").format(
            norm=number(symptoms.gradient_norm)
        ),
        [
            Evidence(_("largest gradient norm"), symptoms.gradient_norm, _("below 10")),
            Evidence(
                _("gradient norm of the first layer relative to the last"),
                symptoms.through_depth,
                _("0.1 to 10"),
            ),
            Evidence(
                _("most extreme value of a column or the target, in standard deviations"),
                symptoms.farthest_value,
                _("below 6"),
            ),
        ],
        [{"clip_norm": clip} for clip in CLIP_NORMS],
    )
