"""The recipe with its reasons, and how to train it again."""

from collections.abc import Mapping
from typing import Any

from descenso.html import escaped, heading, paragraph
from descenso.i18n import gettext as _
from descenso.recipe import Recipe, fields_table
from descenso.views.document import PageSection

Report = Mapping[str, Any]


def recipe(report: Report) -> PageSection:
    """Every field, its value, and why it has it."""
    shown = fields_table(Recipe.from_dict(report["recipe"]), report["reasons"])
    return PageSection("recipe", _("The recipe"), f'<div class="table" tabindex="0">{shown}</div>')


def repeating(report: Report) -> PageSection:
    """The command and the Python that train it again."""
    if report["went_on"]:
        sentence = _(
            "This run continued from the weights of another training, so its recipe "
            "and data alone cannot repeat it."
        )
        return PageSection("again", _("How to repeat it"), paragraph(sentence))
    body = ""
    if report["command"]:
        body += heading(_("On the command line")) + _code(report["command"])
    if report["python"]:
        body += heading(_("In Python")) + _code(report["python"])
        if report["python"].find("train(\n    data,") >= 0:
            body += paragraph(_("The data came from memory; `data` stands for it."))
        if report["own_network"]:
            body += paragraph(_("The network is your own Equinox module, untrained."))
    if report["path"] and not report["own_network"]:
        body += paragraph(_("To check that it gives the same weights, bit for bit:"))
        body += _code(f"descenso verify {report['path']}")
    body += paragraph(
        _("Trained by descenso {version} on {platform}, Python {python}, JAX {jax}.").format(
            version=report["descenso"],
            platform=report["environment"].get("platform", "?"),
            python=report["environment"].get("python", "?"),
            jax=report["environment"].get("jax", "?"),
        )
    )
    return PageSection("again", _("How to repeat it"), body)


def _code(text: str) -> str:
    # Line breaks are meant here, so each line is made safe by itself.
    return f"<pre><code>{chr(10).join(map(escaped, text.splitlines()))}</code></pre>"
