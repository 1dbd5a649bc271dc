"""Which modules and attributes a source names."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def forbidden_names(tree: ast.Module, forbidden: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield each use of a forbidden module or dotted name.

    Parameters
    ----------
    tree : ast.Module
        A parsed source.
    forbidden : iterable of str
        Such as `scipy` or `numpy.linalg.pinv`; each stands for all that is below it.

    Yields
    ------
    line : int
        Line of the use.
    name : str
        The full dotted name, whatever the import called it.
    """
    rules = tuple(forbidden)
    for line, name in sorted(set(_dotted_names(tree))):
        if any(name == rule or name.startswith(f"{rule}.") for rule in rules):
            yield line, name


def _dotted_names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    bound: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                bound[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                yield node.lineno, f"{node.module}.{alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (name := _dotted(node, bound)):
            yield node.lineno, name


def _dotted(node: ast.expr, bound: dict[str, str]) -> str:
    if isinstance(node, ast.Name):
        return bound.get(node.id, "")
    if isinstance(node, ast.Attribute) and (owner := _dotted(node.value, bound)):
        return f"{owner}.{node.attr}"
    return ""
