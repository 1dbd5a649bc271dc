"""Bandit policies: epsilon-greedy, UCB1 and Thompson sampling, and the regret they cause."""

from __future__ import annotations

import numpy as np


class EpsilonGreedy:
    """Takes the best arm so far, and any arm with probability eps.

    Parameters
    ----------
    k : int
        Number of arms.
    eps : float
        Probability of exploring.

    Examples
    --------
    >>> bandit = EpsilonGreedy(3, eps=0.1)
    >>> bandit.update(1, 1.0)
    >>> bandit.select(0.5, 0.9), bandit.select(0.05, 0.9)
    (1, 2)
    """

    def __init__(self, k: int, eps: float) -> None:
        raise NotImplementedError

    def select(self, u: float, u_arm: float) -> int:
        """Choose an arm.

        Parameters
        ----------
        u : float
            Uniform number in [0, 1) that decides whether to explore.
        u_arm : float
            Uniform number in [0, 1) that decides which arm to explore.

        Returns
        -------
        int
            The arm; of equal means the lowest.
        """
        raise NotImplementedError

    def update(self, arm: int, reward: float) -> None:
        """Learn from the reward of an arm.

        Parameters
        ----------
        arm : int
            The arm that was played.
        reward : float
            What it paid.

        Raises
        ------
        ValueError
            If there is no such arm.
        """
        raise NotImplementedError


class UCB1:
    """Takes the arm whose mean could be the greatest.

    Parameters
    ----------
    k : int
        Number of arms.
    c : float, default=2.0
        Strength of the bonus for uncertainty.

    Examples
    --------
    >>> bandit = UCB1(2)
    >>> bandit.select()
    0
    >>> bandit.update(0, 1.0)
    >>> bandit.select()
    1
    >>> bandit.update(1, 0.5)
    >>> bandit.select()
    0
    """

    def __init__(self, k: int, c: float = 2.0) -> None:
        raise NotImplementedError

    def select(self) -> int:
        """Choose an arm.

        Returns
        -------
        int
            The lowest arm that was never played, or else the one with the greatest bound; of equal ones the lowest.
        """
        raise NotImplementedError

    def update(self, arm: int, reward: float) -> None:
        """Learn from the reward of an arm.

        Parameters
        ----------
        arm : int
            The arm that was played.
        reward : float
            What it paid.

        Raises
        ------
        ValueError
            If there is no such arm.
        """
        raise NotImplementedError


class BernoulliThompson:
    """Takes the arm that is the best in a world drawn from the posterior.

    Parameters
    ----------
    k : int
        Number of arms.
    a : float, default=1.0
        First parameter of every arm's Beta prior, counting ones.
    b : float, default=1.0
        Second parameter of every arm's Beta prior, counting zeros.

    Examples
    --------
    >>> bandit = BernoulliThompson(2)
    >>> for reward in (0, 0, 0, 0):
    ...     bandit.update(0, reward)
    >>> rng = np.random.default_rng(0)
    >>> [bandit.select(rng) for _ in range(6)]
    [0, 1, 1, 1, 1, 1]
    """

    def __init__(self, k: int, a: float = 1.0, b: float = 1.0) -> None:
        raise NotImplementedError

    def select(self, rng: np.random.Generator) -> int:
        """Choose an arm.

        Parameters
        ----------
        rng : Generator
            Source of one Beta number for each arm, in the order of the arms.

        Returns
        -------
        int
            The arm with the greatest number; of equal ones the lowest.
        """
        raise NotImplementedError

    def update(self, arm: int, reward: int) -> None:
        """Learn from the reward of an arm.

        Parameters
        ----------
        arm : int
            The arm that was played.
        reward : int
            What it paid, 0 or 1.

        Raises
        ------
        ValueError
            If there is no such arm, or the reward is neither 0 nor 1.
        """
        raise NotImplementedError


def cumulative_regret(means: np.ndarray, arms: np.ndarray) -> np.ndarray:
    """What playing other arms than the best one has cost so far, in expectation.

    Parameters
    ----------
    means : ndarray of shape (k,)
        True mean reward of each arm.
    arms : ndarray of shape (n,)
        Arms in the order in which they were played.

    Returns
    -------
    ndarray of shape (n,)
        Sum of the gaps between the best mean and the means of the arms played up to each step.

    Raises
    ------
    ValueError
        If an arm does not exist.

    Examples
    --------
    >>> cumulative_regret(np.array([0.5, 1.0, 0.0]), np.array([0, 1, 2])).tolist()
    [0.5, 0.5, 1.5]
    """
    raise NotImplementedError
