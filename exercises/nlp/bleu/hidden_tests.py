"""Hidden tests of bleu."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, assert_that, assert_type, put, speed

SENTENCE = st.lists(st.sampled_from("ab"), max_size=6)
PAIRS = st.lists(st.tuples(SENTENCE, st.lists(SENTENCE, min_size=1, max_size=3)), max_size=4)


def grams(tokens, n):
    """All runs of n tokens, as lists."""
    return [tokens[i : i + n] for i in range(len(tokens) - n + 1)]


def slow_bleu(hyps, refs, max_n=4, smooth=False):
    """The formula of the prompt, with lists only."""
    product = 1.0
    for n in range(1, max_n + 1):
        match = total = int(smooth and n > 1)
        for hyp, group in zip(hyps, refs, strict=True):
            total += len(grams(hyp, n))
            different = []
            for gram in grams(hyp, n):
                if gram not in different:
                    different.append(gram)
                    match += min(grams(hyp, n).count(gram), max(grams(ref, n).count(gram) for ref in group))
        product *= match / total if total else 0.0
    c = sum(map(len, hyps))
    if product == 0.0 or c == 0:
        return 0.0
    r = 0
    for hyp, group in zip(hyps, refs, strict=True):
        lengths = sorted(map(len, group))
        r += min(lengths, key=lambda length, own=len(hyp): abs(length - own))
    return product ** (1 / max_n) * min(1.0, math.exp(1 - r / c))


def test_brevity_penalty_by_hand(candidate):
    """The penalty is exp(1 - r / c) below the reference length and 1 from there on, however long the output."""
    for c, r, expected in (
        (5, 6, math.exp(-1 / 5)),
        (6, 6, 1.0),
        (9, 6, 1.0),
        (1000, 1, 1.0),
        (1, 3, math.exp(-2)),
    ):
        assert_close(candidate.brevity_penalty(c, r), expected)


def test_perfect_translation(candidate):
    """A hypothesis that equals one of its references scores 1."""
    hyp = "it is a guide to action".split()
    assert_close(candidate.corpus_bleu([hyp], [[["no"], hyp, ["a", "guide"]]]), 1.0)
    assert_close(candidate.corpus_bleu([hyp], [[hyp]], 6), 1.0)


def test_precisions_by_hand(candidate):
    """Five of six words and three of five pairs match: the score is the root of their product."""
    hyp, ref = ["a", "b", "c", "x", "e", "f"], ["a", "b", "c", "d", "e", "f"]
    assert_close(candidate.corpus_bleu([hyp], [[ref]], max_n=1), 5 / 6)
    assert_close(candidate.corpus_bleu([hyp], [[ref]], max_n=2), math.sqrt(5 / 6 * 3 / 5))
    assert_close(candidate.corpus_bleu([hyp], [[ref]], max_n=3), (5 / 6 * 3 / 5 * 1 / 4) ** (1 / 3))


def test_repeated_words_are_clipped(candidate):
    """Saying 'the' seven times matches only as often as one reference says it."""
    refs = ["the cat is on the mat".split(), "there is a cat on the mat".split()]
    assert_close(candidate.corpus_bleu([["the"] * 7], [refs], max_n=1), 2 / 7)
    assert_close(candidate.corpus_bleu([["a", "b"] * 3], [[["a", "b", "a", "b", "x", "y"]]], max_n=2), math.sqrt(0.4))


def test_clip_is_the_greatest_count_of_one_reference(candidate):
    """Counts of several references are not added, and each n-gram may find its count in another reference."""
    refs = [["a", "b", "c"], ["a", "a", "d"], ["e", "a", "f"]]
    assert_close(candidate.corpus_bleu([["a", "a", "a"]], [refs], max_n=1), 2 / 3)
    assert_close(candidate.corpus_bleu([["a", "a", "a"]], [refs[::-1]], max_n=1), 2 / 3)
    assert_close(candidate.corpus_bleu([["b", "f", "d"]], [refs], max_n=1), 1.0)


def test_counts_are_pooled_over_the_corpus(candidate):
    """Matches and totals are summed over the corpus before they are divided; sentence scores are not averaged."""
    hyps = [["a", "b"], ["a", "c", "d", "e"]]
    refs = [[["a", "b"]], [["a", "x", "y", "z"]]]
    assert_close(candidate.corpus_bleu(hyps, refs, max_n=1), 3 / 6)
    assert_close(candidate.corpus_bleu(hyps, refs, max_n=2), math.sqrt(3 / 6 * 1 / 4))
    # The clip belongs to one sentence: a word that is left over in one does not help the next.
    assert_close(candidate.corpus_bleu([["a", "a"], ["b", "b"]], [[["a", "b"]], [["a", "b"]]], max_n=1), 2 / 4)


def test_ngrams_stay_in_their_sentence(candidate):
    """No n-gram runs from one sentence into the next."""
    hyps, refs = [["a", "b"], ["c", "d", "x"]], [[["a", "b"]], [["c", "d", "y"]]]
    assert_close(candidate.corpus_bleu(hyps, refs, max_n=2), math.sqrt(4 / 5 * 2 / 3))
    # "b c" would match as a pair if the sentences were joined.
    hyps, refs = [["a", "b"], ["c", "d"]], [[["b", "c"]], [["c", "d"]]]
    assert_close(candidate.corpus_bleu(hyps, refs, max_n=2), math.sqrt(3 / 4 * 1 / 2))


def test_closest_reference_length(candidate):
    """The reference length is the one closest to the hypothesis."""
    for lengths, closest in (
        ((7, 5), 5),
        ((5, 9), 5),
        ((8, 3), 3),
        ((6, 4, 2), 4),
        ((5, 1), 5),
        ((2, 9), 2),
        ((8, 9), 8),
    ):
        got = candidate.corpus_bleu([["a"] * 4], [[["a"] * length for length in lengths]], max_n=1)
        clipped = min(4, max(lengths)) / 4
        assert_close(got, clipped * min(1.0, math.exp(1 - closest / 4)))


def test_lengths_are_summed_over_the_corpus(candidate):
    """One short hypothesis is made up for by a long one; the penalty is that of the sums."""
    refs = [[["a"] * 4], [["a"] * 4]]
    assert_close(candidate.corpus_bleu([["a"] * 2, ["a"] * 6], refs, max_n=1), 6 / 8)
    assert_close(candidate.corpus_bleu([["a"] * 2, ["a"] * 4], refs, max_n=1), math.exp(1 - 8 / 6))
    # Each sentence picks its own closest length: 3 and 5.
    refs = [[["a"] * 3, ["a"] * 9], [["a"] * 5, ["a"] * 9]]
    assert_close(candidate.corpus_bleu([["a"] * 3, ["a"] * 3], refs, max_n=1), math.exp(1 - 8 / 6))


def test_a_precision_of_zero_gives_zero(candidate):
    """One length of n-gram without a match makes the score 0."""
    assert_close(candidate.corpus_bleu([["x", "y"]], [[["a", "b", "c"]]], max_n=1), 0.0)
    assert_close(candidate.corpus_bleu([["a", "c", "b"]], [[["a", "b", "c"]]], max_n=2), 0.0)
    assert_close(candidate.corpus_bleu([["a", "b", "x", "c", "d"]], [[["a", "b", "c", "d", "e"]]], max_n=4), 0.0)


@given(
    pairs=st.lists(
        st.tuples(
            st.lists(st.sampled_from("ab"), min_size=3, max_size=8),
            st.lists(st.lists(st.sampled_from("ab"), min_size=3, max_size=8), min_size=1, max_size=3),
        ),
        min_size=1,
        max_size=4,
    ),
    max_n=st.integers(1, 3),
)
def test_score_follows_the_formula(candidate, pairs, max_n):
    """On random sentences the score is that of the formula, counted with lists."""
    hyps, refs = [], []
    for hyp, group in pairs:
        near = {}  # one reference for each distance, so that none are equally close
        for ref in group:
            near.setdefault(abs(len(ref) - len(hyp)), ref)
        hyps.append(hyp)
        refs.append(list(near.values()))
    assert_close(candidate.corpus_bleu(hyps, refs, max_n), slow_bleu(hyps, refs, max_n))


@pytest.mark.fine
def test_types(candidate):
    """Scores and penalties are Python floats, also where they are 0 or 1."""
    for hyp, refs, max_n in (
        (["a", "b"], [["a", "b"]], 2),
        (["a"], [["b"]], 1),
        (["a"], [["a", "b"]], 1),
        ([], [[]], 1),
    ):
        assert_type(candidate.corpus_bleu([hyp], [refs], max_n=max_n), float)
        assert_type(candidate.corpus_bleu([hyp], [refs], max_n=max_n, smooth=True), float)
    for c, r in ((5, 6), (6, 6), (9, 6), (0, 3)):
        assert_type(candidate.brevity_penalty(c, r), float)


@pytest.mark.fine
def test_brevity_penalty_of_extreme_lengths(candidate):
    """Without any output the penalty is 0, huge lengths do no harm, and a negative one raises ValueError."""
    for c, r, expected in ((0, 0, 0.0), (0, 7, 0.0), (3, 0, 1.0), (10**12, 2 * 10**12, math.exp(-1))):
        assert_close(candidate.brevity_penalty(c, r), expected)
    for lengths in ((-1, 3), (3, -1), (-2, -2), (0, -1)):
        with assert_raises(ValueError):
            candidate.brevity_penalty(*lengths)


@pytest.mark.fine
def test_equally_close_references(candidate):
    """Of two references that are equally close in length, the shorter one counts, in either order."""
    for lengths, closest in (((5, 3), 3), ((3, 5), 3), ((6, 2), 2), ((7, 1, 9), 1)):
        got = candidate.corpus_bleu([["a"] * 4], [[["a"] * length for length in lengths]], max_n=1)
        assert_close(got, min(1.0, math.exp(1 - closest / 4)))
    assert_close(candidate.corpus_bleu([["a"] * 4], [[[]]], max_n=1), 0.0)


@pytest.mark.fine
def test_no_match_gives_exactly_zero(candidate):
    """Without a match, or without any n-gram of some length, the score is exactly 0."""
    for hyp, max_n in (
        (["a", "c", "b"], 2),  # no pair matches
        (["x", "y"], 1),
        (["a", "b", "c"], 4),  # too short for any n-gram of length 4
    ):
        assert_equal(candidate.corpus_bleu([hyp], [[["a", "b", "c"]]], max_n=max_n), 0.0)
    assert_equal(candidate.corpus_bleu([["a", "b", "c"]], [[["a", "b", "c"]]]), 0.0)


@pytest.mark.fine
def test_smoothing_by_hand(candidate):
    """Smoothing adds 1 to the summed matches and totals from the pairs on, not to single words."""
    score = candidate.corpus_bleu([["a", "b", "c", "d"]], [[["a", "b", "x", "y"]]], smooth=True)
    assert_close(score, (2 / 4 * 2 / 4 * 1 / 3 * 1 / 2) ** 0.25)
    # Two sentences, but 1 is added once.
    score = candidate.corpus_bleu([["a", "b", "c"], ["a", "b"]], [[["a", "b"]], [["b", "a"]]], max_n=2, smooth=True)
    assert_close(score, math.sqrt(4 / 5 * (1 + 1) / (3 + 1)))
    # A sentence too short for a pair adds nothing to the total.
    score = candidate.corpus_bleu([["a", "b", "c"], ["a"]], [[["a", "b", "c"]], [["a"]]], max_n=2, smooth=True)
    assert_close(score, 1.0)
    assert_close(candidate.corpus_bleu([["a", "b"]], [[["a", "c"]]], max_n=1, smooth=True), 0.5)


@pytest.mark.fine
def test_smoothing_without_ngrams_or_words(candidate):
    """With smoothing a single correct word scores 1, and no correct word still scores exactly 0."""
    assert_close(candidate.corpus_bleu([["a"]], [[["a"]]], smooth=True), 1.0)
    assert_close(candidate.corpus_bleu([["a"]], [[["a", "b", "c"]]], smooth=True), math.exp(-2))
    assert_equal(candidate.corpus_bleu([["x", "y"]], [[["a", "b"]]], smooth=True), 0.0)


@pytest.mark.fine
def test_smoothed_lengths_without_ngrams_count(candidate):
    """With smoothing, a length that no hypothesis reaches has the precision 1 and is one of the max_n factors."""
    score = candidate.corpus_bleu([["a"], ["x"]], [[["a"]], [["b"]]], smooth=True)
    assert_close(score, (1 / 2) ** (1 / 4))
    score = candidate.corpus_bleu([["a", "x", "y"]], [[["a", "b", "c"]]], smooth=True)
    assert_close(score, (1 / 3 * 1 / 3 * 1 / 2 * 1) ** (1 / 4))
    score = candidate.corpus_bleu([["a", "b", "x"]], [[["a", "b", "c"]]], max_n=6, smooth=True)
    assert_close(score, (2 / 3 * 2 / 3 * 1 / 2) ** (1 / 6))


@pytest.mark.fine
def test_empty_hypotheses(candidate):
    """No sentences, or only empty hypotheses, score 0; an empty one among others only costs length."""
    for smooth in (False, True):
        for hyps, refs in (([], []), ([[]], [[["a"]]]), ([[], []], [[["a"], []], [[]]])):
            got = candidate.corpus_bleu(hyps, refs, smooth=smooth)
            assert_equal(got, 0.0)
    got = candidate.corpus_bleu([[], ["a", "b", "c", "d"]], [[["x", "y"]], [["a", "b", "c", "d"]]])
    assert_close(got, math.exp(1 - 6 / 4))


@pytest.mark.fine
@given(pairs=PAIRS, max_n=st.integers(1, 4), smooth=st.booleans())
def test_degenerate_sentences_follow_the_formula(candidate, pairs, max_n, smooth):
    """Empty and short sentences, equally close references and smoothing follow the formula too."""
    hyps, refs = [hyp for hyp, _ in pairs], [group for _, group in pairs]
    assert_close(candidate.corpus_bleu(hyps, refs, max_n, smooth), slow_bleu(hyps, refs, max_n, smooth))


@pytest.mark.fine
@given(pairs=PAIRS, seed=st.randoms(use_true_random=False))
def test_order_does_not_matter(candidate, pairs, seed):
    """Neither the order of the sentences nor that of the references changes the score, which lies in [0, 1]."""
    score = candidate.corpus_bleu([p[0] for p in pairs], [p[1] for p in pairs], max_n=2)
    assert_that(0.0 <= score <= 1.0 + 1e-12, f"is {score}, outside [0, 1]")
    other = [(hyp, seed.sample(group, len(group))) for hyp, group in seed.sample(pairs, len(pairs))]
    assert_close(candidate.corpus_bleu([p[0] for p in other], [p[1] for p in other], max_n=2), score)


@pytest.mark.fine
def test_tokens_are_compared_whole(candidate):
    """Case matters, and tokens are not glued together: a space inside a token is no border."""
    assert_equal(candidate.corpus_bleu([["The", "Cat"]], [[["the", "cat"]]], max_n=1), 0.0)
    assert_equal(candidate.corpus_bleu([["ab", "c"]], [[["a", "bc"]]], max_n=2, smooth=True), 0.0)
    got = candidate.corpus_bleu([["ab", "c", "d"]], [[["a", "bc", "c", "ab", "d"]]], max_n=2)
    assert_equal(got, 0.0)
    got = candidate.corpus_bleu([["a b", "c", "b c", "a"]], [[["a", "b c", "c", "a b"]]], max_n=2)
    assert_equal(got, 0.0)


@pytest.mark.fine
def test_bad_input_is_refused(candidate):
    """Lists of different length, a sentence without references and max_n below 1 raise ValueError."""
    for hyps, refs in (([["a"]], []), ([], [[["a"]]]), ([["a"], ["b"]], [[["a"]]])):
        with assert_raises(ValueError):
            candidate.corpus_bleu(hyps, refs)
    for refs in ([[["a"]], []], [[], [["a"]]]):
        with assert_raises(ValueError):
            candidate.corpus_bleu([["a"], ["a"]], refs)
    for max_n in (0, -1):
        with assert_raises(ValueError):
            candidate.corpus_bleu([["a"]], [[["a"]]], max_n=max_n)


@pytest.mark.scale
def test_long_sentences_are_quick(candidate, reference, rng):
    """Sentences of 500 tokens are counted with dictionaries, not by searching lists."""

    def prepare(subject, rng):
        drawn = rng.integers(0, 6, size=(4, 3, 500)).tolist()
        sentences = [[[f"w{i}" for i in tokens] for tokens in group] for group in drawn]
        hyps, refs = put(subject, [g[0] for g in sentences]), put(subject, [g[1:] for g in sentences])
        return lambda: subject.corpus_bleu(hyps, refs)

    speed(candidate, reference, prepare, rng, limit=20)
