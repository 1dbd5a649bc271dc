"""What entry points call their parameters and outputs, read from the signatures and docstrings of a source."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import Exercise

    Definition = ast.FunctionDef | ast.AsyncFunctionDef

_NAMED = re.compile(r"^(\w+(?:, \w+)*) : ")


@dataclass(frozen=True, slots=True)
class Interface:
    """Names in the signatures and docstrings of a source.

    Attributes
    ----------
    parameters, outputs : dict of str to tuple of str
        By the name of a function, or of a class and its method: `LRUCache.get`.  A class stands for its `__init__`.
        Outputs are those of a tuple; other functions have none.
    """

    parameters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    outputs: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def output(self, name: str, path: tuple[Any, ...]) -> str:
        """Return the name of an output; empty where it has none.

        Parameters
        ----------
        name : str
            What was called.
        path : tuple
            Indices that lead from what it gave to what is meant.
        """
        names = self.outputs.get(name, ())
        first = path[0] if path else None
        return names[first] if type(first) is int and 0 <= first < len(names) else ""

    def parameter(self, name: str, index: int) -> str:
        """Return the name of a positional parameter; empty where it has none."""
        names = self.parameters.get(name, ())
        return names[index] if index < len(names) else ""


def interface_of(exercise: Exercise) -> Interface:
    """Return the names of an exercise's entry points, or none where there is no reference to read.

    Parameters
    ----------
    exercise : Exercise
        Whose.
    """
    try:
        return read_interface(exercise.reference_path.read_text(encoding="utf-8"))
    except OSError:
        return Interface()


def read_interface(source: str) -> Interface:
    """Return the names of parameters and outputs in a source.

    Parameters
    ----------
    source : str
        Python with docstrings in the manner of numpydoc; what is no Python has no names.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return Interface()
    found = Interface()
    for name, function, is_method in _functions(tree):
        arguments = [*function.args.posonlyargs, *function.args.args][int(is_method) :]
        found.parameters[name] = tuple(each.arg for each in arguments)
        outputs = _outputs(ast.get_docstring(function) or "")
        if len(outputs) > 1:
            found.outputs[name] = outputs
    return found


def _functions(tree: ast.Module) -> Iterator[tuple[str, Definition, bool]]:
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, node, False
        elif isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in member.decorator_list)
                    yield f"{node.name}.{member.name}", member, not static
                    if member.name == "__init__":
                        yield node.name, member, True


def _outputs(docstring: str) -> tuple[str, ...]:
    """Return the names below `Returns`."""
    lines = docstring.splitlines()
    try:
        start = next(i for i, line in enumerate(lines) if line.strip() == "Returns")
    except StopIteration:
        return ()
    names: list[str] = []
    for line, below in zip(lines[start + 2 :], [*lines[start + 3 :], ""], strict=True):
        if below.strip() and not below.strip("-= "):
            break
        named = _NAMED.match(line)
        if named:
            names += named[1].split(", ")
    return tuple(names)
