"""The automatic mutants of a reference."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.authoring.mutation import calls, expressions, literals, statements
from grader.authoring.mutation.bytecode import fingerprint
from grader.authoring.mutation.naming import mutation_name
from grader.authoring.mutation.sites import Site, replaced, sites
from grader.errors import ContentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


_OPERATORS: tuple[Callable[[Site], Iterator[ast.AST]], ...] = (
    expressions.edits,
    calls.edits,
    literals.edits,
    statements.edits,
)


@dataclass(frozen=True, slots=True)
class AutomaticMutant:
    """A reference with one small mistake.

    Attributes
    ----------
    name : str
        `function: original -> mutated`, unique among the mutants of a reference, free of line numbers.
    source : str
        The whole module, without its comments.
    line : int
        Line of the reference that it changes.
    """

    name: str
    source: str
    line: int


def mutants(source: str) -> list[AutomaticMutant]:
    """Return the mutants of a reference.

    Parameters
    ----------
    source : str
        Source text of a module.

    Returns
    -------
    list of AutomaticMutant
        In the order of the source; always the same for the same source. None compiles to the code of
        the reference or of another mutant.

    Raises
    ------
    ContentError
        When the source is not Python.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        message = f"The reference cannot be parsed: {error}."
        raise ContentError(message, "Mend it before mutating it.") from error
    seen = {fingerprint(ast.unparse(tree))}
    repeats: Counter[str] = Counter()
    found: list[AutomaticMutant] = []
    for site in sites(tree):
        for replacement in _replacements(site):
            name = mutation_name(site, replacement)
            repeats[name] += 1
            with replaced(site, replacement):
                mutated = ast.unparse(tree)
            mark = fingerprint(mutated)
            if mark is None or mark in seen:
                continue
            seen.add(mark)
            suffix = f" #{repeats[name]}" if repeats[name] > 1 else ""
            found.append(AutomaticMutant(name + suffix, mutated + "\n", _line(site)))
    return found


def _replacements(site: Site) -> Iterator[ast.AST]:
    for operator in _OPERATORS:
        yield from map(ast.fix_missing_locations, operator(site))


def _line(site: Site) -> int:
    """Return the line of the nearest node that has one."""
    return next((node.lineno for node in (site.node, *reversed(site.parents)) if hasattr(node, "lineno")), 1)
