"""The reference of k-means against scikit-learn and against exact inversion of the seeding distribution."""

import warnings
from fractions import Fraction

import numpy as np
import pytest
from sklearn.cluster import KMeans


@pytest.mark.parametrize("seed", range(15))
def test_lloyd_agrees_with_scikit_learn(reference, seed):
    """From the same first centres, without empty clusters, centres, labels and inertia agree at convergence."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(80, 3)) + 4 * rng.integers(0, 3, size=(80, 1))
    start = X[rng.choice(80, size=4, replace=False)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = KMeans(4, init=start, n_init=1, algorithm="lloyd", tol=0.0, max_iter=200).fit(X)
    centers, labels, inertia, _ = reference("kmeans").lloyd(X, start, max_iter=200)

    np.testing.assert_allclose(centers, fitted.cluster_centers_, rtol=1e-10)
    np.testing.assert_array_equal(labels, fitted.labels_)
    assert inertia == pytest.approx(fitted.inertia_, rel=1e-10)


@pytest.mark.parametrize("seed", range(15))
def test_seeding_inverts_the_distribution_exactly(reference, seed):
    """On integer points, each choice is the one that exact fractions give."""
    rng = np.random.default_rng(seed)
    X = rng.integers(-4, 5, size=(12, 2))
    u = rng.random(5)
    chosen = [int(Fraction(float(u[0])) * 12)]
    for j in range(1, 5):
        squares = [min(int(((row - X[c]) ** 2).sum()) for c in chosen) for row in X]
        target, total, pick = Fraction(float(u[j])) * sum(squares), 0, None
        for i, square in enumerate(squares):
            total += square
            if total > target:
                pick = i
                break
        chosen.append(int(Fraction(float(u[j])) * 12) if pick is None else pick)

    assert chosen == reference("kmeans").kmeans_pp_init(X, 5, u).tolist()
