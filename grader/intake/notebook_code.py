"""Code cells become one Python module: those that define the entry points, and what they use of the others.

A notebook is a place to try things, so its cells are not simply put together.  What counts is, statement by statement:

- Of each entry point the last definition; one in a solution cell of nbgrader's comes before those in other cells.
- The whole cell around it, apart from bare expressions such as calls that show something.
- From other cells only what that code uses: the imports, functions, classes and variables of the names it needs, and
  what those need in turn.  A cell that is no Python, or that only shows things, does no harm.
- Lines for IPython (`%time`, `!pip`, `name?`) are not run; the code below `%%time` or `%%kata` is code, a cell of
  another language is not.
"""

from __future__ import annotations

import ast
import re
import symtable
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Cell magics below which Python follows that runs in the notebook's own names.
_PYTHON: Final = frozenset({"time", "timeit", "capture", "prun", "python", "python3", "kata", "debug", "px", "memit"})
_MAGIC: Final = re.compile(r"(?P<indent>[ \t]*)(?P<target>[\w, \t.\[\]]*=[ \t]*)?(?:%|!|\?|,(?=\w)|;(?=\w)|/(?=\w))")
_HELP: Final = re.compile(r"(?P<indent>[ \t]*)%?[\w.*]+\?\??[ \t]*$")
_CELL_MAGIC: Final = re.compile(r"\s*%%(?P<name>\w+)")
_IMPORTS: Final = (ast.Import, ast.ImportFrom)
_DEFINITIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
MOST_STATEMENTS: Final = 5_000


@dataclass(frozen=True, slots=True)
class _Statement:
    """A statement at the top of a cell.

    Attributes
    ----------
    binds : frozenset of str
        Names that it gives a value.
    changes : frozenset of str
        Names whose value it changes in plain sight, as `table[k] = v` and `table.append(v)` do.
    needs : frozenset of str
        Names of the module that it uses, also later when what it defines is called.
    is_shown : bool
        Whether it is a bare expression.
    is_fresh : bool
        Whether what its names were before is of no importance.
    """

    text: str
    binds: frozenset[str]
    changes: frozenset[str]
    needs: frozenset[str]
    is_shown: bool
    is_import: bool
    is_fresh: bool


@dataclass(slots=True)
class _Cell:
    number: int
    is_solution: bool
    text: str
    statements: list[_Statement] | None  # None where it is no Python
    taken: set[int] = field(default_factory=set)

    def binds(self, name: str) -> bool:
        """Whether it defines a name; where it cannot be parsed, whether it seems to."""
        if self.statements is None:
            return (
                re.search(rf"^[ \t]*(?:async[ \t]+def|def|class)[ \t]+{re.escape(name)}\b", self.text, re.MULTILINE)
                is not None
            )
        return any(name in one.binds for one in self.statements)


def assemble(cells: Iterable[tuple[str, bool]], entry_points: Sequence[str]) -> str | None:
    """Return the module that code cells make.

    Parameters
    ----------
    cells : iterable of (str, bool)
        Text of each code cell, and whether it is a solution cell of nbgrader's.
    entry_points : sequence of str
        What has to be defined; everything that is, where it is empty.

    Returns
    -------
    str or None
        Python source, in the order of the cells; each cell's part begins with a comment that gives its number. A cell
        that defines an entry point and is no valid Python is there as it stands. None where no cell defines any.

    Raises
    ------
    ValueError
        When there are more statements than anybody would read.
    """
    read: list[_Cell] = []
    left = MOST_STATEMENTS
    for number, (text, own) in enumerate(cells, 1):
        read.append(_read(number, text, left, is_solution=own))
        left -= len(read[-1].statements or ())
    wanted = list(entry_points) or sorted(
        {name for cell in read for one in cell.statements or () for name in one.binds}
    )
    roots = [cell for name in wanted if (cell := _home(read, name)) is not None]
    if not roots:
        return None
    for cell in roots:
        if cell.statements is not None:
            cell.taken.update(n for n, one in enumerate(cell.statements) if not one.is_shown)
    _follow(read, roots)
    parts = [part for cell in read if (part := _part(cell, whole=cell in roots))]
    return _future_first("\n\n".join(parts) + "\n")


