"""As interview books write it: discard half of k at each step for the k-th, the partition with infinities for the median."""

import math


def kth_of_two(a, b, k):
    """Drop k // 2 items that cannot be the k-th, from the array whose item there is smaller."""
    i = j = 0
    k += 1
    while True:
        if i == len(a):
            return b[j + k - 1]
        if j == len(b):
            return a[i + k - 1]
        if k == 1:
            return min(a[i], b[j])
        half = k // 2
        p, q = min(i + half, len(a)) - 1, min(j + half, len(b)) - 1
        if a[p] <= b[q]:
            k -= p - i + 1
            i = p + 1
        else:
            k -= q - j + 1
            j = q + 1


def median_of_two(a, b):
    """Cut the shorter array so that the left half of both is not greater than the right half."""
    if len(a) > len(b):
        a, b = b, a
    m, n = len(a), len(b)
    low, high = 0, m
    while True:
        i = (low + high) // 2
        j = (m + n + 1) // 2 - i
        left_a = a[i - 1] if i > 0 else -math.inf
        right_a = a[i] if i < m else math.inf
        left_b = b[j - 1] if j > 0 else -math.inf
        right_b = b[j] if j < n else math.inf
        if left_a <= right_b and left_b <= right_a:
            if (m + n) % 2:
                return max(left_a, left_b)
            return (max(left_a, left_b) + min(right_a, right_b)) / 2
        if left_a > right_b:
            high = i - 1
        else:
            low = i + 1
