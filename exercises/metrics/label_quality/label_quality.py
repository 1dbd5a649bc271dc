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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError
