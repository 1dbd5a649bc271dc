"""Balanced class weights, a weighted loss, sampling probabilities, and the threshold that costs least."""

from __future__ import annotations

import numpy as np


def balanced_class_weights(y: np.ndarray, n_classes: int) -> np.ndarray:
    """Weigh classes so that each counts the same in total.

    Parameters
    ----------
    y : ndarray of int and shape (n,)
        Labels from 0 to `n_classes - 1`.
    n_classes : int
        Number of classes.

    Returns
    -------
    ndarray of shape (n_classes,)
        Weights; 0 for classes that do not occur.

    Raises
    ------
    ValueError
        If there are no labels, or one is out of range.

    Examples
    --------
    >>> balanced_class_weights(np.array([1, 1, 0, 1]), 2)
    array([2.        , 0.66666667])
    """
    raise NotImplementedError


def weighted_cross_entropy(logits: np.ndarray, y: np.ndarray, w: np.ndarray) -> float:
    """Average the cross-entropy, each row with the weight of its class.

    Parameters
    ----------
    logits : ndarray of shape (n, K)
        Scores.
    y : ndarray of int and shape (n,)
        Right classes.
    w : ndarray of shape (K,)
        Weights of the classes.

    Returns
    -------
    float
        Weighted mean.

    Raises
    ------
    ValueError
        If there are no labels, one is out of range, or all weights of the rows are 0.

    Examples
    --------
    >>> round(weighted_cross_entropy(np.zeros((2, 4)), np.array([0, 3]), np.array([1.0, 0, 0, 2])), 6)
    1.386294
    """
    raise NotImplementedError


def sampler_probabilities(y: np.ndarray) -> np.ndarray:
    """Return probabilities that draw all classes equally often.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Labels of any kind.

    Returns
    -------
    ndarray of shape (n,)
        Probabilities of the rows.

    Raises
    ------
    ValueError
        If there are no labels.

    Examples
    --------
    >>> sampler_probabilities(np.array(["a", "b", "b"]))
    array([0.5 , 0.25, 0.25])
    """
    raise NotImplementedError


def best_threshold(y: np.ndarray, p: np.ndarray, cost_fp: float, cost_fn: float) -> tuple[float, float]:
    """Find the threshold with the least total cost.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Labels, 0 or 1.
    p : ndarray of shape (n,)
        Scores.
    cost_fp, cost_fn : float
        Costs of a false positive and of a false negative, not negative.

    Returns
    -------
    tuple of (float, float)
        Threshold and total cost.

    Raises
    ------
    ValueError
        If there are no labels, one is neither 0 nor 1, or a cost is negative.

    Examples
    --------
    >>> best_threshold(np.array([0, 1]), np.array([0.3, 0.7]), 1.0, 1.0)
    (0.7, 0.0)
    """
    raise NotImplementedError
