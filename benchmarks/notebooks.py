"""A class of notebooks: nbgrader with its own `Execute`, with our preprocessor, and `kata notebook autograde`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figure import Figure
from benchmarks.grading import IN_PROCESS, ROOT
from grader.classes.notebooks.cells import code, graded, notebook
from grader.content import catalog

if TYPE_CHECKING:
    from grader.model import Exercise

LEARNERS = 20
_NBGRADER = [sys.executable, "-m", "nbgrader"]
_KATA = [sys.executable, "-c", "from grader.cli import run; run()", "notebook"]
# The same cases in the kernel of the submission, as a lecturer would run them there.
_CELL = """\
import os
import pytest

arguments = ["-q", "-p", "no:mlkata", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir={folder}", "{folder}"]
assert pytest.main(arguments) == 0
"""


def compare(slug: str, *, preprocessor: float, together: float) -> list[Figure]:
    """Grade one class three times in a run.

    Parameters
    ----------
    slug : str
        Which exercise; every learner hands in our solution.
    preprocessor : float
        How many times faster nbgrader is wanted to be with our preprocessor.
    together : float
        How many times faster `kata notebook autograde -j 2` is wanted to be.
    """
    exercise = catalog.load_catalog(ROOT).exercise(slug)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        variables = {
            **os.environ,
            "KATA_ROOT": str(ROOT),
            "KATA_HOME": str(folder / "home"),
            "PYTHONWARNINGS": "ignore",
        }
        variables["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), variables["PATH"]])
        stock = _stock(exercise, folder)
        _run(
            [*_KATA, "course", "ours", "--assignment", "ps", "--exercises", slug, "--question-points", "0"],
            folder,
            variables,
        )
        ours = folder / "ours"
        in_kernel = {**variables, "PYTHONPATH": str(IN_PROCESS), "BENCH_REFERENCE": str(exercise.reference_path)}
        in_kernel |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        _hand_in(stock, exercise, in_kernel)
        _hand_in(ours, exercise, variables)
        other = folder / "other"
        shutil.copytree(ours, other)
        slow = _run([*_NBGRADER, "autograde", "ps"], stock, in_kernel) / LEARNERS
        own = _run([*_NBGRADER, "autograde", "ps"], ours, variables) / LEARNERS
        fast = _run([*_KATA, "autograde", "ps", "-j", "2"], other, variables) / LEARNERS
        for course in (stock, ours, other):
            _expect_full(course)
    told = f"of {LEARNERS} notebooks of {slug}, a notebook"
    return [
        Figure(f"nbgrader's Execute / our preprocessor, {told}", own, slow, "s", slow / own, f">= {preprocessor:g}"),
        Figure(
            f"nbgrader's Execute / kata notebook autograde -j 2, {told}",
            fast,
            slow,
            "s",
            slow / fast,
            f">= {together:g}",
        ),
    ]


def _stock(exercise: Exercise, folder: Path) -> Path:
    """Write a course whose test cell runs the hidden tests in the learner's kernel."""
    tests = folder / "tests"
    tests.mkdir()
    shutil.copyfile(exercise.tests_path, tests / "test_same_cases.py")
    shutil.copyfile(IN_PROCESS / "conftest.py", tests / "conftest.py")
    course = folder / "stock"
    source = course / "source" / "ps"
    source.mkdir(parents=True)
    (course / "nbgrader_config.py").write_text("get_config().Execute.timeout = 300\n", encoding="utf-8")
    cells = [
        graded(code("solution", "# Write your code here."), "solution", solution=True),
        graded(code("core_1", _CELL.format(folder=tests)), "core_1", points=10),
    ]
    (source / f"{exercise.slug}.ipynb").write_text(notebook(cells), encoding="utf-8")
    return course


def _hand_in(course: Path, exercise: Exercise, variables: dict[str, str]) -> None:
    _run([*_NBGRADER, "generate_assignment", "ps"], course, variables)
    name = f"{exercise.slug}.ipynb"
    loaded = json.loads((course / "release" / "ps" / name).read_text(encoding="utf-8"))
    for cell in loaded["cells"]:
        if cell["metadata"]["nbgrader"]["grade_id"] == "solution":
            cell["source"] = exercise.reference_path.read_text(encoding="utf-8")
    for number in range(LEARNERS):
        folder = course / "submitted" / f"learner{number:02}" / "ps"
        folder.mkdir(parents=True)
        (folder / name).write_text(json.dumps(loaded), encoding="utf-8")


def _expect_full(course: Path) -> None:
    """See that every learner has all points: a run that failed early is no fast one."""
    from nbgrader.api import Gradebook  # type: ignore[import-untyped]

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        scores = [(one.score, one.max_score) for one in gradebook.assignment_submissions("ps")]
    if len(scores) != LEARNERS or any(score != most for score, most in scores):
        raise RuntimeError(f"{course.name}: {scores}")


def _run(command: list[str], folder: Path, variables: dict[str, str]) -> float:
    started = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return time.perf_counter() - started
