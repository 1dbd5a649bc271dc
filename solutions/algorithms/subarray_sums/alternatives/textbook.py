"""Interview style: Kadane, a hash map of prefix sums, first places of remainders, a monotonic deque, a padded table."""

from collections import defaultdict, deque

import numpy as np


def max_subarray(a):
    """Kadane's algorithm with indices."""
    best = current = a[0]
    start = best_start = 0
    best_end = 1
    for i in range(1, len(a)):
        if current <= 0:
            current = a[i]
            start = i
        else:
            current += a[i]
        if current > best:
            best, best_start, best_end = current, start, i + 1
    return best, best_start, best_end


def count_sum_k(a, k):
    """Prefix sums in a dictionary."""
    counts = defaultdict(int)
    counts[0] = 1
    prefix = result = 0
    for x in a:
        prefix += x
        result += counts[prefix - k]
        counts[prefix] += 1
    return result


def has_multiple_of_k(a, k):
    """First place of each remainder."""
    seen = {0: -1}
    prefix = 0
    for i, x in enumerate(a):
        prefix = (prefix + x) % k
        if prefix in seen:
            if i - seen[prefix] >= 2:
                return True
        else:
            seen[prefix] = i
    return False


def min_length_at_least(a, s):
    """Monotonic deque of prefix sums."""
    prefix = [0]
    for x in a:
        prefix.append(prefix[-1] + x)
    best = len(a) + 1
    dq = deque()
    for i, p in enumerate(prefix):
        while dq and p - prefix[dq[0]] >= s:
            best = min(best, i - dq.popleft())
        while dq and prefix[dq[-1]] >= p:
            dq.pop()
        dq.append(i)
    return best if best <= len(a) else 0


class IntegralImage:
    """Summed-area table with a border of zeros."""

    def __init__(self, img):
        self.sat = np.pad(img, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)

    def query(self, y0, x0, y1, x1):
        """Four corners."""
        return self.sat[y1, x1] - self.sat[y0, x1] - self.sat[y1, x0] + self.sat[y0, x0]
