"""The gradient explodes on its way back through the layers, or with rare rows."""

from descenso.doctor.suspicion import Evidence, Suspicion, number
from descenso.doctor.symptoms import OVERGROWN, RARE, Symptoms
from descenso.i18n import gettext as _

LONG = 30.0
CLIPS = (1.0, 0.3, 3.0)


def suspect(seen: Symptoms) -> Suspicion | None:
    """Where gradients are very long, or grow from layer to layer."""
    if seen.recipe.clip_norm is not None:
        return None
    grows = seen.depth >= 3 and seen.through_depth > 5
    long = seen.gradient_norm > LONG
    deep = seen.depth >= 4 and seen.diverged
    rare = seen.rare_rows > RARE and (seen.jumps > 0.1 or seen.training_skill < 0.7)
    if not (grows or long or seen.diverged or rare):
        return None
    weight = 0.9 if deep or (grows and long) else 0.85 if rare else 0.65 if long else 0.4
    # Where weights, inputs or the target are too large, it is their fault.
    if seen.weight_scale > 2.5 or (seen.weight_scale > 1.9 and seen.start_growth > OVERGROWN):
        weight *= 0.7
    if seen.widest_feature > 5 or seen.target_size > 5:
        weight *= 0.6
    if seen.rate_ratio >= 8:
        weight *= 0.8
    return Suspicion(
        "exploding_gradient",
        weight,
        _("The gradient explodes: it reaches a length of {norm}.").format(
            norm=number(seen.gradient_norm)
        ),
        [
            Evidence(_("longest gradient"), seen.gradient_norm, _("below 10")),
            Evidence(
                _("gradient of the first layer over that of the last"),
                seen.through_depth,
                _("0.1 to 10"),
            ),
            Evidence(
                _("farthest value of the columns or the target, in spreads"),
                seen.rare_rows,
                _("below 6"),
            ),
        ],
        [{"clip_norm": clip} for clip in CLIPS],
    )
