"""A study as a page, and as a notebook shows it."""

from descenso import markup
from descenso.views.charts import svg
from descenso.views.page import Section, document, paragraphs, table
from descenso.views.study import Part, Study


def page(study: Study) -> str:
    """A study as one HTML page that needs no script and no network."""
    return document(study.title, _lead(study), [_section(study, part) for part in study.parts])


def excerpt(study: Study) -> str:
    """A study as HTML to stand in a notebook."""
    sections = (_section(study, part) for part in study.parts)
    parts = (markup.heading(each.title) + each.body for each in sections)
    return markup.page(markup.heading(study.title), _lead(study), *parts)


def _lead(study: Study) -> str:
    subject, essence = markup.plain(study.subject), paragraphs(study.essence)
    return f'<p class="faint">{subject}</p><div class="essence">{essence}</div>'


def _section(study: Study, part: Part) -> Section:
    body = paragraphs(part.said)
    if part.draw is not None:
        # On a telephone its words would be too small to read: it scrolls, by keyboard too.
        picture = svg(study.charts[part.name], part.alternative)
        body += f'<figure class="wide" tabindex="0">{picture}</figure>'
    told = part.told()
    if told is not None:
        body += table(told, part.most)
    return Section(part.name, part.title, body)
