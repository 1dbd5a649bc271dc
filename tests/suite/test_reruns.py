"""Hidden tests that are collected once and run again: no run sees what another left."""

from __future__ import annotations

import sys
from dataclasses import replace
from textwrap import dedent
from typing import TYPE_CHECKING, Any, Final

import pytest

from grader.errors import ContentError
from grader.intake.submission import submission_from_text
from grader.judge import grade
from grader.sandbox import Sandbox
from grader.suite.suites import Suites
from tests.support.toys import doubling_with

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from grader.model import CaseResult, Exercise, Report

HEAD = "import numpy as np\nimport pytest\nfrom grader.testing import assert_equal, printed\n\n"
RIGHT = "def double(x):\n    return 2 * x\n"
PRINTING = "def double(x):\n    print(x)\n    return 2 * x\n"
#: Counts its imports in a folder, so that a test sees whether it was collected again.
COUNTED = """
    import tempfile
    tempfile.mkdtemp(dir={count!r})

"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Warm sandbox."""
    with Sandbox() as box:
        yield box


@pytest.fixture
def exercise_with(tmp_path: Path) -> Callable[[str], Exercise]:
    """Make the toy exercise with hidden tests of one's own, which count how often they are imported."""

    def make(tests: str) -> Exercise:
        (tmp_path / "imports").mkdir(exist_ok=True)
        counted = dedent(COUNTED.format(count=str(tmp_path / "imports")))
        return doubling_with(tmp_path, HEAD + counted + dedent(tests))

    return make


@pytest.fixture
def imports(tmp_path: Path) -> Callable[[], int]:
    """Return how often hidden tests were imported so far."""
    return lambda: len(list((tmp_path / "imports").iterdir()))


def graded(exercise: Exercise, sandbox: Sandbox, suites: Suites | None, source: str = RIGHT, **options: Any) -> Report:
    """Grade a text."""
    return grade(exercise, submission_from_text("attempt", source), sandbox, suites=suites, **{"seed": 1, **options})


def seen(report: Report) -> list[CaseResult]:
    """Return the cases without the time they took."""
    return [replace(case, duration_s=0.0) for case in report.cases]


EVERYTHING = '''
    from hypothesis import example, given, strategies as st

    TABLE = {"one": np.ones(3), "list": [1, 2]}

    @pytest.fixture(scope="module")
    def counted():
        return []

    @given(st.lists(st.integers(0, 5), max_size=4))
    @example([7])
    def test_property(candidate, xs):
        """Property."""
        assert_equal(candidate.double(sum(xs)), 2 * sum(xs))

    @given(st.lists(st.integers(0, 5), max_size=4))
    def test_changes_what_was_drawn(candidate, xs):
        """Changes what was drawn."""
        assert_equal(candidate.double(sum(xs)), 2 * sum(xs))
        xs.append(1)

    @given(st.data())
    def test_draws_as_it_goes(candidate, data):
        """Draws as it goes."""
        x = data.draw(st.integers(0, 9))
        assert_equal(candidate.double(x), 2 * x)

    @pytest.mark.fine
    @pytest.mark.points(2)
    @pytest.mark.parametrize("x", [1, 2.5, "a"], ids=str)
    def test_parameters(candidate, rng, counted, x):
        """Parameters."""
        counted.append(x)
        candidate.double(float(rng.random()))
        assert_equal(candidate.double(x), 2 * x)
        assert len(counted) == 1 + [1, 2.5, "a"].index(x)

    def test_prints(candidate):
        """Prints."""
        print("of the test")
        candidate.double(1)
        assert printed(candidate) in ("", "1\\n")

    def test_reference(candidate, reference):
        """Reference."""
        assert_equal(candidate.double(3), reference.double(3))
'''
SUBMISSIONS = (
    RIGHT,
    PRINTING,
    "def double(x):\n    return 2 * x if x != 3 else 13\n",
    "def double(x):\n    raise ValueError(x)\n",
    "import os\ndef double(x):\n    os._exit(3)\n",
    "def double(:\n",
)


def test_a_rerun_tells_what_a_first_run_tells(exercise_with: Any, sandbox: Sandbox, imports: Callable[[], int]) -> None:
    """Whatever was graded before, each case says the same, draws the same inputs and is worth the same."""
    exercise, suites = exercise_with(EVERYTHING), Suites()
    fresh = [seen(graded(exercise, sandbox, None, source)) for source in SUBMISSIONS]
    before = imports()

    for _ in range(2):
        assert [seen(graded(exercise, sandbox, suites, source)) for source in SUBMISSIONS] == fresh

    assert imports() == before + 1
    assert {str(case.verdict) for cases in fresh for case in cases} == {
        "passed", "wrong", "raised", "crashed", "invalid",
    }  # fmt: skip


