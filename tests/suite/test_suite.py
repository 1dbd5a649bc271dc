"""Hidden tests under the grader: which cases count, what they are worth, and what a broken test is."""

from __future__ import annotations

import threading
from dataclasses import replace
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from grader.errors import ContentError
from grader.intake.submission import submission_from_text
from grader.judge import grade
from grader.sandbox import Sandbox
from tests.support.toys import doubling_with

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from grader.model import Exercise, Report

HEAD = "import numpy as np\nimport pytest\nfrom grader.testing import assert_close, assert_equal, printed\n\n"
RIGHT = "def double(x):\n    return 2 * x\n\n\ndef total(x):\n    return float(x.sum())\n\n\ndef greet(name):\n    return f'hello {name}'\n"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """Warm sandbox."""
    with Sandbox() as box:
        yield box


@pytest.fixture
def exercise_with(tmp_path: Path) -> Callable[[str], Exercise]:
    """Make the toy exercise with hidden tests of one's own."""

    def make(tests: str) -> Exercise:
        return doubling_with(tmp_path, HEAD + dedent(tests))

    return make


def graded(exercise: Exercise, sandbox: Sandbox, source: str = RIGHT, **options: Any) -> Report:
    """Grade a text."""
    return grade(exercise, submission_from_text("attempt", source), sandbox, **{"seed": 1, **options})


def verdicts(report: Report) -> dict[str, str]:
    """Return the verdict of every case."""
    return {case.name: str(case.verdict) for case in report.cases}


def test_cases_come_in_file_order_with_title_and_points(exercise_with: Any, sandbox: Sandbox) -> None:
    """A case is named by its docstring's first line, is worth its marker's points, and each parameter is a case."""
    exercise = exercise_with('''
        @pytest.mark.points(2.5)
        def test_z(candidate):
            """Doubling doubles.

            More words.
            """
            assert_equal(candidate.double(2), 4)

        @pytest.mark.parametrize("n", [1, 2])
        def test_a(candidate, n):
            """Doubling doubles everything."""
            assert_equal(candidate.double(n), 2 * n + (n == 2))

        def test_no_words(candidate):
            assert_equal(candidate.double(1), 2)
    ''')
    report = graded(exercise, sandbox)

    assert [case.name for case in report.cases] == ["test_z", "test_a[1]", "test_a[2]", "test_no_words"]
    assert report.cases[0].title == "Doubling doubles."
    assert report.cases[3].title == "test_no_words"
    assert [(case.points, case.max_points) for case in report.cases] == [(2.5, 2.5), (1, 1), (0, 1), (1, 1)]
    assert (report.points, report.max_points, str(report.verdict)) == (4.5, 5.5, "wrong")


LAYERED = '''
    @pytest.mark.scale
    def test_quick(candidate):
        """It is quick."""
        assert_equal(candidate.double(3), 6)

    @pytest.mark.fine
    def test_text(candidate):
        """Text is doubled too."""
        assert_equal(candidate.double("a"), "aa")

    @pytest.mark.fine
    def test_warns(candidate):
        """No call warns."""
        assert_equal(candidate.double(np.float64(1e308)), np.inf)

    def test_number(candidate):
        """A number is doubled."""
        assert_equal(candidate.double(2), 4)

    def test_overflow(candidate):
        """What is too large becomes infinite."""
        assert_equal(float(candidate.double(np.float64(1e308))), np.inf)
'''


def test_layers_come_in_order_and_core_is_worth_half(exercise_with: Any, sandbox: Sandbox) -> None:
    """Core comes first and scale last; where core has fewer points than the rest, each counts a whole number of times."""
    report = graded(exercise_with(LAYERED), sandbox)

    assert [case.name for case in report.cases] == [
        "test_number",
        "test_overflow",
        "test_text",
        "test_warns",
        "test_quick",
    ]
    assert [str(case.layer) for case in report.cases] == ["core", "core", "fine", "fine", "scale"]
    assert [case.max_points for case in report.cases] == [2, 2, 1, 1, 1]
    assert [(str(one.layer), one.passed, one.total) for one in report.layers] == [
        ("core", 2, 2),
        ("fine", 1, 2),
        ("scale", 1, 1),
    ]


