"""As lectures write it: formulas, a cumulative sum, and a shuffle of the whole list. No validation."""

from __future__ import annotations

import numpy as np


def sample_exponential(u: np.ndarray, rate: float) -> np.ndarray:
    """Inverse of the distribution function."""
    return -np.log(1 - u) / rate


def sample_categorical(u: np.ndarray, p: np.ndarray) -> list:
    """The first cumulative sum above u."""
    cdf = np.cumsum(p)
    return [int(np.argmax(cdf > x)) for x in u]


def box_muller(u1: np.ndarray, u2: np.ndarray) -> tuple:
    """The transform."""
    r = np.sqrt(-2 * np.log(1 - u1))
    return r * np.cos(2 * np.pi * u2), r * np.sin(2 * np.pi * u2)


def sample_without_replacement(u: np.ndarray, n: int) -> list:
    """Forward Fisher-Yates."""
    items = list(range(n))
    for i in range(len(u)):
        j = i + int(np.floor(u[i] * (n - i)))
        items[i], items[j] = items[j], items[i]
    return items[: len(u)]
