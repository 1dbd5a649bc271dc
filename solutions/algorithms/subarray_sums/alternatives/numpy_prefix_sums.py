"""Prefix sums in NumPy, with sorting and bisection in place of hashing."""

import bisect

import numpy as np


def max_subarray(a):
    """Greatest difference of a prefix sum and the least one before it."""
    if len(a) == 0:
        raise ValueError("empty")
    prefix = np.concatenate([[0], np.cumsum(np.array(a, dtype=np.int64))])
    gain = prefix[1:] - np.minimum.accumulate(prefix[:-1])
    total = gain.max()
    end = int(np.argmax(gain)) + 1
    start = int(np.argmin(prefix[:end]))
    return int(total), start, end


def count_sum_k(a, k):
    """Bisect among the sorted places of equal prefix sums."""
    prefix = [0]
    for x in a:
        prefix.append(prefix[-1] + x)
    places = {}
    for i, p in enumerate(prefix):
        places.setdefault(p, []).append(i)
    count = 0
    for i, p in enumerate(prefix):
        later = places.get(p + k, [])
        count += len(later) - bisect.bisect_right(later, i)
    return count


def has_multiple_of_k(a, k):
    """Sort the remainders stably; equal ones stand together, earliest first."""
    prefix = np.concatenate([[0], np.cumsum(np.array(a, dtype=np.int64))])
    rest = prefix if k == 0 else prefix % abs(k)
    order = np.argsort(rest, kind="stable")
    first, last = {}, {}
    for i in order.tolist():
        r = int(rest[i])
        first.setdefault(r, i)
        last[r] = i
    return any(last[r] - first[r] > 1 for r in first)


def min_length_at_least(a, s):
    """Bisect in a stack of starts with increasing prefix sums."""
    if a and s <= 0:
        return int(max(a) >= s)
    stack, sums = [0], [0]
    total, best = 0, None
    for end in range(1, len(a) + 1):
        total += a[end - 1]
        place = bisect.bisect_right(sums, total - s)
        if place and (best is None or end - stack[place - 1] < best):
            best = end - stack[place - 1]
        while sums and sums[-1] >= total:
            sums.pop()
            stack.pop()
        stack.append(end)
        sums.append(total)
    return best or 0


class IntegralImage:
    """Prefix sums padded by np.pad."""

    def __init__(self, img):
        if img.ndim != 2:
            raise ValueError("two axes")
        self.shape = img.shape
        self.sums = np.pad(np.cumsum(np.cumsum(img.astype(np.int64), axis=1), axis=0), ((1, 0), (1, 0)))

    def query(self, y0, x0, y1, x1):
        """Difference of two columns of differences."""
        for value, side in ((y0, 0), (y1, 0), (x0, 1), (x1, 1)):
            if value < 0 or value > self.shape[side]:
                raise ValueError("outside")
        if y1 <= y0 or x1 <= x0:
            return 0
        lower, upper = self.sums[y1], self.sums[y0]
        return int((lower[x1] - lower[x0]) - (upper[x1] - upper[x0]))
