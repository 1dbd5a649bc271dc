"""A failed grade names the planted mistake that a submission shares."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.content.catalog import load_catalog
from grader.content.mutants import load_mutants, mutated
from grader.intake.submission import submission_from_text
from grader.judge import grade
from grader.model import Diagnosis
from grader.sandbox import Sandbox

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("slug", "name"), [("softmax", "global_max"), ("iou", "clips_the_area_not_the_sides")])
def test_a_planted_mistake_is_recognised(slug: str, name: str) -> None:
    """A submission with a planted mistake is told this mistake; nobody looks for one where nobody asked."""
    exercise = load_catalog(ROOT).exercise(slug)
    mutant = next(one for one in load_mutants(exercise).planted if one.name == name)
    submission = submission_from_text(slug, mutated(exercise, mutant))
    with Sandbox(secret=[ROOT]) as sandbox:
        report = grade(exercise, submission, sandbox)
        silent = grade(exercise, submission, sandbox, diagnosed=False)

    assert report.diagnosis == Diagnosis((mutant.mistake,))
    assert silent.diagnosis is None
