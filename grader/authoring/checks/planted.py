"""Step 5: the planted mistakes, as they are written."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from grader.authoring.checks.finding import Finding
from grader.content.mutants import load_mutants, mutated, whole_files
from grader.errors import ContentError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.content.mutants import Mutant
    from grader.model import Exercise

    Signatures = dict[str, tuple[str, ...]]

LEAST_CORE = 5
_TEST = re.compile(r"^def (test_\w+)", re.MULTILINE)


def check_planted(exercise: Exercise) -> Iterator[Finding]:
    """Yield what is wrong with `mutants.toml`, without a run.

    Parameters
    ----------
    exercise : Exercise
        Exercise whose reference is Python.

    Yields
    ------
    Finding
        About the list first, then about each mutant in its order.
    """
    path = exercise.mutants_path
    try:
        mutants = load_mutants(exercise)
    except ContentError as error:
        yield _told("mutant-list", exercise, error)
        return
    core = sum(mutant.core for mutant in mutants.planted)
    if core < LEAST_CORE:
        message = f"{core} of at least {LEAST_CORE} planted mistakes have `core = true`."
        yield Finding("core-mutants", path, message, "Flag the mistakes of the algorithm, or plant some.")
    used = {mutant.file for mutant in mutants.planted}
    for file in whole_files(exercise.mutants_folder):
        if file.name not in used:
            remedy = "Add a [[mutants]] table with the cases that catch it."
            yield Finding("mutant-list", file, f"{file.name} is not listed in mutants.toml.", remedy)
    tests = set(_TEST.findall(exercise.tests_path.read_text(encoding="utf-8")))
    wanted = signatures(exercise.reference_path.read_text(encoding="utf-8"), exercise.entry_points)
    for mutant in mutants.planted:
        for case in mutant.caught_by:
            if case.partition("[")[0] not in tests:
                remedy = did_you_mean(case, tests) or "Name a test of hidden_tests.py."
                yield Finding("unknown-case", path, f"{mutant.name} names the unknown case {case}.", remedy)
        yield from _mutant(exercise, mutant, wanted)


def signatures(source: str, entry_points: tuple[str, ...]) -> Signatures:
    """Return the parameters of every public function and method.

    Parameters
    ----------
    source : str
        A module.
    entry_points : tuple of str
        Functions and classes that count.

    Returns
    -------
    dict of str to tuple of str
        By name, such as `iou` or `Adam.step`: each parameter as it may be passed, in order.
    """
    found: Signatures = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name in entry_points:
            found[node.name] = _parameters(node)
        elif isinstance(node, ast.ClassDef) and node.name in entry_points:
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and (method.name == "__init__" or method.name[0] != "_"):
                    found[f"{node.name}.{method.name}"] = _parameters(method)
    return found


def _mutant(exercise: Exercise, mutant: Mutant, wanted: Signatures) -> Iterator[Finding]:
    path = exercise.mutants_folder / mutant.file if mutant.file else exercise.mutants_path
    try:
        source = mutated(exercise, mutant)
        got = signatures(source, exercise.entry_points)
    except ContentError as error:
        yield _told("stale-edit", exercise, error)
        return
    except (SyntaxError, ValueError) as error:
        yield Finding("syntax", path, f"{mutant.name} makes no Python: {error}.", "Mend it.")
        return
    if source == exercise.reference_path.read_text(encoding="utf-8"):
        yield Finding("stale-edit", path, f"{mutant.name} changes nothing.", "Write the mistake.")
    for name, parameters in wanted.items():
        if name not in got:
            message = f"{mutant.name} no longer has {name}({', '.join(parameters)})."
            yield Finding("mutant-signature", path, message, "A mutant keeps the public signatures of the reference.")
        elif got[name] != parameters:
            message = (
                f"{mutant.name} has {name}({', '.join(got[name])}), the reference {name}({', '.join(parameters)})."
            )
            yield Finding("mutant-signature", path, message, "Give the parameters the names that the reference has.")


def _parameters(node: ast.FunctionDef) -> tuple[str, ...]:
    arguments = node.args
    found = [argument.arg for argument in arguments.posonlyargs]
    found += ["/"] if arguments.posonlyargs else []
    found += [argument.arg for argument in arguments.args]
    found += [f"*{arguments.vararg.arg}"] if arguments.vararg else ["*"] if arguments.kwonlyargs else []
    found += [argument.arg for argument in arguments.kwonlyargs]
    found += [f"**{arguments.kwarg.arg}"] if arguments.kwarg else []
    return tuple(found)


def _told(code: str, exercise: Exercise, error: ContentError) -> Finding:
    """Return the finding for an error of the loader, whose message names the file first."""
    message = str(error.message).removeprefix(f"{exercise.mutants_path}: ")
    return Finding(code, exercise.mutants_path, message, error.remedy)
