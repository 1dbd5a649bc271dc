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
    if noise.shape != (*log_u.shape, *x0.shape) or noise.ndim != 2:
        raise ValueError(f"noise must be (n, d), log_u (n,), x0 (d,), not {noise.shape}, {log_u.shape}, {x0.shape}")
    x, current = x0.astype(np.float64), log_prob(x0)
    if not current > -np.inf:
        raise ValueError(f"x0 must be possible, but its log density is {current}")
    samples, accepted = np.empty(noise.shape), 0
    for i, row in enumerate(noise):
        proposal = x + step * row
        new = log_prob(proposal)
        if log_u[i] < new - current:  # never true of NaN
            x, current, accepted = proposal, new, accepted + 1
        samples[i] = x
    return samples, accepted / max(len(noise), 1)


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
    if x.ndim != 1:
        raise ValueError(f"a chain must be (n,), not {x.shape}")
    if x.max() == x.min():  # max refuses an empty chain
        return 1.0
    d = x - x.mean(dtype=np.float64)
    covariance = np.fft.irfft(np.abs(np.fft.rfft(d, 2 * len(x))) ** 2)  # padded, so ends do not meet
    rho = covariance / covariance[0]
    end = np.flatnonzero(rho <= 0)[0]  # there is one: all rho of both signs of k sum to 0
    return float(len(x) / (2.0 * rho[:end].sum() - 1.0))
