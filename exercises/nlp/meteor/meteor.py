"""METEOR with exact matches and the alignment that has the fewest chunks."""

from __future__ import annotations


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
    raise NotImplementedError


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
    raise NotImplementedError
