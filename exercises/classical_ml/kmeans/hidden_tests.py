"""Hidden tests of k-means."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import (
    assert_close,
    assert_dtype,
    assert_equal,
    assert_raises,
    assert_that,
    assert_type,
    fetch,
    memory,
    put,
    speed,
)

SEEDS = st.integers(0, 2**32 - 1)
CROSS = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])


def indices(*values):
    """The index array we expect."""
    return np.array(values, dtype=np.int64)


def column(*values):
    """Points on a line, as a matrix."""
    return np.array(values, dtype=np.float64)[:, None]


def squared(a, b):
    """Squared distance of two points."""
    return sum((p - q) ** 2 for p, q in zip(a, b, strict=True))


def seeding(points, k, u):
    """Chosen rows, in exact arithmetic; the points have integer coordinates."""
    points, chosen = [[int(v) for v in row] for row in points], []
    for draw in map(Fraction, u.tolist()):
        mass = [min((squared(p, points[i]) for i in chosen), default=0) for p in points]
        if sum(mass) == 0:
            chosen.append(int(draw * len(points)))
        else:
            chosen.append(next(i for i in range(len(points)) if sum(mass[: i + 1]) > draw * sum(mass)))
    return indices(*chosen)


def nearest(points, centers):
    """Label of the nearest centre of each point, and the squared distance to it."""
    rows = [[squared(p, c) for c in centers] for p in points]
    return [row.index(min(row)) for row in rows], [min(row) for row in rows]


def iterate(points, centers, max_iter, tol):
    """Lloyd iterations, point by point."""
    points, centers, n_iter, shift = points.tolist(), centers.tolist(), 0, math.inf
    while n_iter < max_iter and (n_iter == 0 or shift > tol):
        labels, away = nearest(points, centers)
        for empty in [j for j in range(len(centers)) if j not in labels]:
            free = [i for i in range(len(points)) if labels.count(labels[i]) > 1]
            labels[min(free, key=lambda i: (-away[i], i))] = empty
        members = [[p for p, label in zip(points, labels, strict=True) if label == j] for j in range(len(centers))]
        moved = [[math.fsum(values) / len(group) for values in zip(*group, strict=True)] for group in members]
        shift = sum(squared(a, b) for a, b in zip(moved, centers, strict=True))
        centers, n_iter = moved, n_iter + 1
    labels, away = nearest(points, centers)
    return np.array(centers), indices(*labels), math.fsum(away), n_iter


def search(points, centers):
    """Centres, labels and inertia where nothing moves any more, or None if a cluster was empty on the way."""
    previous = None
    while True:
        labels, away = nearest(points.tolist(), centers.tolist())
        if labels == previous:
            return centers, np.array(labels), math.fsum(away)
        if len(set(labels)) < len(centers):
            return None
        previous = labels
        centers = np.array([points[np.array(labels) == j].mean(axis=0) for j in range(len(centers))])


def assert_found(got, expected):
    """Compare centres, labels and inertia, whatever the count of iterations is."""
    assert_that(len(got) == 4, "is not (centers, labels, inertia, n_iter)", got)
    assert_close(tuple(got[:3]), tuple(expected[:3]))


def assert_same(got, expected):
    """Compare the four results of lloyd."""
    assert_found(got, expected)
    assert_close(got[3], expected[3])


def test_first_choice_is_uniform(candidate):
    """The first choice is row floor(u[0] * n)."""
    X = np.arange(10.0).reshape(5, 2)
    for draw, row in ((0.0, 0), (0.19, 0), (0.21, 1), (0.79, 3), (0.99, 4)):
        assert_close(candidate.kmeans_pp_init(X, 1, np.array([draw])), indices(row))


def test_choices_are_proportional_to_squared_distance(candidate):
    """The second choice inverts the cumulative distribution of squared distances, not of distances."""
    X = column(0, 1, 3)
    # Shares of the mass: 0, 1/10, 9/10; of the distances they would be 0, 1/4, 3/4.
    for draw, row in ((0.05, 1), (0.15, 2), (0.3, 2)):
        assert_close(candidate.kmeans_pp_init(X, 2, np.array([0.0, draw])), indices(0, row))


def test_distance_is_to_the_nearest_chosen_row(candidate):
    """Later choices weigh each row by its distance to the nearest chosen row, neither the first nor the last one."""
    X = column(0, 10, 11, 5)
    # After 0 and 11 the squared distances are 0, 1, 0, 25.
    assert_close(candidate.kmeans_pp_init(X, 3, np.array([0.0, 0.6, 0.02])), indices(0, 2, 1))
    assert_close(candidate.kmeans_pp_init(X, 3, np.array([0.0, 0.6, 0.5])), indices(0, 2, 3))
    assert_close(candidate.kmeans_pp_init(X, 4, np.array([0.0, 0.6, 0.5, 0.9])), indices(0, 2, 3, 1))


@given(n=st.integers(4, 10), d=st.integers(1, 3), k=st.integers(1, 4), seed=SEEDS)
def test_seeding_follows_the_definition(candidate, n, d, k, seed):
    """On random points, all different, the choices are those of exact arithmetic."""
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.permutation(60)[:n], rng.integers(-30, 30, size=(n, d - 1))]).astype(np.float64)
    u = rng.random(k)
    assert_close(candidate.kmeans_pp_init(X, k, u), seeding(X, k, u))


def test_two_groups_on_a_line(candidate):
    """Four points on a line end in two pairs."""
    assert_found(candidate.lloyd(column(0, 1, 9, 10), column(0, 1)), (column(0.5, 9.5), indices(0, 0, 1, 1), 1.0))
    assert_found(candidate.lloyd(column(0, 1, 9, 10), column(9, 0)), (column(9.5, 0.5), indices(1, 1, 0, 0), 1.0))


def test_first_iteration_by_hand(candidate):
    """With max_iter=1 the points are assigned once and the centres move once, to the means of their points."""
    X = np.array([[0.0, 0.0], [2.0, 0.0], [1.0, 3.0], [9.0, 0.0], [6.0, 3.0]])
    got = candidate.lloyd(X, np.array([[0.0, 0.0], [2.0, 1.0]]), max_iter=1)
    assert_close(got[0], np.array([[0.0, 0.0], [4.5, 1.5]]))
    # (2, 2) is nearer to (0, 0) than to (5, 2), but not if the differences are added up without squares.
    X = np.array([[0.0, 0.0], [2.0, 2.0], [5.0, 2.0], [6.0, 2.0]])
    got = candidate.lloyd(X, X[[0, 2]], max_iter=1)
    assert_close(got[0], np.array([[1.0, 1.0], [5.5, 2.0]]))


@given(n=st.integers(6, 20), d=st.integers(1, 3), k=st.integers(1, 4), seed=SEEDS)
def test_lloyd_reaches_the_fixed_point(candidate, n, d, k, seed):
    """From rows of X as first centres, the search ends where assigning and moving change nothing."""
    X = np.random.default_rng(seed).normal(size=(n, d))
    expected = search(X, X[:k])
    if expected is not None:
        assert_found(candidate.lloyd(X, X[:k]), expected)


@given(n=st.integers(4, 30), seed=SEEDS)
def test_inertia_never_rises(candidate, n, seed):
    """One more iteration never makes the inertia larger."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 2))
    inertias = [candidate.lloyd(X, X[:2], max_iter=m)[2] for m in range(1, 5)]
    for before, after in zip(inertias[:-1], inertias[1:], strict=True):
        assert_that(after <= before * (1 + 1e-9), f"raises the inertia from {before} to {after}")


