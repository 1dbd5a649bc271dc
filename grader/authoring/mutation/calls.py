"""Mistakes in calls: the wrong function, a forgotten one, swapped or missing arguments."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.authoring.mutation.sites import Site

_PAIRS = (
    ("min", "max"),
    ("argmin", "argmax"),
    ("amin", "amax"),
    ("nanmin", "nanmax"),
    ("minimum", "maximum"),
    ("fmin", "fmax"),
    ("floor", "ceil"),
    ("sum", "mean"),
    ("any", "all"),
    ("std", "var"),
    ("exp", "expm1"),
    ("log", "log1p"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("triu", "tril"),
    ("triu_indices", "tril_indices"),
    ("logical_and", "logical_or"),
    ("cumsum", "cumprod"),
    ("hstack", "vstack"),
    ("nlargest", "nsmallest"),
    ("nansum", "nanmean"),
    ("float32", "float64"),
    ("sin", "cos"),
    ("bisect_left", "bisect_right"),
    ("permutations", "combinations"),
)
_OTHER = {a: b for pair in _PAIRS for a, b in (pair, pair[::-1])} | {
    "prod": "sum",
    "popleft": "pop",
    "appendleft": "append",
    "rfind": "find",
    "log2": "log",
    "log10": "log",
    "repeat_interleave": "repeat",
}
_OTHER_OF_NUMPY = {"repeat": "tile", "tile": "repeat"}  # the same thing in torch
# Calls that a learner forgets: `f(x, …)` becomes `x`, `x.f(…)` becomes `x`.
_FORGETTABLE = frozenset(
    "sqrt rsqrt abs fabs absolute square exp log log1p expm1 log2 tanh sigmoid relu softmax log_softmax "  # noqa: SIM905
    "copy deepcopy clone detach clip clamp round rint floor ceil trunc sort sorted reversed flip unique "
    "cumsum transpose swapaxes moveaxis permute squeeze unsqueeze expand_dims astype to triu tril "
    "conj nan_to_num masked_fill lower upper strip rstrip lstrip".split()
)
# Conversions show in what is returned; in the middle of a formula they seldom do.
_CONVERSIONS = frozenset({"float", "int", "bool", "list", "tuple", "item", "tolist"})
_COMMUTATIVE = frozenset(
    "minimum maximum min max add multiply logical_and logical_or logical_xor gcd lcm isclose allclose array_equal "  # noqa: SIM905
    "transpose swapaxes hypot fmin fmax equal not_equal union intersection isinstance issubclass hasattr getattr setattr "
    "range".split()
)
# An internal promise that two inputs agree, checked on the line before: nothing can reach it.
_PROMISES = frozenset({"strict"})
_TWO, _THREE = 2, 3


def edits(site: Site) -> Iterator[ast.AST]:
    """Yield replacements of a call, or of the function it names.

    Parameters
    ----------
    site : Site
        Any place; those that hold no call yield nothing.

    Yields
    ------
    ast.AST
        A new node for the same place.
    """
    node = site.node
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        other = _OTHER.get(node.attr) or _of_numpy(node)
        if other and (_is_called(site) or node.attr.startswith("float")) and not _is_own(node.value):
            yield ast.Attribute(node.value, other, node.ctx)
    elif isinstance(node, ast.Name) and _is_called(site):
        other = _OTHER.get(node.id, "")
        if other in site.modules or (hasattr(builtins, node.id) and hasattr(builtins, other)):
            yield ast.Name(other, ast.Load())
    elif isinstance(node, ast.Call):
        yield from _call(node, site)


def _call(node: ast.Call, site: Site) -> Iterator[ast.AST]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name == "range":
        yield from _range(node)
    if name in _FORGETTABLE or (name in _CONVERSIONS and isinstance(site.parent, ast.Return)):
        yield from _operand(node, site)
    if name == "sorted" and not any(keyword.arg == "reverse" for keyword in node.keywords):
        backwards = ast.keyword("reverse", ast.Constant(value=True))
        yield ast.Call(node.func, node.args, [*node.keywords, backwards])
    if name == "pop" and not node.args:
        yield ast.Call(node.func, [ast.Constant(0)], node.keywords)
    yield from _swapped(node, name)
    for index, keyword in enumerate(node.keywords):
        if _may_be_missing(keyword):
            yield ast.Call(node.func, node.args, node.keywords[:index] + node.keywords[index + 1 :])


def _range(node: ast.Call) -> Iterator[ast.AST]:
    """Start late, stop early, stop late; literal bounds are moved elsewhere."""
    bounds = list(node.args)
    if len(bounds) == 1:
        yield ast.Call(node.func, [ast.Constant(1), *bounds], [])
    for index, bound in enumerate(bounds[:_TWO]):
        if not isinstance(bound, (ast.Constant, ast.UnaryOp)):
            for operator in (ast.Add(), ast.Sub()):
                moved: ast.expr = ast.BinOp(bound, operator, ast.Constant(1))
                yield ast.Call(node.func, [*bounds[:index], moved, *bounds[index + 1 :]], [])


def _operand(node: ast.Call, site: Site) -> Iterator[ast.AST]:
    """Yield what the call works on: its object when it is a method, else its first argument."""
    function = node.func
    if isinstance(function, ast.Attribute) and not _is_module(function.value, site):
        if not _is_own(function.value):
            yield function.value
    elif node.args and not isinstance(node.args[0], ast.Starred):
        yield node.args[0]


def _swapped(node: ast.Call, name: str) -> Iterator[ast.AST]:
    arguments = list(node.args)
    if name in _COMMUTATIVE or any(isinstance(argument, ast.Starred) for argument in arguments):
        return
    if len(arguments) == _TWO:
        first, second = arguments
    elif len(arguments) == _THREE and name == "where":
        first, second = arguments[1:]
    else:
        return
    if ast.dump(first) != ast.dump(second):
        yield ast.Call(node.func, [*arguments[:-2], second, first], node.keywords)


def _may_be_missing(keyword: ast.keyword) -> bool:
    """Tell whether a keyword can be forgotten; a flag that is flipped is as good as gone."""
    if keyword.arg is None or keyword.arg in _PROMISES:
        return False
    return not (isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, bool))


def _of_numpy(node: ast.Attribute) -> str | None:
    owner = node.value
    is_numpy = isinstance(owner, ast.Name) and owner.id in {"np", "numpy"}
    return _OTHER_OF_NUMPY.get(node.attr) if is_numpy else None


def _is_called(site: Site) -> bool:
    return isinstance(site.parent, ast.Call) and site.parent.func is site.node


def _is_own(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in {"self", "cls"}


def _is_module(node: ast.expr, site: Site) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in site.modules
