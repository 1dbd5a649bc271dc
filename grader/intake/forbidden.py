"""The rule against shortcuts: an advisory reading of the source, for honest learners.

It explains what an exercise forbids with the line that uses it.  It is easy to get around and is no security; the
sandbox is.
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
    try:
        tree = ast.parse(submission.source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    banned = tuple(_expand(entry) for entry in exercise.forbidden)
    found: list[str] = []
    names: dict[str, str] = {}
    for line, name, imported in _names(tree, names):
        entry = next((b for b in banned if name == b or name.startswith(f"{b}.")), None)
        if entry is not None:
            found.append(f"Line {line} uses {entry}, which this exercise forbids: write it yourself.")
        elif imported and not _is_known(name.partition(".")[0], exercise.backend):
            found.append(f"Line {line} imports {name.partition('.')[0]}; only the standard library and "
                         f"{' and '.join(sorted(_ALLOWED[exercise.backend]))} are to be used.")  # fmt: skip
    return tuple(dict.fromkeys(found))


def _is_known(module: str, backend: Backend) -> bool:
    return module in sys.stdlib_module_names or module in _ALLOWED[backend] or module == "__future__"


def _expand(dotted: str) -> str:
    head, _, rest = dotted.partition(".")
    head = _ALIASES.get(head, head)
    return f"{head}.{rest}" if rest else head


def _names(tree: ast.AST, names: dict[str, str]) -> Iterator[tuple[int, str, bool]]:
    """Yield line, full dotted name and whether it is an import, for each import and attribute chain."""
    placed = (n for n in ast.walk(tree) if isinstance(n, (ast.stmt, ast.expr)))
    nodes = sorted(placed, key=lambda n: (n.lineno, n.col_offset))
    for node in nodes:
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


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = _dotted(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return ""
