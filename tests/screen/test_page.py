"""The page as a learner uses it, in a real browser."""

from __future__ import annotations

import http.server
import os
import re
import signal
import threading
from typing import TYPE_CHECKING

import pytest

from grader.practice.history import History
from tests.support.browser import KATA, PROGRAMS, Served, browse, lay_out, serve
from tests.support.terminal import Terminal
from tests.support.toys import RIGHT, WRONG

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.needs(*PROGRAMS), pytest.mark.timeout(240)]
HANGS = "def halve(n):\n    while True:\n        pass\n"
SOFTMAX_WRONG = """import numpy as np


def logsumexp(x, axis=-1, keepdims=False):
    return np.log(np.exp(x).sum(axis=axis, keepdims=keepdims))


def softmax(x, axis=-1):
    return np.exp(x - logsumexp(x, axis, keepdims=True))


def log_softmax(x, axis=-1):
    return x - logsumexp(x, axis, keepdims=True)
"""
SHOWN = "document.querySelector('section[aria-label=Results]').innerText"
TYPED = "document.querySelector('.cm-content').innerText"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a browser for all tests of this file."""
    with browse() as found:
        yield found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Return toy exercises and softmax, served; each test works on an exercise of its own."""
    folder = tmp_path_factory.mktemp("page")
    with serve(lay_out(folder), folder / "home") as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a tab; at its end nothing was written to its console."""
    context = browser.new_context()
    context.set_default_timeout(60_000)
    tab = context.new_page()
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    yield tab
    context.close()
    assert said == []


def _open(page: Page, served: Served, slug: str) -> None:
    page.goto(f"{served.url}exercises/{slug}")
    page.wait_for_selector(".cm-content[aria-label]")


def _type(page: Page, text: str) -> None:
    page.click(".cm-content")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def _submit(page: Page, text: str, verdict: str) -> str:
    """Type a solution, submit it, and return what is shown once the verdict is there."""
    _type(page, text)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(f".head:has-text('{verdict}')")
    return page.inner_text("section[aria-label=Results]")


def _results(page: Page, pattern: str) -> str:
    page.wait_for_function(f"p => new RegExp(p).test({SHOWN})", arg=pattern)
    return page.inner_text("section[aria-label=Results]")


def _past(served: Served, slug: str) -> list[str]:
    with History(served.home) as history:
        return [one.source for one in history.attempts(slug)]


def test_softmax_wrong_then_right(page: Page, served: Served) -> None:
    """Softmax solved by typing: a mistake is named, its case shown and handed over as code; a terminal that watches agrees."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    _open(page, served, "softmax")
    with Terminal([*KATA, "watch", "softmax"], served.root, served.environment) as terminal:
        terminal.expect(r"not started +softmax[\s\S]*quit")
        wrong = _submit(page, SOFTMAX_WRONG, "not solved")
        terminal.expect(r"not solved +softmax[\s\S]*quit")

        assert "This looks like: exponentiates the logits as they are" in wrong
        assert re.search(r"Logits near[\s\S]*gave inf; expected finite values", wrong)
        assert served.stub("softmax").read_text(encoding="utf-8") == SOFTMAX_WRONG

        page.keyboard.press("Alt+c")
        code = page.wait_for_selector("pre.code")
        assert code is not None
        assert "logsumexp(" in code.inner_text()
        page.get_by_role("button", name="Copy").click()
        page.wait_for_selector("text=Copied.")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith("# A failing case of softmax")
        compile(copied, "case_softmax.py", "exec")

        _submit(page, served.reference("softmax"), "★★★ mastered")
        terminal.expect(r"mastered +softmax[\s\S]*quit")


def test_what_is_typed_is_kept(page: Page, served: Served) -> None:
    """Core alone is solved; examples run; every attempt is in the history, and any two of them can be compared."""
    _open(page, served, "halve")
    wrong = _submit(page, WRONG, "solved")
    assert re.search(r"★☆ solved[\s\S]*fine print 0 of 1[\s\S]*wrong[\s\S]*printed[\s\S]*halving", wrong)
    _type(page, RIGHT)
    page.keyboard.press("Alt+r")
    _results(page, "Examples: ")
    page.keyboard.press("Control+Enter")
    _results(page, "★★ mastered")
    page.get_by_role("tab", name="Attempts").click()
    page.wait_for_function("document.querySelectorAll('ol.attempts li').length === 2")

    assert _past(served, "halve") == [RIGHT, WRONG]
    page.get_by_label("Compare").select_option(index=1)
    page.wait_for_selector(".diff .good:has-text('return n // 2')")
    assert page.locator(".diff .bad", has_text="print('halving', n)").count() == 1


def test_notes_and_answers_are_kept(page: Page, served: Served) -> None:
    """A note and an answer are there after a reload, in the history, and in a second tab at once."""
    _open(page, served, "notes")
    page.get_by_role("tab", name="Notes").click()
    other = page.context.new_page()
    _open(other, served, "notes")
    other.get_by_role("tab", name="Notes").click()
    page.get_by_label("Your notes").fill("mind what is below zero")
    other.wait_for_function("document.querySelector('textarea').value === 'mind what is below zero'")
    page.goto(f"{served.url}questions")
    page.locator("summary").first.click()
    page.get_by_label("Your answer").fill("what is summed over")
    _words_arrive(served, "what is summed over")
    page.goto(f"{served.url}exercises/notes")
    page.get_by_role("tab", name="Notes").click()

    assert page.get_by_label("Your notes").input_value() == "mind what is below zero"
    page.goto(f"{served.url}questions")
    page.get_by_role("combobox", name="State").select_option("answered")
    page.wait_for_function("document.querySelectorAll('summary').length === 1")
    page.locator("summary").click()
    assert page.get_by_label("Your answer").input_value() == "what is summed over"


