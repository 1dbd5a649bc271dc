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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError
