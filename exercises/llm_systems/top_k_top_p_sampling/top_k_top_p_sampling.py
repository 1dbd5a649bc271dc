"""Filters of a language model's next-token distribution, and one draw from it."""

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
    raise NotImplementedError


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
    raise NotImplementedError
