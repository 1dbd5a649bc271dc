"""ROUGE scores of a summary."""

from __future__ import annotations


def rouge_n(ref: list[str], hyp: list[str], n: int) -> tuple[float, float, float]:
    """Score by the n-grams that two texts share.

    Parameters
    ----------
    ref, hyp : list of str
        Tokens of the reference and of the hypothesis.
    n : int
        Length of the n-grams, at least 1.

    Returns
    -------
    tuple of (float, float, float)
        Precision, recall and F1.

    Raises
    ------
    ValueError
        If `n` is less than 1.

    Examples
    --------
    >>> rouge_n(["a", "b"], ["a", "c", "d", "e"], 1)
    (0.25, 0.5, 0.3333333333333333)
    """
    raise NotImplementedError


def rouge_l(ref: list[str], hyp: list[str]) -> tuple[float, float, float]:
    """Score by the longest common subsequence of two texts.

    Parameters
    ----------
    ref, hyp : list of str
        Tokens of the reference and of the hypothesis.

    Returns
    -------
    tuple of (float, float, float)
        Precision, recall and F1.

    Examples
    --------
    >>> rouge_l(["a", "b", "c"], ["a", "x", "c"])
    (0.6666666666666666, 0.6666666666666666, 0.6666666666666666)
    """
    raise NotImplementedError


def rouge_lsum(ref: list[list[str]], hyp: list[list[str]]) -> tuple[float, float, float]:
    """Score by the union of the longest common subsequences of each reference sentence.

    Parameters
    ----------
    ref, hyp : list of list of str
        Sentences of the reference and of the hypothesis.

    Returns
    -------
    tuple of (float, float, float)
        Precision, recall and F1.

    Examples
    --------
    >>> rouge_lsum([["a", "b"]], [["a"], ["b"]])
    (1.0, 1.0, 1.0)
    """
    raise NotImplementedError
