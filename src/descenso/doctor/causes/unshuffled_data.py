"""Neighbouring rows are similar and are visited in order: the last ones dominate."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("rows come in the table's order, and neighbours have similar targets")
CHANGES = ("shuffle",)

SORTED_CORRELATION, MIN_UPDATES = 0.6, 4


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if rows are not shuffled, more so if neighbours have similar targets."""
    if symptoms.recipe.shuffle:
        return None
    alike = symptoms.row_correlation
    return Suspicion(
        "unshuffled_data",
        0.98 if alike > 0.5 else 0.8 if alike > 0.2 else 0.2,
        _("The rows are not shuffled, and neighbours in the table have similar targets."),
        [Evidence(_("correlation of neighbouring targets"), alike, _("about 0"))],
        [{"shuffle": True}],
        # If each update sees only a part of sorted rows, their order does harm.
        decided=alike > SORTED_CORRELATION and symptoms.updates_per_epoch >= MIN_UPDATES,
    )
