"""`kata serve` on a copy of a catalogue, and a real browser that opens it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.support.toys import copy_halve, copy_toys, layer_halve, list_toys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

ROOT: Final = Path(__file__).parents[2]
COPIES: Final = ("notes", "shared", "torn", "hung", "asked")
PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome")
KATA: Final = [sys.executable, "-c", "from grader.cli import run; run()"]


class Served:
    """A page that is served.

    Attributes
    ----------
    url : str
        The address that was printed, which ends in a slash.
    """

    def __init__(self, root: Path, home: Path) -> None:
        self.root, self.home = root, home
        self.environment = {**os.environ, "KATA_ROOT": str(root), "KATA_HOME": str(home), "NO_COLOR": "1"}
        # Under pytest NiceGUI would expect its own test plugin.
        self.environment = {name: value for name, value in self.environment.items() if not name.startswith("PYTEST")}
        self.process = subprocess.Popen(
            [*KATA, "serve"], cwd=root, env=self.environment, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[-1]

    def stub(self, slug: str) -> Path:
        """Return where a learner's file lies."""
        return next(self.root.glob(f"exercises/*/{slug}/{slug}.py"))

    def reference(self, slug: str) -> str:
        """Return our solution."""
        return next(self.root.glob(f"solutions/*/{slug}/{slug}.py")).read_text(encoding="utf-8")

    def end(self) -> int:
        """Press Ctrl-C, and return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


def lay_out(folder: Path) -> Path:
    """Make a catalogue of the toys, with a copy of `halve` for each of some tests, and of softmax; return its root."""
    root = copy_toys(folder)
    layer_halve(root)
    for name in COPIES:
        copy_halve(root, name)
    list_toys(root, ["add", "halve", *COPIES])
    for top in ("exercises", "solutions"):
        shutil.copytree(ROOT / top / "arrays" / "softmax", root / top / "arrays" / "softmax")
    own = root / "exercises" / "arrays"
    shutil.copy(ROOT / "exercises" / "arrays" / "questions.toml", own)
    track = (ROOT / "exercises" / "arrays" / "track.toml").read_text(encoding="utf-8")
    track = re.sub(r"exercises = \[[^]]*\]", 'exercises = ["softmax"]', track)
    (own / "track.toml").write_text(track, encoding="utf-8")
    return root


@contextmanager
def serve(root: Path, home: Path) -> Iterator[Served]:
    """Serve a catalogue until the context ends."""
    served = Served(root, home)
    try:
        yield served
    finally:
        if served.process.poll() is None:
            served.process.kill()
        served.process.wait()
        assert served.process.stdout is not None
        served.process.stdout.close()


@contextmanager
def browse() -> Iterator[Browser]:
    """Start the browser that this machine has."""
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, PROGRAMS)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()
