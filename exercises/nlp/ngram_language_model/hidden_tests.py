"""Hidden tests of ngram_language_model."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, assert_type, put, speed

CORPUS = [["a", "b"], ["a", "c"], ["b", "a", "b"]]


def draw(seed, size=12, words="abcd"):
    """Random sentences of one to five words."""
    rng = np.random.default_rng(seed)
    return [[words[i] for i in rng.integers(0, len(words), size=rng.integers(1, 6))] for _ in range(size)]


def slow(sents, n, k, min_count, history, word):
    """The formula of the prompt; searches the whole corpus for each probability."""
    flat = [t for s in sents for t in s]
    kept = {t for t in flat if flat.count(t) >= min_count}
    runs = []
    for s in sents:
        padded = ["<s>"] * (n - 1) + [t if t in kept else "<unk>" for t in s] + ["</s>"]
        runs += [padded[i : i + n] for i in range(len(padded) - n + 1)]
    history = [t if t in kept or t == "<s>" else "<unk>" for t in history]
    word = word if word in kept or word == "</s>" else "<unk>"
    history = (["<s>"] * n + history)[n + len(history) - (n - 1) :]
    total = sum(run[:-1] == history for run in runs) + k * (len(kept) + 2)
    return (sum(run == [*history, word] for run in runs) + k) / total


def test_bigram_probabilities_by_hand(candidate):
    """After 'a' came 'b' twice and 'c' once; with k = 1 and five words in V that is 3/8, 2/8 and 1/8 for the rest."""
    lm = candidate.NGramLM(2).fit(CORPUS)
    for word, expected in (("b", 3 / 8), ("c", 2 / 8), ("a", 1 / 8), ("</s>", 1 / 8)):
        assert_close(lm.prob(word, ["a"]), expected)
    assert_close(candidate.NGramLM(2, k=0.5).fit(CORPUS).prob("b", ["a"]), 2.5 / 5.5)


def test_start_and_end_are_context_and_word(candidate):
    """An empty context is the start of a sentence, and '</s>' is a word like any other."""
    lm = candidate.NGramLM(2).fit(CORPUS)
    assert_close(lm.prob("a", []), 3 / 8)
    assert_close(lm.prob("b", []), 2 / 8)
    assert_close(lm.prob("</s>", ["b"]), 3 / 8)
    assert_close(lm.prob("</s>", []), 1 / 8)


def test_long_and_short_contexts(candidate):
    """Only the last n - 1 words of a context count; a shorter one is padded on the left."""
    lm = candidate.NGramLM(3, k=0.5).fit(CORPUS)
    assert_close(lm.prob("b", ["x", "b", "c", "b", "a"]), 1.5 / 3.5)
    assert_close(lm.prob("b", ["a"]), 1.5 / 4.5)
    assert_close(lm.prob("a", []), 2.5 / 5.5)


def test_unigrams_ignore_the_context(candidate):
    """With n = 1 a probability is a share of all tokens, the ends of sentences included."""
    lm = candidate.NGramLM(1).fit(CORPUS)
    for context in ([], ["a"], ["a", "b"]):
        assert_close(lm.prob("a", context), 4 / 15)
    assert_close(lm.prob("</s>", ["c"]), 4 / 15)
    assert_close(lm.perplexity([["a"]]), 15 / 4)


def test_unknown_words(candidate):
    """Words that were not seen share the probability of '<unk>', and their histories do too."""
    lm = candidate.NGramLM(2).fit(CORPUS)
    assert_close([lm.prob(w, ["a"]) for w in ("<unk>", "z")], [1 / 8, 1 / 8])
    assert_close(lm.prob("a", ["z"]), 1 / 5)


def test_rare_words_become_unknown(candidate):
    """Training words below min_count count as '<unk>' from the start, so '<unk>' has counts of its own."""
    lm = candidate.NGramLM(2, min_count=2).fit(CORPUS)
    assert_close(lm.prob("c", ["a"]), 2 / 7)
    assert_close(lm.prob("new", ["a"]), 2 / 7)
    assert_close(lm.prob("</s>", ["c"]), 2 / 5)
    assert_close(candidate.NGramLM(2, min_count=3).fit(CORPUS).prob("b", ["a"]), 3 / 7)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_probabilities_sum_to_one(candidate, n):
    """Over the vocabulary, with '<unk>' and '</s>' but without '<s>', the probabilities of any context sum to 1."""
    lm = candidate.NGramLM(n, k=0.3).fit(draw(n))
    for context in ([], ["a"], ["b", "c"], ["d", "z"]):
        assert_close(sum(lm.prob(w, context) for w in ("a", "b", "c", "d", "<unk>", "</s>")), 1.0)


def test_log_prob_by_hand(candidate):
    """A sentence is the product of its words and of its end."""
    lm = candidate.NGramLM(2).fit(CORPUS)
    assert_close(lm.log_prob(["a", "b"]), math.log(3 / 8 * 3 / 8 * 3 / 8))
    assert_close(lm.log_prob([]), math.log(1 / 8))


def test_perplexity_by_hand(candidate):
    """Perplexity averages over words and ends of all sentences together, not over sentences."""
    lm = candidate.NGramLM(2).fit(CORPUS)
    assert_close(lm.perplexity([["a", "b"]]), 8 / 3)
    product = (3 / 8) ** 3 * (1 / 8)
    assert_close(lm.perplexity([["a", "b"], []]), product ** (-1 / 4))


def test_generate_by_hand(candidate):
    """Words come in sorted order: '</s>', '<unk>', 'a', 'b', 'c'; each draw looks at what was generated so far."""
    lm = candidate.NGramLM(2).fit(CORPUS)
    # After the start the cumulative probabilities are 1/8, 2/8, 5/8, 7/8 and 1; after 'a' they are 1/8, 2/8, 3/8, 6/8 and 1.
    assert_equal(list(lm.generate([0.6, 0.7, 0.3], 9)), ["a", "b"])
    assert_equal(list(lm.generate([0.6, 0.8, 0.9, 0.1, 0.5], 9)), ["a", "c", "c"])
    assert_equal(list(lm.generate([0.05], 3)), [])
    assert_equal(list(lm.generate([0.6, 0.3, 0.3], 2)), ["a", "a"])


@given(n=st.integers(1, 3), seed=st.integers(0, 2**32 - 1), min_count=st.integers(1, 3))
def test_random_corpora_follow_the_formula(candidate, n, seed, min_count):
    """On random corpora each probability is the ratio of counts found by searching."""
    sents = draw(seed, size=4)
    lm = candidate.NGramLM(n, k=0.7, min_count=min_count).fit(sents)
    for history, word in ((["a", "b"], "c"), ([], "a"), (["b"], "</s>"), (["d", "d", "a"], "q")):
        assert_close(lm.prob(word, history), slow(sents, n, 0.7, min_count, history, word))


@pytest.mark.fine
def test_without_smoothing(candidate):
    """With k = 0 what was never seen has probability 0, log probability -inf and perplexity inf."""
    lm = candidate.NGramLM(2, k=0).fit(CORPUS)
    assert_equal([lm.prob("a", ["z"]), lm.prob("z", ["a"])], [0.0, 0.0])
    assert_close(lm.prob("b", ["a"]), 2 / 3)
    assert_equal([lm.log_prob(["c", "a"]), lm.perplexity([["a"], ["c", "a"]])], [-math.inf, math.inf])
    assert_equal(list(lm.generate([0.5, 0.9, 0.3], 9)), ["a", "c"])


@pytest.mark.fine
def test_special_tokens_in_the_context(candidate):
    """'<s>' in a context stands for the start, and unknown tokens for '<unk>'."""
    lm = candidate.NGramLM(3, min_count=2).fit(CORPUS)
    assert_close(lm.prob("b", ["<s>", "a"]), 2 / 6)
    assert_close(lm.prob("</s>", ["a", "new"]), 2 / 5)


@pytest.mark.fine
def test_second_fit_forgets_the_first(candidate):
    """Fitting again starts from nothing."""
    lm = candidate.NGramLM(2).fit(CORPUS)
    lm.fit([["b"]])
    assert_close([lm.prob("b", []), lm.prob("a", ["a"])], [2 / 4, 1 / 3])


@pytest.mark.fine
def test_generate_stops(candidate):
    """Generation stops when max_len or the numbers are used up; a number equal to a sum takes the next word."""
    lm = candidate.NGramLM(2).fit(CORPUS)
    assert_equal(list(lm.generate([0.6], 5)), ["a"])
    assert_equal(list(lm.generate([], 5)), [])
    assert_equal(list(lm.generate([0.6, 0.6], 0)), [])
    assert_equal(list(lm.generate([0.625, 0.125], 1)), ["b"])


@pytest.mark.fine
def test_types(candidate):
    """Probabilities, their logarithms and the perplexity are Python floats, also 0 and infinities."""
    for lm in (candidate.NGramLM(2).fit(CORPUS), candidate.NGramLM(2, k=0).fit(CORPUS)):
        for value in (lm.prob("a", ["z"]), lm.log_prob(["c", "a"]), lm.perplexity([["c", "a"]])):
            assert_type(value, float)


@pytest.mark.fine
def test_bad_input_is_refused(candidate):
    """n or min_count below 1, a negative k and the perplexity of nothing raise ValueError."""
    for arguments in ((0,), (-1,), (2, -0.1), (2, 1.0, 0)):
        with assert_raises(ValueError):
            candidate.NGramLM(*arguments)
    lm = candidate.NGramLM(2).fit(CORPUS)
    with assert_raises(ValueError):
        lm.perplexity([])


@pytest.mark.scale
def test_long_corpora_are_quick(candidate, reference, rng):
    """Fitting is one pass, and a probability does not search the corpus."""

    def prepare(subject, rng):
        words = [f"w{i}" for i in range(200)]
        sents = put(subject, [[words[i] for i in rng.integers(0, 200, size=15)] for _ in range(150)])
        return lambda: subject.NGramLM(3).fit(sents).perplexity(sents)

    speed(candidate, reference, prepare, rng, limit=15)
