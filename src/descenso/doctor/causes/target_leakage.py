"""A column gives the target away; it will hardly be known when predictions are needed."""

from descenso.data.columns.leakage import LEAK_SKILL
from descenso.doctor.case import Rows, columns_of, without_columns
from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.doctor.trials import Fold
from descenso.i18n import N_, ngettext
from descenso.i18n import gettext as _

SIGNS = N_("a single column predicts the target")
CHANGES = ("drop_leak",)

SURE_LEAK_SKILL, HONEST_SKILL = 0.98, 0.93


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if a column alone predicts the target almost perfectly."""
    leaking = [(name, skill) for name, skill in symptoms.power_by_column if skill >= LEAK_SKILL]
    if not leaking:
        return None
    names = [name for name, _skill in leaking]
    # No legitimate column is so far above the others.
    honest = max(
        (skill for name, skill in symptoms.power_by_column if name not in names), default=0.0
    )
    alone = leaking[0][1] >= SURE_LEAK_SKILL and honest < HONEST_SKILL
    given_away = columns_of(symptoms.case.encoder, set(names))

    def dropped(rows: Rows, _fold: Fold) -> Rows:
        return without_columns(rows, given_away)

    return Suspicion(
        "target_leakage",
        0.97,
        ngettext(
            "{names} gives {target} away: it predicts it almost perfectly on its own.",
            "{names} give {target} away: each predicts it almost perfectly on its own.",
            len(names),
        ).format(names=", ".join(names), target=symptoms.case.target.name),
        [
            Evidence(_("skill of {name} alone").format(name=name), skill, _("below 0.95"))
            for name, skill in leaking
        ],
        data_change="drop_leak",
        columns=names,
        change_rows=dropped,
        worsens=True,
        decided=alone,
    )
