"""The starting weights are too large or too small: the signal grows or fades on its way."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.messages import gettext as _


def suspect(seen: Symptoms) -> Suspicion | None:
    """Where the starting weights are far from the size that keeps the signal's variance."""
    ratio = seen.weight_scale
    if seen.identical >= 0.9 or 0.5 < ratio < 1.9:
        return None
    off = max(ratio, 1 / max(ratio, 1e-9))
    weight = 0.95 if off > 4 else 0.75 if off > 2.5 else 0.4
    flat = seen.recipe.activation in ("sigmoid", "tanh", "linear")
    change: dict[str, object] = {"init_scale": 1.0}
    if seen.recipe.init not in ("lecun", "he", "xavier"):
        change["init"] = "xavier" if flat else "he"
    return Suspicion(
        "bad_init_scale",
        weight,
        _("The starting weights are too large.")
        if ratio > 1
        else _("The starting weights are too small."),
        [Evidence(_("starting weights over the usual size"), ratio, _("0.6 to 1.5"))],
        [change],
    )
