"""The reference of ngram_language_model against n-gram counts of sklearn.feature_extraction.text."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer

from tests.support.references import References


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("seed", range(4))
def test_probabilities_agree_with_counts_of_sklearn(reference: References, seed: int, n: int) -> None:
    """Every probability is a ratio of n-gram counts that scikit-learn finds in the padded text."""
    rng = np.random.default_rng(seed)
    sents = [[f"w{i}" for i in rng.integers(0, 4, size=rng.integers(1, 7))] for _ in range(20)]
    padded = [" ".join(["<s>"] * (n - 1) + sent + ["</s>"]) for sent in sents]
    counter = CountVectorizer(tokenizer=str.split, token_pattern=None, lowercase=False, ngram_range=(n, n))
    totals = counter.fit_transform(padded).sum(axis=0).A1
    counts = dict(zip(counter.get_feature_names_out(), totals, strict=True))
    words = sorted({t for sent in sents for t in sent} | {"<unk>", "</s>"})
    lm = reference("ngram_language_model").NGramLM(n, k=0.25).fit(sents)
    for history in itertools.product(["<s>", *words], repeat=n - 1):
        row = np.array([counts.get(" ".join([*history, w]), 0) + 0.25 for w in words])
        np.testing.assert_allclose([lm.prob(w, list(history)) for w in words], row / row.sum())
    steps = [(sent[:i], w) for sent in sents for i, w in enumerate([*sent, "</s>"])]
    mean = np.mean([math.log(lm.prob(word, history)) for history, word in steps])
    assert lm.perplexity(sents) == pytest.approx(math.exp(-mean))
