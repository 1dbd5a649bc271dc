"""From a file's save to the verdict on the screen of `kata watch`, in turn with pytest on the same cases."""

from __future__ import annotations

import os
import re
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Self

from benchmarks.figure import Figure
from benchmarks.grading import ROOT, run_pytest
from grader.content import catalog

_TIMEOUT_S = 60


def compare(slug: str, *, most_ms: float, faster: float, rounds: int) -> list[Figure]:
    """Measure saves of one exercise.

    Parameters
    ----------
    slug : str
        Which exercise.
    most_ms : float
        Milliseconds wanted from save to verdict.
    faster : float
        How many times faster than pytest it is wanted to be.
    rounds : int
        Interleaved runs of each; one more is run first and not counted.

    Returns
    -------
    list of Figure
        The time of a save, and the ratio of pytest to it.
    """
    exercise = catalog.load_catalog(ROOT).exercise(slug)
    saves, plain = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stub = checkout(folder) / exercise.folder.relative_to(ROOT) / f"{slug}.py"
        reference = exercise.reference_path.read_text(encoding="utf-8")
        with Screen(folder, slug) as screen:
            screen.wait(re.compile(rf"not started\S*  {slug}"))
            mastered = re.compile(rf"mastered\S*  {slug}")
            for number in range(rounds + 1):
                plain.append(run_pytest(exercise, folder))
                saves.append(screen.save(stub, f"{reference}# {number}\n", mastered))
    ours, other = (statistics.median(times[1:]) for times in (saves, plain))
    return [
        Figure(f"save to verdict of {slug}, milliseconds", ours, most_ms / 1000, "s", 1000 * ours, f"<= {most_ms:g}"),
        Figure(f"pytest in one process / save of {slug}", ours, other, "s", other / ours, f">= {faster:g}"),
    ]


def checkout(folder: Path) -> Path:
    """Copy the catalogue, so that nobody's stubs are touched."""
    for part in (catalog.EXERCISES, "solutions"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


class Screen:
    """`kata watch` in a pseudo-terminal."""

    def __init__(self, folder: Path, slug: str) -> None:
        self._ours, theirs = os.openpty()
        own = {"KATA_ROOT": str(folder), "KATA_HOME": str(folder / "home"), "TERM": "xterm", "NO_COLOR": "1"}
        environment = {**os.environ, **own}
        self._process = subprocess.Popen(
            [str(Path(sys.executable).with_name("kata")), "watch", slug],
            cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
        os.close(self._ours)

    def wait(self, pattern: re.Pattern[str]) -> float:
        """Return when a pattern was shown, by the monotonic clock, once the keys are shown as well."""
        text, shown, end = "", 0.0, time.monotonic() + _TIMEOUT_S
        while not (shown and "quit" in text):
            if not select.select([self._ours], [], [], max(end - time.monotonic(), 0))[0]:
                raise RuntimeError(f"{pattern.pattern} was not shown: {text}")
            text += os.read(self._ours, 1 << 16).decode("utf-8", "replace")
            if not shown and pattern.search(text):
                shown = time.monotonic()
        return shown

    def save(self, path: Path, text: str, pattern: re.Pattern[str]) -> float:
        """Return the seconds from a save, as an editor that replaces the file makes it, to a pattern."""
        beside = path.with_name("beside.tmp")
        beside.write_text(text, encoding="utf-8")
        begun = time.monotonic()
        beside.replace(path)
        return self.wait(pattern) - begun
