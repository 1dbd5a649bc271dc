"""Discussion questions of a track: what an interviewer asks besides code, and what a good answer holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from grader.content.metadata import expect_format
from grader.content.toml_table import Table, read_table
from grader.model import Difficulty

if TYPE_CHECKING:
    from pathlib import Path

    from grader.errors import ContentError

QUESTIONS_FILE: Final = "questions.toml"


class QuestionKind(StrEnum):
    """What a question is after."""

    BREADTH = "breadth"
    DESIGN = "design"
    BEHAVIOURAL = "behavioural"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a rubric: what a weak answer and a strong one do."""

    criterion: str
    weak: str
    strong: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question without code.

    Attributes
    ----------
    minutes : int
        What an interviewer would allow.
    key_points : tuple of str
        What a good answer mentions, each a statement that can be ticked off.
    rubric : tuple of Criterion
        How an open answer is judged; empty for questions of breadth.
    """

    id: str
    track: str
    kind: QuestionKind
    difficulty: Difficulty
    minutes: int
    question: str
    key_points: tuple[str, ...]
    tags: tuple[str, ...]
    rubric: tuple[Criterion, ...] = ()


def load_questions(folder: Path) -> tuple[Question, ...]:
    """Read the questions of a track.

    Parameters
    ----------
    folder : Path
        Such as `exercises/vision`.

    Returns
    -------
    tuple of Question
        In file order; empty where the track has none.

    Raises
    ------
    ContentError
        When the file breaks a rule.
    """
    path = folder / QUESTIONS_FILE
    if not path.exists():
        return ()
    table = read_table(path)
    expect_format(table)
    rows = table.tables("questions")
    table.no_more()
    questions = tuple(_question(row, folder.name) for row in rows)
    seen: set[str] = set()
    for row, question in zip(rows, questions, strict=True):
        if question.id in seen:
            raise row.error("id", f"repeats {question.id!r}", "Give each question a name of its own.")
        seen.add(question.id)
    return questions


def _question(table: Table, track: str) -> Question:
    question = Question(
        id=table.text("id"),
        track=track,
        kind=table.choice("kind", QuestionKind),
        difficulty=table.choice("difficulty", Difficulty),
        minutes=table.whole("minutes"),
        question=table.text("question"),
        key_points=table.texts("key_points", default=None),
        tags=table.texts("tags"),
        rubric=tuple(_criterion(row) for row in table.tables("rubric")),
    )
    table.no_more()
    if not question.id.isidentifier():
        raise table.error("id", f"is {question.id!r}, not a Python identifier", "Use letters, digits and underscores.")
    if (question.kind is QuestionKind.BREADTH) == bool(question.rubric):
        complaint = "has a rubric" if question.rubric else "has no rubric"
        raise _misfit(table, question, complaint)
    return question


def _misfit(table: Table, question: Question, complaint: str) -> ContentError:
    remedy = "Design and behavioural questions have a rubric, questions of breadth have none."
    return table.error("rubric", f"does not fit: {question.id!r} of kind {question.kind} {complaint}", remedy)


def _criterion(table: Table) -> Criterion:
    criterion = Criterion(table.text("criterion"), table.text("weak"), table.text("strong"))
    table.no_more()
    return criterion
