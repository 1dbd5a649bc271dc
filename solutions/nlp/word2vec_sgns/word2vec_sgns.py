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
    if window < 1:
        raise ValueError(f"window must be at least 1, got {window}")
    text = np.array(tokens, dtype=np.int64)
    reach = min(window, len(text))
    offsets = np.arange(-reach, reach + 1)
    context = np.arange(len(text))[:, None] + offsets
    # Row i holds the places around token i, in order; those beyond the ends of the text and i itself are left out.
    centre, column = np.nonzero((context >= 0) & (context < len(text)) & (offsets != 0))
    return np.stack([text[centre], text[context[centre, column]]], axis=1)


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
    targets = np.column_stack([context, negatives])  # the true context first
    rows = np.column_stack([center, targets])
    if len(rows) == 0 or ((rows < 0) | (rows >= len(V))).any():
        raise ValueError(f"there must be at least one pair, and indices from 0 to {len(V) - 1}")
    v, u = V[center], U[targets]
    sign = np.where(np.arange(targets.shape[1]) == 0, 1.0, -1.0)
    score = sign * np.einsum("bd,bkd->bk", v, u, dtype=np.float64)
    # -log sigmoid(x) = log(1 + exp(-x)), which logaddexp computes without overflow.
    loss = np.logaddexp(0.0, -score).sum() / len(center)
    # The derivative of that is -sigmoid(-x) = -exp(-log(1 + exp(x))).
    slope = -sign * np.exp(-np.logaddexp(0.0, score)) / len(center)
    grad_V, grad_U = np.zeros(V.shape), np.zeros(U.shape)
    # A word may occur several times in the batch: add.at adds up, where grad[rows] += x keeps one of the summands.
    np.add.at(grad_V, center, np.einsum("bk,bkd->bd", slope, u))
    np.add.at(grad_U, targets, slope[:, :, None] * v[:, None, :])
    return float(loss), grad_V, grad_U


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
    if not (t > 0 and np.all((freq >= 0) & (freq <= 1))):
        raise ValueError("frequencies must be from 0 to 1, and t above 0")
    # min(1, sqrt(t / f)) without a division by zero.
    return np.sqrt(t / np.maximum(freq, t, dtype=np.float64))
