"""Classroom style: arrays of counts and values, incremental means, infinite bounds for new arms."""

import numpy as np


class EpsilonGreedy:
    """Explores with probability eps."""

    def __init__(self, k, eps):
        self.k, self.eps = k, eps
        self.N = np.zeros(k)
        self.Q = np.zeros(k)

    def select(self, u, u_arm):
        """Random arm, or the greedy one."""
        if u < self.eps:
            return int(np.floor(u_arm * self.k))
        return np.argmax(self.Q)

    def update(self, arm, reward):
        """Incremental mean."""
        self.N[arm] += 1
        self.Q[arm] += (reward - self.Q[arm]) / self.N[arm]


class UCB1:
    """Optimism in the face of uncertainty."""

    def __init__(self, k, c=2.0):
        self.c = c
        self.N = np.zeros(k)
        self.Q = np.zeros(k)

    def select(self):
        """Arm with the greatest bound."""
        t = self.N.sum()
        bonus = np.sqrt(self.c * np.log(max(t, 1)) / np.where(self.N > 0, self.N, 1))
        return np.argmax(np.where(self.N > 0, self.Q + bonus, np.inf))

    def update(self, arm, reward):
        """Incremental mean."""
        self.N[arm] += 1
        self.Q[arm] += (reward - self.Q[arm]) / self.N[arm]


class BernoulliThompson:
    """Posterior sampling with Beta beliefs."""

    def __init__(self, k, a=1.0, b=1.0):
        self.alpha = np.full(k, a)
        self.beta = np.full(k, b)

    def select(self, rng):
        """Arm with the greatest sample."""
        return np.argmax(rng.beta(self.alpha, self.beta))

    def update(self, arm, reward):
        """Count successes and failures."""
        self.alpha[arm] += reward
        self.beta[arm] += 1 - reward


def cumulative_regret(means, arms):
    """Sum of the gaps."""
    return np.cumsum(np.max(means) - means[arms])
