"""As library code writes it: whole arrays with np.where, and entropies combined into the other measures."""

from __future__ import annotations

import numpy as np


def entropy(p: np.ndarray, base: float | None = None) -> float:
    """Negative sum of p log p, with 0 log 0 = 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(p == 0, 0.0, p * np.log(p))
    return -terms.sum() / (1.0 if base is None else np.log(base))


def cross_entropy(p: np.ndarray, q: np.ndarray) -> float:
    """Entropy plus divergence."""
    return entropy(p) + kl_divergence(p, q)


def kl_divergence(p: np.ndarray, q: np.ndarray) -> float:
    """Sum of p (log p - log q)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(p == 0, 0.0, p * (np.log(p) - np.log(q)))
    return terms.sum()


def js_divergence(p: np.ndarray, q: np.ndarray) -> float:
    """Entropy of the mixture less the mean entropy."""
    return entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2


def mutual_information(joint: np.ndarray) -> float:
    """Entropies of the marginals less that of the joint."""
    return entropy(joint.sum(axis=0)) + entropy(joint.sum(axis=1)) - entropy(joint)
