"""Word vectors from skip-grams with negative sampling."""

from __future__ import annotations

import numpy as np


def skipgram_pairs(tokens: list[int], window: int) -> np.ndarray:
    """Pair each token with its neighbours.

    Parameters
    ----------
    tokens : list of int
        Token ids of a text.
    window : int
        Greatest distance between the tokens of a pair, at least 1.

    Returns
    -------
    ndarray of shape (m, 2)
        Pairs of centre and context, int64, by the position of the centre and then that of the context.

    Raises
    ------
    ValueError
        If `window` is less than 1.

    Examples
    --------
    >>> skipgram_pairs([7, 8, 9], 1).tolist()
    [[7, 8], [8, 7], [8, 9], [9, 8]]
    """
    raise NotImplementedError


def sgns_loss_and_grads(
    V: np.ndarray, U: np.ndarray, center: np.ndarray, context: np.ndarray, negatives: np.ndarray
) -> tuple[float, np.ndarray, np.ndarray]:
    """Loss of a batch of pairs with sampled negatives, and its gradients.

    Parameters
    ----------
    V : ndarray of shape (n, d)
        Vectors of the words as centres.
    U : ndarray of shape (n, d)
        Vectors of the words as contexts.
    center : ndarray of shape (b,)
        Rows of `V`.
    context : ndarray of shape (b,)
        Rows of `U` that were seen near the centres.
    negatives : ndarray of shape (b, K)
        Rows of `U` that were drawn at random.

    Returns
    -------
    loss : float
        Mean loss of a pair.
    grad_V : ndarray of shape (n, d)
        Gradient with respect to `V`, float64.
    grad_U : ndarray of shape (n, d)
        Gradient with respect to `U`, float64.

    Raises
    ------
    ValueError
        If the batch is empty, or an index is not from 0 to n - 1.

    Examples
    --------
    >>> V = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> loss, grad_V, grad_U = sgns_loss_and_grads(V, np.zeros((2, 2)), np.array([0]), np.array([1]), np.array([[0]]))
    >>> round(loss, 4), grad_U.tolist()
    (1.3863, [[0.5, 0.0], [-0.5, 0.0]])
    """
    raise NotImplementedError


def keep_probability(freq: np.ndarray, t: float = 1e-5) -> np.ndarray:
    """Probability with which an occurrence of each word stays in the text.

    Parameters
    ----------
    freq : ndarray of shape (n,)
        Relative frequency of each word.
    t : float, default=1e-5
        Frequency up to which words are always kept, above 0.

    Returns
    -------
    ndarray of shape (n,)
        Probabilities, float64.

    Raises
    ------
    ValueError
        If a frequency is not from 0 to 1, or `t` is not above 0.

    Examples
    --------
    >>> keep_probability(np.array([0.25, 0.01, 0.0]), t=0.01).tolist()
    [0.2, 1.0, 1.0]
    """
    raise NotImplementedError
