"""Hand-ins whose code is the same, byte by byte or but for comments and layout, and those that are one of our solutions."""

from __future__ import annotations

import ast
import hashlib
from typing import TYPE_CHECKING, Final

from grader.classes.gradebook import Alike

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from grader.model import Exercise, Submission

_MOST_CHARACTERS: Final = 2**17  # a character can become a node of a thousand bytes


def shape(source: str) -> str:
    """Return a digest of code without comments, docstrings and layout; empty where it is no Python."""
    if len(source) > _MOST_CHARACTERS:
        return ""
    try:
        tree = ast.parse(source)
        for node in ast.walk(tree):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                node.body = [one for one in node.body if not _is_text(one)] or [ast.Pass()]
        return hashlib.sha256(ast.dump(tree).encode("utf-8", "surrogatepass")).hexdigest()
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""


def alike(exercise: Exercise, handed: Iterable[tuple[str, Submission]]) -> Iterator[Alike]:
    """Yield groups of learners whose code is the same, and each whose code is one of our solutions.

    Parameters
    ----------
    exercise : Exercise
        What was asked.
    handed : iterable of (str, Submission)
        Learner and what was graded.
    """
    groups: dict[str, list[tuple[str, str]]] = {}
    shapes: dict[str, str] = {}
    for learner, submission in handed:
        if submission.sha256 not in shapes:
            shapes[submission.sha256] = shape(submission.source) or submission.sha256
        groups.setdefault(shapes[submission.sha256], []).append((learner, submission.sha256))
    ours = {shape(path.read_text(encoding="utf-8")): path.name for path in _solutions(exercise)}
    for form, members in groups.items():
        reference = ours.get(form, "")
        if len(members) > 1 or reference:
            same = len({digest for _, digest in members}) == 1
            how = "the same file" if same else "the same code"
            yield Alike(exercise.slug, tuple(learner for learner, _ in members), how, reference)


def _solutions(exercise: Exercise) -> Iterator[Path]:
    if exercise.reference_path.is_file():
        yield exercise.reference_path
    yield from sorted(exercise.alternatives_folder.glob("*.py"))


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
