"""As a blog post explains it: probabilities first, a running sum over the sorted list, zeros for what goes."""

import math

import numpy as np


def filtered_probs(
    logits: np.ndarray,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    min_p: float = 0.0,
    prev: list[int] | None = None,
    repetition_penalty: float = 1.0,
) -> np.ndarray:
    """Turn logits into the probabilities to sample from."""
    logits = list(logits)
    for token in set(prev or ()):
        if logits[token] > 0:
            logits[token] /= repetition_penalty
        else:
            logits[token] *= repetition_penalty
    highest = max(logits)
    probs = [math.exp((x - highest) / temperature) for x in logits]
    ranked = sorted(enumerate(probs), key=lambda pair: pair[1], reverse=True)
    if top_k:
        ranked = ranked[:top_k]
    total = sum(p for _, p in ranked)
    ranked = [(i, p / total) for i, p in ranked]
    if top_p:
        running, kept = 0.0, []
        for i, p in ranked:
            kept.append((i, p))
            running += p
            if running >= top_p:
                break
        ranked = kept
    threshold = min_p * ranked[0][1]
    ranked = [(i, p) for i, p in ranked if p >= threshold]
    out = np.zeros(len(logits))
    for i, p in ranked:
        out[i] = p
    return out / out.sum()


def sample(probs: np.ndarray, u: float) -> int:
    """Draw a token."""
    total = 0.0
    for i, p in enumerate(probs):
        total += p
        if u < total:
            return i
    return len(probs) - 1
