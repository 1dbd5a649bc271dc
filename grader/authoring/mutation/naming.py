"""Names of mutants that stay the same when lines move.

A name is `function: original -> mutated`, where both sides are the smallest expression or statement
that shows what changed.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from grader.authoring.mutation.sites import replaced

if TYPE_CHECKING:
    from grader.authoring.mutation.sites import Site

LONGEST = 80
_CONTEXT = 12
_TELLING = (
    ast.BinOp,
    ast.BoolOp,
    ast.Compare,
    ast.Call,
    ast.Subscript,
    ast.IfExp,
    ast.Lambda,
    ast.arguments,
    ast.stmt,
)


def mutation_name(site: Site, replacement: ast.AST) -> str:
    """Return the name of a mutant, without the number that tells repeats apart.

    Parameters
    ----------
    site : Site
        What is replaced.
    replacement : ast.AST
        What takes its place.

    Returns
    -------
    str
        One line.
    """
    shown = _telling(site)
    before = _text(shown)
    if shown is site.node:
        after = _text(replacement)
    else:
        with replaced(site, replacement):
            after = _text(shown)
    before, after = _shortened(before, after)
    return f"{site.scope}: {before} -> {after}"


def _telling(site: Site) -> ast.AST:
    """Return the node itself or the ancestor that shows what it is for."""
    if isinstance(site.node, _TELLING):
        return site.node
    return next(parent for parent in reversed(site.parents) if isinstance(parent, (*_TELLING, ast.mod)))


def _text(node: ast.AST) -> str:
    """Return source on one line: heads of compound statements, texts of errors left out."""
    match node:
        case ast.If(orelse=[]):
            text = f"if {_text(node.test)}: {'; '.join(map(_text, node.body))}"
        case ast.Raise(exc=ast.Call(func=error)):
            text = f"raise {ast.unparse(error)}(...)"
        case ast.For() | ast.AsyncFor():
            text = f"for {ast.unparse(node.target)} in {ast.unparse(node.iter)}"
        case ast.With() | ast.AsyncWith():
            text = f"with {', '.join(map(ast.unparse, node.items))}"
        case ast.While():
            text = f"while {ast.unparse(node.test)}"
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            text = " ".join([*(f"@{ast.unparse(item)}" for item in node.decorator_list), f"def {node.name}"])
        case _:
            text = ast.unparse(node)
    return " ".join(text.split())


def _shortened(before: str, after: str) -> tuple[str, str]:
    """Cut what both sides share until the pair fits, then cut the ends."""
    if len(before) + len(after) <= LONGEST:
        return before, after
    shared = _shared(before, after)
    if shared > _CONTEXT:
        start = shared - _CONTEXT
        before, after = "…" + before[start:], "…" + after[start:]
    shared = _shared(before[::-1], after[::-1])
    if shared > _CONTEXT and len(before) + len(after) > LONGEST:
        end = shared - _CONTEXT
        before, after = before[:-end] + "…", after[:-end] + "…"
    most = LONGEST // 2
    return _cut(before, max(most, LONGEST - len(after))), _cut(after, max(most, LONGEST - len(before)))


def _shared(left: str, right: str) -> int:
    """Return the length of the common start."""
    for length, (a, b) in enumerate(zip(left, right, strict=False)):
        if a != b:
            return length
    return min(len(left), len(right))


def _cut(text: str, most: int) -> str:
    """Cut the middle of a text: what differs is near its ends."""
    if len(text) <= most:
        return text
    tail = most // 3
    return f"{text[: most - tail - 1]}…{text[-tail:]}"
