"""Hidden tests of the k-nearest-neighbour classifier."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_that, memory, speed

SEEDS = st.integers(0, 2**32 - 1)
LINE = np.array([[0.0], [1.0], [2.0], [4.0], [8.0]])


def indices(*rows):
    """The index array we expect."""
    return np.array(rows, dtype=np.int64)


def column(*values):
    """Points on a line, as a matrix."""
    return np.array(values, dtype=np.float64)[:, None]


def plain(labels):
    """Labels as a list, whether they came as a list or as an array."""
    return np.asarray(labels).tolist()


def squared(a, b):
    """Squared distance of two rows."""
    return sum((p - q) ** 2 for p, q in zip(a, b, strict=True))


def neighbours(X, Q, k):
    """Distances and indices, query by query."""
    X = X.tolist()
    found = [sorted((squared(q, x), i) for i, x in enumerate(X))[:k] for q in Q.tolist()]
    distances = np.array([[math.sqrt(s) for s, _ in row] for row in found])
    return distances, indices(*([i for _, i in row] for row in found))


def shares(X, y, Q, k, weights):
    """Probabilities, query by query."""
    classes, rows = sorted(set(y)), []
    for distances, found in zip(*neighbours(X, Q, k), strict=True):
        if weights == "uniform":
            votes = [1.0] * k
        elif min(distances) == 0:
            votes = [float(d == 0) for d in distances]
        else:
            votes = [1.0 / d for d in distances]
        totals = [math.fsum(v for v, i in zip(votes, found, strict=True) if y[i] == c) for c in classes]
        rows.append([total / math.fsum(votes) for total in totals])
    return np.array(rows)


def test_neighbours_of_one_query(candidate):
    """Neighbours come nearest first, with Euclidean distances and their training indices."""
    X = np.array([[3.0, 4.0], [0.0, 0.0], [6.0, 8.0], [0.0, -1.0]])
    model = candidate.KNNClassifier(k=3).fit(X, np.array([0, 1, 0, 1]))
    distances, found = model.kneighbors(np.array([[0.0, 0.0], [6.0, 8.0]]))
    assert_close(distances, np.array([[0.0, 1.0, 5.0], [0.0, 5.0, 10.0]]))
    assert_close(found, indices([1, 3, 0], [2, 0, 1]))


@given(n=st.integers(1, 12), m=st.integers(1, 4), d=st.integers(1, 3), seed=SEEDS)
def test_neighbours_follow_the_definition(candidate, n, m, d, seed):
    """On random rows, distances and indices are those of sorting all rows by distance."""
    rng = np.random.default_rng(seed)
    X, Q = rng.normal(size=(n, d)), rng.normal(size=(m, d))
    k = int(rng.integers(1, n + 1))
    distances, found = candidate.KNNClassifier(k=k).fit(X, np.zeros(n, dtype=np.int64)).kneighbors(Q)
    expected_distances, expected = neighbours(X, Q, k)
    assert_close(found, expected)
    assert_close(distances, expected_distances)


def test_majority_of_strings(candidate):
    """The label with the most votes wins, and labels may be strings of different lengths."""
    y = np.array(["pear", "fig", "fig", "pear", "apple"])
    model = candidate.KNNClassifier(3).fit(LINE, y)
    assert_equal(plain(model.predict(column(0.4, 3))), ["fig", "fig"])
    assert_close(model.predict_proba(column(0.4, 7)), np.array([[0, 2, 1], [1, 1, 1]]) / 3)


def test_labels_may_be_negative_and_have_gaps(candidate):
    """Columns follow the sorted labels, whatever the integers are and in which order they come."""
    model = candidate.KNNClassifier(k=2).fit(LINE, np.array([900, -7, 900, -7, 40]))
    assert_close(model.predict_proba(column(0.4, 3.1, 6.1)), np.array([[0.5, 0, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]))
    model = candidate.KNNClassifier(k=1).fit(LINE, np.array([900, -7, 900, -7, 40]))
    assert_equal(plain(model.predict(column(0, 1, 2, 4, 8))), [900, -7, 900, -7, 40])


def test_defaults(candidate):
    """Without arguments, five neighbours have one vote each."""
    X, y = column(0, 1, 2, 3, 4, 5, 6), np.array([1, 1, 0, 0, 0, 1, 1])
    model = candidate.KNNClassifier().fit(X, y)
    assert_close(model.kneighbors(column(0))[1], indices([0, 1, 2, 3, 4]))
    assert_close(model.predict_proba(column(0)), np.array([[0.6, 0.4]]))


def test_votes_by_inverse_distance(candidate):
    """With weights="distance", a neighbour has one vote over its distance, in the shares and in the prediction."""
    X, y = column(0, 3, -4, 9), np.array(["x", "y", "y", "z"])
    model = candidate.KNNClassifier(k=3, weights="distance").fit(X, y)
    # Distances 1, 2, 5 and 1/2, 5/2, 9/2.
    expected = np.array([[1.0 / 1.7, 0.7 / 1.7, 0.0], [2.0 / (2.4 + 2 / 9), (0.4 + 2 / 9) / (2.4 + 2 / 9), 0.0]])
    assert_close(model.predict_proba(column(1, 0.5)), expected, rtol=1e-4, atol=1e-4)
    assert_equal(plain(model.predict(column(1, 0.5, 8))), ["x", "x", "z"])
    assert_equal(plain(candidate.KNNClassifier(k=3).fit(X, y).predict(column(1))), ["y"])


def test_exact_matches_take_the_votes(candidate):
    """Neighbours at distance 0 share all votes of their query; other queries of the call are not affected."""
    X, y = column(2, 5, 2, 3, 2, 8), np.array([1, 0, 1, 0, 7, 0])
    model = candidate.KNNClassifier(k=5, weights="distance").fit(X, y)
    expected = np.array([[0, 2 / 3, 1 / 3], [1, 0, 0], [2 / 3.5, 1 / 3.5, 0.5 / 3.5]])
    assert_close(model.predict_proba(column(2, 8, 4)), expected, rtol=1e-4, atol=1e-4)
    assert_equal(plain(model.predict(column(2, 8, 5))), [1, 0, 0])
    # Uniform votes know no exact matches.
    assert_equal(plain(candidate.KNNClassifier(k=3).fit(column(2, 3, 4), y[1:4]).predict(column(3))), [0])


@given(n=st.integers(1, 12), d=st.integers(1, 3), weights=st.sampled_from(["uniform", "distance"]), seed=SEEDS)
def test_votes_follow_the_definition(candidate, n, d, weights, seed):
    """On random rows and queries, shares are those of a count by hand, and the prediction has the greatest share."""
    rng = np.random.default_rng(seed)
    X, Q, k = rng.normal(size=(n, d)), rng.normal(size=(3, d)), int(rng.integers(1, n + 1))
    labels = rng.integers(-3, 3, size=n) * 7
    y = labels if seed % 2 else labels.astype(str)
    model = candidate.KNNClassifier(k=k, weights=weights).fit(X, y)
    expected = shares(X, y.tolist(), Q, k, weights)
    # A small number in the denominator is fine here.
    assert_close(model.predict_proba(Q), expected, rtol=1e-4, atol=1e-4)
    classes = sorted(set(y.tolist()))
    for label, row in zip(plain(model.predict(Q)), expected, strict=True):
        leaders = [c for c, share in zip(classes, row, strict=True) if share > row.max() - 1e-9]
        assert_that(label in leaders, f"predicts {label!r} where the votes say {leaders[0]!r}")


@pytest.mark.fine
def test_equal_distances_are_ordered_by_index(candidate):
    """Rows at the same distance come in the order of their indices, all the way to the last place."""
    y = np.arange(60) % 2
    X = np.tile(np.array([[3.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -3.0], [0.0, 3.0], [0.0, -1.0]]), (10, 1))
    near = [i for i in range(60) if i % 6 in {1, 2, 5}]
    far = [i for i in range(60) if i % 6 not in {1, 2, 5}]
    for k in (1, 7, 30, 41, 60):
        distances, found = candidate.KNNClassifier(k=k).fit(X, y).kneighbors(np.zeros((2, 2)))
        assert_equal(found, indices(*[(near + far)[:k]] * 2))
        assert_close(distances, np.array([([1.0] * 30 + [3.0] * 30)[:k]] * 2))


@pytest.mark.fine
def test_ties_for_the_last_place_decide_the_vote(candidate):
    """Of rows that tie for the last place, the lower index votes."""
    X, y = column(2, -1, 1, -2, 0.5, 4), np.array([0, 1, 2, 3, 4, 5])
    assert_equal(candidate.KNNClassifier(k=2).fit(X, y).kneighbors(column(0))[1], indices([4, 1]))
    assert_equal(candidate.KNNClassifier(k=4).fit(X, y).kneighbors(column(0))[1], indices([4, 1, 2, 0]))
    assert_close(candidate.KNNClassifier(k=2).fit(X, y).predict_proba(column(0)), np.array([[0, 0.5, 0, 0, 0.5, 0]]))


@pytest.mark.fine
@given(n=st.integers(1, 12), m=st.integers(1, 4), d=st.integers(1, 3), seed=SEEDS)
def test_ties_follow_the_definition(candidate, n, m, d, seed):
    """On a small grid, where ties abound, distances and indices are those of a stable sort by distance."""
    rng = np.random.default_rng(seed)
    X, Q = rng.integers(-2, 3, size=(n, d)).astype(np.float64), rng.integers(-2, 3, size=(m, d)).astype(np.float64)
    k = int(rng.integers(1, n + 1))
    distances, found = candidate.KNNClassifier(k=k).fit(X, np.zeros(n, dtype=np.int64)).kneighbors(Q)
    expected_distances, expected = neighbours(X, Q, k)
    assert_equal(found, expected)
    assert_close(distances, expected_distances)


@pytest.mark.fine
def test_vote_ties_go_to_the_smallest_label(candidate):
    """Of labels with equally many votes, the smallest wins, even when the nearest row says otherwise."""
    X = column(0, 1, 2, 3)
    assert_equal(candidate.KNNClassifier(k=2).fit(X, np.array([9, 3, 9, 3])).predict(column(0, 3)).tolist(), [3, 3])
    assert_equal(candidate.KNNClassifier(k=4).fit(X, np.array([5, 5, -2, -2])).predict(column(0)).tolist(), [-2])
    strings = np.array(["b", "c", "a", "b"])
    assert_equal(candidate.KNNClassifier(k=3).fit(X, strings).predict(column(0, 3)).tolist(), ["a", "a"])
    weighted = candidate.KNNClassifier(k=2, weights="distance").fit(X, np.array(["b", "a", "z", "z"]))
    assert_equal(weighted.predict(column(0.5)).tolist(), ["a"])


@pytest.mark.fine
def test_exact_matches_vote_alone(candidate):
    """Beside a neighbour at distance 0, the share of every other class is exactly 0."""
    X, y = column(2, 5, 2, 3, 2, 8), np.array([1, 0, 1, 0, 7, 0])
    got = candidate.KNNClassifier(k=5, weights="distance").fit(X, y).predict_proba(column(2, 8, 4))
    assert_equal(got[:2, 0], np.array([0.0, 1.0]))
    assert_equal(got[1, 1:], np.array([0.0, 0.0]))
    assert_close(got[0], np.array([0, 2, 1]) / 3)
    assert_close(got[2], np.array([2.0, 1.0, 0.5]) / 3.5)


@pytest.mark.fine
@given(n=st.integers(1, 12), d=st.integers(1, 3), weights=st.sampled_from(["uniform", "distance"]), seed=SEEDS)
def test_votes_of_exact_matches_follow_the_definition(candidate, n, d, weights, seed):
    """On rows that tie and queries that are rows, shares are those of a count by hand, and counts that tie go down."""
    rng = np.random.default_rng(seed)
    X, k = rng.integers(-2, 3, size=(n, d)) * 1.25, int(rng.integers(1, n + 1))
    Q = np.vstack([rng.normal(size=(3, d)), X[:2]])
    y = rng.integers(-3, 3, size=n) * 7
    model = candidate.KNNClassifier(k=k, weights=weights).fit(X, y)
    got, expected = model.predict_proba(Q), shares(X, y.tolist(), Q, k, weights)
    assert_close(got, expected)
    assert_close(got.sum(axis=1), np.ones(len(Q)))
    classes = sorted(set(y.tolist()))
    for label, row in zip(model.predict(Q).tolist(), expected, strict=True):
        leaders = [c for c, share in zip(classes, row, strict=True) if share > row.max() - 1e-9]
        # Sums of inverse distances may tie up to rounding; counts tie exactly.
        legal = leaders[:1] if weights == "uniform" else leaders
        assert_that(label in legal, f"predicts {label!r} where the votes say {legal[0]!r}")


@pytest.mark.fine
def test_distances_are_exact(candidate):
    """A query equal to a row is at distance exactly 0, and tiny distances keep their digits."""
    rng = np.random.default_rng(5)
    X = rng.normal(scale=30.0, size=(12, 6))
    model = candidate.KNNClassifier(k=2, weights="distance").fit(X, np.arange(12))
    distances, found = model.kneighbors(X)
    assert_equal(distances[:, 0], np.zeros(12))
    assert_equal(found[:, 0], np.arange(12))
    assert_equal(model.predict_proba(X), np.eye(12))
    near = X.copy()
    near[:, 2] += 2.0**-30
    expected = (near[:, 2] - X[:, 2])[:, None]
    assert_close(model.kneighbors(near)[0][:, :1], expected, rtol=1e-12, atol=0.0)


@pytest.mark.fine
def test_data_far_from_the_origin(candidate):
    """An offset of 1e8 in every coordinate changes neither neighbours nor distances."""
    rng = np.random.default_rng(6)
    X, Q = rng.integers(0, 9, size=(40, 3)).astype(np.float64), rng.integers(0, 9, size=(10, 3)).astype(np.float64)
    expected_distances, expected = neighbours(X, Q, 6)
    distances, found = candidate.KNNClassifier(k=6).fit(X + 1e8, np.arange(40)).kneighbors(Q + 1e8)
    assert_equal(found, expected)
    assert_close(distances, expected_distances)


@pytest.mark.fine
def test_small_sizes(candidate):
    """One row, one class, k equal to n and no queries at all are legal."""
    one = candidate.KNNClassifier(k=1, weights="distance").fit(np.array([[2.0, 0.0]]), np.array([4]))
    assert_close(one.kneighbors(np.zeros((1, 2)))[0], np.array([[2.0]]))
    assert_close(one.predict_proba(np.ones((3, 2))), np.ones((3, 1)))
    everything = candidate.KNNClassifier(k=5).fit(LINE, np.array([2, 2, 3, 3, 3]))
    assert_close(everything.predict_proba(column(-100, 100)), np.array([[0.4, 0.6]] * 2))
    for weights in ("uniform", "distance"):
        model = candidate.KNNClassifier(k=2, weights=weights).fit(LINE, np.array(["u", "v", "w", "u", "v"]))
        distances, found = model.kneighbors(np.zeros((0, 1)))
        assert_equal(distances, np.zeros((0, 2)))
        assert_equal(found, np.zeros((0, 2), dtype=np.int64))
        assert_equal(model.predict_proba(np.zeros((0, 1))), np.zeros((0, 3)))
        assert_equal(model.predict(np.zeros((0, 1))).tolist(), [])


@pytest.mark.fine
def test_types_of_the_results(candidate):
    """Distances and shares are float64 arrays, and indices are an int64 array."""
    model = candidate.KNNClassifier(k=3).fit(LINE, np.array([4, 2, 4, 2, 4]))
    distances, found = model.kneighbors(column(0.4, 7))
    assert_dtype(distances, np.float64)
    assert_dtype(found, np.int64)
    assert_dtype(model.predict_proba(column(0.4)), np.float64)


@pytest.mark.fine
def test_dtypes_and_strides(candidate):
    """Integer and float32 rows, and views with strides, are computed in float64."""
    rng = np.random.default_rng(7)
    table = rng.integers(0, 256, size=(4, 40)).astype(np.uint8)
    X, Q, y = table.T[::2], table.T[1::4], np.arange(40)[::-2]
    distances, found = candidate.KNNClassifier(k=4).fit(X, y).kneighbors(Q)
    expected_distances, expected = neighbours(X, Q, 4)
    assert_equal(found, expected)
    assert_close(distances, expected_distances, rtol=1e-12, check_dtype=True)
    single = rng.normal(size=(20, 3)).astype(np.float32)
    distances, _ = candidate.KNNClassifier(k=4).fit(single, np.arange(20)).kneighbors(single[::2])
    assert_close(distances, neighbours(single, single[::2], 4)[0], rtol=1e-12, atol=1e-12, check_dtype=True)


@pytest.mark.fine
@pytest.mark.call_s(6)
def test_many_rows_and_many_queries(candidate):
    """Nothing is lost where one chunk of queries ends and the next begins, not even with 140000 rows."""
    X = column(*range(140_000))[::-1]
    model = candidate.KNNClassifier(k=3).fit(X, np.zeros(140_000, dtype=np.int64))
    found = model.kneighbors(column(139_999, 5, 70_000.25))[1]
    assert_equal(found, indices([0, 1, 2], [139_994, 139_993, 139_995], [69_999, 69_998, 70_000]))
    Q = column(*range(2000)) * 3.0
    found = candidate.KNNClassifier(k=1).fit(column(*range(6000)), np.arange(6000)).kneighbors(Q)[1]
    assert_equal(found[:, 0], np.arange(2000) * 3)


@pytest.mark.fine
def test_models_do_not_share_their_rows(candidate):
    """Two classifiers keep their own training rows, and a second fit replaces the first."""
    first = candidate.KNNClassifier(k=1).fit(column(0, 1), np.array(["a", "b"]))
    second = candidate.KNNClassifier(k=1).fit(column(0.9, 5, 2), np.array([1, 2, 3]))
    assert_equal(first.predict(column(0.9)).tolist(), ["b"])
    assert_equal(second.predict(column(0.9)).tolist(), [1])
    again = first.fit(np.array([[5.0, 5.0], [9.0, 9.0], [0.0, 0.0]]), np.array(["x", "y", "x"]))
    assert_equal(again.predict(np.array([[8.0, 8.0]])).tolist(), ["y"])
    assert_equal(again.predict_proba(np.array([[8.0, 8.0]])), np.array([[0.0, 1.0]]))
    fewer = again.fit(column(0, 1), np.array(["y", "y"]))
    assert_equal(fewer.predict_proba(column(0)), np.array([[1.0]]))


@pytest.mark.fine
def test_invalid_arguments_raise(candidate):
    """A bad k, unknown weights, wrong shapes and too few rows raise ValueError."""
    y = np.array([0, 1, 0, 1, 0])
    for k in (0, -1, 6):
        with assert_raises(ValueError):
            candidate.KNNClassifier(k=k).fit(LINE, y)
    for weights in ("gaussian", ""):
        with assert_raises(ValueError):
            candidate.KNNClassifier(k=2, weights=weights).fit(LINE, y)
    for X, labels in ((LINE[:, 0], y), (LINE[None], y), (LINE, y[:4]), (LINE, y[:, None]), (LINE[:0], y[:0])):
        with assert_raises(ValueError):
            candidate.KNNClassifier(k=2).fit(X, labels)
    model = candidate.KNNClassifier(k=2).fit(LINE, y)
    for Q in (np.zeros((3, 2)), np.zeros(1), np.zeros((1, 1, 1)), np.zeros((0, 2))):
        for method in (model.kneighbors, model.predict_proba, model.predict):
            with assert_raises(ValueError):
                method(Q)


@pytest.mark.scale
def test_speed(candidate, reference, rng):
    """10000 queries on 16 rows are answered with arrays, not query by query."""

    def prepare(subject, rng):
        X, y, Q = rng.normal(size=(16, 2)), rng.integers(0, 3, size=16), rng.normal(size=(10_000, 2))
        model = subject.KNNClassifier(k=3).fit(X, y)
        return lambda: model.kneighbors(Q)

    speed(candidate, reference, prepare, rng, limit=5.0)


@pytest.mark.scale
@pytest.mark.call_s(6)
def test_memory(candidate, reference, rng):
    """6000 queries on 1000 rows are answered without the matrix of all distances."""

    def prepare(subject, rng):
        X, y, Q = rng.normal(size=(1000, 4)), rng.integers(0, 3, size=1000), rng.normal(size=(6000, 4))
        model = subject.KNNClassifier(k=1).fit(X, y)
        return lambda: model.kneighbors(Q)

    memory(candidate, reference, prepare, rng, limit=4.0)
