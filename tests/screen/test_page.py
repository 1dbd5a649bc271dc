"""The page as a learner uses it, in a real browser."""

from __future__ import annotations

import http.server
import re
import threading
from typing import TYPE_CHECKING

import pytest

from grader.practice.history import History
from tests.support.browser import KATA, PROGRAMS, Served, browse, serve
from tests.support.terminal import Terminal
from tests.support.toys import RIGHT, WRONG, copy_toys, layer_halve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.needs(*PROGRAMS), pytest.mark.timeout(240)]
HANGS = "def halve(n):\n    while True:\n        pass\n"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a browser for all tests of this file."""
    with browse() as found:
        yield found


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """Return the toy catalogue, served."""
    root = copy_toys(tmp_path)
    layer_halve(root)
    with serve(root, tmp_path / "home") as found:
        yield found


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    """Return a tab on the exercise `halve`; at its end nothing was written to its console."""
    context = browser.new_context()
    context.set_default_timeout(60_000)
    tab = context.new_page()
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.goto(f"{served.url}exercises/halve")
    tab.wait_for_selector(".cm-content")
    yield tab
    context.close()
    assert said == []


def _type(page: Page, text: str) -> None:
    page.click(".cm-content")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def _results(page: Page, pattern: str) -> str:
    page.wait_for_function(
        "p => new RegExp(p).test(document.querySelector('section[aria-label=Results]').innerText)", arg=pattern
    )
    return page.inner_text("section[aria-label=Results]")


def _stub(served: Served) -> Path:
    return served.root / "exercises" / "numbers" / "halve" / "halve.py"


def test_typing_wrong_then_right(page: Page, served: Served, tmp_path: Path) -> None:
    """What is typed is saved and graded: a mistake shows its case with what was printed, the right one is mastered."""
    _type(page, WRONG)
    page.keyboard.press("Control+Enter")
    wrong = _results(page, "solved")
    assert re.search(r"★☆ solved[\s\S]*fine print 0 of 1[\s\S]*wrong[\s\S]*printed[\s\S]*halving", wrong)
    assert _stub(served).read_text(encoding="utf-8") == WRONG
    _type(page, RIGHT)
    page.keyboard.press("Alt+r")
    _results(page, "Examples: ")
    page.keyboard.press("Control+Enter")
    _results(page, "★★ mastered")
    page.wait_for_function("document.querySelectorAll('ol li').length === 2")

    with History(tmp_path / "home") as history:
        assert [one.source for one in history.attempts("halve")] == [RIGHT, WRONG]


def test_a_terminal_and_a_second_tab_agree(page: Page, served: Served) -> None:
    """What is typed is graded by `kata watch` and seen by another tab; what another program saves appears in both."""
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector(".cm-content")
    with Terminal([*KATA, "watch", "halve"], served.root, served.environment) as terminal:
        terminal.expect(r"not started +halve[\s\S]*quit")
        _type(page, RIGHT)
        terminal.expect(r"mastered +halve[\s\S]*quit")
    other.wait_for_function("document.querySelector('.cm-content').innerText.includes('n // 2')")
    _stub(served).write_text(WRONG, encoding="utf-8")
    for tab in (page, other):
        tab.wait_for_function("document.querySelector('.cm-content').innerText.includes('halving')")


def test_a_newer_submission_ends_one_that_hangs(page: Page) -> None:
    """While a submission hangs the page goes on: what is typed and submitted next is graded, the other is forgotten."""
    _type(page, HANGS)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("progress")
    _type(page, RIGHT)
    page.keyboard.press("Control+Enter")
    _results(page, "★★ mastered")

    page.wait_for_function("document.querySelectorAll('ol li').length > 0")
    assert page.locator("ol li").count() == 1


def test_an_interview_from_its_beginning_to_its_scorecard(page: Page, served: Served) -> None:
    """Two exercises under the clock: rules are asked for, a reload changes nothing, and the end is a scorecard."""
    page.goto(f"{served.url}mock")
    page.get_by_label("Exercises by name").fill("halve add")
    page.get_by_label("Questions, if").fill("0")
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("Ask the interviewer").fill("odd")
    page.get_by_label("Ask the interviewer").press("Enter")
    _results(page, "Round it down")
    for stage in ("plan", "code"):
        page.keyboard.press("Alt+n")
        page.wait_for_function("s => document.querySelector('.clock').innerText.includes(s)", arg=stage)
    _type(page, RIGHT)
    page.wait_for_function("document.querySelector('.cm-content').innerText.includes('n // 2')")
    page.reload()
    page.wait_for_selector(".cm-content")
    assert "code 1/2" in page.inner_text(".clock")
    assert "n // 2" in page.inner_text(".cm-content")
    page.keyboard.press("Control+Enter")
    page.wait_for_function("document.querySelector('.clock').innerText.includes('2/2')")
    page.get_by_role("button", name="End").click()
    page.get_by_label("Scorecard").wait_for()

    card = page.get_by_label("Scorecard").inner_text()
    assert re.search(r"of 100 in[\s\S]*★★ mastered: core 1 of 1, fine print 1 of 1[\s\S]*asked: odd numbers", card)
    assert "nothing was submitted" in card


def test_every_page_fits_a_telephone(page: Page, served: Served) -> None:
    """At 390 pixels nothing runs over the edge, and every page has one main part and one heading above all others."""
    page.set_viewport_size({"width": 390, "height": 844})
    for where in ("", "exercises", "exercises/halve", "mock", "questions", "stats"):
        page.goto(f"{served.url}{where}")
        page.wait_for_selector("h1")

        assert page.evaluate("document.documentElement.scrollWidth") <= 390, where
        assert (page.locator("main").count(), page.locator("h1").count()) == (1, 1), where


def test_another_site_gets_nothing(page: Page, served: Served) -> None:
    """A page of another origin, even one that knows the address, can neither read nor frame it nor open its websocket."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Hostile) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        context = page.context.browser.new_context() if page.context.browser else page.context
        hostile = context.new_page()
        hostile.goto(f"http://localhost:{site.server_port}/")
        found = hostile.evaluate(
            """async url => {
              const read = await fetch(url).then(r => r.text(), e => 'refused');
              const blind = await fetch(url, {mode: 'no-cors'}).then(r => r.status, e => 'refused');
              const socket = new WebSocket(url.replace('http', 'ws') + '_nicegui_ws/socket.io/?EIO=4&transport=websocket');
              const opened = await new Promise(r => { socket.onopen = () => r('open'); socket.onerror = () => r('refused'); });
              return [read, blind, opened];
            }""",
            served.url,
        )
        site.shutdown()
        context.close()

    assert found == ["refused", "refused", "refused"]


class _Hostile(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer with an empty page."""
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""
