"""Many labels are wrong, and the network learns them by heart."""

from descenso.doctor.data_tests import clean_labels
from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_, percent
from descenso.i18n import gettext as _

SIGNS = N_("labels disagree with all rows around them, far from any border between classes")
CHANGES = ("clean_labels",)

NOISY_SHARE, FLAT_RATIO, MEMORISED_FLAT_RATIO, MEMORISED_GAP = 0.15, 0.7, 0.58, 0.3
# Learners that know the rows worse than the network are no judges of labels.
MAX_LAG = 0.05


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Where rows far from any border are labelled otherwise than all rows around them."""
    noise = symptoms.label_noise
    if noise is None or noise.inside < 0.05 or noise.inside < 0.5 * noise.outside:
        return None
    # Where classes merely overlap, rows far from the border disagree much less than those near it.
    # Who learns rows by heart learns the wrong labels too: then less has to be plain.
    flat = FLAT_RATIO if symptoms.gap < MEMORISED_GAP else MEMORISED_FLAT_RATIO
    judges = (
        symptoms.baselines is not None and symptoms.baselines.best_skill > symptoms.skill - MAX_LAG
    )
    plain = judges and noise.inside > NOISY_SHARE and noise.inside > flat * noise.outside
    return Suspicion(
        "label_noise",
        0.97 if plain else 0.5,
        _("About {share} of the labels look wrong: rows far from any border bear them.").format(
            share=percent(noise.inside)
        ),
        [
            Evidence(_("disagreeing labels far from the borders"), noise.inside, _("about 0")),
            Evidence(_("disagreeing labels near the borders"), noise.outside, _("many more")),
            Evidence(
                _("skill on the rows learnt from, less that on others"),
                symptoms.gap,
                _("below 0.1"),
            ),
        ],
        data_change="clean_labels",
        change_rows=clean_labels(symptoms.case),
        decided=plain,
    )
