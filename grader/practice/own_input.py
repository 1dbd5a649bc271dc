"""A learner's own arguments, run through an attempt in the sandbox and, where they may see it, through our solution."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from grader.candidate import Candidate, Session, SubmissionFailed
from grader.candidate.code import Writer
from grader.errors import UsageError
from grader.intake.submission import submission_from_text
from grader.model import Backend

if TYPE_CHECKING:
    from grader.model import Exercise, Submission
    from grader.sandbox import Sandbox

_NAME: Final = "kata_input"


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of an expression.

    Attributes
    ----------
    told : str
        The value as Python, or what happened instead.
    worked : bool
        Whether there is a value.
    output : str
        What was printed.
    """

    told: str
    worked: bool
    output: str


def expression_of(exercise: Exercise, text: str) -> str:
    """Return what a learner typed as an expression that calls the attempt.

    Parameters
    ----------
    exercise : Exercise
        Whose entry points may be called.
    text : str
        A call, `softmax(np.array([1.0]))`, or the arguments alone where there is one entry point.

    Raises
    ------
    UsageError
        If it is no Python, or calls nothing of the exercise.
    """
    entry_points = exercise.entry_points
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError):
        tree = None
    if tree is not None and any(isinstance(n, ast.Name) and n.id in entry_points for n in ast.walk(tree)):
        return ast.unparse(tree)
    if len(entry_points) == 1:
        try:
            return ast.unparse(ast.parse(f"{entry_points[0]}({text.strip()})", mode="eval"))
        except (SyntaxError, ValueError):
            tree = None
    if tree is None:
        raise UsageError(f"{text!r} is no Python expression.", f"Write a call, such as --input '{entry_points[0]}(…)'.")
    raise UsageError(
        f"{text!r} calls nothing of {exercise.slug}.",
        f"Call {' or '.join(f'`{name}`' for name in entry_points)}.",
    )


def try_input(exercise: Exercise, submission: Submission, expression: str, sandbox: Sandbox) -> Tried:
    """Evaluate an expression where a submission lives.

    Parameters
    ----------
    exercise : Exercise
        Whose limits hold.
    submission : Submission
        What is called.
    expression : str
        From `expression_of`.
    sandbox : Sandbox
        Where it runs.
    """
    modules = ["import math", "import numpy as np", *(["import torch"] if exercise.backend is Backend.TORCH else [])]
    lines = ["", "", f"def {_NAME}():", *(f"    {each}" for each in modules), f"    return {expression}", ""]
    source = submission.source + "\n".join(lines)
    session = Session(sandbox, exercise, submission_from_text(exercise.slug, source))
    session.begin_case()
    try:
        value = getattr(Candidate(session), _NAME)()
        return Tried(Writer().write(value), True, session.output())
    except SubmissionFailed as failure:
        return Tried(failure.message.replace(f"{_NAME}()", expression), False, session.output())
    finally:
        session.close()
