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
    pi, A, emitted = _logs(obs, pi, A, B)
    return float(np.logaddexp.reduce(_forward(pi, A, emitted)[-1]))


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
    pi, A, emitted = _logs(obs, pi, A, B)
    both = _forward(pi, A, emitted)
    total = np.logaddexp.reduce(both[-1])
    if total == -np.inf:
        raise ValueError("no path emits the sequence")
    beta = np.zeros(len(pi))
    for t in range(len(obs) - 2, -1, -1):
        beta = np.logaddexp.reduce(A + emitted[t + 1] + beta, axis=1)
        both[t] += beta
    return np.exp(both - total)


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
    pi, A, emitted = _logs(obs, pi, A, B)
    best = pi + emitted[0]
    came_from = []
    for t in range(1, len(obs)):
        scores = best[:, None] + A
        came_from.append(scores.argmax(axis=0))
        best = scores.max(axis=0) + emitted[t]
    if best.max() == -np.inf:
        raise ValueError("no path emits the sequence")
    path = [int(best.argmax())]
    for pointers in reversed(came_from):
        path.append(pointers[path[-1]])
    return np.array(path[::-1]), float(best.max())


def _logs(obs: np.ndarray, pi: np.ndarray, A: np.ndarray, B: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Logs of the initial probabilities, of the transitions and of what each state emits at each step, (T, K)."""
    if obs.min() < 0 or obs.max() >= B.shape[1]:  # min also refuses an empty sequence
        raise ValueError(f"symbols must lie in 0 to {B.shape[1] - 1}")
    with np.errstate(divide="ignore"):
        return np.log(pi), np.log(A), np.log(B.T[obs])


def _forward(pi: np.ndarray, A: np.ndarray, emitted: np.ndarray) -> np.ndarray:
    """Log of the joint probability of the state at each step and all symbols up to it, (T, K)."""
    alpha = emitted.copy()
    alpha[0] += pi
    for t in range(1, len(alpha)):
        alpha[t] += np.logaddexp.reduce(alpha[t - 1][:, None] + A)
    return alpha
