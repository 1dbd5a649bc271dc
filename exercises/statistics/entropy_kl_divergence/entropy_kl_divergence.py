"""Entropy, cross-entropy, Kullback-Leibler and Jensen-Shannon divergence, and mutual information."""

from __future__ import annotations

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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError
