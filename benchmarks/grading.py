"""Cold and warm grades against the same cases run by pytest in one process with the submission."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figure import Figure
from grader.content import catalog
from grader.intake.submission import read_submission
from grader.sandbox import Sandbox

if TYPE_CHECKING:
    from grader.model import Exercise

IN_PROCESS = Path(__file__).parent / "in_process"
ROOT = Path(__file__).parents[1]


def _run(command: list[str], folder: Path, **environment: str) -> float:
    started = time.perf_counter()
    done = subprocess.run(
        command, env={**os.environ, **environment}, cwd=folder, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        raise RuntimeError(f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return seconds


def run_pytest(exercise: Exercise, folder: Path) -> float:
    """Seconds of `python -m pytest` on the exercise's own cases, submission in the same process."""
    tests = folder / "test_same_cases.py"
    shutil.copyfile(exercise.tests_path, tests)
    shutil.copyfile(IN_PROCESS / "conftest.py", folder / "conftest.py")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:mlkata", "-p", "no:cacheprovider", f"--rootdir={folder}"]
    return _run(
        [*command, "-c", os.devnull, str(tests)],
        folder,
        PYTHONPATH=str(IN_PROCESS),
        BENCH_REFERENCE=str(exercise.reference_path),
        OMP_NUM_THREADS="1",
        OPENBLAS_NUM_THREADS="1",
    )


def _cold(exercise: Exercise, home: Path) -> float:
    """Seconds of `kata grade --reference` in a fresh process."""
    command = [str(Path(sys.executable).with_name("kata")), "grade", "--reference", exercise.slug]
    return _run(command, ROOT, KATA_HOME=str(home), KATA_ROOT=str(ROOT))


def compare(slug: str, *, faster: float, rounds: int) -> list[Figure]:
    """Measure one exercise cold and warm, in turn with pytest.

    Parameters
    ----------
    slug : str
        Which exercise.
    faster : float
        How many times faster a warm grade is wanted to be.
    rounds : int
        Interleaved runs of each; one more is run first and not counted.

    Returns
    -------
    list of Figure
        The cold ratio, ours to pytest; and the warm ratio, pytest to ours.
    """
    exercise = catalog.load_catalog(ROOT).exercise(slug)
    from grader.judge import grade

    submission = read_submission(exercise.reference_path)
    cold, warm, plain = [], [], []
    with tempfile.TemporaryDirectory() as name, Sandbox(secret=[ROOT]) as sandbox:
        folder = Path(name)
        for _ in range(rounds + 1):
            plain.append(run_pytest(exercise, folder))
            cold.append(_cold(exercise, folder))
            started = time.perf_counter()
            report = grade(exercise, submission, sandbox)
            warm.append(time.perf_counter() - started)
            if report.verdict != "passed":
                raise RuntimeError(f"{slug}: {report.verdict}")
    ours, hot, other = (statistics.median(times[1:]) for times in (cold, warm, plain))
    return [
        Figure(f"cold grade of {slug} / pytest in one process", ours, other, "s", ours / other, "<= 1.0"),
        Figure(f"pytest in one process / warm grade of {slug}", hot, other, "s", other / hot, f">= {faster:g}"),
    ]
