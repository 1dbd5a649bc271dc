"""Which planted mistake a failed submission looks like."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.content.catalog import load_catalog
from grader.content.diagnosis import Suspect, nearest, to_ask, verdict_on
from grader.content.mutants import Mutant
from grader.content.record import Pattern, Record, is_proven
from grader.model import CaseResult, Diagnosis, Layer, Verdict
from tests.support.toys import RIGHT, WRONG, copy_toys, record_halve

if TYPE_CHECKING:
    from pathlib import Path

CASES = ("test_a", "test_b", "test_c", "test_d", *(f"test_p[{number}]" for number in range(4)))


def test_an_attempt_in_the_place_of_the_stub_leaves_the_proof_valid(tmp_path: Path) -> None:
    """What was proven of an exercise is known whatever a learner wrote into its file, also where that is no text."""
    root = copy_toys(tmp_path)
    record_halve(root)
    exercise = load_catalog(root).exercise("halve")
    for attempt in (WRONG.encode(), b"\xff\xfe"):
        exercise.stub_path.write_bytes(attempt)

        assert is_proven(exercise)
    exercise.reference_path.write_text(RIGHT, encoding="utf-8")

    assert not is_proven(exercise)


def _record(**patterns: str) -> Record:
    made = tuple(Pattern(name, tuple(cases.split())) for name, cases in patterns.items())
    return Record("", CASES, (8, 0, 0), 0, 0, (), 0, 0, 0, made)


def _suspect(name: str, likeness: float, cases: str = "") -> Suspect:
    return Suspect(Mutant(name, f"Does {name}.", ()), likeness, frozenset(cases.split()))


def _case(name: str, message: str = "", verdict: Verdict = Verdict.WRONG, layer: Layer = Layer.CORE) -> CaseResult:
    passed = verdict is Verdict.PASSED
    return CaseResult(name, name, verdict, float(passed), 1.0, 0.1, message, layer=layer)


FAILED = (
    _case("test_a", "f(2)\ngave 1.0000001\nexpected 2\noff by 1"),
    _case("test_b", "f(3) raised KeyError: 3 (f.py line 7: d[x])."),
)
PASSED = _case("test_c", verdict=Verdict.PASSED)


def test_the_nearest_come_first_and_the_far_not_at_all() -> None:
    """Mistakes are suspected by the share of failing cases in common; many cases of one test weigh less than as many tests."""
    record = _record(
        same="test_a test_b", half="test_a", far="test_c test_d test_p[0] test_p[1] test_p[2] test_p[3] test_a"
    )

    found = nearest(record, frozenset({"test_a", "test_b"}))

    assert [name for name, _ in found] == ["same", "half"]
    assert found[0][1] == 1.0
    weighed = nearest(
        _record(tests="test_a test_b", cases="test_a test_p[0] test_p[1]"),
        frozenset(CASES[:1] + CASES[1:2] + CASES[4:6]),
    )
    assert [name for name, _ in weighed] == ["tests", "cases"]


def test_the_same_wrong_answers_name_the_mistake() -> None:
    """Of two mistakes that fail the same cases the one is told that gives the same answers, digits and lines apart."""
    suspected = (_suspect("other", 1.0), _suspect("one", 0.8))
    answers = {
        "one": (replace(FAILED[0], message="f(2)\ngave 1\nexpected 2\noff by 1e0"), replace(FAILED[1], message="f(9) raised KeyError: 3 (f.py line 99: e[x]).")),
        "other": (replace(FAILED[0], message="f(2)\ngave 7\nexpected 2"), FAILED[1]),
    }  # fmt: skip

    assert verdict_on(suspected[:1], (*FAILED, PASSED), answers) is not None  # half of the answers, and nobody else
    assert verdict_on(suspected, (*FAILED, PASSED), {**answers, "one": FAILED}) == Diagnosis(("Does one.",))


def test_two_that_answer_alike_are_both_named_and_three_are_not() -> None:
    """Two mistakes that no answer tells apart are both told; of three nothing is."""
    three = tuple(_suspect(name, 1.0) for name in ("one", "other", "third"))
    answers = dict.fromkeys(("one", "other", "third"), FAILED)

    assert verdict_on(three[:2], (*FAILED, PASSED), answers) == Diagnosis(("Does one.", "Does other."))
    assert verdict_on(three, (*FAILED, PASSED), answers) is None


def test_other_answers_are_no_evidence() -> None:
    """Where no answer is the same, only a pattern of failing cases that no other mistake comes near to is told."""
    other = tuple(replace(case, message="f(2)\ngave 5\nexpected 2") for case in FAILED[:1])
    cases = (FAILED[0], PASSED)

    assert verdict_on((_suspect("one", 1.0), _suspect("two", 0.7)), cases, {"one": other}) is None
    assert verdict_on((_suspect("one", 0.9),), cases, {"one": other}) is None
    assert verdict_on((_suspect("one", 1.0), _suspect("two", 0.5)), cases, {"one": other}) == Diagnosis(("Does one.",))
    raised = tuple(replace(case, verdict=Verdict.RAISED) for case in other)
    assert verdict_on((_suspect("one", 1.0),), cases, {"one": raised}) is None


def test_two_patterns_that_nothing_else_comes_near_to_are_both_told() -> None:
    """Two mistakes that fail exactly the same cases, and are alone with it, are both told; three are not."""
    other = tuple(replace(case, message="f(2)\ngave 5\nexpected 2") for case in FAILED[:1])
    three = tuple(_suspect(name, 1.0) for name in ("one", "other", "third"))
    answers = dict.fromkeys(("one", "other", "third"), other)

    assert verdict_on(three[:2], (FAILED[0], PASSED), answers) == Diagnosis(("Does one.", "Does other."))
    assert verdict_on(three, (FAILED[0], PASSED), answers) is None


def test_answers_to_other_inputs_do_not_count() -> None:
    """Where a property failed with other inputs, which another expected value tells, only the remaining cases are compared."""
    property_ = _case("test_p[0]", "f(5)\ngave 4\nexpected 5")
    cases = (FAILED[0], property_, replace(property_, name="test_p[1]"), PASSED)
    elsewhere = tuple(replace(case, message="f(7)\ngave 9\nexpected 7") for case in cases[1:3])

    suspected = (_suspect("one", 0.8), _suspect("two", 0.7))

    assert verdict_on(suspected, cases, {"one": (FAILED[0], *elsewhere)}) == Diagnosis(("Does one.",))
    assert verdict_on(suspected, cases, {"one": elsewhere}) is None


def test_measurements_are_not_compared() -> None:
    """A case that was too slow is asked of nobody: whoever fails it as well is told."""
    slow = _case("test_s", "Took 31.2 times as long as the reference.", Verdict.TOO_SLOW, Layer.SCALE)

    assert to_ask((slow, PASSED)) == ()
    assert verdict_on((_suspect("one", 1.0, "test_s"),), (slow, PASSED), {}) == Diagnosis(("Does one.",))
    assert verdict_on((_suspect("one", 0.6, "test_c"),), (slow, PASSED), {}) is None
