"""Maximum likelihood and maximum a posteriori estimates in closed form."""

from __future__ import annotations

import numpy as np


def gaussian_mle(x: np.ndarray) -> tuple[float, float]:
    """Maximum likelihood estimate of a normal distribution.

    Parameters
    ----------
    x : ndarray of shape (n,)
        Sample, at least one value.

    Returns
    -------
    mean : float
        Estimate of the mean.
    variance : float
        Estimate of the variance.

    Raises
    ------
    ValueError
        If `x` is not a vector, or empty.

    Examples
    --------
    >>> mean, variance = gaussian_mle(np.array([1.0, 3.0, 8.0]))
    >>> round(mean, 6), round(variance, 6)
    (4.0, 8.666667)
    """
    x = _vector(x)
    if x.size == 0:
        raise ValueError("no values, no likelihood")
    # The derivative by the variance is 0 where it equals the mean squared deviation: n below the fraction, not n - 1.
    return float(x.mean()), float(x.var())


def gaussian_mean_map(x: np.ndarray, sigma2: float, mu0: float, tau2: float) -> float:
    """Most probable mean of a normal distribution of known variance, under a normal prior.

    Parameters
    ----------
    x : ndarray of shape (n,)
        Sample; may be empty.
    sigma2 : float
        Variance of each value, positive.
    mu0 : float
        Mean of the prior.
    tau2 : float
        Variance of the prior, positive.

    Returns
    -------
    float
        Mode of the posterior.

    Raises
    ------
    ValueError
        If `x` is not a vector, or a variance is not positive.

    Examples
    --------
    >>> round(gaussian_mean_map(np.array([4.0, 6.0]), sigma2=2.0, mu0=0.0, tau2=1.0), 6)
    2.5
    """
    x = _vector(x)
    _check_positive(sigma2, tau2)
    # The log-posterior is -sum (x - mu)^2 / (2 sigma2) - (mu - mu0)^2 / (2 tau2).  Its derivative is 0 at the mean of
    # all values and mu0, each weighted with its precision; the prior counts once, however many values there are.
    return float((x.sum() / sigma2 + mu0 / tau2) / (x.size / sigma2 + 1 / tau2))


def bernoulli_map(k: int, n: int, a: float, b: float) -> float:
    """Most probable rate under a beta prior.

    Parameters
    ----------
    k : int
        Successes.
    n : int
        Trials.
    a : float
        First parameter of the prior, positive.
    b : float
        Second parameter of the prior, positive.

    Returns
    -------
    float
        Mode of the posterior, in [0, 1].

    Raises
    ------
    ValueError
        If the counts are impossible, a parameter is not positive, or the posterior has no single mode.

    Examples
    --------
    >>> round(bernoulli_map(3, 3, 2.0, 2.0), 6)
    0.8
    """
    if not 0 <= k <= n:
        raise ValueError(f"expected 0 <= k <= n, got k = {k} and n = {n}")
    _check_positive(a, b)
    return float(_mode(np.array([k + a, n - k + b]))[0])


def categorical_map(counts: np.ndarray, alpha: float) -> np.ndarray:
    """Most probable probabilities of categories under a symmetric Dirichlet prior.

    Parameters
    ----------
    counts : ndarray of shape (k,)
        How often each category was seen.
    alpha : float
        Parameter of the prior, positive.

    Returns
    -------
    ndarray of shape (k,)
        Mode of the posterior.

    Raises
    ------
    ValueError
        If `counts` is not a vector or holds a negative number, `alpha` is not positive, or the posterior has no single
        mode.

    Examples
    --------
    >>> categorical_map(np.array([3, 0, 1]), alpha=2.0).round(3).tolist()
    [0.571, 0.143, 0.286]
    """
    counts = _vector(counts)
    if (counts < 0).any():
        raise ValueError("counts must not be negative")
    _check_positive(alpha)
    return _mode(counts + alpha)


def linear_map(X: np.ndarray, y: np.ndarray, noise_var: float, prior_var: float) -> np.ndarray:
    """Most probable weights of a linear model under a normal prior.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        One row an example.
    y : ndarray of shape (n,)
        Targets.
    noise_var : float
        Variance of the noise on each target, positive.
    prior_var : float
        Variance of each weight under the prior, positive.

    Returns
    -------
    ndarray of shape (d,)
        Mode of the posterior.

    Raises
    ------
    ValueError
        If `X` is not a matrix, `y` is not a vector with an entry for each row, or a variance is not positive.

    Examples
    --------
    >>> linear_map(np.array([[1.0], [2.0]]), np.array([2.0, 4.0]), noise_var=5.0, prior_var=1.0).round(6).tolist()
    [1.0]
    """
    X, y = np.asarray(X, dtype=np.float64), _vector(y)
    if X.ndim != 2 or len(X) != len(y):
        raise ValueError(f"expected a matrix and a target for each row, got shapes {X.shape} and {y.shape}")
    _check_positive(noise_var, prior_var)
    # Minus the log-posterior, times 2 noise_var, is |y - X w|^2 + noise_var / prior_var |w|^2: ridge regression.
    penalty = noise_var / prior_var * np.eye(X.shape[1])
    return np.linalg.solve(X.T @ X + penalty, X.T @ y)


def _mode(parameters: np.ndarray) -> np.ndarray:
    """Mode of a Dirichlet distribution; the beta distribution is the one of two categories."""
    # The density is a product of p^(parameter - 1).  Where the exponent is not positive, it is greatest at p = 0.
    exponents = np.maximum(parameters - 1, 0.0)
    if not exponents.any():
        raise ValueError("no single mode: no parameter of the posterior is above 1")
    return exponents / exponents.sum()


def _vector(x: np.ndarray) -> np.ndarray:
    if np.ndim(x) != 1:
        raise ValueError(f"expected a vector, got shape {np.shape(x)}")
    return np.asarray(x, dtype=np.float64)


def _check_positive(*values: float) -> None:
    if min(values) <= 0:
        raise ValueError(f"variances and parameters of priors must be positive, got {values}")
