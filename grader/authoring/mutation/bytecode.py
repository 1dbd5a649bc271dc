"""Tell whether two sources compile to the same code."""

from __future__ import annotations

import warnings
from types import CodeType


def fingerprint(source: str) -> object | None:
    """Return what a source does, without where it says so.

    Parameters
    ----------
    source : str
        Source text of a module.

    Returns
    -------
    object or None
        Hashable; equal for two sources that compile to the same code. None where the source does not
        compile, such as a `return` outside a function.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = compile(source, "<mutant>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    return _code(code)


def _code(code: CodeType) -> object:
    return (
        code.co_name,
        code.co_code,
        code.co_exceptiontable,
        tuple(_constant(constant) for constant in code.co_consts),
        code.co_names,
        code.co_varnames,
        code.co_freevars,
        code.co_cellvars,
        code.co_argcount,
        code.co_posonlyargcount,
        code.co_kwonlyargcount,
        code.co_flags,
    )


def _constant(value: object) -> object:
    """Tell `1`, `1.0` and `True` apart, which compare equal, and `0.0` from `-0.0`."""
    if isinstance(value, CodeType):
        return _code(value)
    if isinstance(value, tuple):
        return tuple(_constant(item) for item in value)
    if isinstance(value, frozenset):
        return ("frozenset", tuple(sorted(map(repr, value))))
    return (type(value).__name__, repr(value))
