"""`python -m benchmarks.many`: one long batch of short submissions; its rate and the memory of its processes must stay flat.

What is compared is the state after a tenth of the submissions with that after all of them.
"""

from __future__ import annotations

import argparse
import os
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.figure import Figure, table
from grader.classes.batch import grade_all
from grader.classes.job import Job, Settings
from grader.content import catalog
from grader.intake.submission import submission_from_text
from tests.support.crowd import family
from tests.support.toys import RIGHT, TOYS, WRONG

if TYPE_CHECKING:
    from collections.abc import Iterator

_BROKEN: Final = "def halve(n)\n"
_RAISING: Final = "def halve(n):\n    raise ValueError(str(n) * 1000)\n"


def main() -> int:
    """Measure, print a table; the exit code is 1 where a figure is not as wanted."""
    parser = argparse.ArgumentParser(prog="benchmarks.many", description=__doc__)
    parser.add_argument("--submissions", type=int, default=10_000, metavar="N")
    parser.add_argument("-j", "--processes", type=int, default=1, metavar="N")
    options = parser.parse_args()
    figures = compare(options.submissions, options.processes)
    print(table(figures))
    return not all(figure.is_met for figure in figures)


def compare(submissions: int, processes: int) -> list[Figure]:
    """Grade so many submissions to a toy exercise: right, wrong, raising and no Python in turn, each another text.

    Parameters
    ----------
    submissions : int
        How many.
    processes : int
        How many at the same time.
    """
    toys = catalog.load_catalog(TOYS)
    settings = Settings(secret=(TOYS,))
    tenth, faults = submissions // 10, 0
    with closing(grade_all(_jobs(toys, submissions), settings, processes)) as results:
        for done, result in enumerate(results, start=1):
            faults += result.fault is not None
            if done == 1:  # what is imported first is no part of a rate
                begun = time.perf_counter()
            if done == tenth:
                early_mb, early_s = _memory_mb(), time.perf_counter() - begun
            if done == submissions:  # its processes still live
                late_mb, late_s = _memory_mb(), time.perf_counter() - begun
    if faults:
        raise RuntimeError(f"{faults} submissions have no verdict")
    early, late = (tenth - 1) / early_s, (submissions - tenth) / (late_s - early_s)
    told = f"of {submissions} submissions with -j {processes}"
    return [
        Figure(f"memory more after all {told} than after a tenth, MiB", late_mb, early_mb, "MiB", late_mb - early_mb, "<= 50"),
        Figure(f"rate of the rest / of the first tenth, {told}", late, early, "/s", late / early, ">= 0.9"),
    ]  # fmt: skip


def _jobs(toys: catalog.Catalog, submissions: int) -> Iterator[Job]:
    exercise = toys.exercise("halve")
    texts = (RIGHT, WRONG, RIGHT, _RAISING, RIGHT, _BROKEN)
    for number in range(submissions):
        text = f"{texts[number % len(texts)]}# {number}\n"
        yield Job(exercise, submission_from_text(f"{number}.py", text))


def _memory_mb() -> float:
    """Resident memory of this process and of those that grade for it, mebibytes; zygotes and workers are not among them."""
    return _resident_mb(os.getpid()) + sum(_resident_mb(pid) for pid in family(os.getpid()) if _grades(pid))


def _grades(pid: int) -> bool:
    try:
        return b"grader.classes.stem" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False  # a worker that has just ended


def _resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    raise SystemExit(main())
