"""What a missing entry point costs: its own cases, and not all those of another."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from grader.authoring.checks.finding import Finding
from grader.intake.submission import submission_from_text
from grader.judge import grade
from grader.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import Exercise
    from grader.sandbox import Sandbox


def check_absence(exercise: Exercise, sandbox: Sandbox, *, seed: int) -> Iterator[Finding]:
    """Grade the reference once without each entry point.

    Parameters
    ----------
    exercise : Exercise
        Exercise whose reference passes.
    sandbox : Sandbox
        Where the reference runs.
    seed : int
        Seed of the hidden inputs.

    Yields
    ------
    Finding
        For every pair of entry points where the loss of one takes every case of the other along.
    """
    if len(exercise.entry_points) < 2:
        return
    source = exercise.reference_path.read_text(encoding="utf-8")
    lost = {}
    for name in exercise.entry_points:
        submission = submission_from_text(f"{exercise.slug} without {name}", without(source, name))
        report = grade(exercise, submission, sandbox, seed=seed, brief=True)
        lost[name] = {case.name for case in report.cases if case.verdict is not Verdict.PASSED}
    for missing in exercise.entry_points:
        for other in exercise.entry_points:
            if other != missing and lost[other] <= lost[missing]:
                message = f"Whoever leaves out {missing} loses every case of {other} too."
                remedy = f"Give {other} a case that does not call {missing}, unless it works on what {missing} makes."
                yield Finding("entangled", exercise.tests_path, message, remedy)


def without(source: str, name: str) -> str:
    """Return a module that no longer offers a name, although its other functions still use it.

    Parameters
    ----------
    source : str
        A module.
    name : str
        A function or class that it defines.
    """
    return ast.unparse(_Hide(name).visit(ast.parse(source)))


class _Hide(ast.NodeTransformer):
    """Renames one name wherever it is defined or used."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._hidden = f"_hidden_{name}"

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Rename a function."""
        if node.name == self._name and node.col_offset == 0:
            node.name = self._hidden
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Rename a class."""
        if node.name == self._name and node.col_offset == 0:
            node.name = self._hidden
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Rename a use."""
        if node.id == self._name:
            node.id = self._hidden
        return node
