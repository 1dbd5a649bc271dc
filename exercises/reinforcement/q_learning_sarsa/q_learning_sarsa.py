"""Tabular control from experience: Q-learning, SARSA, expected SARSA and double Q-learning."""

from __future__ import annotations

import numpy as np


def q_learning(
    Q: np.ndarray, transitions: list[tuple[int, int, float, int, bool]], alpha: float, gamma: float
) -> np.ndarray:
    """Learn the values of the greedy policy, whatever policy gathered the experience.

    Parameters
    ----------
    Q : ndarray of shape (S, A)
        Values to begin with.
    transitions : list of tuple
        State, action, reward, next state, and whether the episode terminated there.
    alpha : float
        Learning rate, above 0 and at most 1.
    gamma : float
        Discount, from 0 to 1.

    Returns
    -------
    ndarray of shape (S, A)
        Values after all updates, a new array.

    Raises
    ------
    ValueError
        If alpha or gamma is out of range.

    Examples
    --------
    >>> q_learning(np.array([[0.0, 0.0], [4.0, 2.0]]), [(0, 1, 1.0, 1, False)], 0.5, 0.5).tolist()
    [[0.0, 1.5], [4.0, 2.0]]
    """
    raise NotImplementedError


def sarsa(
    Q: np.ndarray, transitions: list[tuple[int, int, float, int, int, bool]], alpha: float, gamma: float
) -> np.ndarray:
    """Learn the values of the policy that gathered the experience.

    Parameters
    ----------
    Q : ndarray of shape (S, A)
        Values to begin with.
    transitions : list of tuple
        State, action, reward, next state, next action, and whether the episode terminated there.
    alpha : float
        Learning rate, above 0 and at most 1.
    gamma : float
        Discount, from 0 to 1.

    Returns
    -------
    ndarray of shape (S, A)
        Values after all updates, a new array.

    Raises
    ------
    ValueError
        If alpha or gamma is out of range.

    Examples
    --------
    >>> sarsa(np.array([[0.0, 0.0], [4.0, 2.0]]), [(0, 1, 1.0, 1, 1, False)], 0.5, 0.5).tolist()
    [[0.0, 1.0], [4.0, 2.0]]
    """
    raise NotImplementedError


def expected_sarsa(
    Q: np.ndarray, transitions: list[tuple[int, int, float, int, bool]], alpha: float, gamma: float, eps: float
) -> np.ndarray:
    """Learn the values of the eps-greedy policy, without waiting for its next action.

    Parameters
    ----------
    Q : ndarray of shape (S, A)
        Values to begin with.
    transitions : list of tuple
        State, action, reward, next state, and whether the episode terminated there.
    alpha : float
        Learning rate, above 0 and at most 1.
    gamma : float
        Discount, from 0 to 1.
    eps : float
        Probability with which the policy takes any action at random, from 0 to 1.

    Returns
    -------
    ndarray of shape (S, A)
        Values after all updates, a new array.

    Raises
    ------
    ValueError
        If alpha, gamma or eps is out of range.

    Examples
    --------
    >>> expected_sarsa(np.array([[0.0, 0.0], [4.0, 2.0]]), [(0, 1, 1.0, 1, False)], 0.5, 0.5, 0.5).tolist()
    [[0.0, 1.375], [4.0, 2.0]]
    """
    raise NotImplementedError


def double_q_learning(
    Qa: np.ndarray,
    Qb: np.ndarray,
    transitions: list[tuple[int, int, float, int, bool]],
    coins: np.ndarray,
    alpha: float,
    gamma: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Learn two tables, each of which judges the action that the other one would choose.

    Parameters
    ----------
    Qa : ndarray of shape (S, A)
        Values of the first table to begin with.
    Qb : ndarray of shape (S, A)
        Values of the second table to begin with.
    transitions : list of tuple of length n
        State, action, reward, next state, and whether the episode terminated there.
    coins : ndarray of shape (n,)
        True where the first table is updated, False where the second is.
    alpha : float
        Learning rate, above 0 and at most 1.
    gamma : float
        Discount, from 0 to 1.

    Returns
    -------
    Qa : ndarray of shape (S, A)
        The first table after all updates, a new array.
    Qb : ndarray of shape (S, A)
        The second table, likewise.

    Raises
    ------
    ValueError
        If alpha or gamma is out of range, or there are not as many coins as transitions.

    Examples
    --------
    >>> Qa, Qb = np.array([[0.0, 0.0], [4.0, 2.0]]), np.array([[0.0, 0.0], [1.0, 3.0]])
    >>> Qa, Qb = double_q_learning(Qa, Qb, [(0, 1, 1.0, 1, False)], np.array([True]), 0.5, 0.5)
    >>> Qa.tolist(), Qb.tolist()
    ([[0.0, 0.75], [4.0, 2.0]], [[0.0, 0.0], [1.0, 3.0]])
    """
    raise NotImplementedError
