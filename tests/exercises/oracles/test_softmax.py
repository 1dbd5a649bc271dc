"""The reference of softmax against scipy.special."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from tests.support.references import References


@pytest.mark.parametrize("scale", [1.0, 100.0, 1e4])
@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_scipy(reference: References, scale: float, axis: int, seed: int) -> None:
    """All three functions agree with scipy along every axis and at every scale."""
    solution = reference("softmax")
    x = np.random.default_rng(seed).normal(scale=scale, size=(3, 4, 5))
    np.testing.assert_allclose(solution.softmax(x, axis), special.softmax(x, axis=axis), rtol=1e-11)
    np.testing.assert_allclose(solution.log_softmax(x, axis), special.log_softmax(x, axis=axis), rtol=1e-11, atol=1e-13)
    for keepdims in (False, True):
        got = solution.logsumexp(x, axis, keepdims)
        np.testing.assert_allclose(got, special.logsumexp(x, axis=axis, keepdims=keepdims), rtol=1e-13)


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_scipy_under_masks(reference: References, seed: int) -> None:
    """Entries of -inf agree with scipy where at least one entry of the row is finite."""
    solution = reference("softmax")
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(20, 6))
    x[:, 1:][rng.random((20, 5)) < 0.5] = -np.inf
    np.testing.assert_allclose(solution.softmax(x), special.softmax(x, axis=-1), rtol=1e-12)
    np.testing.assert_allclose(solution.log_softmax(x), special.log_softmax(x, axis=-1), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(solution.logsumexp(x), special.logsumexp(x, axis=-1), rtol=1e-12, atol=1e-14)


def test_fully_masked_row(reference: References) -> None:
    """A fully masked row, where scipy gives NaN, gives zeros and -inf and raises no warning."""
    solution = reference("softmax")
    x = np.array([[-np.inf, -np.inf], [0.0, 0.0]])
    with np.errstate(all="raise", under="ignore"):
        np.testing.assert_array_equal(solution.softmax(x), [[0.0, 0.0], [0.5, 0.5]])
        np.testing.assert_array_equal(solution.log_softmax(x)[0], [-np.inf, -np.inf])
        assert solution.logsumexp(x)[0] == -np.inf


def test_float32_agrees_with_scipy(reference: References) -> None:
    """Results in float32 stay in float32 and agree with scipy in float64."""
    x = np.random.default_rng(0).normal(scale=5.0, size=(50, 7)).astype(np.float32)
    wide = x.astype(np.float64)
    for name in ("softmax", "log_softmax", "logsumexp"):
        got = getattr(reference("softmax"), name)(x)
        assert got.dtype == np.float32
        np.testing.assert_allclose(got, getattr(special, name)(wide, axis=-1), rtol=2e-6, atol=1e-6)