def _home(cells: Sequence[_Cell], name: str) -> _Cell | None:
    """Return the cell whose definition of an entry point counts."""
    own = [cell for cell in cells if cell.binds(name)]
    return next((cell for cell in reversed(own) if cell.is_solution), own[-1] if own else None)


def _follow(cells: Sequence[_Cell], roots: Sequence[_Cell]) -> None:
    """Take what the taken statements need, until nothing is missing."""
    by_name: dict[str, list[tuple[_Cell, int, _Statement]]] = {}
    for cell in cells:
        for number, one in enumerate(cell.statements or ()):
            for name in one.binds | one.changes:
                by_name.setdefault(name, []).append((cell, number, one))
            if "*" in one.binds:  # nobody knows what a star brings
                cell.taken.add(number)
    pending = [name for cell in cells for number in cell.taken for name in (cell.statements or [])[number].needs]
    done: set[str] = set()
    while pending:
        name = pending.pop()
        if name in done:
            continue
        done.add(name)
        for cell, number, one in _makers(name, by_name.get(name, []), roots):
            if number not in cell.taken:
                cell.taken.add(number)
                pending += one.needs


def _makers(
    name: str, found: list[tuple[_Cell, int, _Statement]], roots: Sequence[_Cell]
) -> list[tuple[_Cell, int, _Statement]]:
    """Return the statements that make a name what it is at the end: its last definition and what changes it."""
    if any(name in one.binds and cell in roots for cell, _, one in found):
        found = [(cell, number, one) for cell, number, one in found if cell in roots]
    binding = [place for place, (_, _, one) in enumerate(found) if name in one.binds]
    if not binding:
        return []
    fresh = [place for place in binding if found[place][2].is_fresh]
    found = found[fresh[-1] if fresh else binding[0] :]
    imported = any(one.is_import and name in one.binds for _, _, one in found)
    return [entry for entry in found if name in entry[2].binds or not imported]  # plt.show() is no part of an import


def _part(cell: _Cell, *, whole: bool) -> str:
    if cell.statements is None:
        return f"# cell {cell.number}\n{cell.text}" if whole else ""
    texts = [cell.statements[number].text for number in sorted(cell.taken)]
    return "\n".join([f"# cell {cell.number}", *texts]) if texts else ""


def _future_first(source: str) -> str:
    """Put imports from __future__ where Python wants them."""
    pattern = re.compile(r"^from[ \t]+__future__[ \t]+import[ \t]+[\w, \t()]+$", re.MULTILINE)
    found = pattern.findall(source)
    if not found:
        return source
    return "\n".join(dict.fromkeys(line.strip() for line in found)) + "\n" + pattern.sub("", source)


