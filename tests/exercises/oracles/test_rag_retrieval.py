"""The reference of rag_retrieval against scikit-learn's neighbours, and against NumPy's windows."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.metrics.pairwise import cosine_similarity

from tests.support.references import References

WORDS = np.array("the cat dog sat ran on under mat log red blue".split())


@pytest.mark.parametrize("size", [1, 2, 5, 8])
def test_full_windows_agree_with_numpy(reference: References, size: int) -> None:
    """Where the windows fit exactly, they are every step-th of NumPy's sliding windows."""
    for overlap in range(size):
        step = size - overlap
        tokens = np.arange(size + 6 * step)
        windows = np.lib.stride_tricks.sliding_window_view(tokens, size)[::step]
        got = reference("rag_retrieval").chunk([str(t) for t in tokens], size, overlap)
        assert got == [(int(w[0]), int(w[-1]) + 1) for w in windows]


@pytest.mark.parametrize("seed", range(10))
def test_search_agrees_with_sklearn(reference: References, seed: int) -> None:
    """Ids, numbers and cosines are those of scikit-learn's cosine similarity of hashed counts."""
    solution = reference("rag_retrieval")
    rng = np.random.default_rng(seed)
    vectorizer = HashingVectorizer(n_features=64, norm=None, alternate_sign=False)
    retriever = solution.Retriever(lambda texts: vectorizer.transform(texts).toarray())
    names, texts = [], []
    for doc in range(12):
        tokens = rng.choice(WORDS, size=int(rng.integers(0, 20))).tolist()
        retriever.add([(f"d{doc}", "  ".join(tokens))], 6, 2)
        for number, (start, end) in enumerate(solution.chunk(tokens, 6, 2)):
            names.append((f"d{doc}", number))
            texts.append(" ".join(tokens[start:end]))
    expected = cosine_similarity(vectorizer.transform(texts), vectorizer.transform(["red cat on a mat"])).ravel()
    got = retriever.search("red cat on a mat", len(texts))
    assert sorted(found[:2] for found in got) == sorted(names)
    np.testing.assert_allclose([cosine for _, _, cosine in got], np.sort(expected)[::-1], rtol=1e-12, atol=1e-15)
    by_name = dict(zip(names, expected, strict=True))
    for doc, number, cosine in got:
        assert cosine == pytest.approx(by_name[doc, number], rel=1e-12)
