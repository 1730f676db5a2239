"""Gradients are clipped in nearly every update: the step has hardly any length left."""

from descenso.doctor.suspicion import Evidence, Suspicion, number
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("nearly every gradient is clipped")
CHANGES = ("clip_norm",)

ADAPTIVE = ("adam", "adamw", "rmsprop")


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Where gradients are usually much longer than they may be."""
    clip = symptoms.recipe.clip_norm
    if clip is None:
        return None
    # Clipped throughout, the network stays where its gradients are as long as at the start.
    over = max(symptoms.usual_gradient_norm, symptoms.gradient_norm / 3) / clip
    if over < 1:
        return None
    weight = 0.95 if over > 20 else 0.75 if over > 4 else 0.4
    # These divide the gradient by its own size: its length hardly matters.
    if symptoms.recipe.optimizer in ADAPTIVE:
        weight *= 0.6
    return Suspicion(
        "clipping_too_tight",
        weight,
        _("Gradients are cut to a length of {clip}, and usually are {over} times as long.").format(
            clip=number(clip), over=number(over)
        ),
        [Evidence(_("usual gradient over the clipping norm"), over, _("below 1"))],
        [{"clip_norm": None}],
    )
