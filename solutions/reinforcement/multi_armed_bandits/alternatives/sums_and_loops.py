"""Sums and counts in Python lists, with plain loops."""

import math

import numpy as np


class EpsilonGreedy:
    """Sums of rewards, divided when somebody asks."""

    def __init__(self, k, eps):
        self.k, self.eps = k, eps
        self.n, self.total = [0] * k, [0.0] * k

    def select(self, u, u_arm):
        """Explore, or take the best mean."""
        if u < self.eps:
            return math.floor(u_arm * self.k)
        means = [total / n if n else 0.0 for total, n in zip(self.total, self.n)]
        return max(range(self.k), key=means.__getitem__)

    def update(self, arm, reward):
        """Add to the sum."""
        if arm not in range(self.k):
            raise ValueError("no such arm")
        self.n[arm] += 1
        self.total[arm] += reward


class UCB1(EpsilonGreedy):
    """The same sums, with a bonus."""

    def __init__(self, k, c=2.0):
        super().__init__(k, 0.0)
        self.c = c

    def select(self):
        """Play new arms, then the greatest bound."""
        if 0 in self.n:
            return self.n.index(0)
        log_t = math.log(sum(self.n))
        bounds = [total / n + math.sqrt(self.c * log_t / n) for total, n in zip(self.total, self.n)]
        return bounds.index(max(bounds))


class BernoulliThompson:
    """One draw after the other."""

    def __init__(self, k, a=1.0, b=1.0):
        self.belief = [[a, b] for _ in range(k)]

    def select(self, rng):
        """Draw arm by arm."""
        best, top = 0, -1.0
        for arm, (a, b) in enumerate(self.belief):
            number = rng.beta(a, b)
            if number > top:
                best, top = arm, number
        return best

    def update(self, arm, reward):
        """Count."""
        if not 0 <= arm < len(self.belief):
            raise ValueError("no such arm")
        if reward == 1:
            self.belief[arm][0] += 1
        elif reward == 0:
            self.belief[arm][1] += 1
        else:
            raise ValueError("0 or 1")


def cumulative_regret(means, arms):
    """Add gap after gap."""
    means = means.tolist()
    best, total, result = max(means), 0.0, []
    for arm in arms:
        if arm < 0 or arm >= len(means):
            raise ValueError("no such arm")
        total += best - means[arm]
        result.append(total)
    return np.array(result, dtype=np.float64)