def _words_arrive(served: Served, text: str) -> None:
    """Wait until an answer is in the history."""
    with History(served.home) as history:
        for _ in range(600):
            if any(one.detail == text.encode() for one in history.recorded().events):
                return
            threading.Event().wait(0.05)
    pytest.fail(f"{text!r} was not kept")


def test_the_list_is_chosen_from(page: Page, served: Served) -> None:
    """Track, difficulty, state and words each leave what fits, and a row leads to its exercise."""
    page.goto(f"{served.url}exercises")
    page.get_by_role("combobox", name="Track").select_option(label="Words")
    page.wait_for_function("document.querySelectorAll('table.list tr').length === 1")
    page.get_by_role("combobox", name="Track").select_option(label="all tracks")
    page.get_by_role("combobox", name="State").select_option("untouched")
    page.get_by_label("Search").fill("shout")
    page.wait_for_function("document.querySelectorAll('table.list tr').length === 1")
    page.get_by_role("combobox", name="Difficulty").select_option("easy")
    page.wait_for_function("document.querySelectorAll('table.list tr').length === 0")
    page.get_by_role("combobox", name="Difficulty").select_option("")
    page.wait_for_selector("table.list tr")
    page.locator("table.list a").click()
    page.wait_for_selector(".cm-content[aria-label]")

    assert page.url == f"{served.url}exercises/shout"


def test_a_second_tab_and_another_editor_agree(page: Page, served: Served) -> None:
    """What is typed appears in another tab, and what another program saves appears in both."""
    _open(page, served, "shared")
    other = page.context.new_page()
    _open(other, served, "shared")
    _type(page, "# typed in a tab")
    other.wait_for_function(f"{TYPED}.includes('typed in a tab')")
    served.stub("shared").write_text("# another program", encoding="utf-8")
    for tab in (page, other):
        tab.wait_for_function(f"{TYPED} === '# another program'")
    _type(other, "# and typed again")
    page.wait_for_function(f"{TYPED}.includes('typed again')")


def test_a_conflict_asks(page: Page, served: Served) -> None:
    """Where the file changed while something was typed nothing is lost: both texts are shown, and the learner chooses."""
    stub = served.stub("torn")
    _open(page, served, "torn")
    for answer, kept in (("What I typed", "# mine 0"), ("The file", "# theirs 1")):
        number = kept[-1]
        os.kill(served.process.pid, signal.SIGSTOP)  # so that both happen before it learns of either
        try:
            stub.write_text(f"# theirs {number}", encoding="utf-8")
            _type(page, f"# mine {number}")
        finally:
            os.kill(served.process.pid, signal.SIGCONT)
        asked = page.get_by_role("dialog")
        asked.wait_for()
        assert re.search(rf"-# theirs {number}\s+\+# mine {number}", asked.inner_text())
        assert stub.read_text(encoding="utf-8") == f"# theirs {number}"

        page.get_by_role("button", name=answer).click()
        asked.wait_for(state="detached")
        page.wait_for_function(f"{TYPED} === '{kept}'")
        assert _eventually(stub, kept)
    _type(page, "# typed on")
    assert _eventually(stub, "# typed on")


def _eventually(path: Path, text: str) -> bool:
    """Wait until a file holds a text."""
    for _ in range(600):
        if path.read_text(encoding="utf-8") == text:
            return True
        threading.Event().wait(0.05)
    return False


def test_a_newer_submission_ends_one_that_hangs(page: Page, served: Served) -> None:
    """While a submission hangs the page goes on: what is typed and submitted next is graded, the other is forgotten."""
    _open(page, served, "hung")
    _type(page, HANGS.replace("halve", "hung"))
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("progress")
    _submit(page, RIGHT.replace("halve", "hung"), "★★ mastered")
    page.get_by_role("tab", name="Attempts").click()
    page.wait_for_selector("ol.attempts li")

    assert _past(served, "hung") == [RIGHT.replace("halve", "hung")]


def test_an_interview_from_its_beginning_to_its_scorecard(page: Page, served: Served) -> None:
    """Two exercises under the clock: rules are asked for, a reload changes nothing, and the end is a scorecard."""
    page.goto(f"{served.url}mock")
    page.get_by_label("Exercises by name").fill("asked add")
    page.get_by_label("Questions, if").fill("0")
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("Ask the interviewer").fill("odd")
    page.get_by_label("Ask the interviewer").press("Enter")
    _results(page, "Round it down")
    for stage in ("plan", "code"):
        page.keyboard.press("Alt+n")
        page.wait_for_function("s => document.querySelector('.clock').innerText.includes(s)", arg=stage)
    right = RIGHT.replace("halve", "asked")
    _type(page, right)
    assert _eventually(served.stub("asked"), right)
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
