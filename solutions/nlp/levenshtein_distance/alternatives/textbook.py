"""As lectures write it: the full table by two loops, a backtrace that asks for deletions first, no checks."""

from __future__ import annotations

from typing import Any


def levenshtein(a: str | list[Any], b: str | list[Any], ins: int = 1, dele: int = 1, sub: int = 1) -> int:
    """Last cell of the table."""
    return _table(a, b, ins, dele, sub)[len(a)][len(b)]


def edit_script(a: str | list[Any], b: str | list[Any]) -> list[tuple[str, int, int]]:
    """Walk back through the table."""
    d = _table(a, b, 1, 1, 1)
    steps = []
    i, j = len(a), len(b)
    while i > 0 or j > 0:
        if i > 0 and d[i][j] == d[i - 1][j] + 1:
            steps.append(("del", i - 1, j))
            i -= 1
        elif j > 0 and d[i][j] == d[i][j - 1] + 1:
            steps.append(("ins", i, j - 1))
            j -= 1
        else:
            steps.append(("keep" if a[i - 1] == b[j - 1] else "sub", i - 1, j - 1))
            i, j = i - 1, j - 1
    steps.reverse()
    return steps


def word_error_rate(ref: list[str], hyp: list[str]) -> float:
    """Errors a word."""
    return levenshtein(ref, hyp) / len(ref)


def _table(a, b, ins, dele, sub):
    d = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        d[i][0] = i * dele
    for j in range(1, len(b) + 1):
        d[0][j] = j * ins
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            if a[i - 1] == b[j - 1]:
                d[i][j] = d[i - 1][j - 1]
            else:
                d[i][j] = min(d[i - 1][j - 1] + sub, d[i - 1][j] + dele, d[i][j - 1] + ins)
    return d
