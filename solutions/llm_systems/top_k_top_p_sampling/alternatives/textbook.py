"""As generation libraries write it: filters that set logits to minus infinity, sorted and scattered back; no checks."""

import numpy as np

FILTER = -np.inf


def softmax(x: np.ndarray) -> np.ndarray:
    """Exponentiate and normalise."""
    e = np.exp(x - np.max(x))
    return e / e.sum()


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
    scores = np.array(logits, dtype=float)
    if prev:
        score = scores[prev]
        scores[prev] = np.where(score < 0, score * repetition_penalty, score / repetition_penalty)
    scores = scores / temperature
    if top_k is not None:
        kth = np.sort(scores)[-top_k]
        scores[scores < kth] = FILTER
    if top_p is not None:
        order = np.argsort(scores)[::-1]
        cumulative = np.cumsum(softmax(scores[order]))
        remove = cumulative > top_p
        remove[1:] = remove[:-1].copy()
        remove[0] = False
        scores[order[remove]] = FILTER
    probs = softmax(scores)
    if min_p > 0:
        scores[probs < min_p * probs.max()] = FILTER
    return softmax(scores)


def sample(probs: np.ndarray, u: float) -> int:
    """Draw a token."""
    return np.searchsorted(np.cumsum(probs), u, side="right")
