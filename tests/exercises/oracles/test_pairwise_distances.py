"""The reference of pairwise_distances against scipy and sklearn."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from scipy.spatial import distance
from sklearn.metrics import pairwise

SOLUTION = Path(__file__).parents[2] / "solutions" / "arrays" / "pairwise_distances" / "pairwise_distances.py"
NAMES = {"euclidean": "euclidean", "sqeuclidean": "sqeuclidean", "manhattan": "cityblock", "chebyshev": "chebyshev"}


@pytest.fixture(scope="module")
def solution() -> ModuleType:
    """Return the reference solution as a module."""
    spec = importlib.util.spec_from_file_location("pairwise_distances_reference", SOLUTION)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("metric", NAMES)
@pytest.mark.parametrize("shift", [0.0, 1e6])
@pytest.mark.parametrize("seed", range(10))
def test_distances_agree_with_scipy(solution: ModuleType, metric: str, shift: float, seed: int) -> None:
    """All pairs agree with scipy, far from the origin too."""
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
def test_kernel_agrees_with_sklearn(solution: ModuleType, gamma: float, seed: int) -> None:
    """The kernel agrees with sklearn."""
    rng = np.random.default_rng(seed)
    X, Y = rng.normal(size=(30, 6)), rng.normal(size=(20, 6))
    np.testing.assert_allclose(solution.rbf_kernel(X, Y, gamma), pairwise.rbf_kernel(X, Y, gamma), rtol=1e-9)
