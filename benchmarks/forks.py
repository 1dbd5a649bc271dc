"""Grading a fork with three changed stubs of the whole catalogue, against grading those three alone."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.grading import ROOT
from grader.content import catalog

_SLUGS = ("softmax", "iou", "adam")


def compare(*, rounds: int) -> Figure:
    """Measure both in turn.

    Parameters
    ----------
    rounds : int
        Interleaved runs of each; one more is run first and not counted.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fork = folder / "fork"
        for part in (catalog.EXERCISES, "solutions", "grader", "tests", ".github"):
            shutil.copytree(ROOT / part, fork / part, ignore=shutil.ignore_patterns("__pycache__"))
        for slug in _SLUGS:
            exercise = catalog.load_catalog(ROOT).exercise(slug)
            shutil.copyfile(exercise.reference_path, fork / exercise.stub_path.relative_to(ROOT))
        alone = {"KATA_ROOT": str(fork), "KATA_HOME": str(folder / "home")}
        ci, grade = [], []
        for _ in range(rounds + 1):
            grade.append(_run(["grade", *_SLUGS], alone))
            ci.append(_run(["ci", "--submission", str(fork)], {"KATA_ROOT": str(ROOT)}))
    ours, other = statistics.median(ci[1:]), statistics.median(grade[1:])
    total = len(catalog.load_catalog(ROOT).slugs)
    title = f"kata ci of a fork, 3 of {total} exercises changed / kata grade of those 3"
    return Figure(title, ours, other, "s", ours / other, "<= 1.5")


def _run(arguments: list[str], variables: dict[str, str]) -> float:
    command = [str(Path(sys.executable).with_name("kata")), *arguments]
    started = time.perf_counter()
    done = subprocess.run(command, env={**os.environ, **variables}, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode:
        raise RuntimeError(f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return seconds
