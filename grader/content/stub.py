"""The stub that a learner completes, derived from the reference so that the two cannot drift.

Kept as they are formatted: the module docstring, imports that the rest needs, signatures, docstrings, public fields,
and assignments that a signature names. Bodies become `raise NotImplementedError`; private names and comments go.
"""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from grader.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import Exercise

    Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

_LONGEST_ANNOTATION: Final = 200
_BODY: Final = "raise NotImplementedError"
# Decorators that belong to an interface; any other is a choice of the solution.
_STRUCTURAL: Final = frozenset(
    (
        *(
            "property",
            "setter",
            "getter",
            "deleter",
            "cached_property",
            "staticmethod",
            "classmethod",
            "abstractmethod",
        ),
        *("overload", "override", "final", "dataclass", "total_ordering", "runtime_checkable", "contextmanager"),
    )
)
_TYPE_CHECKING: Final = ("TYPE_CHECKING", "typing.TYPE_CHECKING")
_DEFINITIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_IMPORTS: Final = (ast.Import, ast.ImportFrom)
_ASSIGNMENTS: Final = (ast.Assign, ast.AnnAssign)


def derive_stub(reference_source: str) -> str:
    """Remove the answer from a reference.

    Parameters
    ----------
    reference_source : str
        Python source of the reference.

    Returns
    -------
    str
        Valid Python with the same public names, signatures and docstrings.

    Raises
    ------
    ContentError
        When the reference is not valid Python.
    """
    try:
        tree = ast.parse(reference_source)
    except (SyntaxError, ValueError) as error:
        raise ContentError(
            f"The reference is not valid Python: {error}.", "Mend it; the stub is derived from it."
        ) from None
    source = _Source(reference_source)
    kept = _kept(tree)
    blocks = [block for node in tree.body if (block := _block(source, node, kept))]
    return _join(source, blocks) + "\n"


def is_pristine(exercise: Exercise, text: str) -> bool:
    """Tell whether a text is the stub of an exercise, untouched.

    Parameters
    ----------
    exercise : Exercise
        Exercise whose reference gives the stub.
    text : str
        Source to compare; line ends and blanks at line ends do not count.

    Returns
    -------
    bool
        True where nothing was written yet.
    """
    reference = exercise.reference_path.read_text(encoding="utf-8")
    return _normalised(derive_stub(reference)) == _normalised(text)


class _Source:
    """Lines of a source, counted from 1 as `ast` counts them."""

    def __init__(self, text: str) -> None:
        self._lines = re.split("\r\n|\r|\n", text)

    def lines(self, first: int, last: int) -> str:
        """Return lines `first` to `last`."""
        return "\n".join(self._lines[first - 1 : last])

    def until(self, line: int, column: int) -> str:
        """Return the start of a line, up to a column that counts UTF-8 bytes."""
        return self._lines[line - 1].encode()[:column].decode()

    def whole(self, node: ast.stmt | ast.expr) -> str:
        """Return the lines of a node as they are written."""
        return self.lines(node.lineno, node.end_lineno or node.lineno)

    def blank_between(self, before: ast.stmt, after: ast.stmt) -> bool:
        """Tell whether a blank line separates two statements."""
        return any(not line.strip() for line in self._lines[before.end_lineno or 0 : _start(after) - 1])


@dataclass(frozen=True)
class _Block:
    """A piece of the stub and the statement it came from."""

    node: ast.stmt
    text: str


def _kept(tree: ast.Module) -> set[str]:
    """Names that the stub needs: those in signatures, fields, docstring examples, and what these need in turn."""
    definitions: dict[str, list[Definition]] = {}
    for node in tree.body:
        if isinstance(node, _DEFINITIONS):
            definitions.setdefault(node.name, []).append(node)  # overloads share a name
    assignments = {name: node for node in tree.body if isinstance(node, _ASSIGNMENTS) for name in _targets(node)}
    kept: set[str] = set()
    pending = {name for name in definitions if _is_public(name)} | {"__all__"} & assignments.keys() | _examples(tree)
    while pending:
        name = pending.pop()
        kept.add(name)
        used = {other for node in definitions.get(name, ()) for other in _needs(node)}
        if name in assignments:
            used.update(_names(assignments[name]))
        pending |= used - kept
    for node in tree.body:
        imports = [child for child in _typing_block(node) if isinstance(child, _IMPORTS)]
        if any(_needed(alias, _module(child), kept) for child in imports for alias in child.names):
            kept.add("TYPE_CHECKING")
    return kept


def _needs(node: Definition) -> Iterator[str]:
    """Names in whatever the stub keeps of a definition."""
    yield from _examples(node)
    for decorator in _decorators(node):
        yield from _names(decorator)
    if isinstance(node, ast.ClassDef):
        for base in (*node.bases, *(keyword.value for keyword in node.keywords)):
            yield from _names(base)
        for member in _members(node):
            if isinstance(member, _DEFINITIONS):
                yield from _needs(member)
            else:
                yield from _names(member)
    else:
        yield from _names(node.args)
        if node.returns is not None:
            yield from _names(node.returns)


def _names(node: ast.AST) -> Iterator[str]:
    for child in ast.walk(node):
        if isinstance(child, ast.Name):
            yield child.id
        elif (
            isinstance(child, ast.Constant) and isinstance(child.value, str) and len(child.value) < _LONGEST_ANNOTATION
        ):
            yield from re.findall(r"[^\W\d]\w*", child.value)  # a quoted annotation


