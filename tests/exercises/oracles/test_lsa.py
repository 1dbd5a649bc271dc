"""The reference of lsa against sklearn.decomposition.TruncatedSVD and sklearn's cosine similarity."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import TruncatedSVD
from sklearn.metrics.pairwise import cosine_similarity

from tests.support.references import References


@pytest.mark.parametrize("k", [1, 3, 6])
@pytest.mark.parametrize("shape", [(12, 8), (9, 30)])
def test_agrees_with_truncated_svd(reference: References, shape: tuple[int, int], k: int) -> None:
    """Documents and queries are those of TruncatedSVD up to signs, and the ranking is that of its cosines."""
    rng = np.random.default_rng(k)
    a, queries = rng.poisson(1.0, size=shape).astype(float), rng.poisson(1.0, size=(4, shape[1])).astype(float)
    model, other = reference("lsa").LSA(k).fit(a), TruncatedSVD(k, algorithm="arpack").fit(a)
    np.testing.assert_allclose(np.abs(model.doc_embeddings()), np.abs(other.transform(a)), atol=1e-8)
    np.testing.assert_allclose(np.abs(model.transform(queries)), np.abs(other.transform(queries)), atol=1e-8)
    if k > 1:
        for q, cosines in zip(queries, cosine_similarity(other.transform(queries), other.transform(a)), strict=True):
            assert model.search(q, 3) == np.argsort(-cosines)[:3].tolist()
