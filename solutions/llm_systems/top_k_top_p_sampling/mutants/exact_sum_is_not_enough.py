"""A sum that equals top_p is not enough."""

from __future__ import annotations

import numpy as np


def filtered_probs(
    logits: np.ndarray,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    min_p: float = 0.0,
    prev: list[int] | None = None,
    repetition_penalty: float = 1.0,
) -> np.ndarray:
    """Turn logits into the probabilities to sample from.

    Parameters
    ----------
    logits : ndarray of shape (V,)
        Scores of the tokens; -inf bans a token.
    temperature : float, default=1.0
        Divides the logits; 0 takes the greatest one for certain.
    top_k : int or None, default=None
        Number of tokens to keep; None keeps all.
    top_p : float or None, default=None
        Probability that the kept tokens must reach together, in (0, 1]; None keeps all.
    min_p : float, default=0.0
        Least probability that is kept, as a share of the greatest one, in [0, 1].
    prev : list of int or None, default=None
        Tokens that have occurred, to be penalised.
    repetition_penalty : float, default=1.0
        Strength of the penalty, greater than 0; above 1 it makes a token less likely.

    Returns
    -------
    ndarray of shape (V,)
        Probabilities in float64; those of removed tokens are 0.

    Raises
    ------
    ValueError
        If logits are not a vector with a finite maximum, a setting lies outside its range, or `prev` holds something
        that is no token.

    Examples
    --------
    >>> logits = np.log([0.5, 0.3, 0.15, 0.05])
    >>> filtered_probs(logits, top_p=0.7).round(3).tolist()
    [0.625, 0.375, 0.0, 0.0]
    >>> filtered_probs(logits, temperature=0.0).tolist()
    [1.0, 0.0, 0.0, 0.0]
    """
    # A maximum is NaN if any entry is, and -inf only if all are; that of an empty vector raises ValueError by itself.
    if logits.ndim != 1 or not np.isfinite(logits.max()):
        raise ValueError("logits must be a vector with a finite maximum")
    if temperature < 0 or repetition_penalty <= 0 or not 0 <= min_p <= 1:
        raise ValueError("needs temperature >= 0, repetition_penalty > 0 and 0 <= min_p <= 1")
    if (top_k is not None and top_k < 1) or (top_p is not None and not 0 < top_p <= 1):
        raise ValueError("needs top_k >= 1 and 0 < top_p <= 1")
    z = _penalised(logits.astype(np.float64), prev or [], repetition_penalty)
    probs = np.zeros_like(z)
    if temperature == 0:
        probs[z.argmax()] = 1.0
        return probs
    z /= temperature
    # From here on: the ids that are still in, most likely first, and their probabilities.
    ids = _largest(z, z.size if top_k is None else min(top_k, z.size))
    p = np.exp(z[ids] - z[ids[0]])
    p /= p.sum()
    if top_p is not None:
        # The first place where the sum reaches top_p crosses the line and is kept.
        kept = np.searchsorted(np.cumsum(p), top_p, side="right") + 1
        ids, p = ids[:kept], p[:kept]
    p = np.where(p >= min_p * p[0], p, 0.0)
    probs[ids] = p / p.sum()
    return probs


def sample(probs: np.ndarray, u: float) -> int:
    """Draw a token by inverting the cumulative distribution.

    Parameters
    ----------
    probs : ndarray of shape (V,)
        Probabilities of the tokens.
    u : float
        Uniform random number in [0, 1).

    Returns
    -------
    int
        The first token at which the cumulative probability exceeds u.

    Raises
    ------
    ValueError
        If `probs` is not a vector, an entry is negative or the sum is not 1, or `u` lies outside [0, 1).

    Examples
    --------
    >>> [sample(np.array([0.25, 0.0, 0.75]), u) for u in (0.0, 0.25, 0.9)]
    [0, 2, 2]
    """
    probs = probs.astype(np.float64)
    if probs.ndim != 1 or (probs < 0).any() or not np.isclose(probs.sum(), 1.0, rtol=0.0, atol=1e-6):
        raise ValueError("probs must be a vector of probabilities")
    if not 0 <= u < 1:
        raise ValueError(f"u must lie in [0, 1), got {u}")
    # On the right of equal sums, so that a token of probability 0, which repeats the sum before it, is never hit.
    token = np.searchsorted(np.cumsum(probs), u, side="right")
    # The sums may end a little below 1, and u may lie between.
    return int(min(token, np.flatnonzero(probs)[-1]))


def _penalised(z: np.ndarray, prev: list[int], penalty: float) -> np.ndarray:
    """Penalise each token that has occurred, once; changes z."""
    if any(not 0 <= token < z.size for token in prev):
        raise ValueError(f"prev must hold tokens from 0 to {z.size - 1}")
    seen = np.array([*set(prev)], dtype=np.intp)
    # Dividing a negative logit would raise it, so that one is multiplied.
    z[seen] = np.where(z[seen] > 0, z[seen] / penalty, z[seen] * penalty)
    return z


def _largest(z: np.ndarray, k: int) -> np.ndarray:
    """Ids of the k largest entries in descending order, the lowest id first among equals."""
    # Partition finds the k-th largest in linear time; only what reaches it has to be sorted, ties included.
    bound = np.partition(z, -k)[-k]
    ids = np.flatnonzero(z >= bound)
    return ids[np.argsort(-z[ids], kind="stable")][:k]
