"""Draws the screens that the README shows, from the real programs: `python -m tools.screens --write`."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
import sys
import tempfile
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Final
from unittest import mock

from rich.console import Console
from rich.text import Text

from grader.content.catalog import Catalog, load_catalog
from grader.model import Verdict
from grader.practice.interview import clock, session, state
from grader.practice.interview.clock import Moment
from grader.practice.interview.plan import Wishes, make_plan
from grader.practice.progress import progress
from grader.practice.watch import Watch
from grader.render import dashboard
from grader.render.paint import Paint
from grader.sandbox import Sandbox
from grader.screen.mock import MockScreen
from grader.screen.watch import WatchScreen
from tests.support.past import DAY, NOW, Past, open_past

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / ".github" / "screens"
NAMES: Final = ("dashboard", "watch", "mock")
_WIDTH: Final = 100
_ATTEMPT: Final = """import numpy as np


def convert(boxes, src, dst):
    raise NotImplementedError


def box_iou(a, b):
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = (high - low).prod(axis=-1)
    area_a, area_b = ((x[:, 2:] - x[:, :2]).prod(axis=-1) for x in (a, b))
    return shared / (area_a[:, None] + area_b - shared)


def giou(a, b):
    raise NotImplementedError
"""


def draw(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the SVG of each screen.

    Parameters
    ----------
    folder : Path
        An empty folder to work in.
    """
    catalog = load_catalog(_checkout(folder))
    with open_past(folder / "home") as past, contextlib.chdir(catalog.root):
        practise(past, catalog)
        yield "dashboard", _dashboard(past, catalog)
        yield "watch", _watch(past, catalog)
        yield "mock", _mock(past, catalog)


def words(svg: str) -> list[str]:
    """Return the words of a screen, without digits, paths and places, which differ from run to run."""
    text = re.sub(r"<style.*?</style>|<defs.*?</defs>", "", svg, flags=re.DOTALL)
    shown = re.sub(r"&#\d+;", " ", " ".join(re.findall(r">([^<]+)<", text)))
    return re.findall(r"[a-zA-Z]{3,}", re.sub(r"\S*/\S*|\d+(\.\d+)? ?(ms|s|min)?\b", " ", shown))


def _checkout(folder: Path) -> Path:
    root = folder / "mlkata"
    for part in ("exercises", "solutions"):
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    return root


def practise(past: Past, catalog: Catalog) -> None:
    """Record two weeks of a learner."""
    for days, slug in ((12, "softmax"), (11, "knn"), (9, "adam"), (2, "iou"), (1, "lru_cache"), (0, "nms")):
        past.now = NOW - days * DAY
        past.start(slug)
        past.now += 60 * catalog.exercise(slug).minutes * 0.7
        past.grade(catalog.exercise(slug), Verdict.WRONG)
        core, fine = (Verdict.WRONG if slug in failing else Verdict.PASSED for failing in (("nms",), ("nms", "iou")))
        past.grade(catalog.exercise(slug), core, ratio=1.4, fine=fine)


def _console(title: str) -> tuple[Console, str]:
    return Console(file=StringIO(), record=True, width=_WIDTH, force_terminal=True, color_system="truecolor"), title


def _dashboard(past: Past, catalog: Catalog) -> str:
    console, title = _console("kata")
    with mock.patch("time.time", return_value=NOW):
        console.print(dashboard.render(progress(catalog, past.history, NOW + 4 * 3600), NOW + 4 * 3600))
    return console.export_svg(title=title, unique_id="dashboard")


def _watch(past: Past, catalog: Catalog) -> str:
    written: list[str] = []
    lines = mock.patch.dict("os.environ", {"LINES": "30"})  # whatever terminal this runs in
    with Sandbox(secret=[ROOT]) as sandbox, lines:
        watch = Watch(catalog, past.history, sandbox)
        paint = Paint(color=True, width=_WIDTH)
        screen = WatchScreen(watch, [catalog.root], lambda: paint, written.append, interactive=True)
        watch.open("iou")
        catalog.exercise("iou").stub_path.write_text(_ATTEMPT, encoding="utf-8")
        screen.grade("iou")
    console, title = _console("kata watch iou")
    shown = "".join(written).rpartition("\x1b[H\x1b[2J")[2].replace(str(catalog.root) + "/", "")
    console.print(Text.from_ansi(shown))
    return console.export_svg(title=title, unique_id="watch")


def _mock(past: Past, catalog: Catalog) -> str:
    begun = clock.now()
    passed = 0.0

    def now() -> Moment:
        return Moment(begun.boot, begun.running_s + passed, begun.wall_s)

    with Sandbox(secret=[ROOT]) as sandbox:
        plan = make_plan(catalog, Wishes(slugs=("iou",), questions=2, minutes=45, seed=3), {})
        interview = session.Interview(state.begin(plan, begun), catalog, past.history, sandbox, now)
        interview.enter()
        for seconds in (95, 170):
            passed += seconds
            interview.advance()
        catalog.exercise("iou").stub_path.write_text(_ATTEMPT, encoding="utf-8")
        passed += 330
        interview.tick()
        return asyncio.run(_screen(interview))


async def _screen(interview: session.Interview) -> str:
    app = MockScreen(interview)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("s")
        await app.workers.wait_for_complete()
        await pilot.press("h")
        await pilot.pause()
        while not app.query("FooterKey"):  # the line of keys is made anew after each of them
            await pilot.pause()
        svg = app.export_screenshot(title="kata mock")
        await pilot.press("q")
    return svg


def main() -> int:
    """Write every screen into the folder of the README's pictures."""
    if "--write" not in sys.argv:
        print(__doc__)
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        for title, svg in draw(Path(name)):
            (FOLDER / f"{title}.svg").write_text(svg, encoding="utf-8")
            print(FOLDER / f"{title}.svg")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
