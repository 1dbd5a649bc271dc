"""Looks at every page of `kata serve` as a learner has it.

`python -m tools.pages --write` draws the picture of the README, `--all FOLDER` every page in both themes and widths, and
`--axe axe.min.js` has axe-core look at each.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.content.catalog import load_catalog
from tests.support.browser import browse, serve
from tests.support.past import open_past
from tools.screens import FOLDER, ROOT, practise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

PAGES: Final = ("", "exercises", "exercises/iou", "mock", "questions", "stats")
THEMES: Final = ("light", "dark")
README: Final = "page-exercises-iou-light"
WIDTHS: Final = {"": (1280, 860), "-narrow": (390, 844)}
_ATTEMPT: Final = """import numpy as np


def box_iou(a, b):
    shared, union, _ = _areas(a, b)
    return _ratio(shared, union)


def _areas(a, b):
    a, b = _check(a)[:, None], _check(b)[None]
    low, high = np.maximum(a[..., :2], b[..., :2]), np.minimum(a[..., 2:], b[..., 2:])
    around = np.maximum(a[..., 2:], b[..., 2:]) - np.minimum(a[..., :2], b[..., :2])
    shared, hull = (high - low).prod(-1), around.prod(-1)
    area_a, area_b = ((x[..., 2:] - x[..., :2]).prod(-1) for x in (a, b))
    return shared, area_a + area_b - shared, hull


def giou(a, b):
    shared, union, hull = _areas(a, b)
    return _ratio(shared, union) - _ratio(hull - union, hull)


def convert(boxes, src, dst):
    x = boxes if boxes.dtype.kind == "f" else boxes.astype(float)
    a, b = x[..., :2], x[..., 2:]
    if src != "xyxy":
        a, b = (a, a + b) if src == "xywh" else (a - b / 2, a + b / 2)
    if dst != "xyxy":
        a, b = (a, b - a) if dst == "xywh" else ((a + b) / 2, b - a)
    return np.concatenate([a, b], axis=-1)


def _check(boxes):
    if boxes.shape[1:] != (4,) or (boxes[:, 2:] < boxes[:, :2]).any():
        raise ValueError("boxes are (n, 4) with x1 <= x2 and y1 <= y2")
    return boxes if boxes.dtype.kind == "f" else boxes.astype(float)


def _ratio(x, y):
    return np.divide(x, y, out=np.zeros_like(x), where=y > 0)
"""


def look(folder: Path) -> Iterator[tuple[str, Page]]:
    """Yield the name of each page in each theme and width, and the tab that shows it.

    Parameters
    ----------
    folder : Path
        An empty folder to work in.
    """
    root = folder / "mlkata"
    for part in ("exercises", "solutions"):
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    catalog = load_catalog(root)
    with open_past(folder / "home") as past:
        practise(past, catalog)
    catalog.exercise("iou").stub_path.write_text(_ATTEMPT, encoding="utf-8")
    with browse() as browser, serve(root, folder / "home") as served:
        for theme in THEMES:
            for width, (columns, rows) in WIDTHS.items():
                size = {"width": columns, "height": rows}
                context = browser.new_context(color_scheme=theme, viewport=size, reduced_motion="reduce")  # type: ignore[arg-type]
                tab = context.new_page()
                tab.set_default_timeout(120_000)
                for where in PAGES:
                    tab.goto(served.url + where)
                    tab.wait_for_selector("h1")
                    if "/" in where:
                        tab.wait_for_selector(".cm-content[aria-label]")
                        tab.keyboard.press("Control+Enter")
                        tab.wait_for_selector(".head.bad, .head.good", timeout=90_000)
                    name = f"page-{where.replace('/', '-') or 'today'}"
                    yield f"{name}-{theme}{width}", tab
                    if "/" in where:
                        for state in _open_each(tab):
                            yield f"{name}-{state}-{theme}{width}", tab
                context.close()


def _open_each(tab: Page) -> Iterator[str]:
    """Open what the page of an exercise shows when it is asked for, one after the other."""
    for name in ("Attempts", "Notes"):
        tab.get_by_role("tab", name=name).click()
        tab.wait_for_selector({"Attempts": "ol.attempts li", "Notes": "textarea"}[name])
        yield name.lower()
    tab.keyboard.press("Alt+c")
    tab.wait_for_selector("pre.code")
    yield "code"


def main() -> int:
    """Write pictures of the pages, or print what axe-core finds; 1 where that is serious."""
    parser = argparse.ArgumentParser(prog="pages", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the picture of the README")
    parser.add_argument("--all", type=Path, help="folder for pictures of all pages")
    parser.add_argument("--axe", type=Path, help="axe.min.js")
    options = parser.parse_args()
    serious = 0
    with tempfile.TemporaryDirectory() as name:
        for title, tab in look(Path(name)):
            if options.all is not None:
                tab.screenshot(path=options.all / f"{title}.png", full_page="narrow" in title)
            if options.write and title == README:
                tab.screenshot(path=FOLDER / "page.png")
            if options.axe is not None:
                tab.evaluate(options.axe.read_text(encoding="utf-8"))
                for fault in tab.evaluate("axe.run()")["violations"]:
                    print(title, fault["impact"], fault["id"], fault["nodes"][0]["html"][:120])
                    serious += fault["impact"] in {"serious", "critical"}
    return 1 if serious else 0


if __name__ == "__main__":
    raise SystemExit(main())
