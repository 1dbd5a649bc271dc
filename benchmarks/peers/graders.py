"""Ways to grade: ours, pytest for each submission, a fork without isolation, nbgrader and otter-grader."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.grading import IN_PROCESS
from benchmarks.peers.work import ROOT
from grader.classes.batch import grade_all
from grader.classes.job import Job, Settings
from grader.classes.notebooks.cells import code, graded, notebook
from grader.content.catalog import load_catalog
from grader.intake.submission import submission_from_text
from grader.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.peers.work import Item
    from grader.classes.batch import Grades
    from grader.model import Exercise

    Grade = Callable[[list[Item], Path, float], Iterator[tuple[int, bool]]]

_START: Final = 6  # times the time of a submission, for otter to start a kernel and import what it wants
_FLAGS: Final = ("-q", "-x", "-p", "no:mlkata", "-p", "no:cacheprovider", "-c", os.devnull)
_TEST_CELL: Final = """\
import os, sys, types
module = types.ModuleType("bench_candidate")
module.__dict__.update({{k: v for k, v in globals().items() if not k.startswith("_")}})
sys.modules["bench_candidate"] = module
sys.path.insert(0, {path!r})
os.environ["BENCH_REFERENCE"] = {reference!r}
import pytest
assert pytest.main([{flags}, "--rootdir={tests}", "{tests}"]) == 0
"""


def ours(items: list[Item], _folder: Path, _timeout_s: float, processes: int = 1, crew: Grades | None = None) -> Iterator[tuple[int, bool]]:  # fmt: skip
    """Grade behind all walls, with hidden tests collected once."""
    catalog = load_catalog(ROOT)
    jobs = (Job(catalog.exercise(item.slug), submission_from_text(item.slug, item.source)) for item in items)
    for result in grade_all(jobs, Settings(secret=catalog.roots, seed=1), processes, apart=True, elsewhere=crew):
        yield items[result.number].number, result.report.verdict is Verdict.PASSED


def pytest_each(items: list[Item], folder: Path, timeout_s: float) -> Iterator[tuple[int, bool]]:
    """Start pytest for each submission, which lies in the same process as its tests."""
    for item in items:
        tests = _tests_of(item.slug, folder)
        handed = folder / f"{item.number}.py"
        handed.write_text(item.source, encoding="utf-8")
        environment = {**os.environ, **_variables(item.slug), "BENCH_CANDIDATE": str(handed)}
        command = [sys.executable, "-m", "pytest", *_FLAGS, f"--rootdir={tests}", str(tests)]
        try:
            done = subprocess.run(
                command, env=environment, cwd=folder, capture_output=True, timeout=timeout_s, check=False
            )
            yield item.number, done.returncode == 0
        except subprocess.TimeoutExpired:
            yield item.number, False


def forked(items: list[Item], folder: Path, timeout_s: float) -> Iterator[tuple[int, bool]]:
    """Fork for each submission from a process that has imported everything, as EvalPlus does, and believe its exit status."""
    places = {slug: (_tests_of(slug, folder), _variables(slug)) for slug in {item.slug for item in items}}
    sys.path.insert(0, str(IN_PROCESS))
    for name in [name for name in sys.modules if name.partition(".")[0] == "grader"]:
        del sys.modules[name]  # hidden tests are to import the plain form of `grader.testing`
    import hypothesis.extra.numpy  # noqa: F401
    import pytest
    import torch  # noqa: F401

    import grader.testing  # noqa: F401

    for item in items:
        tests, variables = places[item.slug]
        handed = folder / f"{item.number}.py"
        handed.write_text(item.source, encoding="utf-8")
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                os.environ.update(variables, BENCH_CANDIDATE=str(handed))
                silent = os.open(os.devnull, os.O_WRONLY)
                os.dup2(silent, 1)
                os.dup2(silent, 2)
                status = int(pytest.main([*_FLAGS, f"--rootdir={tests}", str(tests)]))
            finally:
                os._exit(status)
        yield item.number, _waited(pid, timeout_s) == 0


def nbgrader(items: list[Item], folder: Path, timeout_s: float) -> Iterator[tuple[int, bool]]:
    """Have `nbgrader autograde` run each notebook, whose test cell runs the hidden tests in the learner's kernel."""
    from nbgrader.api import Gradebook  # type: ignore[import-untyped]

    course = folder / "course"
    source = course / "source" / "ps"
    source.mkdir(parents=True)
    (course / "nbgrader_config.py").write_text(
        f"get_config().Execute.timeout = {max(int(timeout_s), 1)}\n",
        encoding="utf-8",
    )
    for slug in sorted({item.slug for item in items}):
        cells = [
            graded(code("solution", "# Write your code here."), "solution", solution=True),
            graded(code("tests", _test_cell(slug, folder)), "tests", points=10),
        ]
        (source / f"{slug}.ipynb").write_text(notebook(cells), encoding="utf-8")
    command = [sys.executable, "-m", "nbgrader"]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # for alembic, which nbgrader runs
    environment = {**os.environ, "PYTHONWARNINGS": "ignore", "PATH": path}
    subprocess.run(
        [*command, "generate_assignment", "ps"], cwd=course, env=environment, capture_output=True, check=True
    )
    for item in items:
        loaded = json.loads((course / "release" / "ps" / f"{item.slug}.ipynb").read_text(encoding="utf-8"))
        for cell in loaded["cells"]:
            if cell["metadata"]["nbgrader"]["grade_id"] == "solution":
                cell["source"] = item.source
        place = course / "submitted" / f"s{item.number:05}" / "ps"
        place.mkdir(parents=True)
        (place / f"{item.slug}.ipynb").write_text(json.dumps(loaded), encoding="utf-8")
    subprocess.run([*command, "autograde", "ps"], cwd=course, env=environment, capture_output=True, check=False)
    scores = {}
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for handed in gradebook.assignment_submissions("ps"):
            for book in handed.notebooks:
                scores[handed.student.id, book.name] = book.score == book.max_score and book.score > 0
    for item in items:
        yield item.number, scores.get((f"s{item.number:05}", item.slug), False)


