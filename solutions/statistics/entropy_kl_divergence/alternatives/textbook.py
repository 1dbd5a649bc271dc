"""As a course on information theory writes it: drop the zeros of p, then the formulas."""

from __future__ import annotations

import numpy as np


def entropy(p: np.ndarray, base: float | None = None) -> float:
    """Expected surprise."""
    p = p[p > 0]
    h = -np.sum(p * np.log(p))
    return h if base is None else h / np.log(base)


def cross_entropy(p: np.ndarray, q: np.ndarray) -> float:
    """Expected surprise of q under p."""
    mask = p > 0
    return -np.sum(p[mask] * np.log(q[mask]))


def kl_divergence(p: np.ndarray, q: np.ndarray) -> float:
    """Expected log-ratio."""
    mask = p > 0
    return np.sum(p[mask] * np.log(p[mask] / q[mask]))


def js_divergence(p: np.ndarray, q: np.ndarray) -> float:
    """Mean divergence from the mixture."""
    m = (p + q) / 2
    return (kl_divergence(p, m) + kl_divergence(q, m)) / 2


def mutual_information(joint: np.ndarray) -> float:
    """Divergence of the joint from the product of its marginals."""
    product = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    return kl_divergence(joint.ravel(), product.ravel())
