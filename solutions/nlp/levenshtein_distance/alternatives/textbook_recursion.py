"""As interviews often see it: a recursion on prefixes with a cache, for the distance and for the script."""

from __future__ import annotations

from functools import cache
from typing import Any


def levenshtein(a: str | list[Any], b: str | list[Any], ins: int = 1, dele: int = 1, sub: int = 1) -> int:
    """Cost of the whole prefixes."""

    @cache
    def cost(i, j):
        if i == 0:
            return j * ins
        if j == 0:
            return i * dele
        change = 0 if a[i - 1] == b[j - 1] else sub
        return min(cost(i - 1, j - 1) + change, cost(i - 1, j) + dele, cost(i, j - 1) + ins)

    return cost(len(a), len(b))


def edit_script(a: str | list[Any], b: str | list[Any]) -> list[tuple[str, int, int]]:
    """Cheapest script of the suffixes, with its cost."""

    @cache
    def best(i, j):
        if i == len(a) and j == len(b):
            return 0, ()
        ways = []
        if i < len(a) and j < len(b):
            cost, steps = best(i + 1, j + 1)
            same = a[i] == b[j]
            ways.append((cost + (not same), (("keep" if same else "sub", i, j), *steps)))
        if i < len(a):
            cost, steps = best(i + 1, j)
            ways.append((cost + 1, (("del", i, j), *steps)))
        if j < len(b):
            cost, steps = best(i, j + 1)
            ways.append((cost + 1, (("ins", i, j), *steps)))
        return min(ways)

    return list(best(0, 0)[1])


def word_error_rate(ref: list[str], hyp: list[str]) -> float:
    """Errors a word."""
    return levenshtein(ref, hyp) / len(ref)
