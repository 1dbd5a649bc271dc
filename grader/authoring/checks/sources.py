"""Step 4: the reference, the stub, the mutants and the alternatives, as they are written."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from grader.authoring.checks.finding import Finding
from grader.authoring.checks.layout import solutions
from grader.content.stub import is_pristine
from grader.intake import forbidden
from grader.intake.submission import read_submission

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.model import Exercise

    Function = ast.FunctionDef | ast.AsyncFunctionDef

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_PUBLIC = (*_FUNCTIONS, ast.ClassDef)
_BARE = frozenset({"property", "cached_property", "setter", "overload"})


def check_solutions(exercise: Exercise) -> Iterator[Finding]:
    """Yield faults of the sources that need no run to be seen.

    Parameters
    ----------
    exercise : Exercise
        Exercise to check.

    Yields
    ------
    Finding
        Syntax first; a file that cannot be parsed is checked no further.
    """
    reference = exercise.reference_path
    tree, *problems = _parsed(reference)
    yield from problems
    if tree is not None:
        yield from _entry_points(exercise, tree)
        yield from _docstrings(exercise, tree)
        yield from _forbidden(exercise, reference)
        if not is_pristine(exercise, exercise.stub_path.read_text(encoding="utf-8")):
            message = "The stub is not the one that the reference gives."
            remedy = f"Run `kata check --write-stub {exercise.slug}`; keep your own attempt elsewhere."
            yield Finding("stub", exercise.stub_path, message, remedy)
    for path in solutions(exercise.alternatives_folder):
        tree, *problems = _parsed(path)
        yield from problems
        if tree is None:
            continue
        if not (ast.get_docstring(tree) or "").partition("\n")[0].strip():
            yield Finding("style", path, "No docstring names the style.", "Name the style in line 1.")
        yield from _forbidden(exercise, path)


def _parsed(path: Path) -> tuple[ast.Module | None] | tuple[None, Finding]:
    try:
        return (ast.parse(path.read_text(encoding="utf-8")),)
    except (SyntaxError, ValueError) as error:
        return None, Finding("syntax", path, f"This is not Python: {error}.", "Mend it.")


def _entry_points(exercise: Exercise, tree: ast.Module) -> Iterator[Finding]:
    public = [node.name for node in tree.body if isinstance(node, _PUBLIC) and _is_public(node)]
    for name in exercise.entry_points:
        if name not in public:
            message = f"The entry point {name} is not defined."
            yield Finding("entry-points", exercise.reference_path, message, "Write it, or correct `entry_points`.")
    for name in public:
        if name not in exercise.entry_points:
            message = f"{name} is public and no entry point."
            remedy = "Add it to `entry_points`, or begin its name with an underscore."
            yield Finding("entry-points", exercise.reference_path, message, remedy)


def _docstrings(exercise: Exercise, tree: ast.Module) -> Iterator[Finding]:
    path = exercise.reference_path
    if not ast.get_docstring(tree):
        yield Finding("docstring", path, "The module has no docstring.", "Say in one line what the exercise is.")
    for node in tree.body:
        if not isinstance(node, _PUBLIC) or not _is_public(node):
            continue
        yield from _definition(path, node, node.name)
        if isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, _FUNCTIONS):
                    yield from _definition(path, method, f"{node.name}.{method.name}")
        if ">>>" not in "".join(ast.get_docstring(part) or "" for part in _documented(node)):
            yield Finding("docstring", path, f"{node.name} shows no example.", "Add an `Examples` section that runs.")


def _documented(node: ast.stmt) -> Iterator[Function | ast.ClassDef]:
    yield from (part for part in ast.walk(node) if isinstance(part, _PUBLIC))


def _definition(path: Path, node: Function | ast.ClassDef, name: str) -> Iterator[Finding]:
    """Check the docstring and signature of one public name; `__init__` needs its signature only."""
    if isinstance(node, _FUNCTIONS) and (_is_public(node) or node.name == "__init__"):
        yield from _signature(path, node, name)
    if not _is_public(node):
        return
    text = ast.get_docstring(node) or ""
    if not text:
        yield Finding("docstring", path, f"{name} has no docstring.", "Write it in numpydoc style.")
        return
    if isinstance(node, ast.ClassDef) or _decorators(node) & _BARE:
        return
    if _arguments(node) and "Parameters\n---" not in text:
        yield Finding("docstring", path, f"{name} does not describe its parameters.", "Add a `Parameters` section.")
    returns = node.returns is not None and ast.unparse(node.returns) not in {"None", "Self"}
    if returns and not any(f"{section}\n---" in text for section in ("Returns", "Yields")):
        yield Finding("docstring", path, f"{name} does not describe its result.", "Add a `Returns` section.")


def _signature(path: Path, node: Function, name: str) -> Iterator[Finding]:
    bare = [argument.arg for argument in _arguments(node) if argument.annotation is None]
    if bare:
        yield Finding("untyped", path, f"{name} does not type {', '.join(bare)}.", "Annotate it.")
    if node.returns is None:
        yield Finding("untyped", path, f"{name} does not type its result.", "Annotate it.")


def _arguments(node: Function) -> list[ast.arg]:
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args, arguments.vararg, *arguments.kwonlyargs, arguments.kwarg]
    return [argument for argument in every if argument is not None and argument.arg not in {"self", "cls"}]


def _decorators(node: Function) -> set[str]:
    return {ast.unparse(decorator).rpartition(".")[2] for decorator in node.decorator_list}


def _forbidden(exercise: Exercise, path: Path) -> Iterator[Finding]:
    for sentence in forbidden.uses(read_submission(path), exercise):
        yield Finding("forbidden", path, sentence, "Do without it.")


def _is_public(node: Function | ast.ClassDef) -> bool:
    return not node.name.startswith("_")
