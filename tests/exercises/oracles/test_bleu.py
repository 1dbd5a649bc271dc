"""The reference of bleu against n-gram counts of sklearn.feature_extraction.text."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sklearn.feature_extraction.text import CountVectorizer

from tests.support.references import References


def corpus(seed: int) -> tuple[list[list[str]], list[list[list[str]]]]:
    """Return hypotheses that are noisy copies of references, and two to four references each."""
    rng = np.random.default_rng(seed)
    hyps, refs = [], []
    for _ in range(8):
        group = [[f"w{i}" for i in rng.integers(0, 6, size=rng.integers(5, 15))] for _ in range(rng.integers(2, 5))]
        refs.append(group)
        hyps.append([t for t in group[0] if rng.random() < 0.8])
    return hyps, refs


@pytest.mark.parametrize("smooth", [False, True])
@pytest.mark.parametrize("seed", range(15))
def test_score_agrees_with_counts_of_sklearn(reference: References, seed: int, smooth: bool) -> None:
    """The score is that of matrices of n-gram counts."""
    hyps, refs = corpus(seed)
    precisions = []
    for n in range(1, 5):
        counter = CountVectorizer(tokenizer=str.split, token_pattern=None, lowercase=False, ngram_range=(n, n))
        counter.fit(" ".join(s) for s in [*hyps, *(r for group in refs for r in group)])
        own = counter.transform(map(" ".join, hyps)).toarray()
        best = np.stack([counter.transform(map(" ".join, group)).toarray().max(axis=0) for group in refs])
        added = int(smooth and n > 1)
        precisions.append((np.minimum(own, best).sum() + added) / (own.sum() + added))
    c = sum(map(len, hyps))
    r = sum(sorted(map(len, g), key=lambda k, own=len(h): (abs(k - own), k))[0] for h, g in zip(hyps, refs))
    expected = stats.gmean(precisions) * min(1.0, np.exp(1 - r / c)) if min(precisions) > 0 else 0.0
    assert reference("bleu").corpus_bleu(hyps, refs, smooth=smooth) == pytest.approx(expected, rel=1e-12)
