"""As course assignments write it: two loops for the pairs, a plain sigmoid, one pair at a time, no checks."""

from __future__ import annotations

import numpy as np


def skipgram_pairs(tokens: list[int], window: int) -> np.ndarray:
    """Slide a window over the text."""
    pairs = []
    for i, center in enumerate(tokens):
        for j in range(max(0, i - window), min(len(tokens), i + window + 1)):
            if j != i:
                pairs.append((center, tokens[j]))
    return np.array(pairs)


def sgns_loss_and_grads(
    V: np.ndarray, U: np.ndarray, center: np.ndarray, context: np.ndarray, negatives: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Add up the pairs."""
    loss, grad_V, grad_U = 0.0, np.zeros_like(V), np.zeros_like(U)
    for c, o, drawn in zip(center, context, negatives):
        v = V[c]
        positive = sigmoid(U[o] @ v)
        loss -= np.log(positive)
        grad_V[c] += (positive - 1) * U[o]
        grad_U[o] += (positive - 1) * v
        for w in drawn:
            negative = sigmoid(-U[w] @ v)
            loss -= np.log(negative)
            grad_V[c] += (1 - negative) * U[w]
            grad_U[w] += (1 - negative) * v
    n = len(center)
    return loss / n, grad_V / n, grad_U / n


def keep_probability(freq: np.ndarray, t: float = 1e-5) -> np.ndarray:
    """Subsampling of the paper."""
    return np.minimum(1.0, np.sqrt(t / freq))


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Logistic function."""
    return 1 / (1 + np.exp(-x))
