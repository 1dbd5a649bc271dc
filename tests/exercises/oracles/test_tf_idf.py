"""The reference of tf_idf against sklearn.feature_extraction.text."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from tests.support.references import References


def corpus(seed: int, words: int) -> list[list[str]]:
    """Return documents of random words, some of them empty."""
    rng = np.random.default_rng(seed)
    return [[f"w{i}" for i in rng.integers(0, words, size=rng.integers(0, 20))] for _ in range(15)]


@pytest.mark.parametrize("seed", range(20))
def test_rows_agree_with_sklearn(reference: References, seed: int) -> None:
    """Vocabulary and rows agree, also for documents with unknown tokens."""
    docs, others = corpus(seed, 30), corpus(seed + 100, 45)
    expected = TfidfVectorizer(analyzer=lambda doc: doc).fit(docs)
    model = reference("tf_idf").TfidfVectorizer().fit(docs)
    assert model.vocabulary_ == expected.vocabulary_
    for batch in (docs, others):
        np.testing.assert_allclose(model.transform(batch), expected.transform(batch).toarray(), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("seed", range(20))
def test_ranking_agrees_with_sklearn(reference: References, seed: int) -> None:
    """The order agrees with that of sklearn's cosines."""
    docs = corpus(seed, 30)
    model = TfidfVectorizer(analyzer=lambda doc: doc)
    rows = model.fit_transform(docs).toarray()
    scores = np.round(rows @ model.transform([docs[0]]).toarray()[0], 10)
    expected = sorted(range(len(docs)), key=lambda i: (-scores[i], i))[:7]
    assert reference("tf_idf").rank(docs[0], docs, 7) == expected
