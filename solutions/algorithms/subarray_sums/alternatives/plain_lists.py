"""Plain lists and tables, kept whole."""

import operator
from collections import defaultdict

import numpy as np


def max_subarray(a):
    """A table of the best run that ends at each place, read by a second loop."""
    if not a:
        raise ValueError("no items")
    sums, starts = [a[0]], [0]
    for i in range(1, len(a)):
        extends = sums[-1] >= 0
        sums.append(sums[-1] + a[i] if extends else a[i])
        starts.append(starts[-1] if extends else i)
    greatest = max(sums)
    end = sums.index(greatest)
    return greatest, starts[end], end + 1


def count_sum_k(a, k):
    """Count with a defaultdict, looking back from each end."""
    seen = defaultdict(int)
    count = total = 0
    for x in a:
        seen[total] += 1
        total += x
        if total - k in seen:
            count += seen[total - k]
    return count


def has_multiple_of_k(a, k):
    """A set that lags one step behind, so that runs have two items."""
    seen, waiting, total = set(), 0, 0
    for x in a:
        total += x
        key = total % abs(k) if k != 0 else total
        if key in seen:
            return True
        seen.add(waiting)
        waiting = key
    return False


def min_length_at_least(a, s):
    """Parallel lists and a moving front instead of a deque."""
    prefix = [0]
    for x in a:
        prefix.append(prefix[-1] + x)
    queue, front, best = [], 0, len(prefix)
    for j, p in enumerate(prefix):
        while front < len(queue) and p - prefix[queue[front]] >= s:
            best = min(best, j - queue[front])
            front += 1
        while len(queue) > front and prefix[queue[-1]] >= p:
            queue.pop()
        queue.append(j)
    return best if best < len(prefix) else 0


class IntegralImage:
    """A list of lists."""

    def __init__(self, img):
        if len(img.shape) != 2:
            raise ValueError("shape")
        self.h, self.w = img.shape
        rows = [[0] * (self.w + 1)]
        for row in np.cumsum(img, axis=1, dtype=np.int64).tolist():
            rows.append([0, *map(operator.add, rows[-1][1:], row)])
        self.rows = rows

    def query(self, y0, x0, y1, x1):
        """Four corners."""
        if min(y0, y1, x0, x1) < 0 or max(y0, y1) > self.h or max(x0, x1) > self.w:
            raise ValueError("range")
        if not (y0 < y1 and x0 < x1):
            return 0
        r = self.rows
        return r[y1][x1] - r[y0][x1] - r[y1][x0] + r[y0][x0]
