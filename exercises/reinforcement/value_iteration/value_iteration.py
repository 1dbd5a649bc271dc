"""Planning in a known Markov decision process: value iteration, policy iteration, finite horizon."""

from __future__ import annotations

import numpy as np


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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError
