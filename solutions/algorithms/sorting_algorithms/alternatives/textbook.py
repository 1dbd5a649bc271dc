"""As Cormen et al. write it: recursive, merging with sentinel-free copies, Lomuto's partition around a random pivot."""

import random


def merge_sort(a, key=None):
    """Split, sort both halves, merge."""
    if len(a) <= 1:
        return a
    mid = len(a) // 2
    left, right = merge_sort(a[:mid], key), merge_sort(a[mid:], key)
    result = []
    i = j = 0
    while i < len(left) and j < len(right):
        x, y = (left[i], right[j]) if key is None else (key(left[i]), key(right[j]))
        if x <= y:
            result.append(left[i])
            i += 1
        else:
            result.append(right[j])
            j += 1
    result.extend(left[i:])
    result.extend(right[j:])
    return result


def partition(a, p, r):
    """Lomuto: everything up to the pivot's place is at most the pivot."""
    pick = random.randint(p, r)
    a[pick], a[r] = a[r], a[pick]
    x, i = a[r], p - 1
    for j in range(p, r):
        if a[j] <= x:
            i += 1
            a[i], a[j] = a[j], a[i]
    a[i + 1], a[r] = a[r], a[i + 1]
    return i + 1


def quick_sort(a, p=0, r=None):
    """Partition, then sort both sides."""
    if r is None:
        r = len(a) - 1
    if p < r:
        q = partition(a, p, r)
        quick_sort(a, p, q - 1)
        quick_sort(a, q + 1, r)


def quick_select(a, k):
    """Partition, then go on in one side."""
    a = list(a)
    p, r = 0, len(a) - 1
    while p < r:
        q = partition(a, p, r)
        if q == k:
            break
        if k < q:
            r = q - 1
        else:
            p = q + 1
    return a[k]
