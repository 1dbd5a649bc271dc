"""Cases that are not run again where a submission answers what another one passed with."""

from __future__ import annotations

import signal
import threading
from dataclasses import replace
from textwrap import dedent
from typing import TYPE_CHECKING, Any, Final

import pytest

from grader.intake.submission import read_submission, submission_from_text
from grader.judge import grade
from grader.sandbox import Sandbox
from grader.suite.run import Run
from grader.suite.suites import Suites
from tests.support.toys import doubling_with

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from grader.model import CaseResult, Exercise, Report

#: Its bodies note outside of the module that they ran, so that a test sees whether they did.
HEAD = """
import os
import tempfile
import numpy as np
import pytest
from hypothesis import given, strategies as st
from grader.testing import assert_equal, assert_raises, expose, printed

def ran():
    tempfile.mkdtemp(dir={folder!r})

"""
TWO_CALLS = """
def test_two_calls(candidate):
    ran()
    xs = [1, 2]
    assert_equal(candidate.double(np.array(xs)), np.array([2, 4]))
    assert_equal(candidate.double(len(xs)), 4)
"""
RIGHT: Final = "def double(x):\n    return 2 * x\n"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Warm sandbox."""
    with Sandbox() as box:
        yield box


@pytest.fixture
def exercise_with(tmp_path: Path) -> Callable[[str], Exercise]:
    """Make the toy exercise with hidden tests of one's own."""

    def make(tests: str) -> Exercise:
        (tmp_path / "ran").mkdir(exist_ok=True)
        head = HEAD.format(folder=str(tmp_path / "ran"))
        exercise = doubling_with(tmp_path, head + dedent(tests))
        return replace(exercise, limits=replace(exercise.limits, call_s=0.5))

    return make


@pytest.fixture
def times(tmp_path: Path) -> Callable[[], int]:
    """Return how often the body of a hidden test was run so far."""
    return lambda: len(list((tmp_path / "ran").iterdir()))


def graded(exercise: Exercise, sandbox: Sandbox, suites: Suites | None, source: str = RIGHT, seed: int = 1) -> Report:
    """Grade a text."""
    return grade(exercise, submission_from_text("attempt", source), sandbox, suites=suites, seed=seed, diagnosed=False)


def seen(report: Report) -> list[CaseResult]:
    """Return the cases without the time they took."""
    return [replace(case, duration_s=0.0) for case in report.cases]


def learned(exercise: Exercise, sandbox: Sandbox) -> Suites:
    """Return suites in which right code has passed often enough to be followed."""
    suites = Suites()
    for _ in range(2):
        assert graded(exercise, sandbox, suites).verdict == "passed"
    return suites


def test_the_same_answers_pass_without_the_test(exercise_with: Any, sandbox: Sandbox, times: Callable[[], int]) -> None:
    """Where code is asked the same with the same seed and answers the same, the test's own work is spared."""
    exercise = exercise_with(TWO_CALLS)
    suites = learned(exercise, sandbox)
    assert times() == 2

    report = graded(exercise, sandbox, suites, "def double(x):\n    return x + x\n")

    assert times() == 2
    assert seen(report) == seen(graded(exercise, sandbox, None))


def test_another_right_answer_is_judged_and_then_known(
    exercise_with: Any, sandbox: Sandbox, times: Callable[[], int]
) -> None:
    """An answer that nobody gave before has the test judge it; given again, it is known as well."""
    exercise = exercise_with("""
        def test_near(candidate):
            ran()
            assert abs(candidate.double(0.1) - 0.2) < 1e-6
    """)
    suites, other = learned(exercise, sandbox), "def double(x):\n    return 2 * x + 1e-9\n"

    assert [graded(exercise, sandbox, suites, other).verdict for _ in range(2)] == ["passed", "passed"]
    assert times() == 3


def test_another_seed_has_the_test_run(exercise_with: Any, sandbox: Sandbox, times: Callable[[], int]) -> None:
    """What is known of one seed says nothing of another."""
    exercise = exercise_with(TWO_CALLS)
    suites = learned(exercise, sandbox)

    for seed in (2, 3, 1):
        graded(exercise, sandbox, suites, seed=seed)

    assert times() == 5


