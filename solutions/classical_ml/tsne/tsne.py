"""Affinities, loss and gradient of t-SNE."""

from __future__ import annotations

import numpy as np


def conditional_probabilities(D2: np.ndarray, perplexity: float, max_iter: int = 100) -> np.ndarray:
    """Gaussian affinities of each point, with a width that gives the perplexity.

    Parameters
    ----------
    D2 : ndarray of shape (n, n)
        Squared distances.
    perplexity : float
        Effective number of neighbours, at least 1 and below n - 1.
    max_iter : int, default=100
        How many widths are tried; the first is 1.

    Returns
    -------
    ndarray of shape (n, n)
        Row i holds P(j | i); the diagonal is 0.

    Raises
    ------
    ValueError
        If `D2` is not square or `perplexity` is out of range.

    Examples
    --------
    >>> D2 = np.array([[0.0, 1.0, 2.0], [1.0, 0.0, 1.0], [2.0, 1.0, 0.0]])
    >>> conditional_probabilities(D2, 1.8)[0].round(2).tolist()
    [0.0, 0.73, 0.27]
    """
    n = len(D2)
    if D2.shape != (n, n):
        raise ValueError(f"D2 must be square, not {D2.shape}")
    if not 1 <= perplexity < n - 1:
        raise ValueError(f"perplexity must lie in 1 to n - 1 = {n - 1}, not {perplexity}")
    others = 1.0 - np.eye(n)
    nearest = np.where(others > 0, D2, np.inf).min(axis=1, keepdims=True)
    D2 = np.maximum(D2 - nearest, 0.0)  # the nearest has weight 1, so no sum is 0
    beta, low, high = 1.0, 0.0, np.inf  # from here on one for each row
    for _ in range(max_iter):
        p = others * np.exp(-beta * D2)
        total = p.sum(axis=1, keepdims=True)
        entropy = np.log(total) + beta * (p * D2).sum(axis=1, keepdims=True) / total
        ratio = np.exp(entropy) / perplexity
        flat = ratio > 1.0
        low, high = np.where(flat, beta, low), np.where(flat, high, beta)
        beta = np.where(np.isinf(high), 2.0 * beta, (low + high) / 2.0)
    return p / total


def joint_probabilities(P_cond: np.ndarray) -> np.ndarray:
    """Symmetric affinities of all pairs.

    Parameters
    ----------
    P_cond : ndarray of shape (n, n)
        Row i holds P(j | i).

    Returns
    -------
    ndarray of shape (n, n)
        Symmetric; sums to 1.

    Examples
    --------
    >>> joint_probabilities(np.array([[0.0, 1.0, 0.0], [0.5, 0.0, 0.5], [0.0, 1.0, 0.0]]))[0].tolist()
    [0.0, 0.25, 0.0]
    """
    return (P_cond + P_cond.T) / (2 * len(P_cond))


def kl_and_grad(P: np.ndarray, Y: np.ndarray) -> tuple[float, np.ndarray]:
    """Loss of a layout and its gradient.

    Parameters
    ----------
    P : ndarray of shape (n, n)
        Joint affinities, symmetric, with a diagonal of 0.
    Y : ndarray of shape (n, 2)
        Layout.

    Returns
    -------
    kl : float
        Divergence of the layout's affinities from P.
    grad : ndarray of shape (n, 2)
        Its gradient with respect to Y.

    Raises
    ------
    ValueError
        If `Y` does not have one row for each row of the square P.

    Examples
    --------
    >>> P = np.array([[0.0, 0.5], [0.5, 0.0]])
    >>> kl_and_grad(P, np.array([[0.0, 0.0], [3.0, 4.0]]))[0]
    0.0
    """
    n = len(P)
    if P.shape != (n, n) or len(Y) != n:
        raise ValueError(f"P must be (n, n) and Y (n, 2), not {P.shape} and {Y.shape}")
    Y = Y.astype(np.float64)
    kernel = 1.0 / (1.0 + ((Y[:, None] - Y) ** 2).sum(axis=-1))
    np.fill_diagonal(kernel, 0.0)
    Q = kernel / kernel.sum()
    known = P > 0
    kl = float((P[known] * np.log(P[known] / np.maximum(Q[known], 1e-12))).sum())
    W = (P - Q) * kernel
    return kl, 4.0 * (W.sum(axis=1)[:, None] * Y - W @ Y)
