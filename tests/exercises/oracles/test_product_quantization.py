"""The reference of product_quantization against scikit-learn's and SciPy's exact distances."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.cluster.vq import vq
from scipy.spatial.distance import cdist
from sklearn.neighbors import NearestNeighbors

from tests.support.references import References


@pytest.mark.parametrize("seed", range(8))
def test_agrees_with_scipy_and_scikit_learn(reference: References, seed: int) -> None:
    """Codes are those of SciPy's vector quantiser in each part, results those of an exact search among decoded vectors."""
    solution, rng = reference("product_quantization"), np.random.default_rng(seed)
    m, width = 4, 5
    X, books, q = rng.normal(size=(300, m * width)), rng.normal(size=(m, 32, width)), rng.normal(size=m * width)
    codes = solution.pq_encode(X, books)
    expected = [vq(X[:, j * width : (j + 1) * width], books[j])[0] for j in range(m)]
    np.testing.assert_array_equal(codes, np.stack(expected, axis=1))
    stored = solution.pq_decode(codes, books)
    ids, distances = solution.adc_search(q, codes, books, 300)
    exact = cdist([q], stored, "sqeuclidean")[0]
    np.testing.assert_allclose(distances, exact[ids])
    near = NearestNeighbors(n_neighbors=5).fit(stored).kneighbors([q])[0][0] ** 2
    np.testing.assert_allclose(distances[:5], near)


def test_error_falls_with_more_codewords(reference: References) -> None:
    """The decoded vector is the nearest one that the codebooks can make, so more codewords never make it worse."""
    solution, rng = reference("product_quantization"), np.random.default_rng(0)
    X, books = rng.normal(size=(200, 8)), rng.normal(size=(4, 256, 2))
    errors = [
        ((solution.pq_decode(solution.pq_encode(X, b), b) - X) ** 2).sum() for b in (books[:, :k] for k in (4, 32, 256))
    ]
    assert errors[0] > errors[1] > errors[2]
