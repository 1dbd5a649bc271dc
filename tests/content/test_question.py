"""Questions for discussion: the bank of them, and what is said of a broken one."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.content.catalog import load_catalog
from grader.content.question import QuestionKind
from grader.errors import ContentError
from tests.support.questions import QUESTIONS
from tests.support.toys import copy_toys

ROOT = Path(__file__).parents[2]


def test_the_bank_of_questions() -> None:
    """There are at least 120 questions in at least 8 tracks, every kind among them, each with three key points or more."""
    questions = load_catalog(ROOT).questions

    assert len(questions) >= 120
    assert len({question.track for question in questions}) >= 8
    assert {question.kind for question in questions} == set(QuestionKind)
    assert min(len(question.key_points) for question in questions) >= 3
    assert all(question.tags for question in questions)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('id = "rounding"', 'id = "halving_service"', "repeats 'halving_service'"),
        ('id = "rounding"', 'id = "two words"', "not a Python identifier"),
        ('kind = "breadth"', 'kind = "design"', "has no rubric"),
        ('kind = "design"', 'kind = "breadth"', "has a rubric"),
        ('kind = "design"', 'kind = "desing"', "Did you mean `design`"),
        ("minutes = 4", "minute = 4", "Rename `minute` to `minutes`"),
        ("format = 1", "format = 2", "upgrade kata"),
    ],
)
def test_a_broken_question_is_explained(old: str, new: str, told: str, tmp_path: Path) -> None:
    """A mistake in `questions.toml` is told with file, key and remedy."""
    root = copy_toys(tmp_path)
    path = root / "exercises" / "numbers" / "questions.toml"
    path.write_text(QUESTIONS.replace(old, new), encoding="utf-8")

    with pytest.raises(ContentError, match=told) as caught:
        _ = load_catalog(root).questions
    assert "questions.toml" in str(caught.value)


def test_a_question_has_one_home(tmp_path: Path) -> None:
    """The same name in two tracks is refused."""
    root = copy_toys(tmp_path)
    for track in ("numbers", "words"):
        (root / "exercises" / track / "questions.toml").write_text(QUESTIONS, encoding="utf-8")

    with pytest.raises(ContentError, match="is also in numbers"):
        _ = load_catalog(root).questions
