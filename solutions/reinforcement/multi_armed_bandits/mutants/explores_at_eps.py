"""Explores when u equals eps."""

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
        self._eps = eps
        self._arms = _RunningMeans(k)

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
        if u <= self._eps:
            return int(u_arm * self._arms.means.size)
        return int(self._arms.means.argmax())

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
        self._arms.add(arm, reward)


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
        self._c = c
        self._arms = _RunningMeans(k)

    def select(self) -> int:
        """Choose an arm.

        Returns
        -------
        int
            The lowest arm that was never played, or else the one with the greatest bound; of equal ones the lowest.
        """
        counts = self._arms.counts
        if not counts.all():
            return int(counts.argmin())
        # The bonus shrinks as an arm is played, and grows slowly for all the others.
        return int((self._arms.means + np.sqrt(self._c * np.log(counts.sum()) / counts)).argmax())

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
        self._arms.add(arm, reward)


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
        self._ones = np.full(k, float(a))
        self._zeros = np.full(k, float(b))

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
        return int(rng.beta(self._ones, self._zeros).argmax())

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
        _check(arm, self._ones.size)
        if reward not in (0, 1):
            raise ValueError("rewards are 0 or 1")
        # Beta is conjugate to Bernoulli: the posterior counts ones and zeros.
        self._ones[arm] += reward
        self._zeros[arm] += 1 - reward


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
    for arm in (arms.min(), arms.max()) if arms.size else ():
        _check(arm, means.size)
    means = means.astype(np.float64)  # gaps of small integers would wrap, and long sums of float32 lose digits
    return np.cumsum((means.max() - means)[arms])


class _RunningMeans:
    """Mean reward and number of plays of each arm, in constant space."""

    def __init__(self, k: int) -> None:
        self.means = np.zeros(k)
        self.counts = np.zeros(k, dtype=np.int64)

    def add(self, arm: int, reward: float) -> None:
        _check(arm, self.means.size)
        self.counts[arm] += 1
        # m_n = m_{n-1} + (r_n - m_{n-1}) / n
        self.means[arm] += (reward - self.means[arm]) / self.counts[arm]


def _check(arm: int, k: int) -> None:
    if not 0 <= arm < k:
        raise ValueError(f"there are arms 0 to {k - 1}, but no arm {arm}")
