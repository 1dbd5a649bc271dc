"""Hinge losses and the Pegasos solver of a linear SVM."""

from __future__ import annotations

import numpy as np


def hinge_loss(scores: np.ndarray, y: np.ndarray) -> float:
    """Mean hinge loss of a binary classifier.

    Parameters
    ----------
    scores : ndarray of shape (n,)
        Scores, positive for class +1.
    y : ndarray of shape (n,)
        Labels, -1 or +1.

    Returns
    -------
    float
        Mean of max(0, 1 - y s).

    Raises
    ------
    ValueError
        If there are no rows, shapes differ or a label is neither -1 nor +1.

    Examples
    --------
    >>> hinge_loss(np.array([2.0, -0.5]), np.array([1, 1]))
    0.75
    """
    signs = _signs(y, scores.shape)
    return float(np.maximum(0.0, 1.0 - signs * scores).mean())


def multiclass_hinge(scores: np.ndarray, y: np.ndarray, delta: float = 1.0) -> tuple[float, np.ndarray]:
    """Multiclass hinge loss and its gradient.

    Parameters
    ----------
    scores : ndarray of shape (n, C)
        One score a class.
    y : ndarray of shape (n,)
        Classes, 0 to C - 1.
    delta : float, default=1.0
        Margin by which the true class should lead.

    Returns
    -------
    loss : float
        Mean over rows of the sum over wrong classes.
    grad : ndarray of shape (n, C)
        Gradient of the loss with respect to the scores.

    Raises
    ------
    ValueError
        If there are no rows, shapes do not fit or a class is out of range.

    Examples
    --------
    >>> multiclass_hinge(np.array([[1.0, 3.0]]), np.array([0]))[0]
    3.0
    """
    scores = scores.astype(np.float64)
    if scores.ndim != 2 or y.shape != scores.shape[:1]:
        raise ValueError(f"scores must be (n, C) and y (n,), not {scores.shape} and {y.shape}")
    if y.min() < 0 or y.max() >= scores.shape[1]:
        raise ValueError(f"classes must lie in 0 to {scores.shape[1] - 1}")
    rows = np.arange(len(y))
    margins = np.maximum(0.0, scores - scores[rows, y][:, None] + delta)
    margins[rows, y] = 0.0
    grad = (margins > 0.0).astype(np.float64)
    grad[rows, y] = -grad.sum(axis=1)
    return float(margins.sum() / len(y)), grad / len(y)


def pegasos(X: np.ndarray, y: np.ndarray, lam: float, order: np.ndarray, project: bool = True) -> np.ndarray:
    """Train a linear SVM by stochastic subgradient steps.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Training rows.
    y : ndarray of shape (n,)
        Labels, -1 or +1.
    lam : float
        Strength of the penalty, greater than 0.
    order : ndarray of shape (T,)
        Row of each step.
    project : bool, default=True
        Whether each step ends in the ball of radius 1 / sqrt(lam).

    Returns
    -------
    ndarray of shape (d,)
        Weights after the last step.

    Raises
    ------
    ValueError
        If there are no rows, shapes do not fit, a label is neither -1 nor +1, lam is not positive or a step
        names a row that is not there.

    Examples
    --------
    >>> pegasos(np.array([[1.0]]), np.array([1]), 4.0, np.array([0, 0])).tolist()
    [0.25]
    """
    if X.ndim != 2:
        raise ValueError(f"X must be (n, d), not {X.shape}")
    signs = _signs(y, X.shape[:1])
    if not lam > 0:
        raise ValueError(f"lam must be greater than 0, not {lam}")
    if np.any((order < 0) | (order >= len(X))):
        raise ValueError(f"order must name rows 0 to {len(X) - 1}")
    signed = signs[:, None] * X
    w = np.zeros(X.shape[1])
    for t, i in enumerate(order.tolist(), start=1):
        violated = signed[i] @ w < 1.0
        w *= 1.0 - 1.0 / t
        if violated:
            w += signed[i] / (lam * t)
        if project:
            # max instead of a branch: a short w is multiplied by 1.
            w /= max(1.0, np.sqrt(lam * (w @ w)))
    return w


def _signs(y: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Labels as floats, once they are known to be -1 or +1."""
    signs = y.astype(float)  # int8 would wrap in a product
    if len(shape) != 1 or signs.shape != shape or not signs.size:
        raise ValueError(f"y must have one label for each of at least one row, not shape {signs.shape}")
    if np.any(np.abs(signs) != 1.0):
        raise ValueError("labels must be -1 or +1")
    return signs
