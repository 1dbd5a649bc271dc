"""The page of `kata serve` in a browser: load, from Ctrl+Enter to the first case and to the verdict, memory of the server."""

from __future__ import annotations

import re
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.figure import Figure
from benchmarks.watching import Screen, checkout
from grader.content import catalog
from grader.content.catalog import load_catalog
from tests.support.browser import browse, serve

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).parents[1]
# Times by the clock of the page itself: what steers the browser is no part of what a learner waits for.
_CLOCK: Final = """() => {
  const at = {};
  window.verdict = new Promise(told => { window.told = told; });
  addEventListener('keydown', event => { if (event.key === 'Enter') at.key = performance.now(); }, true);
  new MutationObserver(() => {
    const bar = document.querySelector('progress');
    if (!at.key || at.verdict) return;
    if (bar) at.began = true;
    if (!at.first && at.began && (!bar || bar.value)) at.first = performance.now() - at.key;
    if (at.began && !bar) { at.verdict = performance.now() - at.key; window.told(at); }
  }).observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true});
}"""


def compare(slug: str, *, rounds: int) -> list[Figure]:
    """Measure submissions of one exercise on the page and, in turn, saves under `kata watch`.

    Parameters
    ----------
    slug : str
        Which exercise.
    rounds : int
        Runs of each; one more is run first and not counted.
    """
    exercise = load_catalog(ROOT).exercise(slug)
    reference = exercise.reference_path.read_text(encoding="utf-8")
    place = exercise.stub_path.relative_to(ROOT)
    loads, firsts, verdicts, watched = [], [], [], []
    with tempfile.TemporaryDirectory() as name, browse() as browser:
        root, other = (checkout(Path(name) / one) for one in ("served", "watched"))
        with serve(root, root / "home") as served, Screen(other, slug) as screen:
            screen.wait(re.compile(rf"not started\S*  {slug}"))
            for number in range(rounds + 1):
                text = f"{reference}# {number}\n"
                tab = browser.new_page()
                begun = time.perf_counter()
                tab.goto(f"{served.url}{catalog.EXERCISES}/{slug}")
                tab.wait_for_selector(".cm-content[aria-label]")
                loads.append(time.perf_counter() - begun)
                first, verdict = _submit(tab, root / place, text)
                firsts.append(first)
                verdicts.append(verdict)
                tab.close()
                watched.append(screen.save(other / place, text, re.compile(rf"mastered\S*  {slug}")))
            status = Path(f"/proc/{served.process.pid}/status").read_text(encoding="ascii")
            memory = next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))
    load, first, verdict, watch = (statistics.median(times[1:]) for times in (loads, firsts, verdicts, watched))
    return [
        Figure(f"page of {slug} until it can be typed in, seconds", load, 1.0, "s", load, "<= 1"),
        Figure(f"submit to first case of {slug}, milliseconds", first, 0.15, "s", 1000 * first, "<= 150"),
        Figure(f"submit to verdict of {slug} / kata watch", verdict, watch, "s", verdict / watch, "<= 1.3"),
        Figure("memory of the server, MiB", memory, 250, "MiB", memory, "<= 250"),
    ]


def _submit(tab: Page, stub: Path, text: str) -> tuple[float, float]:
    """Type a solution, submit it, and return the seconds to its first case and to its verdict."""
    tab.click(".cm-content")
    tab.keyboard.press("Control+a")
    tab.keyboard.insert_text(text)
    while stub.read_text(encoding="utf-8") != text:
        time.sleep(0.01)  # it is saved as it is typed; what is measured begins with the key
    tab.evaluate(_CLOCK)
    tab.keyboard.press("Control+Enter")
    times = tab.evaluate(
        "window.verdict"
    )  # a promise: to look again and again would have the browser draw all the time
    assert tab.query_selector(".head.good")
    return times["first"] / 1000, times["verdict"] / 1000
