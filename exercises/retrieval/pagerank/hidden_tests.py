"""Hidden tests of pagerank."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import (
    assert_close,
    assert_dtype,
    assert_raises,
    assert_shape,
    assert_that,
    fetch,
    memory,
    put,
    speed,
)

NONE = np.zeros(0, dtype=np.int64)


def edges(*pairs):
    """Arrays of sources and targets."""
    array = np.array(pairs, dtype=np.int64).reshape(len(pairs), 2)
    return array[:, 0], array[:, 1]


def solved(n, src, dst, damping=0.85, weights=None):
    """The fixed point, from a dense system of linear equations."""
    p = np.ones(n) / n if weights is None else weights / weights.sum()
    follow = np.zeros((n, n))
    for u, v in zip(src.tolist(), dst.tolist(), strict=True):
        follow[v, u] += 1.0
    for u in range(n):
        total = follow[:, u].sum()
        follow[:, u] = follow[:, u] / total if total else p
    return np.linalg.solve(np.eye(n) - damping * follow, (1 - damping) * p)


def close(got, expected):
    """Equal as far as the stopping rule goes."""
    assert_close(got, np.array(expected, dtype=np.float64), rtol=1e-7, atol=1e-8)


def simple(seed, n, m):
    """A random graph without repeated edges and loops."""
    rng = np.random.default_rng(seed)
    pairs = [(u, v) for u in range(n) for v in range(n) if u != v]
    return edges(*(pairs[i] for i in rng.permutation(len(pairs))[: max(m, 1)]))


def draw(seed, n, m):
    """A random graph, with edges that come twice, loops and nodes without edges."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, n, size=m), rng.integers(0, n, size=m)


def large(subject, rng):
    """Sixty thousand edges between 6000 nodes, some of which are dangling."""
    src, dst = put(subject, rng.integers(0, 5900, size=60_000)), put(subject, rng.integers(0, 6000, size=60_000))
    return lambda: subject.pagerank(6000, src, dst)


def test_small_graph_by_hand(candidate):
    """Rank flows along the edges, not against them."""
    # r0 = r2 / 2 + 1/6, r1 = r0 / 4 + 1/6, r2 = r0 / 4 + r1 / 2 + 1/6.
    close(candidate.pagerank(3, *edges((0, 1), (0, 2), (1, 2), (2, 0)), damping=0.5), [14 / 39, 10 / 39, 15 / 39])
    close(candidate.pagerank(3, *edges((0, 2), (1, 2), (2, 0), (2, 1)), 0.5), [5 / 18, 5 / 18, 8 / 18])


def test_damping_is_the_probability_of_following(candidate):
    """The greater the damping, the more the edges count; the default is 0.85."""
    star = edges((1, 0), (2, 0), (3, 0), (0, 1))
    for damping in (0.1, 0.5, 0.85):
        close(candidate.pagerank(4, *star, damping=damping), solved(4, *star, damping))
    close(candidate.pagerank(4, *star), solved(4, *star, 0.85))
    close(candidate.pagerank(2, *edges((0, 1), (1, 0))), [0.5, 0.5])


def test_dangling_nodes(candidate):
    """What arrives at a node without outgoing edges starts anew, so nothing is lost."""
    close(candidate.pagerank(2, *edges((0, 1)), damping=0.5), [0.4, 0.6])
    close(candidate.pagerank(4, *edges((0, 1), (0, 2))), solved(4, *edges((0, 1), (0, 2))))
    # A renormalised result without this rule would be another one.
    graph = edges((0, 1), (1, 0), (2, 3), (0, 3))
    close(candidate.pagerank(4, *graph), solved(4, *graph))


def test_personalization(candidate):
    """Both kinds of new starts, from anywhere and from dangling nodes, follow the weights."""
    close(candidate.pagerank(2, *edges((0, 1)), 0.5, personalization=np.array([1.0, 0.0])), [2 / 3, 1 / 3])
    close(candidate.pagerank(2, *edges((0, 1)), 0.5, personalization=np.array([0.0, 2.0])), [0.0, 1.0])
    graph, weights = edges((0, 1), (1, 2), (2, 0), (3, 0), (1, 4)), np.array([0.5, 0.0, 2.0, 1.0, 0.5])
    close(candidate.pagerank(5, *graph, personalization=weights), solved(5, *graph, weights=weights))


def test_only_proportions_of_the_weights_count(candidate):
    """The weights of the starts need not add up to 1."""
    graph, weights = edges((0, 1), (1, 2), (2, 0), (2, 1)), np.array([1.0, 0.0, 3.0])
    expected = solved(3, *graph, weights=weights)
    for scale in (1.0, 0.25, 1000.0):
        close(candidate.pagerank(3, *graph, personalization=weights * scale), expected)


