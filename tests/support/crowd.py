"""A catalogue of as many toy exercises as a test wants, and `kata` run on it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

RIGHT: Final = "def double(n):\n    return 2 * n\n"
WRONG: Final = "def double(n):\n    return n + 2\n"
STUB: Final = '''def double(n):
    """Return twice a number.

    >>> double(2)
    4
    """
    raise NotImplementedError
'''
REFERENCE: Final = STUB.replace("raise NotImplementedError", "return 2 * n")
_TESTS: Final = '''"""Hidden tests of double."""

from grader.testing import assert_equal


def test_two_is_doubled(candidate):
    """Twice two is four."""
    assert_equal(candidate.double(2), 4)


def test_minus_seventeen_is_doubled(candidate):
    """Twice minus seventeen is minus thirty-four."""
    assert_equal(candidate.double(-17), -34)
'''
_METADATA: Final = """format = 1
title = "Double {slug}"
difficulty = "easy"
minutes = 5
backend = "python"
entry_points = ["double"]
tags = ["sums"]
sources = ["Tests of the grader"]
hints = ["Twice is two times."]
"""
_MUTANTS: Final = """\
format = 1

[[mutants]]
name = "adds_two"
mistake = "Adds two."
caught_by = ["test_minus_seventeen_is_doubled"]
file = "adds_two.py"
"""


def make_crowd(folder: Path, count: int) -> Path:
    """Write a catalogue of exercises `toy00`, `toy01`, … and return its root."""
    root = folder / "crowd"
    slugs = [f"toy{number:02}" for number in range(count)]
    for slug in slugs:
        place, solution = root / "exercises/toys" / slug, root / "solutions/toys" / slug
        (solution / "mutants").mkdir(parents=True)
        place.mkdir(parents=True)
        (place / "exercise.toml").write_text(_METADATA.format(slug=slug), encoding="utf-8")
        (place / "prompt.md").write_text("# Double\n\nDouble a number.\n", encoding="utf-8")
        (place / "hidden_tests.py").write_text(_TESTS, encoding="utf-8")
        (place / f"{slug}.py").write_text(STUB, encoding="utf-8")
        (solution / f"{slug}.py").write_text(REFERENCE, encoding="utf-8")
        (solution / "mutants.toml").write_text(_MUTANTS, encoding="utf-8")
        (solution / "mutants" / "adds_two.py").write_text(WRONG, encoding="utf-8")
    quoted = ", ".join(f'"{slug}"' for slug in slugs)
    (root / "exercises/toys/track.toml").write_text(
        f'format = 1\ntitle = "Toys"\nabout = "Toys."\norder = 1\nexercises = [{quoted}]\n', encoding="utf-8"
    )
    return root


def stub_of(root: Path, slug: str) -> Path:
    """Return where the stub of an exercise lies in a checkout."""
    return root / "exercises/toys" / slug / f"{slug}.py"


def start_kata(root: Path, *arguments: str, before: str = "") -> subprocess.Popen[str]:
    """Start `kata` on a catalogue, in a session of its own.

    Parameters
    ----------
    root : Path
        Of the catalogue.
    *arguments : str
        What follows `kata`.
    before : str, default=""
        Python that runs first.
    """
    environment = {**os.environ, "KATA_ROOT": str(root), "KATA_HOME": str(root.parent / "home")}
    command = [sys.executable, "-c", f"{before}\nfrom grader.cli import run\nrun()", *arguments]
    return subprocess.Popen(
        command, env=environment, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip


def kata(root: Path, *arguments: str, before: str = "") -> tuple[int, str, str]:
    """Run `kata` on a catalogue to its end: exit code, standard output, standard error."""
    with start_kata(root, *arguments, before=before) as process:
        try:
            out, err = process.communicate(timeout=110)
        finally:
            process.kill()
    return process.returncode, out, err


def family(pid: int) -> set[int]:
    """Return the identifiers of all descendants of a process."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError):
                children.setdefault(parent(int(entry)), []).append(int(entry))
    found: set[int] = set()
    pending = [pid]
    while pending:
        pending += (new := children.get(pending.pop(), []))
        found |= set(new)
    return found


def parent(pid: int) -> int:
    """Return the identifier of the parent of a process."""
    told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    return int(told.rpartition(") ")[2].split()[1])


def is_running(pid: int) -> bool:
    """Tell whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


def await_event(happened: Callable[[], bool]) -> None:
    """Return as soon as something has happened; fail where it does not come within twenty seconds."""
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline, "the event did not come"
        os.sched_yield()


def kill_and_watch(process: subprocess.Popen[str], least: int) -> None:
    """Kill a command as soon as so many processes of its own run, and fail unless all of them end by themselves."""
    started: set[int] = set()
    try:
        deadline = time.monotonic() + 60
        while len(started := family(process.pid)) < least:
            assert process.poll() is None
            assert time.monotonic() < deadline, started
            time.sleep(0.01)
    finally:
        process.kill()
        process.communicate()
    deadline = time.monotonic() + 30
    while left := {pid for pid in started if is_running(pid)}:
        assert time.monotonic() < deadline, left
        time.sleep(0.01)
