"""Hidden tests of rouge."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, growth, put, speed

NOTHING = (0.0, 0.0, 0.0)
TEXT = st.text("abc", min_size=1, max_size=7).map(list)
LOOSE = st.text("ab", max_size=5).map(list)


def scores(hits, known, said):
    """Precision, recall and F1."""
    return (hits / said, hits / known, 2 * hits / (known + said)) if hits else NOTHING


def slow_length(a, b):
    """Length of the longest common subsequence, by trying all subsequences of a."""
    common = 0
    for size in range(1, len(a) + 1):
        for chosen in combinations(a, size):
            rest = iter(b)
            if all(token in rest for token in chosen):
                common = size
    return common


def slow_positions(a, b):
    """Positions in a of the subsequence that the rule for ties picks, one recursive step at a time."""
    if not a or not b:
        return set()
    if a[-1] == b[-1]:
        return slow_positions(a[:-1], b[:-1]) | {len(a) - 1}
    shorter = (a, b[:-1]) if slow_length(a, b[:-1]) > slow_length(a[:-1], b) else (a[:-1], b)
    return slow_positions(*shorter)


def test_unigrams_by_hand(candidate):
    """Two of four words said are right, of five that should be: precision 2/4, recall 2/5."""
    assert_close(candidate.rouge_n(list("abcde"), list("axby"), 1), (2 / 4, 2 / 5, 4 / 9))


def test_bigrams_by_hand(candidate):
    """One pair of three matches: the words are shared, but in another order."""
    assert_close(candidate.rouge_n(list("abcde"), list("bcad"), 2), (1 / 3, 1 / 4, 2 / 7))
    assert_close(candidate.rouge_n(list("abcde"), list("abcde"), 3), (1.0, 1.0, 1.0))


def test_repeated_ngrams_are_clipped(candidate):
    """A repeated n-gram hits as often as the smaller count says, on either side."""
    assert_close(candidate.rouge_n(list("aab"), list("aaaaa"), 1), (2 / 5, 2 / 3, 4 / 8))
    assert_close(candidate.rouge_n(list("aaaaa"), list("aab"), 1), (2 / 3, 2 / 5, 4 / 8))
    assert_close(candidate.rouge_n(list("ababab"), list("abxab"), 2), (2 / 4, 2 / 5, 4 / 9))


def test_subsequence_by_hand(candidate):
    """The longest common subsequence keeps the order and may have gaps."""
    assert_close(candidate.rouge_l(list("abcdef"), list("axcxf")), (3 / 5, 3 / 6, 6 / 11))
    assert_close(candidate.rouge_l(list("ab"), list("aabb")), (2 / 4, 2 / 2, 4 / 6))
    assert_close(candidate.rouge_l(list("abc"), list("cba")), (1 / 3, 1 / 3, 1 / 3))
    assert_close(candidate.rouge_l(list("abab"), list("baba")), (3 / 4, 3 / 4, 3 / 4))
    assert_close(candidate.rouge_l(list("abcbdab"), list("bdcaba")), (4 / 6, 4 / 7, 8 / 13))


@pytest.mark.parametrize("n", [1, 2])
def test_nothing_in_common(candidate, n):
    """Texts without a common token score 0 three times."""
    assert_close(candidate.rouge_n(list("abc"), list("xyz"), n), NOTHING)
    assert_close(candidate.rouge_l(list("abc"), list("xyz")), NOTHING)
    assert_close(candidate.rouge_lsum([list("abc")], [list("xyz")]), NOTHING)


def test_union_of_sentences(candidate):
    """A reference position that several hypothesis sentences find counts once; different ones add up."""
    got = candidate.rouge_lsum([list("abcde")], [list("abxy"), list("bcd")])
    assert_close(got, scores(4, 5, 7))
    got = candidate.rouge_lsum([list("abcd")], [list("ab"), list("cd")])
    assert_close(got, (1.0, 1.0, 1.0))


def test_sentences_are_not_joined(candidate):
    """The order of sentences does not matter, and no subsequence runs over their borders."""
    ref = [list("abc"), list("def")]
    assert_close(candidate.rouge_lsum(ref, [list("def"), list("abc")]), (1.0, 1.0, 1.0))
    assert_close(candidate.rouge_lsum(ref, [list("fad"), list("xyc")]), scores(3, 6, 6))


def test_sizes_are_those_of_all_sentences(candidate):
    """Tokens of all sentences count in the sizes, whether a sentence has hits or not."""
    got = candidate.rouge_lsum([list("ab"), list("cdefg")], [list("axb"), list("uvwyz")])
    assert_close(got, scores(2, 7, 8))


@given(ref=TEXT, hyp=TEXT, n=st.integers(1, 3))
def test_random_texts_follow_the_definition(candidate, ref, hyp, n):
    """On random texts hits are found by marking n-grams one at a time, and by trying all subsequences."""
    grams = [tuple(hyp[i : i + n]) for i in range(len(hyp) - n + 1)]
    known, said, hits = max(len(ref) - n + 1, 0), len(grams), 0
    for i in range(known):
        if tuple(ref[i : i + n]) in grams:
            grams.remove(tuple(ref[i : i + n]))
            hits += 1
    if known and said:
        assert_close(candidate.rouge_n(ref, hyp, n), scores(hits, known, said))
    assert_close(candidate.rouge_l(ref, hyp), scores(slow_length(ref, hyp), len(ref), len(hyp)))


@pytest.mark.fine
def test_reused_tokens(candidate):
    """A hypothesis token serves one reference sentence only, in the order of the sentences."""
    assert_close(candidate.rouge_lsum([["a"], ["a"]], [["a"]]), scores(1, 2, 1))
    assert_close(candidate.rouge_lsum([list("ab"), list("ab")], [list("ab"), ["b"]]), scores(3, 4, 3))
    assert_close(candidate.rouge_lsum([list("aa")], [["a"], list("ba")]), scores(1, 2, 3))


@pytest.mark.fine
def test_ties_step_in_the_reference(candidate):
    """Of 'ab' and 'ba' the trace takes the first reference token; of a repeated token the last, where it meets it."""
    assert_close(candidate.rouge_lsum([list("ab")], [list("ba"), ["a"]]), scores(1, 2, 3))
    assert_close(candidate.rouge_lsum([list("ab")], [list("ba"), ["b"]]), scores(2, 2, 3))
    assert_close(candidate.rouge_lsum([list("abc")], [list("cab"), list("c")]), scores(3, 3, 4))


@pytest.mark.fine
@given(ref=st.lists(LOOSE, min_size=1, max_size=2), hyp=st.lists(LOOSE, min_size=1, max_size=2))
def test_random_summaries_follow_the_definition(candidate, ref, hyp):
    """With repeated words, ties and empty sentences the score is the one that the rules give step by step."""
    left, hits = [t for s in hyp for t in s], 0
    for sent in ref:
        for i in sorted(set().union(*(slow_positions(sent, other) for other in hyp))):
            if sent[i] in left:
                left.remove(sent[i])
                hits += 1
    assert_close(candidate.rouge_lsum(ref, hyp), scores(hits, sum(map(len, ref)), sum(map(len, hyp))))


@pytest.mark.fine
def test_empty_and_short_texts(candidate):
    """An empty side, or one shorter than n, scores exactly 0.0 three times, in a tuple of floats."""
    for ref, hyp in (([], []), (["a"], []), ([], ["a"])):
        assert_equal(candidate.rouge_n(ref, hyp, 1), NOTHING)
        assert_equal(candidate.rouge_l(ref, hyp), NOTHING)
        assert_equal(candidate.rouge_lsum([ref], [hyp]), NOTHING)
    assert_equal(candidate.rouge_n(["a"], ["a", "b"], 2), NOTHING)
    for ref, hyp in (([], []), ([["a"]], []), ([], [["a"]])):
        assert_equal(candidate.rouge_lsum(ref, hyp), NOTHING)


@pytest.mark.fine
def test_tokens_and_types(candidate):
    """Tokens are compared whole, with their case, and each result is a tuple of three Python floats."""
    assert_equal(candidate.rouge_n(["ab", "c"], ["a", "bc"], 2), NOTHING)
    assert_equal(candidate.rouge_n(["a b", "c"], ["a", "b c"], 2), NOTHING)
    assert_equal(candidate.rouge_l(["The"], ["the"]), NOTHING)
    for got in (candidate.rouge_n(["a"], ["a"], 1), candidate.rouge_l(["a"], ["a"])):
        assert_equal(got, (1.0, 1.0, 1.0))
    assert_equal(candidate.rouge_lsum([["a"]], [["a"]]), (1.0, 1.0, 1.0))


@pytest.mark.fine
@pytest.mark.parametrize("n", [0, -1])
def test_bad_n_is_refused(candidate, n):
    """n below 1 raises ValueError."""
    with assert_raises(ValueError):
        candidate.rouge_n(["a"], ["a"], n)


@pytest.mark.scale
def test_counting_is_linear(candidate, reference, rng):
    """n-grams are counted with dictionaries, not by searching lists."""

    def prepare(subject, rng):
        ref, hyp = ([f"w{i}" for i in rng.integers(0, 500, size=2000)] for _ in range(2))
        ref, hyp = put(subject, ref), put(subject, hyp)
        return lambda: subject.rouge_n(ref, hyp, 2)

    speed(candidate, reference, prepare, rng, limit=20)


@pytest.mark.scale
def test_subsequence_is_quadratic(candidate, reference, rng):
    """The time of rouge_l grows with the product of the lengths."""

    def prepare(subject, rng, n):
        ref, hyp = (put(subject, np.array(list("abcd"))[rng.integers(0, 4, size=n)].tolist()) for _ in range(2))
        return lambda: subject.rouge_l(ref, hyp)

    growth(candidate, reference, prepare, rng, sizes=(60, 120, 240), limit=2.6)
