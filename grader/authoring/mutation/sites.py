"""Where a mistake could be made: a walk over the nodes of a module that may be mutated."""

from __future__ import annotations

import ast
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_SKIPPED_FIELDS = frozenset({"annotation", "returns", "type_params", "decorator_list", "bases"})
_SKIPPED_NODES = (ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.pattern)
_DUNDER_TABLES = frozenset({"__all__", "__slots__", "__match_args__"})
_TYPE_MAKERS = frozenset({"TypeVar", "NewType", "ParamSpec", "NamedTuple", "namedtuple", "TypedDict"})


@dataclass(frozen=True, slots=True)
class Site:
    """A node that may be mutated, and where it stands.

    Attributes
    ----------
    node : ast.AST
        The node to replace.
    parents : tuple of ast.AST
        Its ancestors, the module first.
    modules : frozenset of str
        Names that imports bind in this module, such as `np`.
    """

    node: ast.AST
    parents: tuple[ast.AST, ...]
    modules: frozenset[str]

    @property
    def parent(self) -> ast.AST:
        """The node that holds this one."""
        return self.parents[-1]

    @property
    def function(self) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The innermost function around the node."""
        for parent in reversed(self.parents):
            if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef)):
                return parent
        return None

    @property
    def scope(self) -> str:
        """Dotted name of the function or class around the node, `module` outside of any."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        return ".".join(parent.name for parent in self.parents if isinstance(parent, kinds)) or "module"


def sites(tree: ast.Module) -> Iterator[Site]:
    """Yield each place of a module where a mistake could be made, in the order of the source.

    Parameters
    ----------
    tree : ast.Module
        A parsed module.

    Yields
    ------
    Site
        Statements before the expressions in them.
    """
    yield from _walk(tree, (), _imported(tree))


@contextmanager
def replaced(site: Site, replacement: ast.AST) -> Iterator[None]:
    """Put a node in the place of another while the context lasts.

    Parameters
    ----------
    site : Site
        The place.
    replacement : ast.AST
        What stands there meanwhile; it may hold the node it replaces.
    """
    for field, value in ast.iter_fields(site.parent):
        if value is site.node:
            setattr(site.parent, field, replacement)
            try:
                yield
            finally:
                setattr(site.parent, field, site.node)
            return
        if isinstance(value, list):
            for index, item in enumerate(value):
                if item is site.node:
                    value[index] = replacement
                    try:
                        yield
                    finally:
                        value[index] = site.node
                    return
    message = "the node is not a child of its parent"
    raise ValueError(message)


def _imported(tree: ast.Module) -> frozenset[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update(alias.asname or alias.name.partition(".")[0] for alias in node.names)
    return frozenset(names)


def _walk(node: ast.AST, parents: tuple[ast.AST, ...], modules: frozenset[str]) -> Iterator[Site]:
    if parents:
        yield Site(node, parents, modules)
    inside = (*parents, node)
    for child in _children(node):
        if not _left_alone(child, node):
            yield from _walk(child, inside, modules)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the children that may hold mistakes, in the order of the source."""
    if isinstance(node, ast.Raise):
        return  # the text of an error is not a matter of tests
    if isinstance(node, ast.JoinedStr):
        yield from (part for part in node.values if isinstance(part, ast.FormattedValue))
        return
    if isinstance(node, ast.FormattedValue):
        yield node.value
        return
    if isinstance(node, ast.ClassDef):
        yield from node.body
        return
    if isinstance(node, ast.Assert):
        yield node.test
        return
    for field, value in ast.iter_fields(node):
        if field in _SKIPPED_FIELDS:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield child


def _left_alone(node: ast.AST, parent: ast.AST) -> bool:
    if isinstance(node, _SKIPPED_NODES) or is_docstring(node):
        return True
    if isinstance(node, ast.If):
        return _is_guard_of_the_module(node.test)
    if isinstance(node, ast.Call):
        return _called(node) in {"warn", "cast", *_TYPE_MAKERS}
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        return _is_table_or_alias(node, parent)
    return type(node).__name__ == "TypeAlias"


def is_docstring(node: ast.AST) -> bool:
    """Tell whether a statement is a text without effect."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and (isinstance(node.value.value, str) or node.value.value is Ellipsis)
    )


def _is_guard_of_the_module(test: ast.expr) -> bool:
    text = ast.unparse(test)
    return text in {"TYPE_CHECKING", "typing.TYPE_CHECKING"} or text.startswith("__name__ ==")


def _called(node: ast.Call) -> str:
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _is_table_or_alias(node: ast.Assign | ast.AnnAssign, parent: ast.AST) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if any(isinstance(target, ast.Name) and target.id in _DUNDER_TABLES for target in targets):
        return True
    if not isinstance(parent, ast.Module):
        return False
    if isinstance(node, ast.AnnAssign) and "TypeAlias" in ast.unparse(node.annotation):
        return True
    return isinstance(node.value, (ast.Name, ast.Attribute, ast.Subscript)) or (
        isinstance(node.value, ast.BinOp) and isinstance(node.value.op, ast.BitOr)
    )
