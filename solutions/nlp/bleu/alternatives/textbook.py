"""As machine translation toolkits write it: Counters of tuples, merged by maximum, logs of the precisions, no checks."""

from __future__ import annotations

import math
from collections import Counter


def corpus_bleu(hyps: list[list[str]], refs: list[list[list[str]]], max_n: int = 4, smooth: bool = False) -> float:
    """Geometric mean of the clipped precisions, times the penalty."""
    matches, possible = [0] * max_n, [0] * max_n
    hyp_length = ref_length = 0
    for hyp, references in zip(hyps, refs):
        hyp_length += len(hyp)
        ref_length += min((len(ref) for ref in references), key=lambda length: abs(length - len(hyp)))
        merged = Counter()
        for ref in references:
            merged |= _ngrams(ref, max_n)
        counts = _ngrams(hyp, max_n)
        for ngram, count in (counts & merged).items():
            matches[len(ngram) - 1] += count
        for n in range(1, max_n + 1):
            possible[n - 1] += len(hyp) - n + 1
    if smooth:
        precisions = [(m + 1) / (p + 1) for m, p in zip(matches, possible)]
    else:
        precisions = [m / p for m, p in zip(matches, possible)]
    if min(precisions) <= 0:
        return 0.0
    mean = math.exp(sum(math.log(p) for p in precisions) / max_n)
    return mean * brevity_penalty(hyp_length, ref_length)


def brevity_penalty(hyp_len: int, ref_len: int) -> float:
    """1 for long output, else the exponential."""
    return 1.0 if hyp_len > ref_len else math.exp(1 - ref_len / hyp_len)


def _ngrams(tokens, max_n):
    counts = Counter()
    for n in range(1, max_n + 1):
        for i in range(len(tokens) - n + 1):
            counts[tuple(tokens[i : i + n])] += 1
    return counts
