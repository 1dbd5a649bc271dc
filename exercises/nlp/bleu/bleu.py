"""BLEU of a corpus of translations."""

from __future__ import annotations


def corpus_bleu(hyps: list[list[str]], refs: list[list[list[str]]], max_n: int = 4, smooth: bool = False) -> float:
    """Score translations by the n-grams that they share with reference translations.

    Parameters
    ----------
    hyps : list of list of str
        Translations, each a list of tokens.
    refs : list of list of list of str
        For each translation its references, at least one.
    max_n : int, default=4
        Greatest length of an n-gram, at least 1.
    smooth : bool, default=False
        Whether to add 1 to matches and totals of the lengths from 2.

    Returns
    -------
    float
        Score from 0 to 1.

    Raises
    ------
    ValueError
        If `hyps` and `refs` differ in length, a translation has no reference, or `max_n` is less than 1.

    Examples
    --------
    >>> corpus_bleu([["a", "b", "c"]], [[["a", "b", "d"], ["c"]]], max_n=2)
    0.7071067811865476
    """
    raise NotImplementedError


def brevity_penalty(hyp_len: int, ref_len: int) -> float:
    """Penalise translations that are shorter than their references.

    Parameters
    ----------
    hyp_len : int
        Number of tokens of all translations, not negative.
    ref_len : int
        Number of tokens of all references that they are compared with, not negative.

    Returns
    -------
    float
        1 for translations that are long enough, less for shorter ones, 0 for empty ones.

    Raises
    ------
    ValueError
        If a length is negative.

    Examples
    --------
    >>> brevity_penalty(6, 5), round(brevity_penalty(5, 6), 4)
    (1.0, 0.8187)
    """
    raise NotImplementedError
