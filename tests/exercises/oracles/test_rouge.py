"""The reference of rouge against n-gram counts of scikit-learn, and against an edit distance."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer

from tests.support.references import References


def words(rng: np.random.Generator) -> list[str]:
    """Return up to nine words of four."""
    return [f"w{i}" for i in rng.integers(0, 4, size=rng.integers(3, 10))]


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("seed", range(8))
def test_ngrams_agree_with_counts_of_sklearn(reference: References, seed: int, n: int) -> None:
    """Hits are the sum of the smaller counts that scikit-learn finds."""
    rng = np.random.default_rng(seed)
    ref, hyp = words(rng), words(rng)
    counter = CountVectorizer(tokenizer=str.split, token_pattern=None, lowercase=False, ngram_range=(n, n))
    known, said = counter.fit_transform([" ".join(ref), " ".join(hyp)]).toarray()
    hits = np.minimum(known, said).sum()
    p, r, f = reference("rouge").rouge_n(ref, hyp, n)
    assert (p, r) == pytest.approx((hits / said.sum(), hits / known.sum()))
    assert f == pytest.approx(2 * hits / (known.sum() + said.sum()))


@pytest.mark.parametrize("seed", range(20))
def test_subsequence_agrees_with_an_edit_distance(reference: References, seed: int) -> None:
    """With insertions and deletions only, the edit distance is both lengths less twice the common subsequence."""
    rng = np.random.default_rng(seed)
    ref, hyp = words(rng), words(rng)
    distance = np.add.outer(np.arange(len(ref) + 1), np.arange(len(hyp) + 1))
    for i, a in enumerate(ref):
        for j, b in enumerate(hyp):
            steps = [distance[i, j + 1] + 1, distance[i + 1, j] + 1] + [distance[i, j]] * (a == b)
            distance[i + 1, j + 1] = min(steps)
    common = (len(ref) + len(hyp) - distance[-1, -1]) / 2
    p, r, _ = reference("rouge").rouge_l(ref, hyp)
    assert (p, r) == pytest.approx((common / len(hyp), common / len(ref)))
    assert reference("rouge").rouge_lsum([ref], [hyp]) == pytest.approx(reference("rouge").rouge_l(ref, hyp))
