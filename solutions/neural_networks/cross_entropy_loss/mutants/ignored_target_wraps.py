"""Converts ignore_index to the targets' dtype, where -100 may become a class."""

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
    if logits.ndim != 2 or target.shape != logits.shape[:1]:
        raise ValueError(f"need shapes (n, c) and (n,), got {logits.shape} and {target.shape}")
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"label_smoothing must lie in [0, 1], got {label_smoothing}")
    n_classes = logits.shape[1]
    # Rows that do not count leave at once, so that nothing they hold can do harm.
    kept = target != np.array(ignore_index).astype(target.dtype)
    labels, rows = target[kept], logits[kept]
    # A negative label would index from the end in silence.
    if ((labels < 0) | (labels >= n_classes)).any():
        raise ValueError(f"targets must lie in [0, {n_classes}) or be {ignore_index}")
    gradient = np.zeros_like(logits)
    count = len(labels)
    if count == 0:
        return 0.0, gradient

    # log p = (x - max) - log sum exp(x - max): no exponential exceeds 1, and no logarithm sees a 0.
    shifted = rows - rows.max(axis=1, keepdims=True)
    weights = np.exp(shifted)
    totals = weights.sum(axis=1, keepdims=True)
    log_p = shifted - np.log(totals)
    right = np.arange(count), labels
    # The label is q = (1 - s) onehot + s / c, and the loss of a row is -sum q log p.
    loss = -(1 - label_smoothing) * log_p[right].mean()
    if label_smoothing > 0:  # else 0 times -inf would be NaN at a class that is masked out
        loss -= label_smoothing * log_p.mean()
    # The gradient of a row is p - q, since q sums to one.
    difference = weights / totals - label_smoothing / n_classes
    difference[right] -= 1 - label_smoothing
    gradient[kept] = difference / count
    return float(loss), gradient