def test_seed_and_choice_are_those_of_each_run(exercise_with: Any, sandbox: Sandbox) -> None:
    """One collection serves another seed, some of the cases in another order, and a run that stops early."""
    exercise, suites = exercise_with(EVERYTHING), Suites()
    some = ("test_parameters[a]", "test_property")
    ways: list[dict[str, Any]] = [{}, {"seed": 2}, {"only": some}, {"fail_fast": True}, {"brief": True}, {}]
    bad = SUBMISSIONS[2].replace("!= 3", "not in (6, 3)").replace("2 * x", "(print(x), 2 * x)[1]")

    kept = [seen(graded(exercise, sandbox, suites, bad, **way)) for way in ways]

    assert kept == [seen(graded(exercise, sandbox, None, bad, **way)) for way in ways]
    assert kept[0] == kept[-1] != kept[1]
    assert [case.name for case in kept[2]] == list(some)


LEAKS: Final = {
    "list": """
        KEPT = []
        def leave(): KEPT.append(1)
        def left(): return len(KEPT)
    """,
    "number": """
        KEPT = 0
        def leave():
            global KEPT
            KEPT += 1
        def left(): return KEPT
    """,
    "array": """
        KEPT = np.zeros(1)
        def leave(): KEPT[0] += 1
        def left(): return KEPT[0]
    """,
    "attribute of a function": """
        def leave(): left.count = left() + 1
        def left(): return getattr(left, "count", 0)
    """,
    "class": """
        class Kept: count = 0
        def leave(): Kept.count += 1
        def left(): return Kept.count
    """,
    "object": """
        class Kept:
            def __init__(self): self.inner = {"count": 0}
        KEPT = Kept()
        def leave(): KEPT.inner["count"] += 1
        def left(): return KEPT.inner["count"]
    """,
    "default": """
        def leave(into=[]): into.append(1)
        def left(): return len(leave.__defaults__[0])
    """,
    "closure": """
        def make():
            count = 0
            def leave():
                nonlocal count
                count += 1
            return leave, lambda: count
        leave, left = make()
    """,
    "iterator": """
        KEPT = iter(range(9))
        def leave(): pass
        def left(): return next(KEPT)
    """,
    "cache": """
        import functools
        @functools.cache
        def kept(): return []
        def leave(): kept().append(1)
        def left(): return len(kept())
    """,
    "generator": """
        KEPT = np.random.default_rng(1)
        def leave(): pass
        def left(): return int(KEPT.random() != np.random.default_rng(1).random())
    """,
    "parameter": """
        def leave(): pass
        def left(): return 0
        @pytest.mark.parametrize("x", [[]])
        def test_given(candidate, x):
            x.append(1)
            assert len(x) == 1
    """,
}


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS.keys())
def test_nothing_that_a_run_leaves_is_found_by_the_next(exercise_with: Any, sandbox: Sandbox, leak: str) -> None:
    """Hidden tests that change what their module holds start from the same state for every submission."""
    case = "def test_left(candidate):\n    assert left() == 0\n    leave()\n    assert candidate.double(1) == 2\n"
    exercise, suites = exercise_with(dedent(leak) + case), Suites()

    reports = [graded(exercise, sandbox, suites) for _ in range(3)]

    assert [str(report.verdict) for report in reports] == ["passed"] * 3


def test_an_edit_is_collected_and_what_was_stays_known(
    exercise_with: Any, sandbox: Sandbox, imports: Callable[[], int]
) -> None:
    """Tests that were edited between two runs count as they are now; edited back, they need no second look."""
    suites, tests = Suites(), "def test_a(candidate): assert candidate.double(1) == {}\n"
    verdicts = [str(graded(exercise_with(tests.format(n)), sandbox, suites).verdict) for n in (2, 3, 2)]

    assert verdicts == ["passed", "wrong", "passed"]
    assert imports() == 2


def test_broken_tests_are_told_each_time_until_they_are_mended(exercise_with: Any, sandbox: Sandbox) -> None:
    """Tests that cannot be imported leave nothing behind, and are graded once they can."""
    suites = Suites()
    for _ in range(2):
        with pytest.raises(ContentError, match="ZeroDivisionError"):
            graded(exercise_with("1 / 0\n"), sandbox, suites)

    right = exercise_with("def test_a(candidate): assert candidate.double(1) == 2\n")
    assert str(graded(right, sandbox, suites).verdict) == "passed"


def test_a_stopped_run_is_not_gone_on_with(exercise_with: Any, sandbox: Sandbox, imports: Callable[[], int]) -> None:
    """After Ctrl-C in the middle of a case the next grade starts from tests that nobody has touched."""
    exercise, suites = (
        exercise_with("""
        def test_a(candidate):
            if candidate.double(1) != 2:
                raise KeyboardInterrupt
    """),
        Suites(),
    )
    with pytest.raises(KeyboardInterrupt):
        graded(exercise, sandbox, suites, "def double(x): return x\n")

    assert str(graded(exercise, sandbox, suites).verdict) == "passed"
    assert imports() == 2


def test_a_kept_suite_leaves_this_process_as_it_was(exercise_with: Any, sandbox: Sandbox) -> None:
    """Between two runs no hidden test is imported under any name, and the standard streams are the caller's."""
    exercise, suites = exercise_with(EVERYTHING), Suites()
    streams = sys.stdin, sys.stdout, sys.stderr
    graded(exercise, sandbox, suites)

    assert (sys.stdin, sys.stdout, sys.stderr) == streams
    files = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    assert str(exercise.tests_path.resolve()) not in files
