"""Agreement of annotators beyond chance, and the choice of items to label."""

from __future__ import annotations

import numpy as np


def cohens_kappa(a: np.ndarray, b: np.ndarray) -> float:
    """Measure the agreement of two annotators beyond chance.

    Parameters
    ----------
    a, b : ndarray of shape (n,)
        Labels of the same items.

    Returns
    -------
    float
        1 for full agreement, 0 for chance, negative for less.

    Raises
    ------
    ValueError
        If there are no items, or the lengths differ.

    Examples
    --------
    >>> cohens_kappa(np.array([0, 1]), np.array([0, 1]))
    1.0
    """
    if a.shape != b.shape or len(a) == 0:
        raise ValueError(f"need two labels for each item, got {a.shape} and {b.shape}")
    labels, codes = np.unique(np.concatenate([a, b]), return_inverse=True)
    shares = [np.bincount(part, minlength=len(labels)) / len(a) for part in np.split(codes, 2)]
    return _kappa(np.mean(a == b), shares[0] @ shares[1])


def fleiss_kappa(counts: np.ndarray) -> float:
    """Measure the agreement of several raters beyond chance.

    Parameters
    ----------
    counts : ndarray of int and shape (items, categories)
        How many raters gave each item each category.

    Returns
    -------
    float
        1 for full agreement, 0 for chance, negative for less.

    Raises
    ------
    ValueError
        If there are no items, or not the same number of ratings for each, at least 2.

    Examples
    --------
    >>> fleiss_kappa(np.array([[2, 0], [0, 2]]))
    1.0
    """
    counts = counts.astype(np.float64)  # squares of narrow integers wrap
    ratings = counts.sum(axis=1)
    if len(counts) == 0 or ratings[0] < 2 or (ratings != ratings[0]).any():
        raise ValueError("every item needs the same number of ratings, at least 2")
    r = ratings[0]
    agreeing = ((counts * counts).sum(axis=1) - r) / (r * (r - 1))
    shares = counts.sum(axis=0) / counts.sum()
    return _kappa(agreeing.mean(), shares @ shares)


def select_for_labeling(proba: np.ndarray, n: int, strategy: str) -> np.ndarray:
    """Choose the rows whose labels would teach a model most.

    Parameters
    ----------
    proba : ndarray of shape (N, K)
        Predicted probabilities.
    n : int
        How many rows to choose, from 0 to N.
    strategy : {"least_confidence", "margin", "entropy"}
        What counts as informative.

    Returns
    -------
    ndarray of int and shape (n,)
        Indices, most informative first.

    Raises
    ------
    ValueError
        If `n` is out of range, or the strategy is unknown.

    Examples
    --------
    >>> select_for_labeling(np.array([[0.9, 0.1], [0.6, 0.4]]), 1, "entropy")
    array([1])
    """
    if not 0 <= n <= len(proba):
        raise ValueError(f"n must lie in [0, {len(proba)}], got {n}")
    if strategy == "least_confidence":
        certainty = proba.max(axis=1)
    elif strategy == "margin":
        top = np.sort(np.pad(proba, ((0, 0), (1, 0))))  # a class of probability 0, for the case of one class
        certainty = top[:, -1] - top[:, -2]
    elif strategy == "entropy":
        certainty = (proba * np.log(np.where(proba > 0, proba, 1))).sum(axis=1)
    else:
        raise ValueError(f"unknown strategy {strategy!r}")
    return np.argsort(certainty, kind="stable")[:n]


def _kappa(observed: float, chance: float) -> float:
    # Chance is 1 only if all labels are equal, and then the agreement is full.
    return 1.0 if chance == 1 else float((observed - chance) / (1 - chance))
