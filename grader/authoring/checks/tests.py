"""Step 5: the hidden tests, as they are written."""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING

from grader.authoring.checks.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import Exercise

LONGEST_TITLE = 120
_REMOTES = frozenset({"candidate", "reference"})
_GENERATORS = frozenset({"default_rng", "Generator", "SeedSequence", "PCG64", "Philox", "RandomState"})


def check_tests(exercise: Exercise) -> Iterator[Finding]:
    """Yield faults of `hidden_tests.py` that need no run to be seen.

    Parameters
    ----------
    exercise : Exercise
        Exercise to check.

    Yields
    ------
    Finding
        In the order of the file, facts about the whole file last.
    """
    path = exercise.tests_path
    text = path.read_text(encoding="utf-8")
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError) as error:
        yield Finding("syntax", path, f"This is not Python: {error}.", "Mend it.")
        return
    tests = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    for test in tests:
        yield from _test(exercise, test)
    for name in _repeated([test.name for test in tests]):
        message = f"{name} is defined twice; only the last one runs."
        yield Finding("test-name", path, message, "Rename one.")
    for title in _repeated([title for test in tests if (title := _title(test))]):
        yield Finding("same-title", path, f"Two tests have the title {title!r}.", "Say what sets each apart.")
    yield from _file(exercise, tree)
    for name in exercise.entry_points:
        if not _mentions(tree, name):
            yield Finding("untested", path, f"No test calls {name}.", "Write one, or drop the entry point.")


def _test(exercise: Exercise, test: ast.FunctionDef) -> Iterator[Finding]:
    path = exercise.tests_path
    title = _title(test)
    if not title:
        message = f"{test.name} has no docstring."
        yield Finding("test-docstring", path, message, "Say in one line what must hold; the learner reads it.")
    elif len(title) > LONGEST_TITLE:
        message = f"The title of {test.name} has {len(title)} characters."
        yield Finding("long-title", path, message, f"Say it in {LONGEST_TITLE}.")
    if "candidate" not in {argument.arg for argument in [*test.args.args, *test.args.kwonlyargs]}:
        message = f"{test.name} does not take `candidate`, so it says nothing about a submission."
        yield Finding("test-arguments", path, message, "Take it and call it.")


def _file(exercise: Exercise, tree: ast.Module) -> Iterator[Finding]:
    path = exercise.tests_path
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value)
            if owner in _REMOTES and node.attr.startswith("_"):
                message = f"Line {node.lineno} reaches for the private name {node.attr}."
                yield Finding("private-name", path, message, "Test what the prompt promises.")
            if owner in {"np.random", "numpy.random"} and node.attr not in _GENERATORS:
                message = f"Line {node.lineno} uses the global generator, {owner}.{node.attr}."
                yield Finding("randomness", path, message, "Take `rng`, or draw a seed with Hypothesis.")
        elif isinstance(node, ast.Assert):
            message = f"Line {node.lineno} uses `assert`, which blames the submission without a word."
            yield Finding(
                "bare-assert", path, message, "Write `assert_that` with a sentence; let inputs meet their conditions."
            )
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"settings", "hypothesis.settings"}:
            message = f"Line {node.lineno} changes the settings of Hypothesis."
            yield Finding("settings", path, message, "Leave them to the runner.")


def _mentions(tree: ast.Module, name: str) -> bool:
    """Tell whether a name stands anywhere as an attribute or as a text, such as a parameter."""
    return any(
        (isinstance(node, ast.Attribute) and node.attr == name)
        or (isinstance(node, ast.Constant) and node.value == name)
        for node in ast.walk(tree)
    )


def _title(test: ast.FunctionDef) -> str:
    return (ast.get_docstring(test) or "").partition("\n")[0].strip()


def _repeated(names: list[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]