@given(n=st.integers(2, 6), m=st.integers(1, 12), seed=st.integers(0, 2**32 - 1), damping=st.sampled_from([0.3, 0.85]))
def test_ranks_solve_the_equations(candidate, n, m, seed, damping):
    """On random graphs the ranks solve the equations, with and without weights of the starts."""
    src, dst = simple(seed, n, m)
    weights = np.append(np.random.default_rng(seed).integers(0, 3, size=n - 1), 1.0)
    close(candidate.pagerank(n, src, dst, damping), solved(n, src, dst, damping))
    close(candidate.pagerank(n, src, dst, damping, personalization=weights), solved(n, src, dst, damping, weights))


@given(n=st.integers(2, 8), m=st.integers(1, 20), seed=st.integers(0, 2**32 - 1))
def test_ranks_are_a_distribution(candidate, n, m, seed):
    """Ranks are not negative and add up to 1, and new numbers of the nodes only move them."""
    src, dst = simple(seed, n, m)
    rank = np.asarray(candidate.pagerank(n, src, dst))
    assert_that(bool((rank >= 0).all()) and abs(rank.sum() - 1) < 1e-7, "is no distribution", rank)
    number = np.random.default_rng(seed).permutation(n)
    close(np.asarray(candidate.pagerank(n, number[src], number[dst]))[number], rank)


@pytest.mark.fine
def test_types(candidate):
    """The result is a float64 array of shape (n,), whatever the dtypes of the arguments are."""
    src, dst = edges((0, 1), (1, 2))
    for weights in (None, np.array([1, 2, 0]), np.array([1, 2, 0], dtype=np.float32)):
        for dtype in (np.int64, np.int32):
            got = candidate.pagerank(3, src.astype(dtype), dst.astype(dtype), personalization=weights)
            assert_dtype(got, "float64")
            assert_shape(got, (3,))
    assert_dtype(candidate.pagerank(0, NONE, NONE), "float64")


@pytest.mark.fine
def test_repeated_edges_add_weight(candidate):
    """An edge that is listed twice is followed twice as often."""
    close(candidate.pagerank(3, *edges((0, 1), (0, 2), (0, 1), (1, 0), (2, 0)), 0.5), [24 / 54, 17 / 54, 13 / 54])


@pytest.mark.fine
def test_loops_count(candidate):
    """An edge from a node to itself counts, and a node with such an edge only is not dangling."""
    close(candidate.pagerank(2, *edges((0, 0), (0, 1), (1, 0)), damping=0.5), [0.6, 0.4])
    close(candidate.pagerank(2, *edges((0, 0)), damping=0.5), [2 / 3, 1 / 3])


@pytest.mark.fine
@given(n=st.integers(1, 6), m=st.integers(0, 12), seed=st.integers(0, 2**32 - 1), damping=st.sampled_from([0.3, 0.85]))
def test_any_graph_solves_the_equations(candidate, n, m, seed, damping):
    """Graphs with repeated edges and loops, or without edges, solve the equations too."""
    src, dst = draw(seed, n, m)
    weights = np.append(np.random.default_rng(seed).integers(0, 3, size=n - 1), 1)
    close(candidate.pagerank(n, src, dst, damping), solved(n, src, dst, damping))
    close(candidate.pagerank(n, src, dst, damping, personalization=weights), solved(n, src, dst, damping, weights))


@pytest.mark.fine
def test_no_edges_and_no_nodes(candidate):
    """Without edges the result is the distribution of starts; without nodes it is empty."""
    close(candidate.pagerank(4, NONE, NONE), [0.25] * 4)
    close(candidate.pagerank(3, NONE, NONE, personalization=np.array([3.0, 1.0, 0.0])), [0.75, 0.25, 0.0])
    assert_close(candidate.pagerank(0, NONE, NONE), np.zeros(0))
    close(candidate.pagerank(1, NONE, NONE), [1.0])
    close(candidate.pagerank(1, *edges((0, 0), (0, 0))), [1.0])


@pytest.mark.fine
def test_damping_zero(candidate):
    """With damping 0 the edges do not matter."""
    graph = edges((0, 1), (1, 2), (1, 0))
    close(candidate.pagerank(3, *graph, damping=0.0), [1 / 3] * 3)
    close(candidate.pagerank(3, *graph, 0.0, 1e-12, 1, np.array([1.0, 1.0, 2.0])), [0.25, 0.25, 0.5])


@pytest.mark.fine
def test_stopping_rule(candidate):
    """The iteration starts from p, ends when the absolute changes add up to less than tol, and returns the last ranks."""
    # From (1, 0) the ranks are (1/2, 1/2), (3/4, 1/4), (5/8, 3/8), and the changes 1, 1/2, 1/4.
    graph, start = edges((0, 1), (1, 0)), np.array([1.0, 0.0])
    for tol, rounds, expected in ((1.5, 1, [0.5, 0.5]), (0.75, 2, [0.75, 0.25]), (0.3, 3, [0.625, 0.375])):
        for max_iter in (rounds, 200):
            got = candidate.pagerank(2, *graph, 0.5, tol, max_iter, start)
            assert_close(got, np.array(expected))
        if rounds > 1:
            with assert_raises(RuntimeError):
                candidate.pagerank(2, *graph, 0.5, tol, rounds - 1, start)


