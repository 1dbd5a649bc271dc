"""Doubling."""

import numpy as np


def double(x: np.ndarray) -> np.ndarray:
    """Return twice the array."""
    return 2 * x


def total(x: np.ndarray) -> float:
    """Return the sum."""
    return float(x.sum())


def greet(name: str) -> str:
    """Return a greeting."""
    return f"hello {name}"
