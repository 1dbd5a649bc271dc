"""The rule against shortcuts: an advisory reading of the source, for honest learners.

It explains what an exercise forbids with the line that uses it.  It is easy to get around and is no security; the
sandbox is.  Reading takes time in proportion to the source, and what would take long is refused.
"""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING, Final

from grader.model import Backend

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model import Exercise, Submission

_ALLOWED: Final = {
    Backend.PYTHON: frozenset({"numpy"}),
    Backend.NUMPY: frozenset({"numpy"}),
    Backend.TORCH: frozenset({"numpy", "torch"}),
}
_ALIASES: Final = {"np": "numpy", "F": "torch.nn.functional", "nn": "torch.nn"}
_LONGEST_CHAIN: Final = 32  # nobody writes a.b.c so long
_MOST_CHARACTERS: Final = 2**17
_TOO_LONG: Final = "The file is too long to be read; a solution takes some hundred lines."
_MOST_TOLD: Final = 20


class _Unreadable(Exception):
    """The source is not one to read; the message says why."""


def uses(submission: Submission, exercise: Exercise) -> tuple[str, ...]:
    """Return what a submission uses although the exercise forbids it, one sentence each.

    Parameters
    ----------
    submission : Submission
        What was handed in.
    exercise : Exercise
        Whose rules hold.

    Returns
    -------
    tuple of str
        Empty when nothing is found, also for a file that is not Python: the worker says that.
    """
    if len(submission.source) > _MOST_CHARACTERS:
        return (_TOO_LONG,)  # before it is parsed: a character can become an object of a thousand bytes
    try:
        tree = ast.parse(submission.source)
    except (SyntaxError, ValueError):
        return ()
    except (RecursionError, MemoryError):
        return ("The file is nested too deep to be read; write it in simpler steps.",)
    banned = tuple(_expand(entry) for entry in exercise.forbidden)
    found: dict[str, None] = {}  # in order, each sentence once
    try:
        for line, name, imported in _names(tree):
            entry = next((b for b in banned if name == b or name.startswith(f"{b}.")), None)
            if entry is not None:
                found[f"Line {line} uses {entry}, which this exercise forbids: write it yourself."] = None
            elif imported and not _is_known(name.partition(".")[0], exercise.backend):
                found[f"Line {line} imports {name.partition('.')[0]}; only the standard library and "
                      f"{' and '.join(sorted(_ALLOWED[exercise.backend]))} are to be used."] = None  # fmt: skip
            if len(found) == _MOST_TOLD:
                break
    except _Unreadable as reason:
        return (str(reason),)
    return tuple(found)


def _is_known(module: str, backend: Backend) -> bool:
    return module in sys.stdlib_module_names or module in _ALLOWED[backend] or module == "__future__"


def _expand(dotted: str) -> str:
    head, _, rest = dotted.partition(".")
    head = _ALIASES.get(head, head)
    return f"{head}.{rest}" if rest else head


def _names(tree: ast.AST) -> Iterator[tuple[int, str, bool]]:
    """Yield line, full dotted name and whether it is an import, for each import and attribute chain."""
    names: dict[str, str] = {}
    for node in _placed(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
                yield node.lineno, alias.name, True
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                names[alias.asname or alias.name] = full
                yield node.lineno, full, True
        elif isinstance(node, (ast.Attribute, ast.Name)):
            dotted = _dotted(node)
            head, _, rest = dotted.partition(".")
            if head in names:
                yield node.lineno, f"{names[head]}.{rest}" if rest else names[head], False


def _placed(tree: ast.AST) -> list[ast.stmt | ast.expr]:
    """Return every statement and expression in the order of the file."""
    placed = [node for node in ast.walk(tree) if isinstance(node, (ast.stmt, ast.expr))]
    return sorted(placed, key=lambda n: (n.lineno, n.col_offset))


def _dotted(node: ast.expr) -> str:
    """Return `a.b.c`, or nothing if the chain hangs on something other than a name."""
    parts: list[str] = []
    line = node.lineno
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        if len(parts) > _LONGEST_CHAIN:
            raise _Unreadable(f"Line {line} strings more than {_LONGEST_CHAIN} attributes together; break the chain.")
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join((node.id, *reversed(parts)))
