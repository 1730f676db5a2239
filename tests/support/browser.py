"""Pages in a real browser: what it complains of, what it asks for, who could not use them.

Where there is no browser these tests fail, and say how to install one.
"""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PROGRAM = next(filter(None, map(shutil.which, NAMES)), None)
MISSING = (
    "There is no browser to open the pages in. Install Chromium: `apt-get install chromium` on "
    "Debian, `apt-get install chromium-browser` on Ubuntu, `dnf install chromium` on Fedora."
)
ALONE = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
PHONE, DESK = 375, 1280  # pixels
# The rules of axe-core that colours and widths decide: all others say the same at any.
OF_LOOKS = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]
ROWS = 10  # of each table that axe-core looks at: the others look the same


@dataclass
class Visit:
    """What came of opening a page.

    Attributes:
        complaints: what the console said, and errors of scripts.
        requests: addresses that were asked for, but for the page itself.
        barriers: axe-core's findings: who uses no mouse, no eyes or few colours would stumble. Of
            each table it looks at the first rows.
        overflow: by how many pixels the page is wider than the window.
    """

    complaints: list[str]
    requests: list[str]
    barriers: list[str]
    overflow: int

    def assert_clean(self) -> None:
        assert self == Visit([], [], [], 0)


@contextmanager
def browser() -> Generator[Browser]:
    """A browser, for as long as the block lasts."""
    if PROGRAM is None:
        pytest.fail(MISSING, pytrace=False)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=PROGRAM, args=ALONE)


def visit(browser: Browser, file: Path, *, dark: bool = False, width: int = DESK) -> Visit:
    """Open a page as a person would, with every folded part unfolded.

    In the dark axe-core looks at what may be another than in the light: at colours and widths.
    """
    scheme = "dark" if dark else "light"
    window = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 800}, offline=True
    )
    page = window.new_page()
    complaints: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(file.resolve().as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    overflow = page.evaluate(wider)
    # axe-core looks at what lies behind each cell, two milliseconds for every one of thousands.
    page.evaluate(
        f"document.querySelectorAll('tr:nth-child(n+{ROWS + 1})').forEach(e => e.remove())"
    )
    looks = {"runOnly": {"type": "rule", "values": OF_LOOKS}}
    findings = Axe().run(page, options=looks if dark else None).response["violations"]
    barriers = [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in findings]
    window.close()
    return Visit(complaints, requests[1:], barriers, overflow)
