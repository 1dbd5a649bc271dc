"""Entropy, cross-entropy, Kullback-Leibler and Jensen-Shannon divergence, and mutual information."""

from __future__ import annotations

import math

import numpy as np


def entropy(p: np.ndarray, base: float | None = None) -> float:
    """Shannon entropy.

    Parameters
    ----------
    p : ndarray of shape (k,)
        Probabilities.
    base : float, optional
        Base of the logarithm, above 1; e where it is left out.

    Returns
    -------
    float
        Entropy, at least 0.

    Raises
    ------
    ValueError
        If `p` is no vector of probabilities, or `base` is not above 1.

    Examples
    --------
    >>> entropy(np.array([0.5, 0.5, 0.0]), base=2.0)
    1.0
    """
    p = _probabilities(p, 1)
    if base is not None and not base > 1:
        raise ValueError(f"base must be above 1, got {base}")
    nats = -_expected_log(p, p)
    return max(0.0, nats if base is None else nats / math.log(base))


def cross_entropy(p: np.ndarray, q: np.ndarray) -> float:
    """Cross-entropy of q under p, in nats.

    Parameters
    ----------
    p : ndarray of shape (k,)
        Probabilities of what happens.
    q : ndarray of shape (k,)
        Probabilities that a model gives.

    Returns
    -------
    float
        Cross-entropy, at least 0; infinite where the model rules out something that happens.

    Raises
    ------
    ValueError
        If `p` and `q` are not two vectors of probabilities of one length.

    Examples
    --------
    >>> round(cross_entropy(np.array([0.5, 0.5]), np.array([0.25, 0.75])), 6)
    0.836988
    """
    p, q = _pair(p, q)
    return max(0.0, -_expected_log(p, q))


def kl_divergence(p: np.ndarray, q: np.ndarray) -> float:
    """Kullback-Leibler divergence of p from q, in nats.

    Parameters
    ----------
    p : ndarray of shape (k,)
        Probabilities over which the mean is taken.
    q : ndarray of shape (k,)
        Probabilities that `p` is compared with.

    Returns
    -------
    float
        Divergence, at least 0; infinite where `q` is 0 and `p` is not.

    Raises
    ------
    ValueError
        If `p` and `q` are not two vectors of probabilities of one length.

    Examples
    --------
    >>> round(kl_divergence(np.array([0.5, 0.5]), np.array([0.25, 0.75])), 6)
    0.143841
    """
    p, q = _pair(p, q)
    return max(0.0, _expected_log(p, p) - _expected_log(p, q))


def js_divergence(p: np.ndarray, q: np.ndarray) -> float:
    """Jensen-Shannon divergence, in nats.

    Parameters
    ----------
    p : ndarray of shape (k,)
        Probabilities.
    q : ndarray of shape (k,)
        Probabilities.

    Returns
    -------
    float
        Divergence, from 0 to ln 2.

    Raises
    ------
    ValueError
        If `p` and `q` are not two vectors of probabilities of one length.

    Examples
    --------
    >>> round(js_divergence(np.array([0.5, 0.5, 0.0]), np.array([0.0, 0.5, 0.5])), 6)
    0.346574
    """
    p, q = _pair(p, q)
    # log(p / m) = log p - log(p + q) + log 2: half of the smallest float is 0, so m itself is not formed.
    total = p + q
    from_mixture = [_expected_log(r, r) - _expected_log(r, total) + math.log(2) * float(r.sum()) for r in (p, q)]
    return min(max(0.0, sum(from_mixture) / 2), math.log(2))


def mutual_information(joint: np.ndarray) -> float:
    """Mutual information of two discrete variables, in nats.

    Parameters
    ----------
    joint : ndarray of shape (r, c)
        Joint probabilities: rows are the values of one variable, columns those of the other.

    Returns
    -------
    float
        Mutual information, at least 0.

    Raises
    ------
    ValueError
        If `joint` is no matrix of probabilities.

    Examples
    --------
    >>> round(mutual_information(np.array([[0.5, 0.0], [0.0, 0.5]])), 6)
    0.693147
    """
    joint = _probabilities(joint, 2)
    # The divergence of the joint from the product of its marginals; sums of logs, since the product may underflow.
    marginals = joint.sum(axis=1), joint.sum(axis=0)
    return max(0.0, _expected_log(joint, joint) - sum(_expected_log(one, one) for one in marginals))


def _expected_log(p: np.ndarray, q: np.ndarray) -> float:
    """Sum of p log q, where p = 0 adds nothing and q = 0 under p > 0 makes it minus infinity."""
    support = p > 0
    with np.errstate(divide="ignore"):
        return float(np.sum(p[support] * np.log(q[support])))


def _pair(p: np.ndarray, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    p, q = _probabilities(p, 1), _probabilities(q, 1)
    if p.shape != q.shape:
        raise ValueError(f"p and q must have one length, got {p.size} and {q.size}")
    return p, q


def _probabilities(values: np.ndarray, ndim: int) -> np.ndarray:
    p = np.asarray(values, dtype=np.float64)
    if p.ndim != ndim:
        raise ValueError(f"expected {ndim} axes, got shape {p.shape}")
    # Written so that NaN fails both tests.
    if not (p >= 0).all() or not abs(p.sum() - 1) <= 1e-6:
        raise ValueError("probabilities must not be negative and must sum to 1")
    return p