def test_one_cluster_and_one_cluster_a_point(candidate):
    """One cluster ends at the mean; as many clusters as points end at the points."""
    X = np.array([[0.0, 3.0], [1.0, 5.0], [5.0, 1.0]])
    assert_found(candidate.lloyd(X, np.zeros((1, 2))), (np.array([[2.0, 3.0]]), indices(0, 0, 0), 22.0))
    assert_found(candidate.lloyd(X, X[::-1]), (X[::-1], indices(2, 1, 0), 0.0))


@pytest.mark.fine
def test_draw_on_a_step_of_the_distribution(candidate):
    """A draw that equals a cumulative share takes the next row with mass; a row without mass is never chosen."""
    # From the middle, the cumulative mass is 0, 1, 2, 3, 4, and in reverse order of the rows 1, 2, 3, 4, 4.
    for draw, row in ((0.0, 1), (0.2, 1), (0.25, 2), (0.5, 3), (0.75, 4)):
        assert_equal(candidate.kmeans_pp_init(CROSS, 2, np.array([0.0, draw])), indices(0, row))
    for draw, row in ((0.0, 0), (0.25, 1), (0.5, 2), (0.75, 3), (1.0 - 2.0**-53, 3)):
        assert_equal(candidate.kmeans_pp_init(CROSS[::-1], 2, np.array([0.9, draw])), indices(4, row))


