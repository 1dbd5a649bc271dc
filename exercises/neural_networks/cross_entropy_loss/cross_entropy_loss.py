"""Softmax cross-entropy with label smoothing and ignored rows: value and gradient."""

from __future__ import annotations

import numpy as np


def cross_entropy(
    logits: np.ndarray, target: np.ndarray, ignore_index: int = -100, label_smoothing: float = 0.0
) -> tuple[float, np.ndarray]:
    """Mean cross-entropy between smoothed labels and the softmax of logits, with its gradient.

    Parameters
    ----------
    logits : ndarray of shape (n, c)
        Scores of c classes.
    target : ndarray of shape (n,)
        Right classes, in [0, c), or `ignore_index`.
    ignore_index : int, default=-100
        Target of the rows that do not count.
    label_smoothing : float, default=0.0
        Share of each label that is spread evenly over all classes, in [0, 1].

    Returns
    -------
    loss : float
        Mean over the rows that count; 0 where there are none.
    gradient : ndarray of shape (n, c)
        Derivative of the loss with respect to the logits, in their dtype; 0 in the rows that do not count.

    Raises
    ------
    ValueError
        If the shapes do not fit, a target is neither a class nor `ignore_index`, or the smoothing is outside [0, 1].

    Examples
    --------
    >>> loss, gradient = cross_entropy(np.log([[1.0, 3.0], [2.0, 2.0]]), np.array([1, -100]))
    >>> round(loss, 6)
    0.287682
    >>> gradient.round(6).tolist()
    [[0.25, -0.25], [0.0, 0.0]]
    """
    raise NotImplementedError
