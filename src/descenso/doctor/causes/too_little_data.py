"""There are too few rows: the network memorises them, and more rows would improve it."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.doctor.trials import MIN_ROWS
from descenso.i18n import N_, ngettext
from descenso.i18n import gettext as _

SIGNS = N_("there are few rows, and half of them teach much less")
CHANGES = ("more_data",)

# With a handful of rows not even held-out rows show anything.
FEW_ROWS, VERY_FEW_ROWS, HANDFUL_OF_ROWS = 200, 40, 20
POOR_SKILL = 0.7


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if rows are few and the network is better on them than on others."""
    very = symptoms.rows <= HANDFUL_OF_ROWS or (
        symptoms.rows <= VERY_FEW_ROWS and symptoms.skill < POOR_SKILL
    )
    learnt = symptoms.skill > 0.9 or symptoms.gap <= 0.15
    tried = symptoms.unchanged is not None or symptoms.rows < MIN_ROWS
    if not tried or symptoms.rows > FEW_ROWS or (learnt and not very):
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
                symptoms.gap,
                _("below 0.1"),
            ),
        ],
        data_change="more_data",
        halves=True,
        decided=very,
    )
