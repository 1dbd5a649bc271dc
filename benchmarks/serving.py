"""The page of `kata serve` in a browser: load, from Ctrl+Enter to the first case and to the verdict, memory of the server."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.watching import checkout, saves
from grader.content import catalog
from grader.content.catalog import load_catalog
from tests.support.browser import browse, serve

ROOT = Path(__file__).parents[1]


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
    loads, firsts, verdicts = [], [], []
    with tempfile.TemporaryDirectory() as name, browse() as browser:
        root = checkout(Path(name))
        stub = root / exercise.stub_path.relative_to(ROOT)
        with serve(root, root / "home") as served:
            for number in range(rounds + 1):
                tab = browser.new_page()
                begun = time.perf_counter()
                tab.goto(f"{served.url}{catalog.EXERCISES}/{slug}")
                tab.wait_for_selector(".cm-content[aria-label]")
                loads.append(time.perf_counter() - begun)
                tab.click(".cm-content")
                tab.keyboard.press("Control+a")
                tab.keyboard.insert_text(f"{reference}# {number}\n")
                while not stub.read_text(encoding="utf-8").endswith(f"# {number}\n"):
                    time.sleep(0.01)  # it is saved as it is typed; what is measured begins with the key
                begun = time.perf_counter()
                tab.keyboard.press("Control+Enter")
                tab.wait_for_selector("progress[value]:not([value='0'])")
                firsts.append(time.perf_counter() - begun)
                tab.wait_for_selector(".head.good")
                verdicts.append(time.perf_counter() - begun)
                tab.close()
            status = Path(f"/proc/{served.process.pid}/status").read_text(encoding="ascii")
            memory = next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))
    watched = statistics.median(saves(slug, rounds=rounds)[1:])
    load, first, verdict = (statistics.median(times[1:]) for times in (loads, firsts, verdicts))
    return [
        Figure(f"page of {slug} until it can be typed in, seconds", load, 1.0, "s", load, "<= 1"),
        Figure(f"submit to first case of {slug}, milliseconds", first, 0.15, "s", 1000 * first, "<= 150"),
        Figure(f"submit to verdict of {slug} / kata watch", verdict, watched, "s", verdict / watched, "<= 1.3"),
        Figure("memory of the server, MiB", memory, 250, "MiB", memory, "<= 250"),
    ]
