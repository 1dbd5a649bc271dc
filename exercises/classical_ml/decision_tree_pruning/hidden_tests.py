"""Hidden tests of cost-complexity pruning."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_that, growth

SEEDS = st.integers(0, 2**32 - 1)


def tree(*nodes):
    """Arrays from (left, right, impurity, n_samples) of each node."""
    left, right, impurity, n_samples = zip(*nodes, strict=True)
    return np.array(left), np.array(right), np.array(impurity, dtype=np.float64), np.array(n_samples)


# Node 1 has g = 1/8, node 2 1/8 with node 5 below it and 3/16 without, node 5 1/16.
HAND = tree(
    (1, 2, 1.0, 16), (3, 4, 0.5, 8), (6, 5, 0.5, 8), (-1, -1, 0.25, 4), (-1, -1, 0.25, 4),
    (7, 8, 0.25, 4), (-1, -1, 0.0, 4), (-1, -1, 0.0, 3), (-1, -1, 0.0, 1),
)  # fmt: skip


def grown(rng, splits):
    """A random tree with ids in any order: every split gains something, and more than others by chance."""
    left, right, leaves = [-1], [-1], [0]
    for _ in range(splits):
        node = leaves.pop(int(rng.integers(len(leaves))))
        left[node], right[node] = len(left), len(left) + 1
        leaves += [len(left), len(left) + 1]
        left += [-1, -1]
        right += [-1, -1]
    m = len(left)
    impurity, n = rng.uniform(0.0, 0.4, m), rng.integers(1, 10, m)
    for node in range(m - 1, -1, -1):
        if left[node] >= 0:
            pair = [left[node], right[node]]
            n[node] = n[pair].sum()
            impurity[node] = np.average(impurity[pair], weights=n[pair]) + rng.uniform(0.01, 0.5)
    new = np.concatenate([[0], 1 + rng.permutation(m - 1)])
    places = np.argsort(new)
    renamed = [np.array([new[c] if c >= 0 else -1 for c in side])[places] for side in (left, right)]
    return (*renamed, impurity[places], n[places])


def follow(left, right, impurity, n):
    """Entries (alpha, total, ids that remain), with everything computed anew after each collapse."""
    left, right, R = left.tolist(), right.tolist(), (impurity * n / n[0]).tolist()

    def below(node):
        found = [node]
        for t in found:
            found += [left[t], right[t]] if left[t] >= 0 else []
        leaves = [t for t in found if left[t] < 0]
        return sum(R[t] for t in leaves), len(leaves), found

    entries, alpha = [], 0.0
    while True:
        total, count, found = below(0)
        entries.append((alpha, total, set(found)))
        if count == 1:
            return entries
        links = []
        for t in found:
            if left[t] >= 0:
                risk, leaves, _ = below(t)
                links.append(((R[t] - risk) / (leaves - 1), t))
        alpha, weakest = min(links)
        left[weakest] = right[weakest] = -1


def ids(remain):
    """A set of plain ids."""
    return {int(node) for node in remain}


def test_path_by_hand(candidate):
    """The weakest link goes first, and then its ancestors are compared anew, with what is left below them."""
    alphas, totals = candidate.pruning_path(*HAND)
    assert_close(alphas, [0.0, 1 / 16, 1 / 8, 3 / 16, 1 / 2])
    assert_close(totals, [1 / 8, 3 / 16, 5 / 16, 1 / 2, 1.0])


def test_prune_by_hand(candidate):
    """A collapsed node remains as a leaf, and everything below it is gone."""
    assert_equal(ids(candidate.prune(*HAND, 0.0)), set(range(9)))
    assert_equal(ids(candidate.prune(*HAND, 0.1)), {0, 1, 2, 3, 4, 5, 6})
    assert_equal(ids(candidate.prune(*HAND, 0.15)), {0, 1, 2, 5, 6})
    assert_equal(ids(candidate.prune(*HAND, 0.2)), {0, 1, 2})
    assert_equal(ids(candidate.prune(*HAND, 10.0)), {0})


def test_one_split(candidate):
    """A single split has the strength of the impurity it removes, weighted by the shares of its sides."""
    alphas, totals = candidate.pruning_path(*tree((1, 2, 0.5, 8), (-1, -1, 0.0, 2), (-1, -1, 0.25, 6)))
    assert_close(alphas, [0.0, 0.5 - 0.1875])
    assert_close(totals, [0.1875, 0.5])


def test_leaves_divide_the_gain(candidate):
    """A strong split below a weak one keeps it alive: the gain is shared among the leaves less one."""
    # R: root 1/2, node 2 1/2 over leaves of 0. Alone the root gains nothing, with node 2 it gains 1/2 over 2.
    xor = tree((1, 2, 0.5, 8), (-1, -1, 0.0, 4), (3, 4, 1.0, 4), (-1, -1, 0.0, 2), (-1, -1, 0.0, 2))
    alphas, totals = candidate.pruning_path(*xor)
    assert_close(alphas, [0.0, 0.25])
    assert_close(totals, [0.0, 0.5])
    assert_equal(ids(candidate.prune(*xor, 0.2)), {0, 1, 2, 3, 4})
    assert_equal(ids(candidate.prune(*xor, 0.3)), {0})


@given(splits=st.integers(1, 9), seed=SEEDS)
def test_path_follows_the_definition(candidate, splits, seed):
    """On random trees, alphas and totals are those of computing every link anew after each collapse."""
    grown_tree = grown(np.random.default_rng(seed), splits)
    entries = follow(*grown_tree)
    alphas, totals = candidate.pruning_path(*grown_tree)
    assert_close(alphas, [a for a, _, _ in entries])
    assert_close(totals, [t for _, t, _ in entries])


@given(splits=st.integers(1, 9), seed=SEEDS)
def test_pruned_trees_follow_the_definition(candidate, splits, seed):
    """On random trees, between two alphas of the path, the nodes that remain are those of the tree in between."""
    rng = np.random.default_rng(seed)
    grown_tree = grown(rng, splits)
    entries = follow(*grown_tree)
    i = int(rng.integers(len(entries)))
    after = entries[i + 1][0] if i + 1 < len(entries) else entries[i][0] + 1.0
    if after - entries[i][0] > 1e-6:
        remain = candidate.prune(*grown_tree, (entries[i][0] + after) / 2)
        assert_equal(ids(remain), entries[i][2])


@pytest.mark.fine
def test_ties(candidate):
    """Of equally weak nodes the lowest id collapses first, each with an entry; prune takes links of exactly alpha."""
    # Nodes 1, 6 and 7, which is below 6, all have g = 1/8.
    tied = tree(
        (1, 6, 2.0, 16), (2, 3, 0.5, 8), (-1, -1, 0.25, 4), (-1, -1, 0.25, 4), (-1, -1, 0.0, 4),
        (-1, -1, 0.0, 2), (4, 7, 0.5, 8), (5, 8, 0.5, 4), (-1, -1, 0.0, 2),
    )  # fmt: skip
    alphas, totals = candidate.pruning_path(*tied)
    assert_close(alphas, [0.0, 0.125, 0.125, 1.5])
    assert_close(totals, [0.125, 0.25, 0.5, 2.0])
    assert_equal(ids(candidate.prune(*tied, 0.125)), {0, 1, 6})
    assert_equal(ids(candidate.prune(*tied, 0.1249)), set(range(9)))


@pytest.mark.fine
def test_splits_without_gain(candidate):
    """A split that gains nothing collapses at alpha 0, with an entry of its own."""
    flat = tree((1, 2, 0.5, 8), (-1, -1, 0.5, 4), (-1, -1, 0.5, 4))
    assert_close(candidate.pruning_path(*flat), ([0.0, 0.0], [0.5, 0.5]))
    assert_equal(ids(candidate.prune(*flat, 0.0)), {0})


@pytest.mark.fine
def test_chain(candidate):
    """A chain of 4000 splits needs no recursion."""
    left, right = np.full(8001, -1), np.full(8001, -1)
    left[:-1:2], right[:-1:2] = np.arange(1, 8000, 2), np.arange(2, 8001, 2)
    impurity, n_samples = (left >= 0).astype(np.float64), np.where(left < 0, 1, 4001 - np.arange(8001) // 2)
    alphas, totals = candidate.pruning_path(left, right, impurity, n_samples)
    assert_close(alphas, [0.0, 1 / 4000])
    assert_close(totals, [0.0, 1.0])
    assert_equal(ids(candidate.prune(left, right, impurity, n_samples, 1e-4)), set(range(8001)))


@pytest.mark.fine
def test_one_node(candidate):
    """A tree of one node has a path of one entry, and the node remains."""
    alphas, totals = candidate.pruning_path(*tree((-1, -1, 0.25, 7)))
    assert_close(alphas, [0.0])
    assert_close(totals, [0.25])
    assert_equal(ids(candidate.prune(*tree((-1, -1, 0.25, 7)), 9.0)), {0})


@pytest.mark.fine
def test_types(candidate):
    """Alphas and totals are float64 arrays, also of integer impurities and small counts; ids are Python ints."""
    left, right, impurity, n_samples = HAND
    small = (left.astype(np.int8), right.astype(np.int8), (16 * impurity).astype(np.int8), n_samples.astype(np.uint8))
    alphas, totals = candidate.pruning_path(*small)
    assert_dtype(alphas, np.float64)
    assert_dtype(totals, np.float64)
    assert_close(alphas, np.array([0.0, 1.0, 2.0, 3.0, 8.0]))
    assert_that(all(type(node) is int for node in candidate.prune(*HAND, 0.1)), "holds ids that are not Python ints")


@pytest.mark.fine
def test_invalid_input_raises(candidate):
    """A negative alpha, no nodes and arrays of different length raise ValueError."""
    with assert_raises(ValueError):
        candidate.prune(*HAND, -1e-9)
    bad = [tuple(a[:-1] if i == j else a for i, a in enumerate(HAND)) for j in range(4)]
    for arrays in (*bad, tuple(a[:0] for a in HAND)):
        with assert_raises(ValueError):
            candidate.pruning_path(*arrays)
        with assert_raises(ValueError):
            candidate.prune(*arrays, 0.1)


@pytest.mark.scale
@pytest.mark.call_s(3)
def test_growth(candidate, reference, rng):
    """A balanced tree of four times the nodes takes little more than four times as long."""

    def prepare(subject, rng, n):
        i = np.arange(n)
        left, right = np.where(2 * i + 2 < n, 2 * i + 1, -1), np.where(2 * i + 2 < n, 2 * i + 2, -1)
        impurity, n_samples = rng.uniform(0.1, 0.2, n), np.ones(n, dtype=int)
        for node in range(n // 2 - 1, -1, -1):
            n_samples[node] = n_samples[left[node]] + n_samples[right[node]]
            impurity[node] += (impurity[left[node]] + impurity[right[node]]) / 2
        return lambda: subject.pruning_path(left, right, impurity, n_samples)

    growth(candidate, reference, prepare, rng, sizes=(127, 511, 2047), limit=1.5)
