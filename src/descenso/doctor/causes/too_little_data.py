"""There are too few rows: the network learns them by heart, and more would teach it more."""

from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import gettext as _
from descenso.i18n import ngettext

# Of a handful nothing can be told, not even by rows held out.
FEW, VERY_FEW, HANDFUL = 200, 40, 20
POOR = 0.7


def suspect(seen: Symptoms) -> Suspicion | None:
    """Where rows are few, and the network knows them better than others."""
    very = seen.rows <= HANDFUL or (seen.rows <= VERY_FEW and seen.skill < POOR)
    learnt = seen.skill > 0.9 or seen.gap <= 0.15
    if seen.base is None or seen.rows > FEW or (learnt and not very):
        return None
    return Suspicion(
        "too_little_data",
        0.85 if very else 0.5,
        ngettext(
            "{n} row is too few: more would teach the network more.",
            "{n} rows are too few: more would teach the network more.",
            seen.rows,
        ).format(n=seen.rows),
        [
            Evidence(_("training rows"), float(seen.rows), _("hundreds")),
            Evidence(_("parameters per row"), seen.parameters / seen.rows, _("below 10")),
            Evidence(
                _("skill on the rows learnt from, less that on others"), seen.gap, _("below 0.1")
            ),
        ],
        data_change="more_data",
        halves=True,
        decided=very,
    )
