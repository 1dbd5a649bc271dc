"""`kata proof`: what it writes down, and what it leaves behind when it is stopped."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from grader.content.catalog import load_exercise
from grader.content.record import is_proven, read_record
from tests.support.crowd import kata, kill_and_watch, start_kata

TOY = Path(__file__).parent / "green_toy"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A catalogue of one exercise that is in order."""
    root = tmp_path / "kata"
    shutil.copytree(TOY, root, ignore=shutil.ignore_patterns("__pycache__"))
    oracle = root / "tests" / "exercises" / "oracles" / "test_clamp.py"
    oracle.parent.mkdir(parents=True)
    oracle.write_text('"""The reference against an independent library."""\n', encoding="utf-8")
    return root


def test_a_proof_leaves_a_record_and_is_not_made_twice(root: Path) -> None:
    """`kata proof` proves what has no record of its present content, and writes the failing cases of every mistake."""
    first = kata(root, "proof", "-j", "1")
    again = kata(root, "proof", "-j", "1")
    exercise = load_exercise(root / "exercises" / "toys" / "clamp")
    record = read_record(exercise)

    assert first[0] == 0, first
    assert "[1/1] clamp: proven" in first[1]
    assert record is not None
    assert is_proven(exercise)
    assert {pattern.mutant: pattern.cases for pattern in record.patterns}["forgets_low"] == ("test_below",)
    assert (again[0], "Every record speaks of what is there now" in again[1]) == (0, True)

    reference = exercise.reference_path
    reference.write_text(reference.read_text(encoding="utf-8") + "\n\n_NOTE = 1\n", encoding="utf-8")
    assert not is_proven(exercise)


def test_a_killed_proof_leaves_nobody(root: Path) -> None:
    """When `kata proof` is killed, the processes that prove end with it, and their zygotes and workers after them."""
    # A prover, a tracker of resources, a zygote, a worker.
    kill_and_watch(start_kata(root, "proof", "-j", "1"), least=4)
