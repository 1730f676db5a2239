"""The initial weights are too large or too small: the signal grows or fades from layer to layer."""

from descenso.components import SATURATING
from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import MAX_START_GROWTH, Symptoms
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("the first weights are far too large or too small for the layers' widths")
CHANGES = ("init", "init_scale")


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if the initial weights are far from the scale that keeps the signal's variance."""
    ratio = symptoms.weight_scale
    if symptoms.identical_share >= 0.9 or 0.5 < ratio < 1.9:
        return None
    factor = max(ratio, 1 / max(ratio, 1e-9))
    # A small factor per layer compounds with depth.
    extreme = factor > 4 or symptoms.start_growth > MAX_START_GROWTH
    weight = 0.95 if extreme else 0.75 if factor > 2.5 else 0.4
    # Large weights saturate these units, which is a cause of its own.
    if ratio > 1 and symptoms.recipe.activation in SATURATING:
        weight *= 0.8
    return Suspicion(
        "bad_init_scale",
        weight,
        _("The initial weights are too large.")
        if ratio > 1
        else _("The initial weights are too small."),
        [Evidence(_("initial weights relative to the usual scale"), ratio, _("0.6 to 1.5"))],
        [usual_start(symptoms)],
    )


def usual_start(symptoms: Symptoms) -> dict[str, object]:
    """The change that initialises the weights at the usual scale."""
    if symptoms.recipe.init in ("lecun", "he", "xavier"):
        return {"init_scale": 1.0}
    flat = symptoms.recipe.activation in (*SATURATING, "linear")
    return {"init": "xavier" if flat else "he", "init_scale": 1.0}
