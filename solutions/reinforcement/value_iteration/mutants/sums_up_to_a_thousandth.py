"""Accepts rows whose sum misses 1 by up to a thousandth."""

from __future__ import annotations

import numpy as np

TIE = 1e-10


def value_iteration(P: np.ndarray, R: np.ndarray, gamma: float, tol: float = 1e-8) -> tuple[np.ndarray, np.ndarray]:
    """Optimal values by repeated Bellman backups.

    Parameters
    ----------
    P : ndarray of shape (S, A, S)
        Probability of the next state for each state and action.
    R : ndarray of shape (S, A)
        Expected reward of each action in each state.
    gamma : float
        Discount, at least 0 and below 1.
    tol : float, default=1e-8
        Greatest error of a value in the result.

    Returns
    -------
    V : ndarray of shape (S,)
        Values, within `tol` of the optimal ones.
    policy : ndarray of shape (S,)
        Greedy actions; of equal ones the lowest.

    Raises
    ------
    ValueError
        If a row of P is no distribution, the shapes do not match, or gamma is outside [0, 1).

    Examples
    --------
    >>> P = np.array([[[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [0.0, 1.0]]])
    >>> R = np.array([[1.0, 0.0], [2.0, 0.0]])
    >>> V, policy = value_iteration(P, R, 0.5)
    >>> V.round(6).tolist(), policy.tolist()
    ([2.0, 4.0], [0, 0])
    """
    _check(P, R, gamma)
    V = np.zeros(len(P))
    while True:
        new = (R + gamma * (P @ V)).max(axis=1)
        change = np.abs(new - V).max()
        V = new
        # Two sweeps apart by d leave an error of at most d * gamma / (1 - gamma).
        if gamma * change <= tol * (1 - gamma):
            return V, _greedy(R + gamma * (P @ V))


def policy_evaluation(P: np.ndarray, R: np.ndarray, gamma: float, pi: np.ndarray) -> np.ndarray:
    """Values of a policy, exactly.

    Parameters
    ----------
    P : ndarray of shape (S, A, S)
        Probability of the next state for each state and action.
    R : ndarray of shape (S, A)
        Expected reward of each action in each state.
    gamma : float
        Discount, at least 0 and below 1.
    pi : ndarray of shape (S,) or (S, A)
        An action for each state, or the probabilities of all actions.

    Returns
    -------
    ndarray of shape (S,)
        The solution of V = R_pi + gamma P_pi V.

    Raises
    ------
    ValueError
        If a row of P or pi is no distribution, the shapes do not match, or gamma is outside [0, 1).

    Examples
    --------
    >>> P = np.array([[[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [0.0, 1.0]]])
    >>> R = np.array([[1.0, 0.0], [2.0, 0.0]])
    >>> policy_evaluation(P, R, 0.5, np.array([1, 0])).tolist()
    [2.0, 4.0]
    """
    _check(P, R, gamma)
    n_states, n_actions = R.shape
    if pi.ndim == 1:
        if pi.shape != (n_states,) or pi.min() < 0 or pi.max() >= n_actions:
            raise ValueError("pi must hold an action for each state")
        pi = np.eye(n_actions)[pi]
    elif pi.shape != R.shape or (pi < 0).any() or not np.allclose(pi.sum(axis=1), 1):
        raise ValueError("pi must hold a distribution over actions for each state")
    P_pi = np.einsum("sa,sat->st", pi, P)
    return np.linalg.solve(np.eye(n_states) - gamma * P_pi, (pi * R).sum(axis=1))


def policy_iteration(P: np.ndarray, R: np.ndarray, gamma: float) -> tuple[np.ndarray, np.ndarray, int]:
    """Optimal values and policy by evaluation and improvement in turn.

    Parameters
    ----------
    P : ndarray of shape (S, A, S)
        Probability of the next state for each state and action.
    R : ndarray of shape (S, A)
        Expected reward of each action in each state.
    gamma : float
        Discount, at least 0 and below 1.

    Returns
    -------
    V : ndarray of shape (S,)
        Optimal values.
    policy : ndarray of shape (S,)
        A policy that has these values.
    n_improvements : int
        How often the policy was changed.

    Raises
    ------
    ValueError
        If a row of P is no distribution, the shapes do not match, or gamma is outside [0, 1).

    Examples
    --------
    >>> P = np.array([[[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [0.0, 1.0]]])
    >>> R = np.array([[1.0, 0.0], [2.0, 0.0]])
    >>> V, policy, n = policy_iteration(P, R, 0.9)
    >>> V.round(6).tolist(), policy.tolist(), n
    ([18.0, 20.0], [1, 0], 1)
    """
    policy = np.zeros(len(P), dtype=np.int64)
    n_improvements = 0
    while True:
        V = policy_evaluation(P, R, gamma, policy)
        Q = R + gamma * (P @ V)
        # An action that is not clearly better changes nothing, or two equal ones would take turns for ever.
        better = Q.max(axis=1) > Q[np.arange(len(P)), policy] + TIE
        if not better.any():
            return V, policy, n_improvements
        policy = np.where(better, _greedy(Q), policy)
        n_improvements += 1


def finite_horizon(P: np.ndarray, R: np.ndarray, H: int) -> tuple[np.ndarray, np.ndarray]:
    """Optimal values and actions when H steps are left, without discount.

    Parameters
    ----------
    P : ndarray of shape (S, A, S)
        Probability of the next state for each state and action.
    R : ndarray of shape (S, A)
        Expected reward of each action in each state.
    H : int
        Number of steps, 0 or more.

    Returns
    -------
    V : ndarray of shape (H + 1, S)
        V[t] is the value at time t; V[H] is zero.
    policy : ndarray of shape (H, S)
        Greedy actions at each time; of equal ones the lowest.

    Raises
    ------
    ValueError
        If a row of P is no distribution, the shapes do not match, or H is negative.

    Examples
    --------
    >>> P = np.array([[[1.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [0.0, 1.0]]])
    >>> R = np.array([[1.0, 0.0], [3.0, 0.0]])
    >>> V, policy = finite_horizon(P, R, 2)
    >>> V.tolist(), policy.tolist()
    ([[3.0, 6.0], [1.0, 3.0], [0.0, 0.0]], [[1, 0], [0, 0]])
    """
    _check(P, R, 0.0)
    if H < 0:
        raise ValueError("H must not be negative")
    V = np.zeros((H + 1, len(P)))
    policy = np.zeros((H, len(P)), dtype=np.int64)
    for t in range(H - 1, -1, -1):
        Q = R + P @ V[t + 1]
        V[t] = Q.max(axis=1)
        policy[t] = _greedy(Q)
    return V, policy


def _greedy(Q: np.ndarray) -> np.ndarray:
    """Return the lowest action whose value is the best up to round-off."""
    return (Q >= Q.max(axis=1, keepdims=True) - TIE).argmax(axis=1)


def _check(P: np.ndarray, R: np.ndarray, gamma: float) -> None:
    if P.shape != (*R.shape, len(R)):
        raise ValueError(f"P must have shape (S, A, S) and R (S, A), got {P.shape} and {R.shape}")
    if (P < 0).any() or not np.allclose(P.sum(axis=2), 1, atol=1e-3):
        raise ValueError("every row of P must be a distribution")
    if not 0 <= gamma < 1:
        raise ValueError("gamma must be at least 0 and below 1")
