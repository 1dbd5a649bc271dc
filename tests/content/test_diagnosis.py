"""Which planted mistake a failed submission looks like."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.content.catalog import load_catalog
from grader.content.diagnosis import nearest
from grader.content.record import Pattern, Record, is_proven
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


def test_the_same_failing_cases_name_the_mistake() -> None:
    """A submission that fails exactly what one mistake fails is told that mistake."""
    record = _record(one="test_a test_b", other="test_a test_c")

    assert nearest(record, frozenset({"test_a", "test_b"})) == ("one",)


def test_two_alike_are_both_named_and_three_are_not() -> None:
    """Two mistakes that no case tells apart are both told; of three nothing is."""
    two = _record(one="test_a test_b", other="test_a test_b")
    three = _record(one="test_a", other="test_a", third="test_a")

    assert nearest(two, frozenset({"test_a", "test_b"})) == ("one", "other")
    assert nearest(three, frozenset({"test_a"})) == ()


def test_what_is_far_from_every_mistake_is_told_nothing() -> None:
    """Half of the cases in common are no evidence."""
    record = _record(one="test_a test_b", other="test_c")

    assert nearest(record, frozenset({"test_a"})) == ()


def test_one_hardly_ahead_of_the_next_is_told_nothing() -> None:
    """Where two mistakes are nearly as near as each other, but not the same, neither is told."""
    cases = ("test_a", "test_b", "test_c", "test_d", "test_e", "test_f")
    patterns = (Pattern("one", cases[:5]), Pattern("other", (*cases[:3], *cases[4:])))
    record = replace(_record(), cases=cases, patterns=patterns)

    assert nearest(record, frozenset(cases)) == ("one", "other")
    assert nearest(replace(record, patterns=(patterns[0], Pattern("other", cases[:4]))), frozenset(cases[:5])) == (
        "one",
    )
    many = tuple(f"test_{number}" for number in range(60))
    close = (Pattern("one", many[:50]), Pattern("other", many[:49]))
    assert nearest(replace(record, cases=many, patterns=close), frozenset(many[:55])) == ()