@pytest.mark.fine
def test_equal_points_are_chosen_uniformly(candidate):
    """Once every row coincides with a chosen one, the choice is row floor(u[j] * n)."""
    X = np.full((4, 2), 7.25)
    assert_equal(candidate.kmeans_pp_init(X, 4, np.array([0.3, 0.99, 0.0, 0.5])), indices(1, 3, 0, 2))
    two = column(1, 1, 6)
    assert_equal(candidate.kmeans_pp_init(two, 3, np.array([0.4, 0.01, 0.34])), indices(1, 2, 1))


@pytest.mark.fine
@given(n=st.integers(1, 8), d=st.integers(1, 3), seed=SEEDS)
def test_seeding_of_equal_rows(candidate, n, d, seed):
    """On random points, repeated ones included, the choices are those of exact arithmetic, in int64."""
    rng = np.random.default_rng(seed)
    X, k = rng.integers(-3, 4, size=(n, d)).astype(np.float64), int(rng.integers(1, n + 1))
    u = rng.random(k)
    assert_equal(candidate.kmeans_pp_init(X, k, u), seeding(X, k, u))


@pytest.mark.fine
def test_count_of_iterations(candidate):
    """n_iter counts the iterations, and the one that moves no centre is the last of them."""
    assert_same(candidate.lloyd(column(0, 1, 9, 10), column(0, 1)), (column(0.5, 9.5), indices(0, 0, 1, 1), 1.0, 3))
    assert_same(candidate.lloyd(column(0, 1, 9, 10), column(0.5, 9.5)), (column(0.5, 9.5), indices(0, 0, 1, 1), 1.0, 1))


@pytest.mark.fine
def test_stopping_rule(candidate):
    """The search stops when the squared shifts of all centres add up to no more than tol, or after max_iter."""
    X, start = column(0, 2, 10, 14), column(0, 10)
    # The centres move by 1 and 2, to 1 and 12, and stay there.
    assert_equal(candidate.lloyd(X, start, tol=5.0)[3], 1)
    assert_equal(candidate.lloyd(X, start, tol=4.99)[3], 2)
    assert_equal(candidate.lloyd(X, start, 1, 0.0)[3], 1)
    assert_equal(candidate.lloyd(X, start, 100, math.inf)[3], 1)
    assert_equal(candidate.lloyd(X, column(1, 12))[3], 1)
    slow = column(*range(200))
    assert_equal(candidate.lloyd(slow, slow[:20])[3], 100)


@pytest.mark.fine
def test_labels_belong_to_the_returned_centers(candidate):
    """Labels and inertia are computed with the returned centres, also when max_iter ends the search."""
    X, start = column(0, 1, 9, 10), column(0, 1)
    assert_same(candidate.lloyd(X, start, 1), (column(0, 20 / 3), indices(0, 0, 1, 1), 1 + (49 + 100) / 9, 1))
    assert_same(candidate.lloyd(X, start, max_iter=0), (start, indices(0, 1, 1, 1), 145.0, 0))


@pytest.mark.fine
def test_equidistant_points_join_the_lowest_center(candidate):
    """A point midway between centres, or on two equal centres, gets the lowest label, in the loop and at the end."""
    assert_same(candidate.lloyd(column(0, 2, 4), column(0, 4)), (column(1, 4), indices(0, 0, 1), 2.0, 2))
    assert_same(candidate.lloyd(column(0, 2, 4), column(4, 0)), (column(3, 0), indices(1, 0, 0), 2.0, 2))
    assert_same(candidate.lloyd(column(1, 1), column(0, 2), 0), (column(0, 2), indices(0, 0), 2.0, 0))
    assert_same(candidate.lloyd(np.ones((4, 2)), np.ones((3, 2))), (np.ones((3, 2)), indices(0, 0, 0, 0), 0.0, 1))


