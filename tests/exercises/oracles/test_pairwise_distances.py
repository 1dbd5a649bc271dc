"""The reference of pairwise_distances against scipy and sklearn."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import distance
from sklearn.metrics import pairwise

from tests.support.references import References

NAMES = {"euclidean": "euclidean", "sqeuclidean": "sqeuclidean", "manhattan": "cityblock", "chebyshev": "chebyshev"}


@pytest.mark.parametrize("metric", NAMES)
@pytest.mark.parametrize("shift", [0.0, 1e6])
@pytest.mark.parametrize("seed", range(10))
def test_distances_agree_with_scipy(reference: References, metric: str, shift: float, seed: int) -> None:
    """All pairs agree with scipy, far from the origin too."""
    solution = reference("pairwise_distances")
    rng = np.random.default_rng(seed)
    X, Y = rng.normal(size=(30, 6)) + shift, rng.normal(size=(20, 6)) + shift
    expected = distance.cdist(X, Y, NAMES[metric])
    np.testing.assert_allclose(solution.pairwise_distances(X, Y, metric), expected, rtol=1e-9)
    expected = distance.squareform(distance.pdist(X, NAMES[metric]))
    got = solution.pairwise_distances(X, metric=metric)
    np.testing.assert_allclose(got, expected, rtol=1e-9)
    assert (got == got.T).all()


@pytest.mark.parametrize("gamma", [0.0, 0.1, 2.0])
@pytest.mark.parametrize("seed", range(10))
def test_kernel_agrees_with_sklearn(reference: References, gamma: float, seed: int) -> None:
    """The kernel agrees with sklearn."""
    rng = np.random.default_rng(seed)
    X, Y = rng.normal(size=(30, 6)), rng.normal(size=(20, 6))
    np.testing.assert_allclose(
        reference("pairwise_distances").rbf_kernel(X, Y, gamma), pairwise.rbf_kernel(X, Y, gamma), rtol=1e-9
    )
