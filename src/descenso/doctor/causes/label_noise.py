"""Many labels are wrong, and the network learns them by heart."""

from descenso.doctor.data_tests import cleaned
from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.messages import gettext as _


def suspect(seen: Symptoms) -> Suspicion | None:
    """Where rows far from any border are labelled otherwise than all rows around them."""
    noise = seen.noise
    if noise is None or noise.inside < 0.05 or noise.inside < 0.4 * noise.overall:
        return None
    weight = 0.9 if noise.inside > 0.1 and noise.inside > 0.6 * noise.overall else 0.6
    if seen.gap < 0.1:
        weight *= 0.5
    return Suspicion(
        "label_noise",
        weight,
        _("About {share:.0%} of the labels look wrong: rows far from any border bear them.").format(
            share=noise.inside
        ),
        [
            Evidence(_("disagreeing labels far from the borders"), noise.inside, _("about 0")),
            Evidence(
                _("skill on the rows learnt from, less that on others"), seen.gap, _("below 0.1")
            ),
        ],
        data_change="clean_labels",
        treat=cleaned(seen.case),
    )