@pytest.mark.fine
def test_empty_cluster_takes_the_farthest_point(candidate):
    """An empty cluster takes the point farthest from its own centre, and the old cluster loses it before the means."""
    X = column(0, 1, 2, 10)
    assert_same(candidate.lloyd(X, column(1, 100)), (column(1, 10), indices(0, 0, 0, 1), 2.0, 2))
    assert_same(candidate.lloyd(X, column(100, 1), 1), (column(10, 1), indices(1, 1, 1, 0), 2.0, 1))
    # -3 and 3 are equally far: the lowest index is taken.
    assert_same(candidate.lloyd(column(-3, 0, 3), column(0, 50), 1), (column(1.5, -3), indices(1, 0, 0), 4.5, 1))


@pytest.mark.fine
def test_empty_clusters_are_filled_in_index_order(candidate):
    """Two empty clusters take the farthest and then the next farthest point, never the same one."""
    X = column(0, 1, 2, -6, 10)
    expected = (column(1, 10, -6), indices(0, 0, 0, 2, 1), 2.0, 1)
    assert_same(candidate.lloyd(X, column(1, 200, 100), 1), expected)
    # After the first taking, cluster 1 has one point left; cluster 0 gives the second.
    X = column(0, 1, 2, 40, 61)
    expected = (column(1.5, 40, 61, 0), indices(3, 0, 0, 1, 2), 0.5, 1)
    assert_same(candidate.lloyd(X, column(1.25, 50, 500, 600), 1), expected)


@pytest.mark.fine
def test_lone_point_is_never_taken(candidate):
    """A point that is alone in its cluster stays there, even when it is the farthest or everything else is at 0."""
    got = candidate.lloyd(column(30, 0, 1), column(0.25, 20, 100), 1)
    assert_same(got, (column(0, 30, 1), indices(1, 0, 2), 0.0, 1))
    got = candidate.lloyd(column(5, 0, 0, 0), column(5, 0, 0))
    assert_same(got, (column(5, 0, 0), indices(0, 1, 1, 1), 0.0, 1))


@pytest.mark.fine
@given(n=st.integers(2, 12), d=st.integers(1, 3), max_iter=st.integers(0, 6), far=st.booleans(), seed=SEEDS)
def test_lloyd_follows_the_definition(candidate, n, d, max_iter, far, seed):
    """On random points, with and without empty clusters, the result is that of a search point by point."""
    rng = np.random.default_rng(seed)
    X, k = rng.normal(size=(n, d)), int(rng.integers(1, n + 1))
    centers = rng.normal(size=(k, d))
    if far:
        centers[rng.random(k) < 0.5] += 1000.0
    tol = float(rng.choice([0.0, 0.05]))
    assert_same(candidate.lloyd(X, centers, max_iter, tol), iterate(X, centers, max_iter, tol))


@pytest.mark.fine
def test_a_single_point(candidate):
    """One point is its own cluster, wherever the search starts, and the only row to choose."""
    X = np.array([[0.0, 3.0], [1.0, 5.0]])
    assert_same(candidate.lloyd(X[1:2], X[:1]), (X[1:2], indices(0), 0.0, 2))
    assert_equal(candidate.kmeans_pp_init(X[:1], 1, np.array([0.9])), indices(0))


@pytest.mark.fine
def test_data_far_from_the_origin(candidate):
    """An offset of 1e8 in every coordinate changes neither the choices nor the labels."""
    rng = np.random.default_rng(8)
    X = rng.integers(0, 4, size=(40, 3)) + np.repeat([[0, 0, 0], [8, 0, 0], [0, 8, 0], [0, 0, 8]], 10, axis=0)
    u = np.array([0.1, 0.3, 0.6, 0.9])
    chosen = seeding(X, 4, u)
    assert_equal(candidate.kmeans_pp_init(X + 1e8, 4, u), chosen)
    assert_equal(candidate.kmeans_pp_init(np.full((3, 3), 123456789.125), 2, np.array([0.0, 0.7])), indices(0, 2))
    centers = X[[0, 10, 20, 30]]
    expected = iterate(X, centers, 100, 1e-9)
    got = candidate.lloyd(X + 1e8, centers + 1e8, tol=1e-9)
    assert_equal(got[1], expected[1])
    assert_close(got[0] - 1e8, expected[0], atol=1e-6)
    assert_close(got[2], expected[2], rtol=1e-5)