def _examples(node: ast.Module | Definition) -> set[str]:
    """Names in the examples of a docstring."""
    code = re.findall(r"^\s*(?:>>>|\.\.\.) (.*)$", ast.get_docstring(node) or "", re.MULTILINE)
    return {name for line in code for name in re.findall(r"[^\W\d]\w*", line)}


def _members(node: ast.ClassDef) -> list[ast.stmt]:
    """Return statements of a class that belong to its interface, without its docstring."""
    members: list[ast.stmt] = []
    for member in node.body:
        if isinstance(member, _DEFINITIONS):
            keep = _is_public(member.name)
        elif isinstance(member, _ASSIGNMENTS):
            keep = any(_is_public(name) and name != "__slots__" for name in _targets(member))
        else:
            keep = False
        if keep:
            members.append(member)
    return members


def _targets(node: ast.Assign | ast.AnnAssign) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [child.id for target in targets for child in ast.walk(target) if isinstance(child, ast.Name)]


def _is_public(name: str) -> bool:
    return not name.startswith("_") or (name.startswith("__") and name.endswith("__"))


def _decorators(node: Definition) -> list[ast.expr]:
    def name(expression: ast.expr) -> str:
        inner = expression.func if isinstance(expression, ast.Call) else expression
        return inner.attr if isinstance(inner, ast.Attribute) else inner.id if isinstance(inner, ast.Name) else ""

    return [decorator for decorator in node.decorator_list if name(decorator) in _STRUCTURAL]


def _typing_block(node: ast.stmt) -> list[ast.stmt]:
    """Return the body of an `if TYPE_CHECKING`, nothing for another statement."""
    is_block = isinstance(node, ast.If) and ast.unparse(node.test) in _TYPE_CHECKING
    return node.body if isinstance(node, ast.If) and is_block else []


def _block(source: _Source, node: ast.stmt, kept: set[str]) -> _Block | None:
    """Return what the stub keeps of a module-level statement."""
    text: str | None = None
    if isinstance(node, _DEFINITIONS):
        text = _definition(source, node) if node.name in kept else None
    elif isinstance(node, _IMPORTS):
        text = _import(source, node, kept)
    elif isinstance(node, _ASSIGNMENTS):
        text = source.whole(node) if kept.intersection(_targets(node)) else None
    elif _is_docstring(node):
        text = source.whole(node)
    elif inner := _typing_block(node):
        blocks = [block for child in inner if (block := _block(source, child, kept))]
        text = f"{source.lines(node.lineno, node.lineno)}\n{_join(source, blocks)}" if blocks else None
    return None if text is None else _Block(node, text)


def _import(source: _Source, node: ast.Import | ast.ImportFrom, kept: set[str]) -> str | None:
    """Drop names of the standard library that nothing needs; keep the rest as written."""
    module = _module(node)
    aliases = [alias for alias in node.names if _needed(alias, module, kept)]
    if len(aliases) == len(node.names):
        return source.whole(node)
    names = ", ".join(ast.unparse(alias) for alias in aliases)
    start = " " * node.col_offset + (f"from {module} import" if module else "import")
    return f"{start} {names}" if aliases else None


def _module(node: ast.Import | ast.ImportFrom) -> str:
    return node.module or "" if isinstance(node, ast.ImportFrom) else ""


def _needed(alias: ast.alias, module: str, kept: set[str]) -> bool:
    root = (module or alias.name).partition(".")[0]
    bound = (alias.asname or alias.name).partition(".")[0]
    return root not in sys.stdlib_module_names or root == "__future__" or bound in kept


def _definition(source: _Source, node: Definition) -> str:
    """Return a definition without its answer."""
    inside = " " * (node.col_offset + 4)
    first = node.body[0]
    if isinstance(first, ast.Expr) and ast.unparse(first) == "...":
        return source.lines(_start(node), node.end_lineno or node.lineno)
    lines = [source.whole(decorator) for decorator in _decorators(node)]
    lines.append(_header(source, node))
    documented = _is_docstring(first)
    if documented:
        lines.append(source.whole(first) if first.lineno > node.lineno else inside + ast.unparse(first))
    if not isinstance(node, ast.ClassDef):
        lines.append(inside + _BODY)
    elif members := _members(node):
        if documented:
            lines.append("")
        blocks = [
            _Block(item, _definition(source, item) if isinstance(item, _DEFINITIONS) else source.whole(item))
            for item in members
        ]
        lines.append(_join(source, blocks, gap=1))
    elif not documented:
        lines.append(f"{inside}pass")
    return "\n".join(lines)


def _header(source: _Source, node: Definition) -> str:
    """Return the lines from `def` or `class` to the colon."""
    first = node.body[0]
    end = _start(first)
    if end == node.lineno:
        return source.until(end, first.col_offset).rstrip()
    lines = source.lines(node.lineno, end - 1).split("\n")
    while not lines[-1].strip() or lines[-1].lstrip().startswith("#"):
        lines.pop()
    return "\n".join(lines)


def _join(source: _Source, blocks: list[_Block], gap: int = 2) -> str:
    """Put blocks below each other: definitions stand apart, the rest as in the source."""
    text = ""
    before: _Block | None = None
    for block in blocks:
        if before is not None:
            apart = isinstance(block.node, _DEFINITIONS) or isinstance(before.node, _DEFINITIONS)
            blank = source.blank_between(before.node, block.node)
            text += "\n" * (1 + (gap if apart and blank else int(blank)))
        text += block.text
        before = block
    return text


def _start(node: ast.stmt) -> int:
    """Return the first line of a statement, decorators included."""
    decorators = node.decorator_list if isinstance(node, _DEFINITIONS) else []
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _normalised(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]
