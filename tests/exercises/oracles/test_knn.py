"""The reference of knn against scikit-learn, SciPy and exact integer arithmetic."""

from collections import Counter

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn.neighbors import KNeighborsClassifier


@pytest.mark.parametrize("weights", ["uniform", "distance"])
@pytest.mark.parametrize("seed", range(10))
def test_agrees_with_scikit_learn(reference, seed, weights):
    """On data without ties, neighbours, shares and predictions are those of scikit-learn; some queries are rows."""
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(60, 4)), np.array(["ant", "bee", "cat"])[rng.integers(0, 3, size=60)]
    Q = np.vstack([rng.normal(size=(25, 4)), X[:5]])
    theirs = KNeighborsClassifier(7, weights=weights, algorithm="brute").fit(X, y)
    ours = reference("knn").KNNClassifier(7, weights).fit(X, y)

    np.testing.assert_array_equal(ours.kneighbors(Q)[1], theirs.kneighbors(Q)[1])
    np.testing.assert_allclose(ours.kneighbors(Q)[0], theirs.kneighbors(Q)[0], atol=1e-6)
    np.testing.assert_allclose(ours.predict_proba(Q), theirs.predict_proba(Q), atol=1e-6)
    clear = np.sort(ours.predict_proba(Q), axis=1)
    clear = clear[:, -1] - clear[:, -2] > 1e-6
    np.testing.assert_array_equal(ours.predict(Q)[clear], theirs.predict(Q)[clear])


@pytest.mark.parametrize("offset", [0.0, 1e8])
@pytest.mark.parametrize("seed", range(10))
def test_ties_are_ordered_by_index(reference, seed, offset):
    """On a grid full of ties, the neighbours are those of a sort by exact integer distance and index."""
    rng = np.random.default_rng(seed)
    X, Q = rng.integers(0, 5, size=(80, 3)), rng.integers(0, 5, size=(20, 3))
    squares = ((Q[:, None] - X) ** 2).sum(axis=2)
    expected = [sorted(range(80), key=lambda i, row=row: (row[i], i))[:9] for row in squares.tolist()]
    found = reference("knn").KNNClassifier(9).fit(X + offset, np.zeros(80)).kneighbors(Q + offset)[1]

    assert expected == found.tolist()


@pytest.mark.parametrize("seed", range(10))
def test_equal_rows_of_real_numbers_tie(reference, seed):
    """Copies of a row tie exactly, however far apart they stand and whatever the matrix product rounds."""
    rng = np.random.default_rng(seed)
    X = np.tile(rng.normal(size=(37, 5)) * 1e3, (3, 1))
    Q = rng.normal(size=(11, 5)) * 1e3
    distances, found = reference("knn").KNNClassifier(8).fit(X, np.zeros(111)).kneighbors(Q)
    # SciPy subtracts before it squares, so that its copies tie as well.
    expected = np.argsort(cdist(Q, X), axis=1, kind="stable")[:, :8]

    np.testing.assert_array_equal(found, expected)
    np.testing.assert_allclose(distances, np.take_along_axis(cdist(Q, X), expected, axis=1), rtol=1e-13)


@pytest.mark.parametrize("seed", range(10))
def test_majority_is_a_count(reference, seed):
    """Uniform predictions are the most frequent label among the neighbours, the smallest of equals."""
    rng = np.random.default_rng(seed)
    X, y, Q = rng.normal(size=(40, 2)), rng.integers(-5, 5, size=40) * 3, rng.normal(size=(30, 2))
    model = reference("knn").KNNClassifier(6).fit(X, y)
    counts = [Counter(y[row].tolist()) for row in model.kneighbors(Q)[1]]
    expected = [min(count, key=lambda label, count=count: (-count[label], label)) for count in counts]

    assert expected == model.predict(Q).tolist()
