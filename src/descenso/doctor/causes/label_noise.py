"""Many labels are wrong."""

from descenso.doctor.data_tests import clean_labels
from descenso.doctor.suspicion import Evidence, Suspicion
from descenso.doctor.symptoms import Symptoms
from descenso.i18n import N_, percent
from descenso.i18n import gettext as _

SIGNS = N_("labels disagree with all rows around them, far from any border between classes")
CHANGES = ("clean_labels",)

NOISY_SHARE, FLAT_RATIO, MEMORISED_FLAT_RATIO, MEMORISED_GAP = 0.15, 0.7, 0.58, 0.3
# Models that predict worse than the network cannot judge the labels.
MAX_LAG = 0.05


def suspect(symptoms: Symptoms) -> Suspicion | None:
    """Suspected if confident predictions of other models disagree with the labels."""
    noise = symptoms.label_noise
    if noise is None or noise.inside < 0.05 or noise.inside < 0.5 * noise.outside:
        return None
    # Where classes merely overlap, labels far from the border are rarely wrong. A network that has
    # memorised its rows has memorised wrong labels too, so less evidence is needed then.
    flat = FLAT_RATIO if symptoms.gap < MEMORISED_GAP else MEMORISED_FLAT_RATIO
    judges = (
        symptoms.baselines is not None and symptoms.baselines.best_skill > symptoms.skill - MAX_LAG
    )
    plain = judges and noise.inside > NOISY_SHARE and noise.inside > flat * noise.outside
    return Suspicion(
        "label_noise",
        0.97 if plain else 0.5,
        _(
            "About {share} of the labels look wrong: confident predictions disagree with them."
        ).format(share=percent(noise.inside)),
        [
            Evidence(_("wrong labels among confident predictions"), noise.inside, _("about 0")),
            Evidence(_("wrong labels among uncertain predictions"), noise.outside, _("many more")),
            Evidence(
                _("training skill minus held-out skill"),
                symptoms.gap,
                _("below 0.1"),
            ),
        ],
        data_change="clean_labels",
        change_rows=clean_labels(symptoms.case),
        decided=plain,
    )
