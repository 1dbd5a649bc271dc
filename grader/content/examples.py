"""Examples of a stub's docstrings, for attempts that no longer hold them."""

from __future__ import annotations

import ast
import doctest
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import Submission


def with_examples(submission: Submission, stub: str) -> Submission:
    """Return a submission whose examples are those of the stub, together with its own.

    What lacks is added where doctest looks for it, behind the last line, so that no line moves.

    Parameters
    ----------
    submission : Submission
        The attempt; one that is no Python stays as it is.
    stub : str
        Source of the pristine stub.
    """
    own = _docstrings(submission.source)
    if own is None:
        return submission
    lacking = {
        name: text
        for name, text in (_docstrings(stub) or {}).items()
        if not set(_examples(text)) <= set(_examples(own.get(name, "")))
    }
    if not lacking:
        return submission
    return replace(submission, source=f"{submission.source}\n\n__test__ = {lacking!r}\n")


def _docstrings(source: str) -> dict[str, str] | None:
    """Return the docstrings that hold examples by the name of their function or class; None where it is no Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return {name: text for name, text in _walk(tree, "") if _examples(text)}


def _walk(node: ast.Module | ast.ClassDef, prefix: str) -> Iterator[tuple[str, str]]:
    for each in node.body:
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{prefix}{each.name}"
            yield name, ast.get_docstring(each) or ""
            if isinstance(each, ast.ClassDef):
                yield from _walk(each, f"{name}.")


def _examples(text: str) -> list[tuple[str, str]]:
    try:
        return [(one.source.strip(), one.want.strip()) for one in doctest.DocTestParser().get_examples(text)]
    except ValueError:  # a prompt without a space behind it, which doctest itself will complain of
        return []
