"""Edit distance, edit script and word error rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def levenshtein(a: Sequence[Any], b: Sequence[Any], ins: int = 1, dele: int = 1, sub: int = 1) -> int:
    """Least cost of turning one sequence into another.

    Parameters
    ----------
    a, b : sequence
        Strings, or lists of anything that can be compared with `==`.
    ins : int, default=1
        Cost of putting in an item of `b`.
    dele : int, default=1
        Cost of taking out an item of `a`.
    sub : int, default=1
        Cost of putting an item of `b` in the place of a different item of `a`.

    Returns
    -------
    int
        Cost of the cheapest way.

    Raises
    ------
    ValueError
        If a cost is negative.

    Examples
    --------
    >>> levenshtein("flaw", "lawn")
    2
    >>> levenshtein("ab", "b", dele=5)
    5
    """
    raise NotImplementedError


def edit_script(a: Sequence[Any], b: Sequence[Any]) -> list[tuple[str, int, int]]:
    """Steps of a cheapest way from one sequence to another, every change costing 1.

    Parameters
    ----------
    a, b : sequence
        Strings, or lists of anything that can be compared with `==`.

    Returns
    -------
    list of (str, int, int)
        Steps `(what, i, j)` from the front to the back, `what` being "keep", "sub", "del" or "ins"; `i` items of `a` and
        `j` items of `b` lie before the step.

    Examples
    --------
    >>> edit_script("cat", "at")
    [('del', 0, 0), ('keep', 1, 0), ('keep', 2, 1)]
    """
    raise NotImplementedError


def word_error_rate(ref: list[str], hyp: list[str]) -> float:
    """Edit distance between words, as a share of the words of the reference.

    Parameters
    ----------
    ref : list of str
        What was said.
    hyp : list of str
        What was recognised.

    Returns
    -------
    float
        Distance divided by the length of `ref`; greater than 1 where much was put in.

    Raises
    ------
    ValueError
        If `ref` is empty and `hyp` is not.

    Examples
    --------
    >>> word_error_rate(["turn", "the", "light", "on"], ["turn", "light", "off"])
    0.5
    """
    raise NotImplementedError
