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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError
