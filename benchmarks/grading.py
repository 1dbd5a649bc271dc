"""Cold and warm grades against the same cases run by pytest in one process with the submission."""

from __future__ import annotations

import contextlib
import itertools
import os
import select
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
from grader.judge import grade
from grader.model import StartMethod
from grader.sandbox import Sandbox
from grader.suite.suites import Suites

if TYPE_CHECKING:
    from grader.model import Exercise, Submission

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


def compare(slug: str, *, cold_ratio: float, faster: float, most_ms: float, rounds: int) -> list[Figure]:
    """Measure one exercise cold and warm, in turn with pytest.

    Parameters
    ----------
    slug : str
        Which exercise.
    cold_ratio : float
        What share of pytest's time a cold grade is wanted to take at most.
    faster : float
        How many times faster a warm grade is wanted to be.
    most_ms : float
        Milliseconds that a warm grade is wanted to take at most, on a core of its own.
    rounds : int
        Interleaved runs of each; one more is run first and not counted.

    Returns
    -------
    list of Figure
        The cold ratio, ours to pytest; the warm ratio, pytest to ours; the warm time; and its ratio to that of a grade
        whose seed is new, so that nothing is known of its inputs and answers.
    """
    exercise = catalog.load_catalog(ROOT).exercise(slug)
    cold: list[float] = []
    warm: list[float] = []
    fresh: list[float] = []
    plain: list[float] = []
    with tempfile.TemporaryDirectory() as name, Sandbox(secret=[ROOT]) as sandbox:
        folder = Path(name)
        # A class, whose seed is fixed: it hands in our solution and the others that we know, over and over.
        submissions, known, unknown = itertools.cycle(_right(exercise)), Suites(), Suites()
        for _ in range(2 * len(_right(exercise))):
            _warm(exercise, next(submissions), sandbox, known, seed=1)
        for _ in range(rounds + 1):
            plain.append(run_pytest(exercise, folder))
            cold.append(_cold(exercise, folder))
            submission = next(submissions)
            for suites, seed, times in ((known, 1, warm), (unknown, None, fresh)):
                _warm(exercise, submission, sandbox, suites, seed=seed)  # the workers of the next are ordered
                times.append(_warm(exercise, submission, sandbox, suites, seed=seed))
    ours, hot, new, other = (statistics.median(times[1:]) for times in (cold, warm, fresh, plain))
    return [
        Figure(f"cold grade of {slug} / pytest in one process", ours, other, "s", ours / other, f"<= {cold_ratio:g}"),
        Figure(f"pytest in one process / warm grade of {slug}", hot, other, "s", other / hot, f">= {faster:g}"),
        Figure(f"warm grade of {slug}, milliseconds", hot, most_ms / 1000, "s", 1000 * hot, f"<= {most_ms:g}"),
        Figure(f"warm grade of {slug} with a new seed / with that of the class", new, hot, "s", new / hot, "<= 2"),
    ]


def _right(exercise: Exercise) -> list[Submission]:
    """Return our solution and the others that pass every case."""
    others = sorted(exercise.alternatives_folder.glob("*.py"))
    paths = [exercise.reference_path, *(path for path in others if not path.stem.startswith("textbook"))]
    return [read_submission(path) for path in paths]


def _warm(exercise: Exercise, submission: Submission, sandbox: Sandbox, suites: Suites, *, seed: int | None) -> float:
    """Seconds of a grade in a process that has graded before."""
    started = time.perf_counter()
    report = grade(exercise, submission, sandbox, suites=suites, seed=seed)
    seconds = time.perf_counter() - started
    if report.verdict != "passed":
        raise RuntimeError(f"{exercise.slug}, {submission.name}: {report.verdict}")
    return seconds


def afresh(slug: str, *, most_ms: float, rounds: int) -> list[Figure]:
    """Measure a warm grade whose workers were started afresh and waited, in turn with one whose workers are forked.

    Parameters
    ----------
    slug : str
        Which exercise.
    most_ms : float
        Milliseconds that the grade is wanted to take at most.
    rounds : int
        Interleaved runs of each; two more are run first and not counted.
    """
    exercise = catalog.load_catalog(ROOT).exercise(slug)
    submission = read_submission(exercise.reference_path)
    times: dict[StartMethod, list[float]] = {StartMethod.FORK: [], StartMethod.SPAWN: []}
    with contextlib.ExitStack() as stack:
        kept = {m: (stack.enter_context(Sandbox(start_method=m, secret=[ROOT])), Suites()) for m in times}
        for _ in range(rounds + 2):
            for method, (sandbox, suites) in kept.items():
                ordered = [order for each, _ in kept.values() for orders in each._ordered.values() for order in orders]
                for order in ordered:  # those of the other as well, or they would start beside what is measured
                    select.select([order.channel], [], [])  # as when somebody thinks between two saves
                started = time.perf_counter()
                report = grade(exercise, submission, sandbox, suites=suites)
                times[method].append(time.perf_counter() - started)
                if report.verdict != "passed":
                    raise RuntimeError(f"{slug}: {report.verdict}")
    forked, spawned = (statistics.median(each[2:]) for each in times.values())
    told = f"grade of {slug} by workers that were started afresh and waited"
    return [
        Figure(f"{told}, milliseconds", spawned, most_ms / 1000, "s", 1000 * spawned, f"<= {most_ms:g}"),
        Figure(f"{told} / by forked ones", spawned, forked, "s", spawned / forked, "<= 1.5"),
    ]
