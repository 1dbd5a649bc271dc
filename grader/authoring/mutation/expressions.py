"""Mistakes in operators: arithmetic, comparison, logic, indexing, order."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.authoring.mutation.sites import Site

_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
# Terms a learner forgets: a shift, a normalisation, a scale.
_DROPPABLE = (ast.Add, ast.Sub, ast.Mult, ast.Div)
_ORDERED = (ast.Sub, ast.Div, ast.FloorDiv, ast.MatMult)
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_PAIR = 2


def edits(site: Site) -> Iterator[ast.AST]:
    """Yield replacements of an operator expression.

    Parameters
    ----------
    site : Site
        Any place; those that hold no operator yield nothing.

    Yields
    ------
    ast.AST
        A new node for the same place.
    """
    node = site.node
    if isinstance(node, ast.BinOp):
        yield from _binary(node)
    elif isinstance(node, ast.Compare):
        yield from _comparison(node)
    elif isinstance(node, ast.BoolOp):
        yield from _boolean(node)
    elif isinstance(node, ast.UnaryOp):
        yield from _unary(node)
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        yield from _subscript(node)
    elif isinstance(node, ast.Slice):
        yield from _slice(node)
    elif isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load):
        yield from _tuple(node, site.parent)
    elif isinstance(node, ast.Attribute) and node.attr in {"T", "mT", "H", "mH"}:
        yield node.value
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield ast.comprehension(node.target, node.iter, [], node.is_async)
    if isinstance(node, ast.expr) and _is_condition(site) and _is_plain(node):
        yield ast.UnaryOp(ast.Not(), node)


def _binary(node: ast.BinOp) -> Iterator[ast.AST]:
    if isinstance(node.left, (ast.Constant, ast.JoinedStr)) and isinstance(node.op, ast.Mod):
        return  # "%" formats a text here
    yield ast.BinOp(node.left, _ARITHMETIC[type(node.op)](), node.right)
    if isinstance(node.op, _ORDERED) and ast.dump(node.left) != ast.dump(node.right):
        yield ast.BinOp(node.right, node.op, node.left)
    if isinstance(node.op, _DROPPABLE) and not isinstance(node.right, ast.Constant):
        yield node.left


def _comparison(node: ast.Compare) -> Iterator[ast.AST]:
    for index, operator in enumerate(node.ops):
        for other in _COMPARISONS[type(operator)]:
            yield ast.Compare(node.left, [*node.ops[:index], other(), *node.ops[index + 1 :]], node.comparators)


def _boolean(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for index in range(len(node.values)):
        rest = node.values[:index] + node.values[index + 1 :]
        yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _unary(node: ast.UnaryOp) -> Iterator[ast.AST]:
    if not isinstance(node.op, ast.UAdd) and not isinstance(node.operand, ast.Constant):
        yield node.operand


def _subscript(node: ast.Subscript) -> Iterator[ast.AST]:
    """Forget an added axis or a reversal."""
    items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    adds_axis = any(isinstance(item, ast.Constant) and item.value is None for item in items)
    if adds_axis or any(isinstance(item, ast.Slice) and item.step is not None for item in items):
        yield node.value


def _slice(node: ast.Slice) -> Iterator[ast.AST]:
    """Miss the first or last item, or move a computed bound by one."""
    if node.lower is None and node.upper is not None:
        yield ast.Slice(ast.Constant(1), node.upper, node.step)
    if node.upper is None and node.lower is not None:
        yield ast.Slice(node.lower, ast.UnaryOp(ast.USub(), ast.Constant(1)), node.step)
    if node.lower is not None and not _is_number(node.lower):
        yield ast.Slice(_moved(node.lower, ast.Add()), node.upper, node.step)
    if node.upper is not None and not _is_number(node.upper):
        yield ast.Slice(node.lower, _moved(node.upper, ast.Add()), node.step)
        yield ast.Slice(node.lower, _moved(node.upper, ast.Sub()), node.step)


def _tuple(node: ast.Tuple, parent: ast.AST) -> Iterator[ast.AST]:
    """Swap a pair: a shape, an index, a result."""
    if len(node.elts) != _PAIR or not isinstance(parent, (ast.Call, ast.Subscript, ast.Return, ast.keyword)):
        return
    first, second = node.elts
    if ast.dump(first) != ast.dump(second):
        yield ast.Tuple([second, first], node.ctx)


def _is_condition(site: Site) -> bool:
    parent = site.parent
    if isinstance(parent, (ast.If, ast.IfExp, ast.While)):
        return parent.test is site.node
    return isinstance(parent, ast.comprehension) and site.node in parent.ifs


def _is_plain(node: ast.expr) -> bool:
    """Tell whether no operator mutates the node already in the way that `not` would."""
    return not isinstance(node, (ast.Compare, ast.BoolOp, ast.Constant)) and not (
        isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    )


def _is_number(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        node = node.operand
    return isinstance(node, ast.Constant)


def _moved(node: ast.expr, operator: ast.operator) -> ast.expr:
    return ast.BinOp(node, operator, ast.Constant(1))