def test_a_warning_fails_the_fine_print_and_not_core(exercise_with: Any, sandbox: Sandbox) -> None:
    """The same overflow passes in core, stops the call in the fine print, and the exercise is solved."""
    report = graded(exercise_with(LAYERED), sandbox)

    assert verdicts(report)["test_overflow"] == "passed"
    assert verdicts(report)["test_warns"] == "raised"
    assert (str(report.level), report.stars, str(report.verdict)) == ("core", 2, "raised")


def test_levels_follow_the_layers(exercise_with: Any, sandbox: Sandbox) -> None:
    """Every case is full, core alone is core; nothing of the other layers makes up for a core case."""
    exercise = exercise_with(LAYERED)
    full = graded(
        exercise,
        sandbox,
        "def double(x):\n    return x + x if x != 1e308 else float('inf')\n",
        only=("test_number", "test_text"),
    )
    none = graded(exercise, sandbox, "def double(x):\n    return 2 * x if x != 2 else 5\n")

    assert (str(full.level), full.stars) == ("full", 2)
    assert (str(none.level), none.stars) == ("none", 0)
    assert verdicts(none)["test_quick"] == "passed"


def test_a_case_of_two_layers_is_refused(exercise_with: Any, sandbox: Sandbox) -> None:
    """Two marks on a case are a fault of the content, told with the name of the case."""
    exercise = exercise_with("@pytest.mark.fine\n@pytest.mark.scale\ndef test_a(candidate): candidate.double(1)\n")

    with pytest.raises(ContentError, match="test_a belongs to two layers"):
        graded(exercise, sandbox)


def test_only_passed_counts(exercise_with: Any, sandbox: Sandbox) -> None:
    """A case that skips itself, is marked to be skipped or gives up is a fault of the test, never a pass."""
    exercise = exercise_with("""
        def test_skips(candidate):
            candidate.double(1)
            pytest.skip("today")

        @pytest.mark.skip
        def test_marked(candidate):
            pass

        def test_expects_failure(candidate):
            candidate.double(1)
            pytest.xfail("known")

        @pytest.mark.xfail
        def test_marked_to_fail(candidate):
            assert candidate.double(1) == 3

        def test_passes(candidate):
            assert candidate.double(1) == 2
    """)
    report = graded(exercise, sandbox)

    assert verdicts(report) == {
        "test_skips": "grader_fault",
        "test_marked": "grader_fault",
        "test_expects_failure": "grader_fault",
        "test_marked_to_fail": "wrong",
        "test_passes": "passed",
    }
    assert report.points == 1


def test_no_case_at_all_is_a_fault(exercise_with: Any, sandbox: Sandbox) -> None:
    """A run in which nothing was tested proves nothing."""
    report = graded(exercise_with("def helper(candidate): pass"), sandbox)

    assert str(report.verdict) == "grader_fault"
    assert report.points == report.max_points == 0


@pytest.mark.parametrize(
    ("tests", "fragment"),
    [
        ("def test_a(candidate:\n", "SyntaxError"),
        ("import no_such_module\ndef test_a(candidate): pass\n", "no_such_module"),
        ("1 / 0\ndef test_a(candidate): pass\n", "ZeroDivisionError"),
        ("@pytest.mark.pionts(2)\ndef test_a(candidate): pass\n", "pionts"),
        ("def test_a(candidate): assert candidate.double(1) == 2\n@pytest.mark.points()\ndef test_b(candidate): pass\n", "points"),
        ("def test_a(candidate): assert candidate.double(1) == 2\n@pytest.mark.points('two')\ndef test_b(candidate): pass\n", "points"),
        ("@pytest.mark.call_s(1, 2)\ndef test_a(candidate): pass\n", "call_s"),
    ],
    ids=["syntax", "import", "raises", "unknown marker", "points of nothing", "points of a word", "two limits"],
)  # fmt: skip
def test_broken_hidden_tests_are_an_error_of_ours(
    exercise_with: Any, sandbox: Sandbox, tests: str, fragment: str
) -> None:
    """Hidden tests that cannot be imported or read give no report, but an error that names the file and the reason."""
    exercise = exercise_with(tests)
    with pytest.raises(ContentError) as error:
        graded(exercise, sandbox)

    assert str(exercise.tests_path) in str(error.value)
    assert fragment in str(error.value)
    assert error.value.exit_code == 2


