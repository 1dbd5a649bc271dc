"""Mistakes in statements: a step forgotten, a loop cut short, a total overwritten."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from grader.authoring.mutation.sites import is_docstring

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.authoring.mutation.sites import Site

_NUMERIC = ("ndarray", "NDArray", "Tensor", "float", "Array")
_NOT_NUMERIC = ("tuple", "bool", "list", "dict", "str")
_ENDLESS = frozenset({"count", "cycle", "repeat", "iter"})
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_OTHER_ERROR = {
    "ValueError": "TypeError",
    "TypeError": "ValueError",
    "KeyError": "ValueError",
    "IndexError": "ValueError",
}
_GRADIENT_MODES = ("no_grad", "inference_mode", "enable_grad")


def edits(site: Site) -> Iterator[ast.AST]:
    """Yield replacements of a statement.

    Parameters
    ----------
    site : Site
        Any place; those that hold no statement yield nothing.

    Yields
    ------
    ast.AST
        A new node for the same place.
    """
    node = site.node
    if isinstance(node, ast.stmt) and _is_forgettable(node, site):
        yield ast.Pass()
    if isinstance(node, ast.AugAssign):
        yield from _augmented(node)
    elif isinstance(node, ast.Break):
        yield ast.Continue()
    elif isinstance(node, ast.Continue):
        yield ast.Break()
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        yield from _loop(node)
    elif isinstance(node, ast.With):
        yield ast.If(ast.Constant(value=True), node.body, [])
    elif isinstance(node, ast.Return) and node.value is not None and _is_numeric(node.value, site):
        yield ast.Return(ast.UnaryOp(ast.USub(), node.value))
    elif isinstance(node, ast.Raise):
        yield from _error(node)
    elif isinstance(node, ast.FunctionDef):
        yield from _undecorated(node)


def _is_forgettable(node: ast.stmt, site: Site) -> bool:
    """Tell whether the code still runs, most likely, without this statement."""
    if isinstance(node, (ast.AugAssign, ast.Delete, ast.Break, ast.Continue)):
        return True
    if isinstance(node, ast.Expr):
        return not is_docstring(node)
    if isinstance(node, ast.If):
        return not node.orelse
    if isinstance(node, ast.Raise):
        guard = site.parent
        return not (isinstance(guard, ast.If) and guard.body == [node] and not guard.orelse)
    if isinstance(node, ast.Assign) and site.function is not None:
        return all(_was_there(target, node, site.function) for target in node.targets)
    return False


def _was_there(target: ast.expr, node: ast.Assign, function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Tell whether an assignment changes something that exists before it."""
    if isinstance(target, ast.Subscript):
        return True
    if isinstance(target, ast.Attribute):
        return function.name != "__init__"
    if isinstance(target, (ast.Tuple, ast.List)):
        return all(_was_there(item, node, function) for item in target.elts)
    if not isinstance(target, ast.Name):
        return False
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    if any(argument.arg == target.id for argument in every):
        return True
    return any(
        isinstance(other, ast.Name) and other.id == target.id and isinstance(other.ctx, ast.Store)
        for other in ast.walk(function)
        if getattr(other, "lineno", node.lineno) < node.lineno
    )


def _augmented(node: ast.AugAssign) -> Iterator[ast.AST]:
    """Turn the operation round, or overwrite what was to be added to."""
    if other := _ARITHMETIC.get(type(node.op)):
        yield ast.AugAssign(node.target, other(), node.value)
    yield ast.Assign([node.target], node.value)


def _loop(node: ast.For | ast.AsyncFor) -> Iterator[ast.AST]:
    """Miss the first or the last round; bounds of a range are moved elsewhere."""
    if isinstance(node, ast.AsyncFor):
        return
    name = ""
    if isinstance(node.iter, ast.Call):
        name = getattr(node.iter.func, "id", "") or getattr(node.iter.func, "attr", "")
    if name == "range" or name in _ENDLESS:
        return
    items: ast.expr = ast.Call(ast.Name("list", ast.Load()), [node.iter], [])
    last = ast.UnaryOp(ast.USub(), ast.Constant(1))
    for part in (ast.Slice(ast.Constant(1)), ast.Slice(None, last)):
        yield ast.For(node.target, ast.Subscript(items, part, ast.Load()), node.body, node.orelse)


def _error(node: ast.Raise) -> Iterator[ast.AST]:
    """Raise another exception."""
    error = node.exc
    if isinstance(error, ast.Call) and isinstance(error.func, ast.Name) and error.func.id in _OTHER_ERROR:
        other = ast.Name(_OTHER_ERROR[error.func.id], ast.Load())
        yield ast.Raise(ast.Call(other, error.args, error.keywords), node.cause)


def _is_numeric(value: ast.expr, site: Site) -> bool:
    """Tell whether a function returns one number or array, by its annotation."""
    function = site.function
    if function is None or function.returns is None or isinstance(value, ast.Constant):
        return False
    annotation = ast.unparse(function.returns)
    return any(word in annotation for word in _NUMERIC) and not any(word in annotation for word in _NOT_NUMERIC)


def _undecorated(node: ast.FunctionDef) -> Iterator[ast.AST]:
    """Forget to switch gradients off."""
    kept = [item for item in node.decorator_list if not any(mode in ast.unparse(item) for mode in _GRADIENT_MODES)]
    if len(kept) < len(node.decorator_list):
        yield ast.FunctionDef(node.name, node.args, node.body, kept, node.returns)