def otter(items: list[Item], folder: Path, timeout_s: float) -> Iterator[tuple[int, bool]]:
    """Have otter-grader grade each notebook without a container, with a test that runs the hidden tests."""
    for item in items:
        archive = folder / f"{item.slug}.zip"
        if not archive.exists():
            body = "\n".join(f"    {line}" for line in _test_cell(item.slug, folder, "env").splitlines())
            test = f"from otter.test_files import test_case\nOK_FORMAT = False\nname = 'tests'\npoints = 10\n\n\n@test_case()\ndef test_all(env):\n{body}\n"
            with zipfile.ZipFile(archive, "w") as packed:
                packed.writestr("tests/tests.py", test)
                packed.writestr("otter_config.json", json.dumps({"lang": "python"}))
        handed = folder / f"{item.number}.ipynb"
        cell: dict[str, object] = {
            "cell_type": "code",
            "execution_count": None,
            "id": "c",
            "metadata": {},
            "outputs": [],
            "source": item.source,
        }
        handed.write_text(
            json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}), encoding="utf-8"
        )
        program = "import sys\nfrom otter.api import grade_submission\nr = grade_submission(sys.argv[1], sys.argv[2], quiet=True)\nprint('\\nBENCH', r.total, r.possible)"
        try:
            done = subprocess.run([sys.executable, "-c", program, str(handed), str(archive)], cwd=folder, capture_output=True,
                                  text=True, timeout=_START * timeout_s, check=False)  # fmt: skip
            found = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("BENCH ")]
            yield item.number, bool(found) and float(found[-1][0]) == float(found[-1][1]) > 0
        except subprocess.TimeoutExpired:
            yield item.number, False


GRADERS: Final[dict[str, Grade]] = {
    "kata": ours,
    "pytest": pytest_each,
    "fork": forked,
    "nbgrader": nbgrader,
    "otter": otter,
}


def is_installed(name: str) -> bool:
    """Whether what a way of grading needs is there."""
    module = {"nbgrader": "nbgrader", "otter": "otter"}.get(name)
    return module is None or importlib.util.find_spec(module) is not None


def _tests_of(slug: str, folder: Path) -> Path:
    tests = folder / f"tests_{slug}"
    if not tests.exists():
        tests.mkdir()
        shutil.copyfile(_exercise(slug).tests_path, tests / "test_same_cases.py")
        shutil.copyfile(IN_PROCESS / "conftest.py", tests / "conftest.py")
    return tests


def _exercise(slug: str) -> Exercise:
    return load_catalog(ROOT).exercise(slug)


def _variables(slug: str) -> dict[str, str]:
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return {"PYTHONPATH": str(IN_PROCESS), "BENCH_REFERENCE": str(_exercise(slug).reference_path), **one_thread}


def _test_cell(slug: str, folder: Path, space: str = "globals()") -> str:
    flags = ", ".join(repr(flag) for flag in _FLAGS)
    reference = str(_exercise(slug).reference_path)
    cell = _TEST_CELL.format(path=str(IN_PROCESS), reference=reference, flags=flags, tests=_tests_of(slug, folder))
    return cell.replace("globals()", space)


def _waited(pid: int, timeout_s: float) -> int:
    """Return the exit status of a child, after killing it when its time is up."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.001)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
