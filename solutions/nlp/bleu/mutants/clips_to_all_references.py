"""Asks for n-grams that all references share."""

from __future__ import annotations

import math
from collections import Counter


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
    if len(hyps) != len(refs) or not all(refs):
        raise ValueError("each translation needs at least one reference")
    if max_n < 1:
        raise ValueError(f"max_n must be at least 1, got {max_n}")
    hyp_len = ref_len = 0
    # With smoothing the sums of the longer n-grams start at 1.
    matches = [0] + [int(smooth)] * (max_n - 1)
    totals = matches.copy()
    for hyp, group in zip(hyps, refs):
        hyp_len += len(hyp)
        # The closest reference length; the second item of the pair decides ties in favour of the shorter.
        ref_len += min((abs(len(ref) - len(hyp)), len(ref)) for ref in group)[1]
        for i in range(max_n):
            counts = _ngrams(hyp, i + 1)
            allowed = Counter()
            for ref in group:
                allowed = (
                    allowed & _ngrams(ref, i + 1) if allowed else _ngrams(ref, i + 1)
                )  # the greater of both counts
            matches[i] += (counts & allowed).total()  # the smaller of both counts
            totals[i] += counts.total()
    if 0 in matches:
        return 0.0  # one precision of 0 makes the geometric mean 0
    mean = sum(math.log(m / t) for m, t in zip(matches, totals)) / max_n
    return brevity_penalty(hyp_len, ref_len) * math.exp(mean)


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
    if hyp_len < 0 or ref_len < 0:
        raise ValueError(f"lengths must not be negative, got {hyp_len} and {ref_len}")
    if hyp_len == 0:
        return 0.0
    return math.exp(min(0.0, 1 - ref_len / hyp_len))


def _ngrams(tokens: list[str], n: int) -> Counter[tuple[str, ...]]:
    """Count the runs of n tokens; there are none in a shorter sentence."""
    return Counter(zip(*(tokens[i:] for i in range(n)), strict=False))
