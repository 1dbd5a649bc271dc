"""Python's sort and a loop over the ranks."""

import math

import numpy as np


def dcg_at_k(rel, k, gain="exp"):
    """Sum over the ranks."""
    return _dcg(_checked(rel, k, gain), k, gain)


def ndcg_at_k(rel, scores, k, gain="exp"):
    """Two sorts in Python."""
    rel = _checked(rel, k, gain)
    if np.ndim(scores) != 1 or len(scores) != len(rel):
        raise ValueError("scores do not fit")
    scores = np.asarray(scores).tolist()
    if any(s != s for s in scores):
        raise ValueError("NaN")
    ranked = [r for _, r in sorted(zip(scores, rel, strict=True), key=lambda pair: pair[0], reverse=True)]
    best = _dcg(sorted(rel, reverse=True), k, gain)
    return _dcg(ranked, k, gain) / best if best > 0 else 0.0


def mean_ndcg(rels, scores, k, gain="exp"):
    """Running total."""
    if len(rels) != len(scores):
        raise ValueError("lengths")
    total = 0.0
    for i in range(len(rels)):
        total += ndcg_at_k(rels[i], scores[i], k, gain)
    return total / max(len(rels), 1)


def _checked(rel, k, gain):
    if k <= 0 or gain not in ("exp", "linear") or np.ndim(rel) != 1:
        raise ValueError("arguments")
    rel = np.asarray(rel).tolist()
    if any(r < 0 or r != r for r in rel):
        raise ValueError("relevance")
    return rel


def _dcg(rel, k, gain):
    total = 0.0
    for i in range(min(k, len(rel))):
        total += (2.0 ** rel[i] - 1.0 if gain == "exp" else rel[i]) / math.log2(i + 2)
    return total
