"""Dictionaries filled in plain loops, and a running product."""

import math


def corpus_bleu(hyps, refs, max_n=4, smooth=False):
    """One pass over the corpus for each length of n-gram."""
    if len(hyps) != len(refs):
        raise ValueError("different numbers of hypotheses and references")
    if any(len(group) == 0 for group in refs):
        raise ValueError("a sentence without reference")
    if max_n < 1:
        raise ValueError("max_n is too small")
    product = 1.0
    for n in range(1, max_n + 1):
        match, total = 0, 0
        for hyp, group in zip(hyps, refs, strict=True):
            own = count(hyp, n)
            best = {}
            for ref in group:
                for gram, times in count(ref, n).items():
                    best[gram] = max(times, best.get(gram, 0))
            for gram, times in own.items():
                match += min(times, best.get(gram, 0))
            total += max(len(hyp) - n + 1, 0)
        if smooth and n >= 2:
            match, total = match + 1, total + 1
        if match == 0:
            return 0.0
        product *= match / total
    c = sum(len(hyp) for hyp in hyps)
    r = 0
    for hyp, group in zip(hyps, refs, strict=True):
        closest = None
        for length in sorted(len(ref) for ref in group):
            if closest is None or abs(length - len(hyp)) < abs(closest - len(hyp)):
                closest = length
        r += closest
    return brevity_penalty(c, r) * product ** (1 / max_n)


def count(tokens, n):
    """Number of times that each n-gram occurs."""
    table = {}
    for i in range(len(tokens) - n + 1):
        gram = tuple(tokens[i : i + n])
        table[gram] = table.get(gram, 0) + 1
    return table


def brevity_penalty(hyp_len, ref_len):
    """Case by case."""
    if min(hyp_len, ref_len) < 0:
        raise ValueError("negative length")
    if hyp_len == 0:
        return 0.0
    if hyp_len >= ref_len:
        return 1.0
    return math.exp(1 - ref_len / hyp_len)
