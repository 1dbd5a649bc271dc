"""Whether an attempt still fits a stub that changed, and the attempt as it stands in the new one."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Fit:
    """What becomes of an attempt.

    Attributes
    ----------
    content : bytes or None
        The attempt in the new stub; None where a signature changed, so that it has to be looked at.
    changes : tuple of str
        What is asked differently now, a sentence each.
    """

    content: bytes | None
    changes: tuple[str, ...] = ()


def fit(attempt: bytes, old: bytes, new: bytes) -> Fit:
    """Put an attempt into a new stub.

    Docstrings that the learner left as they were become the new ones; functions and methods that are new are added
    without a body. Everything else of the attempt stays.

    Parameters
    ----------
    attempt : bytes
        What the learner wrote.
    old, new : bytes
        The pristine stub that it was written in, and the one that is pristine now.
    """
    if _lines(old) == _lines(new):
        return Fit(attempt)
    before, after = _tree(old), _tree(new)
    if before is None or after is None:  # stubs are derived, so this is a stub of some other making
        return Fit(attempt)
    was, now = _signatures(before), _signatures(after)
    text = _text(attempt)
    tree = None if text is None else _tree(attempt)
    own = {} if tree is None else _signatures(tree)
    changed = [name for name in now if name in was and now[name] != was[name] and own.get(name) != now[name]]
    added = [name for name in now if name not in was and name not in own]
    changes = [f"{was[name]} is now {now[name]}." for name in changed]
    changes += [f"{now[name]} is new." for name in added]
    changes += [f"{was[name]} is no longer asked for." for name in was if name not in now]
    if changed:
        return Fit(None, tuple(changes))
    if text is None or tree is None:
        told = "What you wrote is not valid Python, so nothing could be added to it."
        return Fit(attempt, (*changes, told) if added else tuple(changes))
    line_end = "\r\n" if b"\r\n" in attempt else "\n"
    lines = text.replace("\r\n", "\n").split("\n")
    for edit in sorted(_edits(tree, before, after, _lines(new), added), key=lambda edit: edit.first, reverse=True):
        lines[edit.first : edit.end] = edit.lines
    return Fit(line_end.join(lines).encode(), tuple(changes))


@dataclass(frozen=True, slots=True)
class _Edit:
    """Lines that take the place of others; `first` counts from 0."""

    first: int
    end: int
    lines: list[str]


def _edits(
    own: ast.Module, before: ast.Module, after: ast.Module, new: Sequence[str], added: Sequence[str]
) -> Iterator[_Edit]:
    mine, was, now = _nodes(own), _nodes(before), _nodes(after)
    for name, node in mine.items():
        if name not in was or name not in now:
            continue
        old, other = ast.get_docstring(was[name]), ast.get_docstring(now[name])
        if other is not None and old != other and ast.get_docstring(node) == old:
            here, there = _docstring(node), _docstring(now[name])
            if here is not None and there is not None and here.col_offset == there.col_offset:
                yield _Edit(here.lineno - 1, here.end_lineno or 0, list(new[there.lineno - 1 : there.end_lineno]))
    end = max((node.end_lineno or 0 for node in own.body), default=0)
    tail: list[str] = []
    for name in added:
        node, owner = now[name], name.rpartition(".")[0]
        assert not isinstance(node, ast.Module)
        lines = list(new[_first_line(node) - 1 : node.end_lineno])
        if owner in added:  # it comes with its class
            continue
        if owner:
            last = mine[owner].end_lineno if owner in mine else None  # type: ignore[union-attr]
            if last is not None:
                yield _Edit(last, last, ["", *lines])
        else:
            tail += ["", "", *lines]
    if tail:
        lacking = _imports(after) - _imports(own)
        yield _Edit(end, end, [*(["", *sorted(lacking)] if lacking else []), *tail])


def _signatures(tree: ast.Module) -> dict[str, str]:
    """Return what each public function, method and class is called with, by its name; annotations do not count."""
    found = {}
    for name, node in _nodes(tree).items():
        if isinstance(node, ast.ClassDef):
            found[name] = f"class {name}"
        elif not isinstance(node, ast.Module):
            found[name] = f"{name}({_arguments(node.args)})"
    return found


def _arguments(arguments: ast.arguments) -> str:
    bare = copy.deepcopy(arguments)
    for node in ast.walk(bare):
        if isinstance(node, ast.arg):
            node.annotation = None
    return ast.unparse(bare)


def _nodes(tree: ast.Module) -> dict[str, Definition | ast.Module]:
    """Return the module itself under the empty name, and every public definition in it."""
    found: dict[str, Definition | ast.Module] = {"": tree}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and _is_public(node.name):
            found[node.name] = node
            for member in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef) and _is_public(member.name):
                    found[f"{node.name}.{member.name}"] = member
    return found


def _is_public(name: str) -> bool:
    return not name.startswith("_") or (name.startswith("__") and name.endswith("__"))


def _docstring(node: Definition | ast.Module) -> ast.Expr | None:
    first = node.body[0] if node.body else None
    is_text = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    return first if is_text and isinstance(first, ast.Expr) else None


def _imports(tree: ast.Module) -> set[str]:
    return {ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)}


def _first_line(node: Definition) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def _text(content: bytes) -> str | None:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _tree(content: bytes) -> ast.Module | None:
    try:
        return ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _lines(content: bytes) -> list[str]:
    return [line.rstrip() for line in content.decode("utf-8", "replace").rstrip().splitlines()]
