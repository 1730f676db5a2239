"""Gradients are clipped in nearly every update, and the steps become very short."""

from descenso.doctor.suspicion import Evidence, Suspicion, number
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("nearly every gradient is clipped")
CHANGES = ("clip_norm",)

ADAPTIVE = ("adam", "adamw", "rmsprop")


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if gradients usually exceed the clipping norm."""
    clip = symptoms.recipe.clip_norm
    if clip is None:
        return None
    # If everything is clipped, the network stays where its gradients are as large as at the start.
    over = max(symptoms.usual_gradient_norm, symptoms.gradient_norm / 3) / clip
    if over < 1:
        return None
    weight = 0.95 if over > 20 else 0.75 if over > 4 else 0.4
    # These optimisers normalise the gradient, so that its norm hardly matters.
    if symptoms.recipe.optimizer in ADAPTIVE:
        weight *= 0.6
    return Suspicion(
        "clipping_too_tight",
        weight,
        _(
            "Gradients are clipped to a norm of {clip}, but usually are {over} times as long."
        ).format(clip=number(clip), over=number(over)),
        [Evidence(_("usual gradient norm relative to the clipping norm"), over, _("below 1"))],
        [{"clip_norm": None}],
    )
