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
    _check_labels(y, n_classes)
    counts = np.bincount(y, minlength=n_classes)
    weights = np.zeros(n_classes)
    present = counts > 0
    weights[present] = len(y) / (present.sum() * counts[present])
    return weights


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
    _check_labels(y, logits.shape[1])
    weights = w[y]
    if not weights.any():
        raise ValueError("the weights of all rows are 0")
    shifted = logits - logits.max(axis=1, keepdims=True)
    nll = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y]
    return float((weights * nll).sum() / weights.sum())


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
    if len(y) == 0:
        raise ValueError("there are no labels")
    _, place, counts = np.unique(y, return_inverse=True, return_counts=True)
    return 1 / (len(counts) * counts[place])


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
    _check_labels(y, 2)
    if cost_fp < 0 or cost_fn < 0:
        raise ValueError(f"costs must not be negative, got {cost_fp} and {cost_fn}")
    order = np.argsort(-p)
    scores, positive = p[order], y[order] == 1
    last = np.append(scores[1:] != scores[:-1], True)  # equal scores are all positive or none is
    hits = np.append(0, np.cumsum(positive)[last])
    alarms = np.append(0, np.cumsum(~positive)[last])
    costs = cost_fp * alarms + cost_fn * (positive.sum() - hits)
    best = np.argmin(costs)  # the first, which is the largest threshold
    return float(np.append(np.inf, scores[last])[best]), float(costs[best])


def _check_labels(y: np.ndarray, n_classes: int) -> None:
    if len(y) == 0 or y.min() < 0 or y.max() >= n_classes:
        raise ValueError(f"labels must exist and lie in [0, {n_classes})")