@pytest.mark.fine
def test_slow_convergence(candidate):
    """With a damping near 1, 200 iterations are too few for the default tol, which raises RuntimeError."""
    graph, start = edges((0, 1), (1, 0)), np.array([1.0, 0.0])
    # Change number t is 2 d^t. It falls below 1e-10 at t = 200 for d = 0.8879, at t = 201 for d = 0.8885.
    for damping in (0.99, 0.8885):
        with assert_raises(RuntimeError):
            candidate.pagerank(2, *graph, damping=damping, personalization=start)
    close(candidate.pagerank(2, *graph, damping=0.8879, personalization=start), [1 / 1.8879, 0.8879 / 1.8879])
    close(candidate.pagerank(2, *graph, damping=0.99, max_iter=5000, personalization=start), [1 / 1.99, 0.99 / 1.99])


@pytest.mark.fine
def test_change_equal_to_tol(candidate):
    """A change that equals tol is not smaller than tol."""
    close(candidate.pagerank(1, *edges((0, 0)), damping=0.5, tol=1e-300, max_iter=5), [1.0])
    with assert_raises(RuntimeError):
        candidate.pagerank(2, *edges((0, 1), (1, 0)), 0.5, 1.0, 1, np.array([1.0, 0.0]))


@pytest.mark.fine
def test_personalization_is_normalised(candidate):
    """Only the proportions of the weights count; they may be integers or float32."""
    graph, weights = edges((0, 1), (1, 2), (2, 0), (2, 1)), np.array([1, 0, 3])
    expected = solved(3, *graph, weights=weights)
    for scaled in (weights, weights * 1000, weights / 7, weights * 1e-200, weights.astype(np.float32)):
        close(candidate.pagerank(3, *graph, personalization=scaled), expected)
    third = np.array([1, 2, 0], dtype=np.float32)
    assert_close(candidate.pagerank(3, NONE, NONE, personalization=third), np.array([1, 2, 0]) / 3, rtol=1e-12)


@pytest.mark.fine
def test_dtypes_and_strides(candidate):
    """int32 nodes and strided views are treated like any other array."""
    src, dst = draw(3, 9, 24)
    expected = solved(9, src, dst)
    close(candidate.pagerank(9, src.astype(np.int32), dst.astype(np.int32)), expected)
    close(candidate.pagerank(9, np.repeat(src, 2)[::2], dst[::-1][::-1]), expected)
    weights = np.arange(18.0)[::-2]
    close(candidate.pagerank(9, src, dst, personalization=weights), solved(9, src, dst, weights=weights))


@pytest.mark.fine
def test_arguments_stay_as_they_are(candidate):
    """The weights of the caller are not divided in place."""
    src, dst = edges((0, 1), (1, 2), (2, 0))
    weights = put(candidate, np.array([1.0, 2.0, 5.0]))
    first = candidate.pagerank(3, src, dst, personalization=weights)
    assert_close(fetch(weights), np.array([1.0, 2.0, 5.0]), rtol=0.0, atol=0.0)
    close(first, solved(3, src, dst, weights=np.array([1.0, 2.0, 5.0])))


@pytest.mark.fine
def test_bad_graphs_are_refused(candidate):
    """Nodes that do not exist and lists of different length or shape raise ValueError."""
    for pair in ((0, 3), (3, 0), (-1, 0), (0, -1)):
        with assert_raises(ValueError):
            candidate.pagerank(3, *edges((0, 1), pair))
    with assert_raises(ValueError):
        candidate.pagerank(0, *edges((0, 0)))
    with assert_raises(ValueError):
        candidate.pagerank(1, *edges((0, 1)))
    for src, dst in (([0, 1], [1]), ([0], [1, 0]), ([[0]], [[1]]), ([0], [[1]])):
        with assert_raises(ValueError):
            candidate.pagerank(3, np.array(src), np.array(dst))


@pytest.mark.fine
def test_bad_settings_are_refused(candidate):
    """A damping outside [0, 1) and weights that are no distribution raise ValueError."""
    graph = edges((0, 1), (1, 0))
    for damping in (-0.1, 1.0, 1.5, math.nan):
        with assert_raises(ValueError):
            candidate.pagerank(2, *graph, damping=damping)
    for weights in ([0.0, 0.0], [1.0, -0.5], [3.0, -1.0], [math.nan, 1.0], [1.0], [1.0, 1.0, 1.0], [[0.5, 0.5]], []):
        with assert_raises(ValueError):
            candidate.pagerank(2, *graph, personalization=np.array(weights))


@pytest.mark.scale
def test_many_edges_are_quick(candidate, reference, rng):
    """Sixty thousand edges take array operations, not a Python loop."""
    speed(candidate, reference, large, rng, limit=20)


@pytest.mark.scale
def test_memory_is_that_of_the_edges(candidate, reference, rng):
    """Six thousand nodes need no matrix of 36 million entries."""
    memory(candidate, reference, large, rng, limit=5)
