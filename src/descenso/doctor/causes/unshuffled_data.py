"""Rows that follow each other are alike, and are visited in that order: the last ones win."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import gettext as _

SORTED, PARTS = 0.6, 4


def suspect(seen: Symptoms) -> Suspicion | None:
    """Where rows are not shuffled, and neighbours have like targets."""
    if seen.recipe.shuffle:
        return None
    alike = seen.sorted_rows
    return Suspicion(
        "unshuffled_data",
        0.98 if alike > 0.5 else 0.8 if alike > 0.2 else 0.2,
        _("The rows are visited in the table's order, in which neighbours have like targets."),
        [Evidence(_("likeness of neighbouring targets"), alike, _("about 0"))],
        [{"shuffle": True}],
        # Between few updates that each see a part of the rows, the order cannot be harmless.
        decided=alike > SORTED and seen.updates_per_epoch >= PARTS,
    )
