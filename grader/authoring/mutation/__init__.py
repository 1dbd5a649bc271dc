"""Automatic mutants: a reference with one small mistake each.

::

    source ─sites▶ Site ─expressions, calls, literals, statements▶ replacement ─naming, bytecode▶ AutomaticMutant

`mutants` ties it together: `sites` walks the places where a mistake could be made, four modules of operators propose mistakes
there, `naming` gives each a name that survives a change of line numbers, and `bytecode` drops those
that compile to what is there already.
Left alone are docstrings, annotations, type aliases, the text of errors and warnings, imports, and
`if TYPE_CHECKING`.
"""

from grader.authoring.mutation.mutants import AutomaticMutant, mutants

__all__ = ["AutomaticMutant", "mutants"]
