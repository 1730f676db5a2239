"""Many columns are constant, or copies of others."""

from descenso.doctor.case import Rows, columns_of, without_columns
from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.doctor.trials import Fold
from descenso.i18n import N_
from descenso.i18n import gettext as _

SIGNS = N_("many columns are constant, or equal to others")
CHANGES = ("drop_degenerate_features",)

DECISIVE_SHARE = 0.25


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if columns are constant or copies; decided if they are many."""
    names, count = symptoms.degenerate_columns, len(symptoms.case.encoder.features)
    if not names:
        return None
    share = len(names) / count
    useless = columns_of(symptoms.case.encoder, set(names))

    def dropped(rows: Rows, _fold: Fold) -> Rows:
        return without_columns(rows, useless)

    return Suspicion(
        "constant_or_duplicate_features",
        0.8 if share >= DECISIVE_SHARE else 0.3,
        _("{n} of {all} columns are constant or copies of others: {names}.").format(
            n=len(names), all=count, names=", ".join(names[:8]) + (", …" if len(names) > 8 else "")
        ),
        [Evidence(_("share of constant or duplicate columns"), share, "0")],
        data_change="drop_degenerate_features",
        columns=names,
        change_rows=dropped,
        decided=share >= DECISIVE_SHARE,
    )