@pytest.mark.fine
def test_types_of_the_results(candidate):
    """Indices and labels are int64, centres are float64, and inertia and n_iter are Python numbers."""
    assert_dtype(candidate.kmeans_pp_init(column(0, 1, 9), 2, np.array([0.1, 0.5])), np.int64)
    for max_iter in (0, 1, 100):
        got = candidate.lloyd(column(0, 1, 9, 10), column(0, 1), max_iter)
        assert_dtype(got[0], np.float64)
        assert_dtype(got[1], np.int64)
        assert_type(got[2], float)
        assert_type(got[3], int)


@pytest.mark.fine
def test_dtypes_and_strides(candidate):
    """Integer and float32 input, and views with strides, are computed in float64."""
    rng = np.random.default_rng(3)
    whole = rng.integers(0, 200, size=(2, 24)).astype(np.uint8)
    X, centers = whole.T[::2], whole.T[:6:2]
    expected = iterate(X.astype(np.float64), centers.astype(np.float64), 100, 0.0)
    assert_same(candidate.lloyd(X, centers), expected)
    assert_equal(candidate.kmeans_pp_init(X, 3, np.array([0.5, 0.5, 0.5])), seeding(X, 3, np.array([0.5, 0.5, 0.5])))
    single = rng.normal(size=(20, 2)).astype(np.float32)
    got = candidate.lloyd(single, single[:3])
    assert_close(got[0], iterate(single, single[:3], 100, 0.0)[0], rtol=1e-12, atol=1e-12, check_dtype=True)


@pytest.mark.fine
def test_given_centers_are_left_alone(candidate):
    """The array of first centres holds the same values after the search."""
    start = put(candidate, column(0, 1))
    candidate.lloyd(column(0, 1, 9, 10), start)
    assert_equal(fetch(start), column(0, 1))


@pytest.mark.fine
def test_invalid_arguments_raise(candidate):
    """Wrong shapes, a k that n points cannot fill, draws outside [0, 1) and negative limits raise ValueError."""
    X, u = column(0, 1, 2), np.array([0.5, 0.5])
    seeds = ((X, 0, u[:0]), (X, 4, np.full(4, 0.5)), (X[:0], 1, u[:1]), (X[:, 0], 2, u), (X[None], 2, u), (X, 2, u[:1]))
    for arguments in (*seeds, (X, 2, u[:, None]), (X, 2, np.array([0.5, 1.0])), (X, 2, np.array([-0.1, 0.5]))):
        with assert_raises(ValueError):
            candidate.kmeans_pp_init(*arguments)
    searches = (
        (X, X[:0]),
        (X, np.zeros((4, 1))),
        (X[:0], X[:1]),
        (X[:, 0], X[:1]),
        (X, X[:1, 0]),
        (X, np.zeros((2, 2))),
    )
    for arguments in (*searches, (X[:, [0, 0]], X[:1]), (X, X[:1], -1), (X, X[:1], 5, -0.1)):
        with assert_raises(ValueError):
            candidate.lloyd(*arguments)


@pytest.mark.scale
def test_speed_of_lloyd(candidate, reference, rng):
    """Four iterations on 4000 points with 6 centres work with arrays, not point by point."""

    def prepare(subject, rng):
        X = rng.normal(size=(4000, 4))
        return lambda: subject.lloyd(X, X[:6], max_iter=4)

    speed(candidate, reference, prepare, rng, limit=6.0)


@pytest.mark.scale
def test_memory_of_lloyd(candidate, reference, rng):
    """Assigning 20000 points to 32 centres holds no array of shape (n, k, d)."""

    def prepare(subject, rng):
        X = rng.normal(size=(20_000, 32))
        return lambda: subject.lloyd(X, X[:32], max_iter=0)

    memory(candidate, reference, prepare, rng, limit=8.0)
