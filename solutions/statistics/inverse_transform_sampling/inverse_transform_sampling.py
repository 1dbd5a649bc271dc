"""Draws from several distributions, made of uniform numbers."""

from __future__ import annotations

import numpy as np


def sample_exponential(u: np.ndarray, rate: float) -> np.ndarray:
    """Invert the exponential distribution function.

    Parameters
    ----------
    u : ndarray of any shape
        Uniform numbers in [0, 1).
    rate : float
        Inverse of the mean, greater than 0.

    Returns
    -------
    ndarray of the same shape
        Draws.

    Raises
    ------
    ValueError
        If `rate` is not positive.

    Examples
    --------
    >>> sample_exponential(np.array([0.0, 0.5]), 1.0).round(4).tolist()
    [0.0, 0.6931]
    """
    if not rate > 0:
        raise ValueError(f"rate must be greater than 0, not {rate}")
    return np.log1p(-u.astype(float)) / -rate


def sample_categorical(u: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Draw categories by their cumulative probabilities.

    Parameters
    ----------
    u : ndarray of shape (n,)
        Uniform numbers in [0, 1).
    p : ndarray of shape (k,)
        Probabilities; they sum to 1.

    Returns
    -------
    ndarray of shape (n,)
        Categories, int64.

    Raises
    ------
    ValueError
        If a probability is negative or they do not sum to 1.

    Examples
    --------
    >>> sample_categorical(np.array([0.1, 0.5]), np.array([0.5, 0.5])).tolist()
    [0, 1]
    """
    if np.any(p < 0) or not np.isclose(p.sum(), 1.0, rtol=0.0, atol=1e-9):
        raise ValueError("p must not be negative and must sum to 1")
    return np.minimum(np.searchsorted(p.cumsum(), u, side="right"), np.flatnonzero(p)[-1])


def box_muller(u1: np.ndarray, u2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Turn pairs of uniform numbers into pairs of normal ones.

    Parameters
    ----------
    u1, u2 : ndarray of the same shape
        Uniform numbers in [0, 1), for the radius and for the angle.

    Returns
    -------
    z1, z2 : ndarray of the same shape
        Independent draws from the standard normal distribution.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> z1, z2 = box_muller(np.array([0.5]), np.array([0.0]))
    >>> z1.round(4).tolist(), z2.tolist()
    ([1.1774], [0.0])
    """
    if u1.shape != u2.shape:
        raise ValueError(f"u1 and u2 must have the same shape, not {u1.shape} and {u2.shape}")
    radius, angle = np.sqrt(2.0 * sample_exponential(u1, 1.0)), 2.0 * np.pi * u2.astype(float)
    return radius * np.cos(angle), radius * np.sin(angle)


def sample_without_replacement(u: np.ndarray, n: int) -> np.ndarray:
    """Shuffle only as far as needed.

    Parameters
    ----------
    u : ndarray of shape (k,)
        Uniform numbers in [0, 1), one a draw.
    n : int
        Size of the population, at least k.

    Returns
    -------
    ndarray of shape (k,)
        Distinct integers from 0 to n - 1, int64.

    Raises
    ------
    ValueError
        If there are more draws than the population has members.

    Examples
    --------
    >>> sample_without_replacement(np.array([0.5, 0.5]), 4).tolist()
    [2, 0]
    """
    if len(u) > n:
        raise ValueError(f"cannot draw {len(u)} of {n}")
    moved: dict[int, int] = {}  # what lies in a place, if not its own number
    drawn = np.empty(len(u), dtype=np.int64)
    for i, x in enumerate(u.tolist()):
        j = i + int(x * (n - i))
        drawn[i] = moved.get(j, j)
        moved[j] = moved.get(i, i)
    return drawn
