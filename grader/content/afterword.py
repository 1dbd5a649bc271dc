"""What there is to read once an exercise is solved: ours, other ways, the mistakes of others."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from grader.content.costs import OURS, read_costs
from grader.content.metadata import read_content
from grader.content.mutants import load_mutants
from grader.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from grader.model import Exercise, FollowUp

_CORE_ALONE: Final = "textbook"

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another right way.

    Attributes
    ----------
    name : str
        Of its file.
    about : str
        How it goes about it, a sentence or two.
    costs : str
        What it gains and pays, with its complexity; empty where nobody wrote it down.
    lines : int
        Lines of code.
    is_core : bool
        Whether it is the short way of a textbook, which passes core and leaves out the fine print.
    """

    name: str
    about: str
    costs: str
    lines: int
    is_core: bool


@dataclass(frozen=True, slots=True)
class Afterword:
    """What there is to read after a pass.

    Attributes
    ----------
    solution : str
        Our solution without the docstrings that the stub holds as well.
    lines : int
        Lines of code of ours.
    costs : str
        What ours gains and pays; empty where nobody wrote it down.
    alternatives : tuple of Alternative
        Whole ones first.
    mistakes : tuple of str
        What others do wrong here, a sentence each, mistakes of the algorithm first.
    follow_ups : tuple of FollowUp
        What an interviewer would ask next.
    """

    solution: str
    lines: int
    costs: str
    alternatives: tuple[Alternative, ...]
    mistakes: tuple[str, ...]
    follow_ups: tuple[FollowUp, ...]


def afterword(exercise: Exercise) -> Afterword:
    """Gather what there is to read once an exercise is solved.

    Parameters
    ----------
    exercise : Exercise
        Which one.

    Raises
    ------
    ContentError
        When our solution cannot be read, as in a checkout without `solutions/`.
    """
    source = read_content(exercise.reference_path)
    planted = _planted(exercise)
    return Afterword(
        solution=bare(source),
        lines=code_lines(source),
        costs=read_costs(exercise).get(OURS, ""),
        alternatives=tuple(sorted(_alternatives(exercise), key=lambda one: one.is_core)),
        mistakes=tuple(dict.fromkeys(planted)),
        follow_ups=exercise.follow_ups,
    )


def alternative(exercise: Exercise, name: str) -> str | None:
    """Return the source of an alternative; None where there is none of that name."""
    found = {path.stem: path for path in _files(exercise)}
    return read_content(found[name]) if name in found else None


def bare(source: str) -> str:
    """Return a module without the docstrings of its public names, which a learner knows from the stub.

    Parameters
    ----------
    source : str
        Python that can be parsed.
    """
    lines = source.splitlines()
    gone: set[int] = set()
    for node in _documented(ast.parse(source)):
        if len(node.body) == 1 or (not isinstance(node, ast.Module) and _is_private(node.name)):
            continue
        text = node.body[0]
        end = text.end_lineno or text.lineno
        if end < len(lines) and not lines[end].strip():
            end += 1  # the blank line below it
        gone.update(range(text.lineno, end + 1))
    kept = [line for number, line in enumerate(lines, 1) if number not in gone]
    return "\n".join(kept).strip("\n") + "\n"


def code_lines(source: str) -> int:
    """Return the number of lines with code: no blank ones, no comments, no docstrings.

    Parameters
    ----------
    source : str
        Any text; 0 lines where it is no Python.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return 0
    gone = {
        number
        for node in _documented(tree)
        for number in range(node.body[0].lineno, (node.body[0].end_lineno or node.body[0].lineno) + 1)
    }
    lines = enumerate(source.splitlines(), 1)
    return sum(bool(line.strip()) and line.lstrip()[0] != "#" and number not in gone for number, line in lines)


def _documented(tree: ast.Module) -> Iterator[ast.Module | Definition]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and ast.get_docstring(
            node
        ):
            yield node


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def _planted(exercise: Exercise) -> Sequence[str]:
    try:
        mutants = load_mutants(exercise).planted
    except ContentError:
        return []
    return [mutant.mistake for mutant in sorted(mutants, key=lambda mutant: not mutant.core)]


def _files(exercise: Exercise) -> list[Path]:
    return sorted(exercise.alternatives_folder.glob("*.py"))


def _alternatives(exercise: Exercise) -> Iterator[Alternative]:
    costs = read_costs(exercise)
    for path in _files(exercise):
        name, source = path.stem, read_content(path)
        about = " ".join((ast.get_docstring(ast.parse(source)) or "").split())
        yield Alternative(name, about, costs.get(name, ""), code_lines(source), name.startswith(_CORE_ALONE))
