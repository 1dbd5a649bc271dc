"""The record of a proof, and when it is out of date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.content.catalog import load_catalog
from grader.content.record import proof_digest
from tests.support.toys import RIGHT, copy_toys, edit

if TYPE_CHECKING:
    from pathlib import Path


def test_a_learners_work_is_no_change_of_the_exercise(tmp_path: Path) -> None:
    """What stands in the stub makes no proof out of date, or nobody would be told a diagnosis; a test that changed does."""
    exercise = load_catalog(copy_toys(tmp_path)).exercise("halve")
    before = proof_digest(exercise)
    exercise.stub_path.write_text(RIGHT, encoding="utf-8")
    assert proof_digest(exercise) == before

    edit(exercise.tests_path, "def test_negative_rounds_down", "def test_negative_numbers_round_down")
    assert proof_digest(exercise) != before