ODD: Final = {
    "wrong at once": "def double(x):\n    return 3 * x\n",
    "wrong at the second call": "def double(x):\n    return 2 * x if hasattr(x, 'shape') else 5\n",
    "counts its calls": "CALLS = []\ndef double(x):\n    CALLS.append(x)\n    return 2 * x if len(CALLS) < 4 else len(CALLS)\n",
    "another type": "def double(x):\n    return [2, 4] if hasattr(x, 'shape') else 4\n",
    "raises": "def double(x):\n    if not hasattr(x, 'shape'):\n        raise KeyError(x)\n    return 2 * x\n",
    "ends": "import os\ndef double(x):\n    return 2 * x if hasattr(x, 'shape') else os._exit(3)\n",
    "hangs": "def double(x):\n    while not hasattr(x, 'shape'):\n        pass\n    return 2 * x\n",
    "prints": "def double(x):\n    print('doubling', x)\n    return 2 * x\n",
    "prints too much": "def double(x):\n    print('x' * 10**6)\n    return 2 * x\n",
    "changes its argument": "def double(x):\n    if hasattr(x, 'shape'):\n        x *= 2\n        return x\n    return 2 * x\n",
    "is missing": "def triple(x):\n    return 3 * x\n",
    "is no Python": "def double(:\n",
    "an object": "class Odd:\n    pass\ndef double(x):\n    return Odd()\n",
}
SEVERAL: Final = """
    def test_two_calls(candidate):
        ran()
        xs = np.array([1, 2])
        assert_equal(candidate.double(xs), np.array([2, 4]))
        xs[0] = 7
        assert_equal(candidate.double(2), 4)

    @given(st.integers(0, 9))
    def test_property(candidate, x):
        assert_equal(candidate.double(x), 2 * x)

    @pytest.mark.fine
    def test_fine(candidate):
        assert_equal(candidate.double(np.ones(2)), np.full(2, 2.0))
        with assert_raises(TypeError):
            candidate.double(None)

    def test_prints(candidate):
        candidate.double(1)
        assert printed(candidate) == ""
"""


@pytest.mark.parametrize("source", ODD.values(), ids=ODD.keys())
def test_what_differs_is_told_as_ever(exercise_with: Any, sandbox: Sandbox, source: str) -> None:
    """Code that leaves the known way anywhere, by whatever it does, is told what a test of its own would tell it."""
    exercise = exercise_with(SEVERAL)
    suites = learned(exercise, sandbox)
    fresh = seen(graded(exercise, sandbox, None, source))

    assert [seen(graded(exercise, sandbox, suites, source)) for _ in range(2)] == [fresh, fresh]
    assert any(case.verdict != "passed" for case in fresh)
    assert seen(graded(exercise, sandbox, suites)) == seen(graded(exercise, sandbox, None))


UNFOLLOWED: Final = {
    "an object of the submission's": "ran()\n    candidate.Box(1).get()",
    "a function of the test's": "ran()\n    candidate.apply(lambda x: x, 1)",
    "what was printed": "ran()\n    candidate.double(1)\n    assert printed(candidate) == ''",
    "a large array": "ran()\n    candidate.double(np.zeros(10**4))",
    "nothing at all": "ran()",
}


@pytest.mark.parametrize("body", UNFOLLOWED.values(), ids=UNFOLLOWED.keys())
def test_what_is_no_plain_talk_is_always_run(
    exercise_with: Any, sandbox: Sandbox, times: Callable[[], int], body: str
) -> None:
    """A test that learns from more than plain answers is run for every submission."""
    source = f"{RIGHT}def apply(f, x):\n    return f(x)\nclass Box:\n    def __init__(self, x):\n        self.x = x\n    def get(self):\n        return self.x\n"
    exercise, suites = exercise_with(f"def test_it(candidate):\n    {body}\n"), Suites()

    assert [graded(exercise, sandbox, suites, source).verdict for _ in range(4)] == ["passed"] * 4
    assert times() == 4


def test_questions_of_chance_are_judged_all_the_same(exercise_with: Any, sandbox: Sandbox) -> None:
    """A test that asks something else each time, which it must not, still judges what it asked."""
    exercise = exercise_with("""
        def test_chance(candidate):
            x = int.from_bytes(os.urandom(4), "little")
            assert_equal(candidate.double(x), 2 * x)
            assert_equal(candidate.double(1), 2)
    """)
    suites = learned(exercise, sandbox)

    verdicts = [graded(exercise, sandbox, suites, text).verdict for text in (RIGHT, ODD["wrong at once"], RIGHT)]

    assert verdicts == ["passed", "wrong", "passed"]


def test_a_record_holds_a_case_that_is_known(exercise_with: Any, sandbox: Sandbox) -> None:
    """The script of a case has every call in it, however often the case was passed before."""
    exercise = exercise_with(TWO_CALLS)
    suites, submission = learned(exercise, sandbox), submission_from_text("attempt", RIGHT)

    run = Run(exercise, submission, read_submission(exercise.reference_path), sandbox, 1, recorded=True)
    suites.run(run)
    run.close()

    assert run.record is not None
    assert [step.call.name for step in run.record.steps] == ["double", "double"]


@pytest.fixture
def heard() -> Iterator[None]:
    """Have SIGINT raise KeyboardInterrupt, also where whoever started the tests had it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
def test_a_stop_in_the_middle_leaves_no_answer_behind(exercise_with: Any, sandbox: Sandbox) -> None:
    """Ctrl-C while a known case is asked ends that grade, and the next submission is graded as ever."""
    exercise = exercise_with(TWO_CALLS)
    suites, patient = learned(exercise, sandbox), replace(exercise, limits=replace(exercise.limits, call_s=60.0))
    for _ in range(2):
        graded(patient, sandbox, suites)
    stop = threading.Timer(0.3, signal.pthread_kill, (threading.get_ident(), signal.SIGINT))
    stop.start()

    with pytest.raises(KeyboardInterrupt):
        graded(patient, sandbox, suites, "def double(x):\n    while True:\n        pass\n")

    stop.join()
    assert graded(patient, sandbox, suites).verdict == "passed"
