"""The reference of fasttext_subwords against n-grams of scikit-learn and 32-bit arithmetic of numpy."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer

from tests.support.references import References


@pytest.mark.parametrize("word", ["where", "banana", "né", "日本語の", "a"])
@pytest.mark.parametrize("lengths", [(2, 2), (3, 6), (2, 4)])
def test_ngrams_agree_with_sklearn(reference: References, word: str, lengths: tuple[int, int]) -> None:
    """The n-grams are those that scikit-learn's character analyser finds in the wrapped word."""
    analyse = CountVectorizer(analyzer="char", ngram_range=lengths, lowercase=False).build_analyzer()
    assert Counter(reference("fasttext_subwords").char_ngrams(word, *lengths)) == Counter(analyse(f"<{word}>"))


@pytest.mark.parametrize("s", ["", "a", "<ab", "né>", "日本", "\x7f\x80\xff"])
def test_hash_agrees_with_signed_bytes(reference: References, s: str) -> None:
    """The hash is what C computes with signed 8-bit characters and unsigned 32-bit products."""
    h = np.array([2166136261], dtype=np.uint32)
    for byte in np.frombuffer(s.encode(), dtype=np.int8):
        h = (h ^ byte.astype(np.int32).astype(np.uint32)) * np.uint32(16777619)
    assert reference("fasttext_subwords").fnv1a_hash(s) == int(h[0])


def test_vector_is_an_embedding_bag(reference: References) -> None:
    """The vector is torch's mean bag over one table, words first and buckets after them."""
    torch = pytest.importorskip("torch")
    module = reference("fasttext_subwords")
    rng = np.random.default_rng(0)
    words, buckets = rng.normal(size=(2, 4)), rng.normal(size=(11, 4))
    rows = [1] + [2 + module.fnv1a_hash(gram) % 11 for gram in module.char_ngrams("kitten")]
    bag = torch.nn.functional.embedding_bag(
        torch.tensor([rows]), torch.tensor(np.vstack([words, buckets])), mode="mean"
    )
    got = module.word_vector("kitten", {"kitten": 1}, words, buckets)
    np.testing.assert_allclose(got, bag[0].numpy())