def test_errors_of_a_test_are_told_apart_from_wrong_answers(exercise_with: Any, sandbox: Sandbox) -> None:
    """Before it asked anything a failing test is our fault; afterwards the answer it got is to blame."""
    exercise = exercise_with("""
        def test_breaks_first(candidate):
            raise LookupError("ours")

        def test_lacks_a_fixture(candidate, no_such_fixture):
            pass

        def test_trips_over_the_answer(candidate):
            candidate.greet("Ada").no_such_attribute

        def test_asserts(candidate):
            assert candidate.double(1) == 3, "double(1) should be 3"
    """)
    report = graded(exercise, sandbox)
    messages = {case.name: case.message for case in report.cases}

    assert verdicts(report) == {
        "test_breaks_first": "grader_fault",
        "test_lacks_a_fixture": "grader_fault",
        "test_trips_over_the_answer": "wrong",
        "test_asserts": "wrong",
    }
    assert messages["test_breaks_first"] == "The hidden test itself failed: LookupError: ours"
    assert messages["test_trips_over_the_answer"].startswith(
        "greet('Ada') gave something that the test cannot use (Attr"
    )
    assert messages["test_asserts"] == "double(1) should be 3"


def test_a_failing_reference_is_our_fault(exercise_with: Any, sandbox: Sandbox) -> None:
    """A learner does not pay for a reference that raises."""
    exercise = exercise_with("""
        def test_a(candidate, reference):
            candidate.double(1)
            reference.no_such_function(1)
    """)
    report = graded(exercise, sandbox)

    assert verdicts(report) == {"test_a": "grader_fault"}
    assert "The reference failed: The submission does not define no_such_function." in report.cases[0].message


def test_a_reference_that_fails_while_it_is_measured_is_our_fault(exercise_with: Any, sandbox: Sandbox) -> None:
    """The memory of a reference is measured in a process of its own, and its failure is no more the learner's there."""
    exercise = exercise_with("""
        from grader.testing import memory

        def test_a(candidate, reference, rng):
            memory(candidate, reference, lambda subject, rng: lambda: subject.no_such_function(1), rng, limit=2)
    """)

    assert verdicts(graded(exercise, sandbox)) == {"test_a": "grader_fault"}


