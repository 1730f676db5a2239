"""There are too few rows: the network memorises them, and more rows would improve it."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.doctor.trials import HANDFUL_OF_ROWS
from descenso.i18n import N_, ngettext
from descenso.i18n import gettext as _

SIGNS = N_("there are few rows, and half of them teach much less")
CHANGES = ("more_data",)

FEW_ROWS, VERY_FEW_ROWS = 200, 40
POOR_SKILL = 0.7


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if rows are few and the network is better on them than on others."""
    if symptoms.unchanged is None or symptoms.rows > FEW_ROWS:
        return None
    if symptoms.rows <= HANDFUL_OF_ROWS:
        very = _is_too_small_a_handful(symptoms)
        if not very:
            return None
    else:
        very = symptoms.rows <= VERY_FEW_ROWS and symptoms.skill < POOR_SKILL
        learnt = symptoms.skill > 0.9 or symptoms.gap <= 0.15
        if learnt and not very:
            return None
    return Suspicion(
        "too_little_data",
        0.85 if very else 0.5,
        ngettext(
            "{n} row is too few: with more, the network would improve.",
            "{n} rows are too few: with more, the network would improve.",
            symptoms.rows,
        ).format(n=symptoms.rows),
        [
            Evidence(_("training rows"), float(symptoms.rows), _("hundreds")),
            Evidence(_("parameters per row"), symptoms.parameters / symptoms.rows, _("below 10")),
            Evidence(
                _("training skill minus held-out skill"),
                symptoms.training_skill
                - (symptoms.of_handful.skill if symptoms.of_handful else symptoms.skill),
                _("below 0.1"),
            ),
        ],
        data_change="more_data",
        halves=True,
        decided=very,
    )


def _is_too_small_a_handful(symptoms: Symptoms) -> bool:
    """Whether a handful of rows says nothing of others.

    A few rows can be all of a problem, as the four of "exclusive or" are; one never is.
    """
    if symptoms.rows == 1:
        return True
    folds = symptoms.of_handful
    return folds is not None and folds.skill < POOR_SKILL and not symptoms.covers_all_combinations
