"""As feature pipelines write it: one group of indices for each user, bisection for counts, a forward sum for the decay."""

import bisect
from collections import defaultdict, deque

import numpy as np


def groups(user, ts):
    """Indices of each user in the order of time."""
    by_user = defaultdict(list)
    for i in sorted(range(len(ts)), key=lambda i: ts[i]):
        by_user[user[i]].append(i)
    return by_user.values()


def velocity_counts(user, ts, window):
    """Bisect twice for each event."""
    out = np.zeros(len(ts))
    for idx in groups(user, ts):
        times = [ts[i] for i in idx]
        for i in idx:
            out[i] = bisect.bisect_left(times, ts[i]) - bisect.bisect_left(times, ts[i] - window)
    return out


def decayed_affinity(user, ts, weight, half_life):
    """Exponents relative to the first event of the user."""
    out = np.zeros(len(ts))
    for idx in groups(user, ts):
        times = np.array([ts[i] for i in idx], dtype=float)
        growth = 2.0 ** ((times - times[0]) / half_life)
        sums = np.concatenate([[0.0], np.cumsum([weight[i] * g for i, g in zip(idx, growth)])])
        first = np.searchsorted(times, times, side="left")
        out[idx] = sums[first] / growth
    return out


class SlidingWindowCounter:
    """A deque for each key."""

    def __init__(self, window):
        self.window = window
        self.events = defaultdict(deque)

    def add(self, key, t):
        """Append, evict, count."""
        q = self.events[key]
        q.append(t)
        while q[0] <= t - self.window:
            q.popleft()
        return len(q)
