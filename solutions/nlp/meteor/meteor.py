"""METEOR with exact matches and the alignment that has the fewest chunks."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache


def align(ref: list[str], hyp: list[str]) -> tuple[int, int]:
    """Pair equal tokens: as many as possible, then in as few chunks as possible.

    Parameters
    ----------
    ref, hyp : list of str
        Tokens of the reference and of the hypothesis.

    Returns
    -------
    tuple of (int, int)
        Number of matches, and of chunks.

    Examples
    --------
    >>> align(["a", "b", "c"], ["c", "a", "b"])
    (3, 2)
    """

    @lru_cache(maxsize=None)
    def fewest(i: int, last: int, used: int) -> int:
        """Chunks that hyp[i:] begins, if the token before took place `last` (-1: none) and places `used` are gone."""
        if i == len(hyp):
            return 0
        free = [j for j, token in enumerate(ref) if token == hyp[i] and not used >> j & 1]
        options = [(last < 0 or j != last + 1) + fewest(i + 1, j, used | 1 << j) for j in free]
        if hyp[i:].count(hyp[i]) > len(free):  # as many still match if this one is left over
            options.append(fewest(i + 1, -1, used))
        return min(options)

    return (Counter(ref) & Counter(hyp)).total(), fewest(0, -1, 0)


def meteor(refs: list[list[str]], hyp: list[str], alpha: float = 0.9, beta: float = 3.0, gamma: float = 0.5) -> float:
    """Score a translation against the reference that suits it best.

    Parameters
    ----------
    refs : list of list of str
        References, each a list of tokens.
    hyp : list of str
        Tokens of the translation.
    alpha : float, default=0.9
        Weight of recall in the mean.
    beta : float, default=3.0
        Exponent of the penalty.
    gamma : float, default=0.5
        Greatest penalty.

    Returns
    -------
    float
        Score from 0 to 1.

    Examples
    --------
    >>> meteor([["a", "b"], ["c"]], ["b", "a"])
    0.5
    """
    best = 0.0
    for ref in refs:
        matches, chunks = align(ref, hyp)
        if matches:
            precision, recall = matches / len(hyp), matches / len(ref)
            mean = precision * recall / (alpha * precision + (1 - alpha) * recall)
            best = max(best, mean * (1 - gamma * (chunks / matches) ** beta))
    return best
