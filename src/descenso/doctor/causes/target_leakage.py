"""A column gives the target away; it will hardly be known when predictions are needed."""

from descenso.data.columns.leakage import leaking
from descenso.doctor.case import Rows, columns_of, without_columns
from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.doctor.trials import Fold
from descenso.i18n import N_, ngettext
from descenso.i18n import gettext as _
from descenso.views.sentences import first_names

SIGNS = N_("a single column predicts the target, and no other comes near it")
CHANGES = ("drop_leak",)

# Where the other columns know nearly as much, a trial has to show that this one matters.
HONEST_SKILL = 0.93
MAX_NAMES = 5  # in a sentence
LEARNT_SKILL = 0.1  # a network below it has not used the column: something else is wrong first


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if a column alone predicts the target almost perfectly, and others do not."""
    power = dict(symptoms.power_by_column)
    names = leaking(power)
    if not names:
        return None
    honest = max(skill for name, skill in power.items() if name not in names)
    learnt = symptoms.training_skill >= LEARNT_SKILL
    given_away = columns_of(symptoms.case.encoder, set(names))

    def dropped(rows: Rows, _fold: Fold) -> Rows:
        return without_columns(rows, given_away)

    return Suspicion(
        "target_leakage",
        0.97 if learnt else 0.1,
        ngettext(
            "{names} gives {target} away: it predicts it almost perfectly on its own.",
            "{names} give {target} away: each predicts it almost perfectly on its own.",
            len(names),
        ).format(names=first_names(names, MAX_NAMES), target=symptoms.case.target.name),
        [
            *[
                Evidence(_("skill of {name} alone").format(name=name), power[name], _("below 0.9"))
                for name in names[:MAX_NAMES]
            ],
            Evidence(_("skill of the best other column alone"), honest, _("close to the above")),
        ],
        data_change="drop_leak",
        columns=names,
        change_rows=dropped,
        worsens=True,
        decided=learnt and honest < HONEST_SKILL,
    )
