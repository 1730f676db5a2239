"""Rows that follow each other are alike, and are visited in that order: the last ones win."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("rows come in the table's order, and neighbours have similar targets")
CHANGES = ("shuffle",)

SORTED_CORRELATION, MIN_UPDATES = 0.6, 4


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Where rows are not shuffled, and neighbours have like targets."""
    if symptoms.recipe.shuffle:
        return None
    alike = symptoms.row_correlation
    return Suspicion(
        "unshuffled_data",
        0.98 if alike > 0.5 else 0.8 if alike > 0.2 else 0.2,
        _("The rows are visited in the table's order, in which neighbours have like targets."),
        [Evidence(_("likeness of neighbouring targets"), alike, _("about 0"))],
        [{"shuffle": True}],
        # Between few updates that each see a part of the rows, the order cannot be harmless.
        decided=alike > SORTED_CORRELATION and symptoms.updates_per_epoch >= MIN_UPDATES,
    )
