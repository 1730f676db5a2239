"""A lesson as a page, and as a notebook shows it."""

from descenso import markup
from descenso.lessons.lesson import Lesson, Part
from descenso.views.charts import svg
from descenso.views.page import Section, document, paragraphs, table


def page(lesson: Lesson) -> str:
    """A lesson as one HTML page that needs no script and no network."""
    return document(lesson.title, _lead(lesson), [_section(lesson, part) for part in lesson.parts])


def excerpt(lesson: Lesson) -> str:
    """A lesson as HTML to stand in a notebook."""
    sections = (_section(lesson, part) for part in lesson.parts)
    parts = (markup.heading(each.title) + each.body for each in sections)
    return markup.page(markup.heading(lesson.title), _lead(lesson), *parts)


def _lead(lesson: Lesson) -> str:
    subject, essence = markup.plain(lesson.subject), paragraphs(lesson.essence)
    return f'<p class="faint">{subject}</p><div class="essence">{essence}</div>'


def _section(lesson: Lesson, part: Part) -> Section:
    body = paragraphs(part.said)
    if part.draw is not None:
        body += f"<figure>{svg(lesson.charts[part.name], part.alternative)}</figure>"
    told = part.told()
    if told is not None:
        body += table(told, part.most)
    return Section(part.name, part.title, body)
