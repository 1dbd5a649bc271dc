"""Forward, posterior and Viterbi recursions of a hidden Markov model, in log space."""

from __future__ import annotations

import numpy as np


def forward_log_likelihood(obs: np.ndarray, pi: np.ndarray, A: np.ndarray, B: np.ndarray) -> float:
    """Log-likelihood of a sequence.

    Parameters
    ----------
    obs : ndarray of shape (T,)
        Symbols, 0 to V - 1.
    pi : ndarray of shape (K,)
        Initial probabilities.
    A : ndarray of shape (K, K)
        Transition probabilities; rows sum to 1.
    B : ndarray of shape (K, V)
        Emission probabilities; rows sum to 1.

    Returns
    -------
    float
        Natural log of the probability; -inf if no path emits the sequence.

    Raises
    ------
    ValueError
        If there are no observations or a symbol is out of range.

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> forward_log_likelihood(np.array([0, 0]), one[0], one, one)
    0.0
    """
    raise NotImplementedError


def posteriors(obs: np.ndarray, pi: np.ndarray, A: np.ndarray, B: np.ndarray) -> np.ndarray:
    """Probability of each state at each step, given the whole sequence.

    Parameters
    ----------
    obs : ndarray of shape (T,)
        Symbols, 0 to V - 1.
    pi : ndarray of shape (K,)
        Initial probabilities.
    A : ndarray of shape (K, K)
        Transition probabilities; rows sum to 1.
    B : ndarray of shape (K, V)
        Emission probabilities; rows sum to 1.

    Returns
    -------
    ndarray of shape (T, K)
        Rows sum to 1.

    Raises
    ------
    ValueError
        If there are no observations, a symbol is out of range or no path emits the sequence.

    Examples
    --------
    >>> B = np.array([[0.75], [0.25]])
    >>> posteriors(np.array([0]), np.array([0.5, 0.5]), np.eye(2), B).round(3).tolist()
    [[0.75, 0.25]]
    """
    raise NotImplementedError


def viterbi(obs: np.ndarray, pi: np.ndarray, A: np.ndarray, B: np.ndarray) -> tuple[np.ndarray, float]:
    """Most likely path of states.

    Parameters
    ----------
    obs : ndarray of shape (T,)
        Symbols, 0 to V - 1.
    pi : ndarray of shape (K,)
        Initial probabilities.
    A : ndarray of shape (K, K)
        Transition probabilities; rows sum to 1.
    B : ndarray of shape (K, V)
        Emission probabilities; rows sum to 1.

    Returns
    -------
    path : ndarray of shape (T,)
        States, int64; of equally likely ones the lowest.
    log_probability : float
        Natural log of the joint probability of the path and the sequence.

    Raises
    ------
    ValueError
        If there are no observations, a symbol is out of range or no path emits the sequence.

    Examples
    --------
    >>> viterbi(np.array([0, 1]), np.array([0.5, 0.5]), np.eye(2), np.array([[0.5, 0.5], [0.0, 1.0]]))[0].tolist()
    [0, 0]
    """
    raise NotImplementedError
