"""A page as a person and a browser meet it."""

from html.parser import HTMLParser
from xml.etree import ElementTree


class Reader(HTMLParser):
    """What tags there are, and what text a reader sees. A page that is not sound is refused."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.said = ""
        ElementTree.fromstring(text)  # each tag is closed
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _value in attrs]

    def handle_data(self, data):
        self.said += data


def rows_of(page: str) -> list[list[str]]:
    """The rows of all tables of a page, as text."""
    lines = ElementTree.fromstring(page).iter("tr")
    return [["".join(cell.itertext()) for cell in line] for line in lines]
