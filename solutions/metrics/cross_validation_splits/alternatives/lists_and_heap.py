"""Python lists, one deal after the other, and a heap for the groups."""

import heapq
from collections import defaultdict

import numpy as np


def k_fold(n, k, perm=None):
    """Slices of a list."""
    rows = _rows(n, k, perm)
    tests, start = [], 0
    for i in range(k):
        stop = start + n // k + int(i < n % k)
        tests.append(rows[start:stop])
        start = stop
    return _pairs(n, tests)


def stratified_k_fold(y, k, perm=None):
    """A queue for each class."""
    if y.ndim != 1:
        raise ValueError("y")
    rows, labels = _rows(len(y), k, perm), y.tolist()
    queues = defaultdict(list)
    for row in rows:
        queues[labels[row]].append(row)
    if max(map(len, queues.values())) < k:
        raise ValueError("classes are too small")
    cards = [row for label in sorted(queues) for row in queues[label]]
    return _pairs(len(y), [cards[i::k] for i in range(k)])


def group_k_fold(groups, k):
    """The smallest fold is on top of the heap."""
    if groups.ndim != 1:
        raise ValueError("groups")
    members = defaultdict(list)
    for row, group in enumerate(groups.tolist()):
        members[group].append(row)
    if k < 2 or k > len(members):
        raise ValueError("k")
    heap = [(0, i) for i in range(k)]
    tests = [[] for _ in range(k)]
    for group in sorted(members, key=lambda g: (-len(members[g]), g)):
        size, i = heapq.heappop(heap)
        tests[i].extend(members[group])
        heapq.heappush(heap, (size + len(members[group]), i))
    return _pairs(len(groups), tests)


def _rows(n, k, perm):
    if k < 2 or k > n:
        raise ValueError("k")
    rows = list(range(n)) if perm is None else perm.tolist()
    if perm is not None and (
        perm.ndim != 1 or not np.issubdtype(perm.dtype, np.integer) or sorted(rows) != list(range(n))
    ):
        raise ValueError("perm")
    return rows


def _pairs(n, tests):
    pairs = []
    for test in tests:
        inside = set(test)
        train = [row for row in range(n) if row not in inside]
        pairs.append((np.array(train, dtype=np.int64), np.array(sorted(test), dtype=np.int64)))
    return pairs