def _read(number: int, text: str, most: int, *, is_solution: bool) -> _Cell:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    python = _python(text)
    tree = None if python is None else _parsed(python)
    if python is None:
        return _Cell(number, is_solution, "", [])
    if tree is None:
        return _Cell(number, is_solution, python, None)
    if len(tree.body) > most:
        raise ValueError("too many statements")
    lines = python.split("\n")
    statements = []
    try:
        for node, following in zip(tree.body, [*tree.body[1:], None], strict=True):
            statements.append(_statement(node, _text(lines, node, following)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _Cell(number, is_solution, python, None)
    return _Cell(number, is_solution, python, statements)


def _text(lines: list[str], node: ast.stmt, following: ast.stmt | None) -> str:
    """Return a statement as it is written; what stands on a line with another loses what belongs to that."""
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
    last = node.end_lineno or node.lineno
    text = lines[first - 1 : last]
    if following is not None and following.lineno == last:
        text[-1] = text[-1].encode()[: node.end_col_offset].decode()
    if node.col_offset and first == node.lineno:
        text[0] = text[0].encode()[node.col_offset :].decode()
    return "\n".join(text)


def _statement(node: ast.stmt, text: str) -> _Statement:
    binds = frozenset(_bound(node))
    needs = frozenset(_needed(text))
    return _Statement(
        text=text,
        binds=binds,
        changes=frozenset(_changed(node)) - binds,
        needs=needs,
        is_shown=isinstance(node, ast.Expr) and not binds,
        is_import=isinstance(node, _IMPORTS),
        is_fresh=isinstance(node, (*_DEFINITIONS, *_IMPORTS))
        or (isinstance(node, (ast.Assign, ast.AnnAssign)) and not binds & needs),
    )


def _inside(node: ast.stmt) -> Iterator[ast.AST]:
    """Yield a statement and what is in it, but nothing of another scope."""
    pending: list[ast.AST] = [node]
    while pending:
        one = pending.pop()
        yield one
        if not isinstance(one, (*_DEFINITIONS, ast.Lambda)):
            pending += ast.iter_child_nodes(one)


def _bound(node: ast.stmt) -> Iterator[str]:
    for one in _inside(node):
        if isinstance(one, _DEFINITIONS):
            yield one.name
        elif isinstance(one, _IMPORTS):
            for alias in one.names:
                yield alias.asname or (alias.name.partition(".")[0] if isinstance(one, ast.Import) else alias.name)
        elif isinstance(one, ast.Name) and isinstance(one.ctx, (ast.Store, ast.Del)):
            yield one.id
        elif isinstance(one, (ast.MatchAs, ast.MatchStar, ast.ExceptHandler)) and one.name:
            yield one.name


def _changed(node: ast.stmt) -> Iterator[str]:
    for one in _inside(node):
        if isinstance(one, (ast.Attribute, ast.Subscript)) and isinstance(one.ctx, (ast.Store, ast.Del)):
            yield from _root(one)
        elif isinstance(one, ast.Expr) and isinstance(one.value, ast.Call):
            yield from _root(one.value.func)


def _root(node: ast.expr) -> Iterator[str]:
    """Yield the name that a chain of attributes and items hangs on."""
    if isinstance(node, ast.Name):
        return
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def _needed(text: str) -> Iterator[str]:
    """Yield names of the module that a statement uses at any depth, as Python's own tables of symbols tell."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        top = symtable.symtable(text, "cell", "exec")
    yield from (symbol.get_name() for symbol in top.get_symbols() if symbol.is_referenced())
    pending = list(top.get_children())
    while pending:
        table = pending.pop()
        yield from (symbol.get_name() for symbol in table.get_symbols() if symbol.is_global())
        pending += table.get_children()


def _parsed(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about a learner's escapes
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree


def _python(text: str) -> str | None:
    """Return a cell without its lines for IPython, each of which becomes one that does nothing; None for another language."""
    magic = _CELL_MAGIC.match(text)
    if magic is not None:
        if magic["name"] not in _PYTHON:
            return None
        head, _, rest = text[magic.start("name") :].partition("\n")
        text = "\n" * text.count("\n", 0, magic.start("name")) + f"# %%{head}\n{rest}"
    if _parsed(text) is not None:
        return text
    lines = text.split("\n")
    for number in _outside_strings(lines):
        found = _MAGIC.match(lines[number]) or _HELP.match(lines[number])
        if found is not None:
            target = found.groupdict().get("target") or ""
            idle = f"{target}None" if target else "pass"
            lines[number] = f"{found['indent']}{idle}  # {lines[number].strip()}"
    return "\n".join(lines)


def _outside_strings(lines: Sequence[str]) -> Iterator[int]:
    """Yield the numbers of lines at which a statement begins, as far as strings, brackets and backslashes tell."""
    quote = ""
    depth = 0
    continued = False
    for number, line in enumerate(lines):
        starts = not quote and not depth and not continued
        if starts:
            yield number
            if _MAGIC.match(line) or _HELP.match(line):
                continue  # what it holds is no Python, so its quotes and brackets say nothing
        place = 0
        while place < len(line):
            here = line[place]
            if quote:
                if here == "\\":
                    place += 1
                elif line.startswith(quote, place):
                    place += len(quote) - 1
                    quote = ""
            elif here == "#":
                break
            elif here in "\"'":
                quote = here * 3 if line.startswith(here * 3, place) else here
                place += len(quote) - 1
            elif here in "([{":
                depth += 1
            elif here in ")]}":
                depth = max(depth - 1, 0)
            place += 1
        continued = line.endswith("\\") and not quote
        if len(quote) == 1 and not line.endswith("\\"):
            quote = ""  # a string that was left open
