"""Random-walk Metropolis, and what its chain is worth."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def metropolis(
    log_prob: Callable[[np.ndarray], float], x0: np.ndarray, noise: np.ndarray, log_u: np.ndarray, step: float
) -> tuple[np.ndarray, float]:
    """Walk at random, and accept by the ratio of densities.

    Parameters
    ----------
    log_prob : callable
        Log density of a state, up to a constant.
    x0 : ndarray of shape (d,)
        First state.
    noise : ndarray of shape (n, d)
        Direction of each proposal.
    log_u : ndarray of shape (n,)
        Logs of uniform numbers.
    step : float
        Length of the steps, in units of the noise.

    Returns
    -------
    samples : ndarray of shape (n, d)
        State after each step.
    rate : float
        Share of accepted steps.

    Raises
    ------
    ValueError
        If x0 is impossible or shapes do not fit.

    Examples
    --------
    >>> samples, rate = metropolis(lambda x: 0.0, np.zeros(1), np.ones((2, 1)), np.log([0.5, 0.5]), 3.0)
    >>> samples.tolist(), rate
    ([[3.0], [6.0]], 1.0)
    """
    raise NotImplementedError


def effective_sample_size(x: np.ndarray) -> float:
    """Number of independent draws with the same variance of the mean.

    Parameters
    ----------
    x : ndarray of shape (n,)
        Chain.

    Returns
    -------
    float
        1 for a constant chain.

    Raises
    ------
    ValueError
        If `x` is empty or not one-dimensional.

    Examples
    --------
    >>> effective_sample_size(np.array([0.0, 1.0, 0.0, 1.0]))
    4.0
    """
    raise NotImplementedError