def test_prints_stay_with_their_case(exercise_with: Any, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """What a submission prints is shown with the case that made it print; prints of the test itself are shown nowhere."""
    exercise = exercise_with("""
        def test_a(candidate):
            print("of the test")
            candidate.double(1)

        def test_b(candidate):
            candidate.double(2)
            assert printed(candidate) == "2\\n"
    """)
    report = graded(exercise, sandbox, "def double(x):\n    print(x)\n")

    assert [case.output for case in report.cases] == ["1\n", "2\n"]
    assert capsys.readouterr() == ("", "")


def test_fail_fast_stops_at_the_first_failure(exercise_with: Any, sandbox: Sandbox) -> None:
    """With `--fail-fast` the cases after the first failure are not run."""
    exercise = exercise_with("""
        def test_a(candidate): assert candidate.double(1) == 2
        def test_b(candidate): assert candidate.double(1) == 3
        def test_c(candidate): assert candidate.double(1) == 2
    """)

    assert verdicts(graded(exercise, sandbox, fail_fast=True)) == {"test_a": "passed", "test_b": "wrong"}


def test_random_inputs_follow_the_seed(exercise_with: Any, sandbox: Sandbox) -> None:
    """One seed repeats the inputs of every case; another seed, and another case, get others."""
    exercise = exercise_with("""
        def test_a(candidate, rng): candidate.double(int(rng.integers(2**40)))
        def test_b(candidate, rng): candidate.double(int(rng.integers(2**40)))
    """)
    source = "def double(x): print(x)\n"
    drawn = [[case.output for case in graded(exercise, sandbox, source, seed=seed).cases] for seed in (5, 5, 6)]

    assert drawn[0] == drawn[1]
    assert len({*drawn[0], *drawn[2]}) == 4


PROPERTY = '''
    from hypothesis import given, strategies as st

    @given(x=st.integers(0, 10**6))
    def test_property(candidate, x):
        """Doubling doubles every number."""
        assert_equal(candidate.double(x), 2 * x)
'''


def test_properties_give_the_smallest_failing_input(exercise_with: Any, sandbox: Sandbox) -> None:
    """Of all inputs that fail, the learner is shown the smallest."""
    report = graded(exercise_with(PROPERTY), sandbox, "def double(x):\n    return 2 * x if x < 1000 else 0\n")

    assert report.cases[0].message == "double(1000) gave 0; expected 2000."


def test_properties_follow_the_seed(exercise_with: Any, sandbox: Sandbox) -> None:
    """The seed of the run decides the inputs of property-based cases too."""
    source = "def double(x):\n    print(x)\n    return 2 * x\n"
    exercise = exercise_with(PROPERTY)
    outputs = [graded(exercise, sandbox, source, seed=seed).cases[0].output for seed in (5, 5, 6)]

    assert outputs[0] == outputs[1]
    assert outputs[0] != outputs[2]
    assert outputs[0].count("\n") >= 10


def test_properties_try_every_one_of_few_inputs(exercise_with: Any, sandbox: Sandbox) -> None:
    """Of six possible inputs each is tried, and none of them twice."""
    exercise = exercise_with("""
        from hypothesis import given, strategies as st

        @given(x=st.sampled_from([2, 3]), y=st.integers(0, 2))
        def test_property(candidate, x, y):
            assert_equal(candidate.double(10 * x + y), 20 * x + 2 * y)
    """)
    for seed in range(5):
        report = graded(exercise, sandbox, "def double(x):\n    print(x)\n    return 2 * x\n", seed=seed)
        assert sorted(report.cases[0].output.split()) == ["20", "21", "22", "30", "31", "32"]


def test_properties_pass_over_what_they_do_not_ask(exercise_with: Any, sandbox: Sandbox) -> None:
    """An input that fails an assumption of the test, before or within it, is neither a failure nor one of the inputs tried."""
    exercise = exercise_with("""
        from hypothesis import assume, given, strategies as st

        @given(x=st.integers(0, 10**6).filter(lambda x: x % 2 == 0), data=st.data())
        def test_property(candidate, x, data):
            y = data.draw(st.integers(0, 10**6))
            assume(y % 3 == 0)
            assert_equal(candidate.double(x + y), 2 * (x + y))
    """)
    report = graded(exercise, sandbox, "def double(x):\n    print(x)\n    return 2 * x\n")

    assert verdicts(report) == {"test_property": "passed"}
    assert report.cases[0].output.count("\n") >= 10


def test_different_answers_to_one_question_are_told(exercise_with: Any, sandbox: Sandbox) -> None:
    """A submission that gives now this, now that, is told so and not shown a traceback."""
    source = "calls = []\ndef double(x):\n    calls.append(x)\n    return 2 * x if calls.count(x) > 1 else -1\n"
    report = graded(exercise_with(PROPERTY), sandbox, source)

    assert verdicts(report) == {"test_property": "wrong"}


def test_another_thread_can_have_graded_before(exercise_with: Any, sandbox: Sandbox) -> None:
    """Property-based cases run in a thread of their own and then in this one, as they do beside a watch screen."""
    exercise, reports = exercise_with(PROPERTY), []
    settings.load_profile("default")

    thread = threading.Thread(target=lambda: reports.append(graded(exercise, sandbox)))
    thread.start()
    thread.join()
    reports.append(graded(exercise, sandbox))

    assert [verdicts(report) for report in reports] == [{"test_property": "passed"}] * 2


def test_an_edited_test_is_read_again(exercise_with: Any, sandbox: Sandbox) -> None:
    """Hidden tests that were edited between two runs of one process are graded as they are now."""
    tests = "def test_a(candidate): assert candidate.double(1) == {}\n"

    assert verdicts(graded(exercise_with(tests.format(2)), sandbox)) == {"test_a": "passed"}
    assert verdicts(graded(exercise_with(tests.format(3)), sandbox)) == {"test_a": "wrong"}


def test_files_beside_the_tests_change_nothing(exercise_with: Any, sandbox: Sandbox) -> None:
    """A conftest.py, pytest.ini or pyproject.toml dropped into the catalogue is not read."""
    exercise = exercise_with("def test_a(candidate): assert candidate.double(1) == 3\n")
    for folder in (exercise.folder, exercise.folder.parents[2]):
        (folder / "conftest.py").write_text("import os\nos._exit(0)\n")
        (folder / "pytest.ini").write_text("[pytest]\npython_functions = nothing_*\naddopts = --no-such-option\n")

    assert verdicts(graded(exercise, sandbox)) == {"test_a": "wrong"}


def test_ctrl_c_stops_the_run(exercise_with: Any, sandbox: Sandbox) -> None:
    """Ctrl-C in the middle of a case ends the grading and writes no verdict."""
    exercise = exercise_with("def test_a(candidate): raise KeyboardInterrupt\ndef test_b(candidate): pass\n")
    with pytest.raises(KeyboardInterrupt):
        graded(exercise, sandbox)


def test_an_interrupted_callback_leaves_the_next_case_alone(exercise_with: Any, sandbox: Sandbox) -> None:
    """A test that gives up while the submission waits for its answer does not spoil the case after it."""
    exercise = exercise_with("""
        def test_a(candidate): candidate.double(lambda: pytest.fail("enough"))
        def test_b(candidate): assert candidate.double(lambda: 2) == 2
    """)
    report = graded(exercise, sandbox, "def double(f): return f()\n")

    assert verdicts(report) == {"test_a": "grader_fault", "test_b": "passed"}


def test_a_case_may_give_its_calls_more_time(exercise_with: Any, sandbox: Sandbox) -> None:
    """A case with `call_s` waits longer for a call than its neighbours, and what its own limit was is told."""
    exercise = exercise_with(
        '''
        @pytest.mark.call_s(30)
        def test_patient(candidate):
            """Patient."""
            assert_equal(candidate.double(2), 4)

        @pytest.mark.call_s(0.25)
        def test_hasty(candidate):
            """Hasty."""
            assert_equal(candidate.double(2), 4)
        '''
    )
    slow = "import time\n\n\ndef double(x):\n    time.sleep(1.5)\n    return 2 * x\n"

    report = graded(replace(exercise, limits=replace(exercise.limits, call_s=1.0)), sandbox, slow)

    assert verdicts(report) == {"test_patient": "passed", "test_hasty": "timed_out"}
    assert report.cases[1].message.startswith("double(2) did not return within 0.25 s")


def test_cases_can_be_chosen_and_ordered(exercise_with: Any, sandbox: Sandbox) -> None:
    """Only the named cases run, in the order named, each with the inputs it always has."""
    exercise = exercise_with(
        '''
        @pytest.mark.parametrize("n", [1, 2])
        def test_random(candidate, rng, n):
            """Random."""
            x = float(rng.random())
            assert_equal(candidate.double(x), x)

        def test_last(candidate):
            """Last."""
        '''
    )
    whole = graded(exercise, sandbox)

    part = graded(exercise, sandbox, only=["test_last", "test_random[2]"])

    assert [case.name for case in part.cases] == ["test_last", "test_random[2]"]
    assert part.cases[1].message == whole.cases[1].message != ""


def test_a_brief_run_finds_the_same_without_smaller_counterexamples(exercise_with: Any, sandbox: Sandbox) -> None:
    """Where nobody reads the messages, a property that fails still fails, with the first counterexample found."""
    exercise = exercise_with(
        '''
        from hypothesis import given, strategies as st

        @given(st.integers(0, 10**6))
        def test_property(candidate, x):
            """Property."""
            assert_equal(candidate.double(x), 2 * x)
        '''
    )
    wrong = "def double(x):\n    return x if x > 4000 else 2 * x\n"

    shrunk, brief = (graded(exercise, sandbox, wrong, brief=brief) for brief in (False, True))

    assert verdicts(shrunk) == verdicts(brief) == {"test_property": "wrong"}
    assert "double(4001)" in shrunk.cases[0].message
    assert "double(4001)" not in brief.cases[0].message
