"""The report on a submission: its verdict, its account, and that nothing of the submission is left when it is written."""

from __future__ import annotations

import itertools
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.content import catalog
from grader.errors import ConfinementRefused
from grader.intake.submission import submission_from_text
from grader.judge import grade, run_examples
from grader.model import Backend, ConfinementMode, Feedback, StartMethod, Verdict, worst
from grader.sandbox import Sandbox
from tests.support.sessions import DOUBLING, toy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import Report

RIGHT = """
def double(x): return 2 * x
def total(x): return float(x.sum())
def greet(name): return f"hello {name}"
"""
ORDER = [
    "grader_fault",
    "invalid",
    "crashed",
    "out_of_memory",
    "timed_out",
    "raised",
    "protocol",
    "too_slow",
    "wrong",
    "not_started",
    "passed",
]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Warm sandbox."""
    with Sandbox() as box:
        yield box


def graded(sandbox: Sandbox, source: str, **options: object) -> Report:
    """Grade a text as an attempt at doubling."""
    exercise = catalog.load_exercise(DOUBLING)
    return grade(exercise, submission_from_text("attempt", source), sandbox, **options)  # type: ignore[arg-type]


def children() -> set[int]:
    """Return the processes below this one, down to the last."""
    parents = {}
    for entry in Path("/proc").iterdir():
        try:
            parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except (ValueError, OSError):
            continue
    found = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in found and pid not in found}:
        found |= more
    return found - {os.getpid()}


@pytest.mark.parametrize(("worse", "better"), list(itertools.combinations(ORDER, 2)))
def test_the_worst_case_decides(worse: str, better: str) -> None:
    """Verdicts take precedence in the documented order, wherever they stand."""
    for pair in ((worse, better), (better, worse)):
        assert worst(map(Verdict, pair)) is Verdict(worse)


def test_nothing_to_judge_is_a_fault() -> None:
    """A report without a case never passes."""
    assert worst([]) is Verdict.GRADER_FAULT


def test_a_report_accounts_for_itself(sandbox: Sandbox) -> None:
    """A pass states points, hashes, seed, walls, time and memory."""
    report = graded(sandbox, RIGHT, seed=7, feedback=Feedback.HINTS)
    submission = submission_from_text("attempt", RIGHT)

    assert report.verdict is Verdict.PASSED
    assert (report.points, report.max_points, report.message) == (4, 4, "")
    assert (report.exercise, report.title, report.submission_path) == ("doubling", "Doubling", "attempt")
    assert report.seed == 7
    assert report.submission_hash == submission.sha256
    assert report.content_hash == catalog.content_hash(catalog.load_exercise(DOUBLING))
    assert report.feedback is Feedback.HINTS
    assert report.confinement.start_method is sandbox.start_method
    assert report.cpu_s > 0
    assert 5 < report.peak_memory_mb < 500
    assert report.duration_s >= sum(case.duration_s for case in report.cases)


def test_seeds_are_secret_and_fresh(sandbox: Sandbox) -> None:
    """Without a seed of the caller every run draws its own."""
    assert graded(sandbox, RIGHT).seed != graded(sandbox, RIGHT).seed


def test_what_fails_every_case_is_said_once(sandbox: Sandbox) -> None:
    """A message that all cases share is the report's; others stay with their cases."""
    assert graded(sandbox, "def double(:\n").message.startswith("The file is not Python: ")
    assert graded(sandbox, RIGHT.replace("2 * x", "3 * x")).message == ""


def test_verdict_is_written_after_the_processes_are_dead(tmp_path: Path) -> None:
    """When the report is there, no worker of the submission is; after the sandbox, no zygote either."""
    before = children()
    with Sandbox() as box:
        box.warm(Backend.NUMPY)
        graded(box, RIGHT)
        (zygote,) = children() - before
        graded(
            box,
            "import threading\nthreading.Thread(target=lambda: [0 for _ in iter(int, 1)], daemon=True).start()\n"
            + RIGHT,
        )
        assert children() - before == {zygote}

    assert children() - before == set()


def test_unconfined_children_die_too() -> None:
    """Without walls a submission can start processes; they are killed before the verdict is written."""
    source = RIGHT.replace(
        "def double(x): return 2 * x",
        "import subprocess, sys\n"
        "def double(x):\n"
        "    subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session=True)\n"
        "    return 2 * x",
    )
    before = children()
    with Sandbox(ConfinementMode.OFF, StartMethod.FORK) as box:
        report = graded(box, source)
        left = children() - before

    assert report.confinement.level == "unconfined"
    assert len(left) == 1, "only the zygote may be left"


def test_strict_confinement_is_refused_before_anything_runs(tmp_path: Path) -> None:
    """Where a wall is missing and strict was asked for, there is no report but a refusal."""
    inside = Path(pytest.__file__).parent
    with Sandbox(ConfinementMode.STRICT, secret=[inside]) as box, pytest.raises(ConfinementRefused) as error:
        graded(box, f"open({str(tmp_path / 'ran')!r}, 'w')\n" + RIGHT)

    assert error.value.exit_code == 2
    assert "--confinement auto" in str(error.value)
    assert not (tmp_path / "ran").exists()


def test_forbidden_shortcuts_are_explained_and_not_run(sandbox: Sandbox) -> None:
    """What the exercise forbids makes every case invalid, with the line, and no worker is started."""
    exercise = replace(catalog.load_exercise(DOUBLING), forbidden=("np.sum",))
    source = "import numpy as np\nprint('ran')\ndef total(x): return np.sum(x)\n"
    report = grade(exercise, submission_from_text("attempt", source), sandbox)

    assert report.verdict is Verdict.INVALID
    assert report.message == "Line 3 uses numpy.sum, which this exercise forbids: write it yourself."
    assert {case.output for case in report.cases} == {""}
    assert report.confinement.missing == ("no worker was started",)


EXAMPLES = '''
def double(x):
    """Return twice the number.

    >>> double(2)
    4
    >>> double(3)
    7
    """
    print("working")
    return 2 * x


class Total:
    """A total.

    >>> Total().value
    Traceback (most recent call last):
    NotImplementedError: later
    >>> Total().value
    0
    """

    @property
    def value(self):
        raise NotImplementedError("later")
'''


def test_examples_are_run_one_by_one(sandbox: Sandbox) -> None:
    """`kata run` judges each example of the docstrings, in file order, by what it prints."""
    source = EXAMPLES.replace('    print("working")\n', "")
    report = run_examples(toy(slug="doubling"), submission_from_text("attempt", source), sandbox)

    assert [str(case.verdict) for case in report.cases] == ["passed", "wrong", "passed", "not_started"]
    assert [case.title for case in report.cases] == ["double(2)", "double(3)", "Total().value", "Total().value"]
    assert report.cases[1].message == "gave 6; expected 7."
    assert report.cases[1].name == "submission.double:7"
    assert report.max_points == 0


def test_examples_see_prints_as_output(sandbox: Sandbox) -> None:
    """A print in an example counts as what the example gave, as in a Python session."""
    report = run_examples(toy(slug="doubling"), submission_from_text("attempt", EXAMPLES), sandbox)

    assert report.cases[0].message == "gave working\n4; expected 4."


@pytest.mark.parametrize(
    ("source", "verdict", "fragment"),
    [
        ("def f(:\n", "invalid", "The file is not Python"),
        ("raise ValueError('early')\n", "raised", "ValueError: early"),
        ('def f():\n    """>>> f()"""\n    import os; os._exit(0)\n', "crashed", "exit status 0"),
        ('def f():\n    """>>> f()"""\n    while True: pass\n', "timed_out", "did not return within 1 s"),
    ],
)
def test_examples_of_a_broken_file(sandbox: Sandbox, source: str, verdict: str, fragment: str) -> None:
    """A file that cannot be loaded, ends the process or hangs gets one case that says so."""
    exercise = toy(slug="doubling", limits=replace(toy().limits, call_s=1.0))
    report = run_examples(exercise, submission_from_text("attempt", source), sandbox)

    assert str(report.verdict) == verdict
    assert len(report.cases) == 1
    assert fragment in report.cases[0].message


def test_a_file_without_examples_has_nothing_to_run(sandbox: Sandbox) -> None:
    """No example is no pass, and no fault of ours: the one case says that there are none."""
    report = run_examples(toy(slug="doubling"), submission_from_text("attempt", "def f(): pass\n"), sandbox)

    assert report.verdict is Verdict.INVALID
    assert "no examples in the docstrings" in report.cases[0].message
